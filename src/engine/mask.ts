import { parsePath } from "../request/attribute-path.ts";
import type { Request } from "../request/request.ts";

/**
 * What an event says about its own record: which paths are masked, which containers are recorded in
 * full.
 */
export interface Mask {
  /** True where `path` or a container of it is masked. */
  masked(path: readonly string[]): boolean;
  /** True where something strictly below `path` is masked. */
  maskedBelow(path: readonly string[]): boolean;
  /** The keys at `path` under which something is masked. */
  keysBelow(path: readonly string[]): readonly string[];
  /** True where the container at `path` is recorded in full (design 7.1: all the way down). */
  complete(path: readonly string[]): boolean;
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => path[i] === key);
}

const PARSED = new WeakMap<readonly string[], readonly (readonly string[])[]>();

/** The paths of a list, parsed once: the calls of tests share theirs. */
function parsedPaths(list: readonly string[] | undefined): readonly (readonly string[])[] {
  if (list === undefined) return [];
  const known = PARSED.get(list);
  if (known !== undefined) return known;
  const parsed = list.map(parsePath);
  PARSED.set(list, parsed);
  return parsed;
}

/** The mask of a request, or undefined where it says nothing of itself (the ordinary case). */
export function maskOf(request: Request): Mask | undefined {
  if (request.complete === undefined && request.unrecorded === undefined) return undefined;
  const complete = parsedPaths(request.complete);
  const unrecorded = parsedPaths(request.unrecorded);
  return {
    masked: (path) => unrecorded.some((masked) => startsWith(path, masked)),
    maskedBelow: (path) =>
      unrecorded.some((masked) => masked.length > path.length && startsWith(masked, path)),
    keysBelow: (path) =>
      unrecorded.flatMap((masked) =>
        masked.length > path.length && startsWith(masked, path) ? [masked[path.length] ?? ""] : [],
      ),
    complete: (path) => complete.some((container) => startsWith(path, container)),
  };
}
