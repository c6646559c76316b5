import { objectMember, type Json, type JsonObject } from "../request/json.ts";
import { redactsFields, withoutFieldsOf, withoutKinds, type Redaction } from "../serve/redact.ts";

/** Members of `params` that say what a notification is about, and nothing of what was found. */
const NAMING: ReadonlySet<string> = new Set([
  ...["_meta", "progressToken", "progress", "total", "requestId", "level", "logger", "uri"],
  ...["taskId", "status", "elicitationId", "createdAt", "lastUpdatedAt", "ttl", "pollInterval"],
]);

function redactedMember(value: Json, redaction: Redaction): Json {
  const byFields = redactsFields(redaction) ? withoutFieldsOf(value, redaction) : value;
  return redaction.kinds.length === 0 ? byFields : withoutKinds(byFields, redaction.kinds);
}

/**
 * A notification without what has to be redacted (design 6.4, 15.2), such as the data of a log message
 * or the message of a progress: a text that is no JSON may hold a field, so nothing of it is given.
 */
export function redactedNotification(message: JsonObject, redaction: Redaction): JsonObject {
  const params = objectMember(message, "params");
  if (params === undefined) return message;
  const entries = Object.entries(params).map(
    ([name, value]): readonly [string, Json | undefined] =>
      NAMING.has(name) ? [name, value] : [name, redactedMember(value ?? null, redaction)],
  );
  return { ...message, params: Object.fromEntries(entries) };
}
