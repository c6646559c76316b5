import { showPath } from "../request/attribute-path.ts";
import { isRequestPart, type Request } from "../request/request.ts";
import { inexactNumbers } from "../text/exact-number.ts";
import { decodeEvent, type EventPlace, type TraceEvent } from "./event.ts";
import { parseJson } from "./parse-json.ts";

/**
 * The event that a line of a trace writes, or the reason why it writes none, as a sentence without
 * final period. A number that no double holds is unrecorded: rounded it could pass for another one
 * (design 3.4).
 */
export function readEventText(text: string, place: EventPlace): TraceEvent | string {
  const parsed = parseJson(text);
  const event = "reason" in parsed ? parsed.reason : decodeEvent(parsed.value, place);
  return typeof event === "string" ? event : withoutRounded(event, text);
}

function withoutRounded(event: TraceEvent, text: string): TraceEvent {
  const rounded = inexactNumbers(text).flatMap(({ path }) => unwrapped(path));
  if (rounded.length === 0) return event;
  const request: Request = {
    ...event.request,
    unrecorded: [...(event.request.unrecorded ?? []), ...rounded],
  };
  return { ...event, request };
}

/**
 * The path of a number as conditions read it; AuthZEN's `properties` are direct members (design
 * 3.1).
 */
function unwrapped(path: readonly string[]): readonly string[] {
  const [root = "", first, ...below] = path;
  if (!isRequestPart(root)) return [];
  const isEntity = root === "subject" || root === "action" || root === "resource";
  return [showPath(isEntity && first === "properties" ? [root, ...below] : path)];
}
