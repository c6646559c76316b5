/** A share of a trace: whole sessions, always the same for the same seed. */
export interface SampleOptions {
  /** From 0 to 1. */
  readonly share: number;
  /** Another seed draws other sessions. */
  readonly seed: string;
}

/**
 * True for the sessions that are drawn: each by its own name alone, so that a sample of a longer
 * trace, or of the same trace cut into other files, holds the same sessions. An event without a
 * session is drawn by its id.
 */
export function isDrawn(name: string, { share, seed }: SampleOptions): boolean {
  return position(`${seed}\u0000${name}`) < share;
}

/** Where a text falls between 0 and 1: FNV-1a, finished as murmur3 does. */
function position(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
