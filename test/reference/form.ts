import type { ResourceForm } from "../../src/policy/model.ts";

/**
 * Percent-decoding as bytes: a `%` that encodes nothing is itself; undefined where the bytes are
 * not UTF-8.
 */
function decoded(text: string): string | undefined {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const hex = /^%([0-9a-fA-F]{2})/.exec(text.slice(i, i + 3))?.[1];
    bytes.push(...(hex === undefined ? Buffer.from(text[i] ?? "") : [parseInt(hex, 16)]));
    if (hex !== undefined) i += 2;
  }
  const plain = Buffer.from(bytes);
  return plain.toString("utf8").includes("\ufffd") ? undefined : plain.toString("utf8");
}

/** The folder of a resolved path; a root has none. */
function folder(path: string): string {
  return path.replace(/\/$/, "") === "" ? "none" : path.slice(0, path.lastIndexOf("/") + 1);
}

/** Dot segments resolved; undefined where a relative path climbs out. */
function resolveDots(path: string): string | undefined {
  const rooted = path.startsWith("/");
  const out: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") out.push(segment);
    else if (out.length > 0) out.pop();
    else if (!rooted) return undefined;
  }
  return (rooted ? "/" : "") + out.join("/");
}

/**
 * Decoded once; undefined where another number of decodings would lie in another folder (design
 * 3.6).
 */
function path(id: string): string | undefined {
  if (id === "") return undefined;
  const readings: string[] = [];
  for (let text: string | undefined = id; text !== readings.at(-1); text = decoded(text)) {
    if (text === undefined || readings.length > 8) return undefined;
    readings.push(text);
  }
  const resolved = readings.map(resolveDots);
  if (resolved.includes(undefined) || new Set(resolved.map((one) => folder(one ?? ""))).size > 1)
    return undefined;
  return resolved[1] ?? resolved[0];
}

function url(id: string): string | undefined {
  try {
    return new URL(id).href;
  } catch {
    return undefined;
  }
}

function domain(id: string): string | undefined {
  const plain = id.toLowerCase().replace(/\.$/, "");
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(plain) ? plain : undefined;
}

/** A resource id in its type's form (design 3.6); undefined where it cannot be normalised. */
export function normalise(form: ResourceForm | undefined, id: string): string | undefined {
  if (form === "path") return path(id);
  if (form === "url") return url(id);
  return form === "domain" ? domain(id) : id;
}

export const normalPath = path;
export const normalDomain = domain;
