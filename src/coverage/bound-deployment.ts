import type {
  AuditPart,
  CoverageRowPart,
  DeploymentPart,
  RatePart,
} from "../documents/report-part.ts";
import { NO_NUMBER } from "../trace/bit-set.ts";
import { addCounts, countMarks } from "./audit-tally.ts";
import { boundCounts, OTHERS, sampled, type PartBounds, type Sampled } from "./bound-part.ts";
import { CoverageRows, isRest, restOf } from "./coverage-rows.ts";
import { leastHashes } from "./least-hashes.ts";
import { PointTally, type SeenPoints } from "./point-tally.ts";

/** Combinations of the dimensions, surfaces on which one point decided, and minutes. */
const ROWS = 20_000;
const BESIDE = 200;
const MINUTES = 65_536;

/** Pairs of a credential and a count, by the numbers in a sample. */
function narrowPairs(pairs: readonly number[], numbers: Uint32Array): readonly number[] {
  const kept: number[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const number = numbers[pairs[i] ?? 0] ?? NO_NUMBER;
    if (number !== NO_NUMBER) kept.push(number, pairs[i + 1] ?? 0);
  }
  return kept;
}

function boundRows(
  rows: readonly CoverageRowPart[],
  { numbers, hashes }: Sampled,
): readonly CoverageRowPart[] {
  const named = rows.filter((row) => !isRest(row));
  const { kept, gone } = leastHashes(named, ({ at, verdicts }) => JSON.stringify([at, verdicts]), {
    most: ROWS,
  });
  const summed = new CoverageRows("id");
  const all = [...kept, ...rows.filter(isRest), ...gone.map(restOf)];
  summed.merge(
    all.map((row) => ({ ...row, credentials: narrowPairs(row.credentials, numbers) })),
    Uint32Array.from({ length: hashes.length / 2 }, (_, i) => i),
  );
  return summed.part();
}

/** The entries with the least hashes of their names, and the others together. */
function boundEntries<T>(
  entries: readonly (readonly [string, T])[],
  most: number,
): readonly (readonly [string, T])[] {
  const named = entries.filter(([name]) => name !== OTHERS);
  const { kept, gone } = leastHashes(named, ([name]) => name, { most });
  const others = [...entries.filter(([name]) => name === OTHERS), ...gone];
  return [...kept, ...others.map(([, seen]) => [OTHERS, seen] as const)];
}

function boundNames(names: readonly string[]): readonly string[] {
  return leastHashes(names, (name) => name, { most: BESIDE }).kept;
}

function boundPoints({ points, surfaces }: SeenPoints, most: number): SeenPoints {
  const summed = new PointTally(new Map());
  summed.merge({
    points: boundEntries(
      points.map(([id, seen]) => [id, { ...seen, surfaces: boundNames(seen.surfaces) }] as const),
      most,
    ),
    surfaces: boundEntries(
      surfaces.map(([name, seen]) => [name, { ...seen, points: boundNames(seen.points) }] as const),
      most,
    ),
  });
  return summed.part();
}

/** The first minutes; of later ones it is only said that there are some. */
function boundRate(rate: RatePart): RatePart {
  const minutes = rate.minutes.slice(0, 2 * MINUTES);
  if (minutes.length === rate.minutes.length) return rate;
  const last = minutes.reduce((sum, value, i) => (i % 2 === 0 ? sum + value : sum), 0);
  return { ...rate, minutes, below: last + 1 };
}

function boundAudit(audit: AuditPart, { ownSessions, sessions }: PartBounds): AuditPart {
  if (ownSessions) {
    const own = addCounts(audit.own, countMarks(audit.marks, 1));
    return { ...audit, own, listed: [], marks: [], below: null };
  }
  const { hashes, below, numbers } = sampled(audit.listed, sessions, audit.below);
  const marks = audit.marks.filter((_, i) => numbers[i] !== NO_NUMBER);
  return { ...audit, listed: hashes, marks, below };
}

/** What a coverage counted in a bounded size; `credentials`: those that the part keeps. */
export function boundDeployment(
  part: DeploymentPart,
  bounds: PartBounds,
  credentials: Sampled,
): DeploymentPart {
  return {
    ...part,
    ...boundPoints(part, bounds.names),
    rows: boundRows(part.rows, credentials),
    marked: boundCounts(part.marked, bounds.names),
    unlisted: boundCounts(part.unlisted, bounds.names),
    rate: boundRate(part.rate),
    audit: boundAudit(part.audit, bounds),
  };
}
