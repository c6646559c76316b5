import { UserError } from "../../diagnostics/user-error.ts";
import type { Malformed } from "../../documents/trace-read.ts";
import { count } from "../../text/count.ts";
import { placeText } from "../../text/place-text.ts";

/** Why a trace says nothing: an input error, with the place and cause of its first malformed line. */
export function unreadableTrace(malformed: number, [first]: readonly Malformed[]): UserError {
  const why =
    first === undefined
      ? "it is empty"
      : `${count(malformed, "malformed line")}, the first at ${placeText(first)}: ${first.cause}`;
  return new UserError("unreadable-trace", `no event of the trace can be read: ${why}`, {
    help:
      "a trace is JSON Lines, one event on each line; convert other formats with `agentz import`, or " +
      "name theirs with `--from <format>`",
  });
}
