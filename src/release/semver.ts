import type { Bump } from "../documents/version-result.ts";

interface Version {
  readonly core: readonly [number, number, number];
  readonly pre: readonly string[];
}

function parse(text: string): Version {
  const [, major = "0", minor = "0", patch = "0", pre] =
    /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?/.exec(text) ?? [];
  return {
    core: [Number(major), Number(minor), Number(patch)],
    pre: pre === undefined ? [] : pre.split("."),
  };
}

function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return Math.sign(Number(a) - Number(b));
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length - a.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i] ?? "", b[i] ?? "");
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

/** The precedence of two semantic versions: negative, 0 or positive. Build metadata has no say. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  for (let i = 0; i < 3; i++) {
    const step = (x.core[i] ?? 0) - (y.core[i] ?? 0);
    if (step !== 0) return Math.sign(step);
  }
  return comparePre(x.pre, y.pre);
}

function levelOf({ core: [, minor, patch] }: Version): Bump {
  if (patch !== 0) return "patch";
  return minor !== 0 ? "minor" : "major";
}

/**
 * The bump between two versions; `none` where it is the same or goes back. From one pre-release of
 * a version to the next, or to that version itself, is as much as the version is: 2.0.0-rc.1 to
 * 2.0.0-rc.2 is still the major bump.
 */
export function bumpBetween(from: string, to: string): Bump {
  if (compareVersions(from, to) >= 0) return "none";
  const [a, b] = [parse(from), parse(to)];
  if (a.core[0] !== b.core[0]) return "major";
  if (a.core[1] !== b.core[1]) return "minor";
  if (a.core[2] !== b.core[2]) return "patch";
  return levelOf(a);
}

/** The next version of at least a bump; a pre-release that is one already becomes its release. */
export function nextVersion(version: string, bump: Bump): string {
  const { core, pre } = parse(version);
  const [major, minor, patch] = core;
  if (bump === "none") return version;
  if (
    pre.length > 0 &&
    (levelOf({ core, pre }) === bump || levelOf({ core, pre }) === "major" || bump === "patch")
  )
    return core.join(".");
  if (bump === "major") return `${major + 1}.0.0`;
  return bump === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}
