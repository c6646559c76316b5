import { run } from "./run.ts";
import { NoValue, Failure, isList, PartialList, type Value } from "../../src/condition/value.ts";

/** Any number of words. */
export const MANY = "……";
/** A word that cannot be compared. */
export const ONE = "…";

/**
 * A value in plain lists: {@link ONE} for what is no value, {@link MANY} from where places are not
 * known.
 */
function shown(value: Value | NoValue): unknown {
  if (value instanceof NoValue) return ONE;
  if (value instanceof PartialList) return [...value.items.slice(0, value.placed).map(shown), MANY];
  return isList(value) ? value.map(shown) : value;
}

/** The lists of `commands(line)`, or the message of its error. */
export function commandsOf(line: string): unknown {
  const result = run("commands(line)", { line });
  return result instanceof Failure ? result.message : shown(result);
}

/** Whether `commands(line)` is an error, or has a list that starts with `name`. */
export function isSeen(line: string, name: string): boolean {
  const lists = commandsOf(line);
  return (
    typeof lists === "string" ||
    (Array.isArray(lists) &&
      lists.some((words: unknown) => Array.isArray(words) && words[0] === name))
  );
}
