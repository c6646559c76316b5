import type { MinimumCheck } from "../../documents/test-result.ts";

/** `mutation 0.93 (minimum 0.9)`. */
export function minimumText({ name, limit, actual }: MinimumCheck): string {
  return `${name} ${actual ?? "has nothing to measure"} (minimum ${limit})`;
}
