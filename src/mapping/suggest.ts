import { stringify } from "yaml";
import { isJsonObject, member, type Json } from "../request/json.ts";
import { callShapes, type CallShape } from "../trace/importers/call-shapes.ts";
import { isJson, unpackJson } from "../trace/importers/call-values.ts";
import { ImportTally } from "../trace/importers/import-tally.ts";
import type { ImportFile } from "../trace/importers/importer.ts";
import { readJson } from "../trace/importers/read-json.ts";

/** How many records are looked at. */
const RECORDS = 1000;
const IDS = ["id", "call_id", "callId", "tool_call_id", "toolCallId", "uuid"];
const TIMES = ["time", "timestamp", "ts", "start_time", "startTime", "created_at", "createdAt"];
const SESSIONS = ["session", "session_id", "sessionId", "conversation_id", "thread_id", "trace_id"];
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The place of calls that most of the records have, with a call and its record. */
interface Example {
  readonly shape: CallShape;
  readonly record: Json;
  count: number;
}

/**
 * A mapping document to begin with, from the members that these files have; undefined where nothing
 * looks like a call that has a name.
 */
export async function suggestMapping(files: readonly ImportFile[]): Promise<string | undefined> {
  const found = new Map<string, Example>();
  for (const file of files) await lookInto(file, found);
  // WHY only these: a call without a name cannot be mapped
  const named = [...found.values()].filter(({ shape }) => shape.name !== undefined);
  const [best] = named.sort((a, b) => b.count - a.count);
  return best === undefined ? undefined : stringify(documentOf(best), { lineWidth: 100 });
}

async function lookInto(file: ImportFile, found: Map<string, Example>): Promise<void> {
  let records = 0;
  for await (const items of readJson(file, new ImportTally())) {
    for (const { value } of items) {
      if (!isJson(value)) continue;
      const strict = callShapes(value, { loose: false });
      const shapes = strict.size > 0 ? strict : callShapes(value, { loose: true });
      for (const [place, { shape, count }] of shapes) {
        const known = found.get(place);
        if (known === undefined) found.set(place, { shape, record: value, count });
        else known.count += count;
      }
    }
    records += items.length;
    if (records >= RECORDS) return;
  }
}

/** Where an expression stands while the path of a call is walked. */
interface Walk {
  readonly each: Record<string, string>;
  readonly text: string;
  readonly value: Json | undefined;
}

function documentOf({ shape, record }: Example): Json {
  const start: Walk = { each: {}, text: "record", value: record };
  const { each, text, value } = shape.path.reduce(step, start);
  const call = unpackJson(value);
  const own = (names: readonly string[]): Found | undefined => foundIn(call, text, names);
  const either = (names: readonly string[]): Found | undefined =>
    own(names) ?? foundIn(record, "record", names);
  const [time, session] = [either(TIMES)?.text, asText(either(SESSIONS))];
  // WHY not a record's where it has many calls: they would all be one event
  const id = asText(Object.keys(each).length === 0 ? either(IDS) : own(IDS));
  return {
    apiVersion: "agentz/v1",
    kind: "Mapping",
    name: "suggested",
    ...(Object.keys(each).length > 0 && { each }),
    // without it, records that hold no call would be calls without a name
    ...(Object.keys(each).length === 0 &&
      shape.name !== undefined && { when: present(text, shape.name) }),
    event: {
      ...(id !== undefined && { id }),
      ...(time !== undefined && { time }),
      ...(session !== undefined && { session }),
      ...(shape.name !== undefined && { action: { name: select(text, shape.name) } }),
      ...(shape.args !== undefined && { args: select(text, shape.args) }),
    },
  };
}

/** A member that an object has, and the expression that reads it. */
interface Found {
  readonly text: string;
  readonly value: Json | undefined;
}

function foundIn(
  object: Json | undefined,
  text: string,
  names: readonly string[],
): Found | undefined {
  if (!isJsonObject(object)) return undefined;
  const name = names.find((one) => ["string", "number"].includes(typeof member(object, one)));
  return name === undefined ? undefined : { text: select(text, name), value: member(object, name) };
}

/** WHY: ids and sessions of events are texts. */
function asText(found: Found | undefined): string | undefined {
  return typeof found?.value === "number" ? `string(${found.text})` : found?.text;
}

function step({ each, text, value }: Walk, part: string): Walk {
  const held = unpackJson(value);
  const here = typeof value === "string" ? `json(${text})` : text;
  if (part !== "[]")
    return {
      each,
      text: select(here, part),
      value: isJsonObject(held) ? member(held, part) : undefined,
    };
  const name = `item${Object.keys(each).length + 1}`;
  const items = Array.isArray(held) ? held : [];
  const fit = items.find((item) => callShapes(item, { loose: true }).size > 0);
  return { each: { ...each, [name]: here }, text: name, value: fit };
}

function select(text: string, name: string): string {
  return PLAIN.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`;
}

function present(text: string, name: string): string {
  return PLAIN.test(name) ? `has(${text}.${name})` : `${JSON.stringify(name)} in ${text}`;
}
