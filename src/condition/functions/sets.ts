import { contains } from "../compare.ts";
import { strict } from "../logic.ts";
import { BOOL } from "../types.ts";
import type { Bad, Value } from "../value.ts";
import { binary, list, type Overload } from "./overload.ts";

type List = readonly Value[];

/** Whether every element of `part` is in `whole`: false wins, else what is not known. */
function includesAll(whole: List, part: List): boolean | Bad {
  let bad: Bad | undefined;
  for (const element of part) {
    const found = contains(element, whole);
    if (found === false) return false;
    if (found !== true) bad = strict(bad, found);
  }
  return bad ?? true;
}

function equivalent(a: List, b: List): boolean | Bad {
  const forth = includesAll(a, b);
  if (forth === false) return false;
  const back = includesAll(b, a);
  if (back === false) return false;
  return forth === true ? back : back === true ? forth : strict(forth, back);
}

function intersects(a: List, b: List): boolean | Bad {
  let bad: Bad | undefined;
  for (const element of a) {
    const found = contains(element, b);
    if (found === true) return true;
    if (found !== false) bad = strict(bad, found);
  }
  return bad ?? false;
}

/** Lists taken as sets (the `sets` extension of cel-go). */
export const SETS: readonly Overload[] = [
  binary("sets.contains", [list, list], BOOL, includesAll),
  binary("sets.equivalent", [list, list], BOOL, equivalent),
  binary("sets.intersects", [list, list], BOOL, intersects),
];
