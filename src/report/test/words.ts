import type { MinimumCheck } from "../../suite/result.ts";

/** `mutation 0.93 (minimum 0.9)`. */
export function minimumText({ name, limit, actual }: MinimumCheck): string {
  return `${name} ${actual ?? "has nothing to measure"} (minimum ${limit})`;
}
