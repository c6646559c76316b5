import type { Part } from "../policy/locate.ts";

/**
 * Something in a request, an example or a test that a policy set does not know, so that it changes
 * nothing as it stands.
 */
export interface InputProblem {
  readonly code: "undeclared-state" | "unknown-input";
  /** What is refused is an error; all else is worth a look. */
  readonly severity: "error" | "warning";
  /** The YAML path, below the one that was asked about: `$.args.amount`. */
  readonly path: string;
  /** Whether the name of a member is meant, or what stands under it. */
  readonly part: Part;
  readonly message: string;
  readonly help: string | undefined;
}

const LISTED = 10;

/** `declared: a, b`: at most ten of them, and how many more there are. */
export function listedWords(title: string, words: Iterable<string>): string {
  const all = [...words].sort();
  const shown = all.slice(0, LISTED).map((word) => `\`${word}\``);
  const more = all.length > LISTED ? `, and ${all.length - LISTED} more` : "";
  return `${title}: ${shown.join(", ")}${more}`;
}
