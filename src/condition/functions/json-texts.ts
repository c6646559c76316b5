import { repeatedMember } from "../../text/repeated-member.ts";
import { DYN } from "../types.ts";
import { Failure, type Value } from "../value.ts";
import { string, unary, type Operand, type Overload } from "./overload.ts";

const NO_JSON = new Failure("this text is not JSON");
const TOO_DEEP = new Failure("this JSON is nested too deeply");
const TWICE = new Failure("an object of this JSON has a member twice");
/** Deeper values are refused, so that whatever walks one later cannot run out of stack. */
const DEEPEST = 200;

/** JSON text as the value that it writes; its numbers are doubles, as those of every event. */
function json(text: string): Operand {
  try {
    const parsed: unknown = JSON.parse(text);
    if (repeatedMember(text, parsed) !== undefined) return TWICE;
    return plain(parsed, 0) ? parsed : TOO_DEEP;
  } catch {
    return NO_JSON;
  }
}

function plain(value: unknown, depth: number): value is Value {
  if (depth > DEEPEST) return false;
  if (Array.isArray(value)) return value.every((item) => plain(item, depth + 1));
  return (
    typeof value !== "object" ||
    value === null ||
    Object.values(value).every((item) => plain(item, depth + 1))
  );
}

export const JSON_TEXTS: readonly Overload[] = [unary("json", string, DYN, json)];
