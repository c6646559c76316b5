import type { Cell } from "./cell.ts";
import type { Variable } from "./formula.ts";

/** What each variable may still be; one that is not there may be all of its domain. */
export type Model = ReadonlyMap<string, { readonly variable: Variable; readonly cell: Cell }>;
