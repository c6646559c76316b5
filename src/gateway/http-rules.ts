import type { IncomingMessage } from "node:http";
import { HEADER_MISMATCH, METHOD_NOT_FOUND } from "./answers.ts";
import { withData, type StreamEvent } from "./event-stream.ts";
import { readLine, type Message, type MessageId } from "./message.ts";
import type { Modern } from "./modern.ts";
import type { Relay } from "./relay.ts";
import { headerFault } from "./request-headers.ts";

/** A message, or why the headers beside it say something else. */
export function checked(
  message: Message,
  { headers }: IncomingMessage,
  modern: Modern | undefined,
): Message {
  if (message.kind !== "request") return message;
  const reason = headerFault(headers, message, modern);
  return reason === undefined
    ? message
    : { kind: "unreadable", reason, id: message.id, code: HEADER_MISMATCH };
}

/** The ids of the requests in a message. */
export function idsOf(message: Message): readonly MessageId[] {
  if (message.kind === "request") return [message.id];
  return message.kind === "batch" ? message.members.flatMap((one) => idsOf(one.message)) : [];
}

/** Whether a body answers one of these requests, whatever the status is. */
export function isAnswerTo(ids: readonly MessageId[], body: Buffer): boolean {
  const message = readLine(body, "bodies");
  return message.kind === "response" && ids.includes(message.id);
}

/** The status of an answer of the gateway's own; `fault`: the error that says that the request is no valid one. */
export function statusOf(fault: number | undefined, isModern: boolean): number {
  if (fault === undefined || (!isModern && fault !== HEADER_MISMATCH)) return 200;
  return fault === METHOD_NOT_FOUND ? 404 : 400;
}

/** What of an event goes to the client; undefined: nothing. */
export function relayedEvent(relay: Relay, event: StreamEvent): Buffer | undefined {
  if (event.data === "") return event.raw;
  const data = Buffer.from(event.data);
  const kept = relay.fromServer(data);
  if (kept === undefined || kept === data) return kept && event.raw;
  return withData(event, kept.toString().trimEnd());
}
