import type { GateCheck } from "../../suite/result.ts";

/** `mutation 0.93 (minimum 0.9)`. */
export function minimumText({ name, limit, actual }: GateCheck): string {
  return `${name} ${actual ?? "has nothing to measure"} (minimum ${limit})`;
}
