import type { Outcome } from "./value.ts";

/** What a rule, a scope or a condition comes to (design 3.5, 4.2). */
export type Truth =
  | { readonly is: true }
  | { readonly is: false }
  | { readonly is: "unknown"; readonly paths: readonly string[] }
  | { readonly is: "error"; readonly message: string };

export const YES: Truth = { is: true };
export const NO: Truth = { is: false };
export const certain = (value: boolean): Truth => (value ? YES : NO);
export const unsure = (...paths: string[]): Truth => ({
  is: "unknown",
  paths: [...new Set(paths)],
});

/** A condition's outcome; what is no bool is an error. */
export function truthOf(outcome: Outcome): Truth {
  if (outcome.kind === "unknown") return unsure(...outcome.paths);
  if (outcome.kind === "error") return { is: "error", message: outcome.message };
  return outcome.value.type === "bool"
    ? certain(outcome.value.value)
    : { is: "error", message: "the condition is no bool" };
}

export function not(truth: Truth): Truth {
  return truth.is === true ? NO : truth.is === false ? YES : truth;
}

/** False absorbs; then unknown beats error, and the paths unite. */
export function and(parts: readonly Truth[]): Truth {
  if (parts.some((part) => part.is === false)) return NO;
  const paths = parts.flatMap((part) => (part.is === "unknown" ? part.paths : []));
  if (parts.some((part) => part.is === "unknown")) return unsure(...paths);
  return parts.find((part) => part.is === "error") ?? YES;
}

export function or(parts: readonly Truth[]): Truth {
  return not(and(parts.map(not)));
}
