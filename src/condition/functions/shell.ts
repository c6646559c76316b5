import { commandsOf } from "../shell/commands.ts";
import { listOf, STRING } from "../types.ts";
import { Failure } from "../value.ts";
import { string, unary, type Overload } from "./overload.ts";

const UNTOLD = new Failure("`commands` cannot tell what this line runs");

/** `commands(line)` (design 3.7). */
export const SHELL: readonly Overload[] = [
  unary("commands", string, listOf(listOf(STRING)), (line) => commandsOf(line) ?? UNTOLD),
];
