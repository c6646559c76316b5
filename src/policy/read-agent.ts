import { AGENT_STATUSES, CLASSIFICATIONS } from "./closed-lists.ts";
import { defaulted, optional, required, type Decode, type Fields } from "./fields.ts";
import { freeMap, plainMap } from "./json-values.ts";
import { actionGlob, entityGlob, eachOf, listOf, recordOf } from "./lists.ts";
import { quoted } from "./log.ts";
import type { Agent, Manifest, ManifestTool, Person } from "./model.ts";
import { recordPlace } from "./node.ts";
import { checkSchema } from "./schema-check.ts";
import { duration, identifier, instant, integer, oneOf, text } from "./scalars.ts";
import type { JsonObject } from "../request/json.ts";

/** A JSON Schema of a tool's arguments, checked keyword by keyword. */
export const argumentSchema: Decode<JsonObject> = (node, log) => {
  const before = log.count;
  const schema = plainMap(node, log);
  if (node.kind === "map") checkSchema(node, log);
  return log.count === before ? schema : undefined;
};

/**
 * The free attributes of a record. `own` names those that are fields of the record itself (or that
 * the record's identity gives): written here they would lose against it, or evade its checks.
 */
export function attributes(own: readonly string[]): Decode<JsonObject> {
  const read = freeMap("`attributes`");
  return (node, log) => {
    const taken =
      node.kind === "map" ? node.entries.filter((entry) => own.includes(entry.key)) : [];
    for (const entry of taken) {
      const help = "write it as a field of the record, not under `attributes`";
      log.add({
        code: "invalid-value",
        place: entry.keyPlace,
        message: `${quoted(entry.key)} cannot be a free attribute`,
        help,
      });
    }
    return taken.length > 0 ? undefined : read(node, log);
  };
}

export const MANIFEST_TOOL = {
  name: required(actionGlob),
  args: optional(argumentSchema),
};

export const MANIFEST = {
  tools: optional(
    eachOf(
      recordOf(
        "a tool of a manifest",
        MANIFEST_TOOL,
        (fields: Fields<typeof MANIFEST_TOOL>, node): ManifestTool => ({
          ...fields,
          place: recordPlace(node, "name"),
        }),
      ),
    ),
  ),
  sources: optional(listOf(entityGlob)),
  maxCalls: optional(integer(0), "max_calls"),
  maxDuration: optional(duration, "max_duration"),
};

const manifest = recordOf(
  "`manifest`",
  MANIFEST,
  (fields: Fields<typeof MANIFEST>, node): Manifest => ({ ...fields, place: node.place }),
);

export const AGENT = {
  id: required(identifier()),
  owner: optional(text),
  purpose: optional(text),
  status: defaulted(oneOf(AGENT_STATUSES), "commissioned"),
  expires: optional(instant),
  reviewed: optional(instant),
  reviewEvery: optional(duration, "review_every"),
  retireWhen: optional(text, "retire_when"),
  dataClasses: optional(listOf(oneOf(CLASSIFICATIONS)), "data_classes"),
  attributes: defaulted(
    attributes([
      "type",
      "id",
      "registered",
      "owner",
      "purpose",
      "status",
      "expires",
      "reviewed",
      "review_every",
      "retire_when",
      "data_classes",
      "credential",
    ]),
    {},
  ),
  manifest: optional(manifest),
};

export const agent = recordOf("an agent", AGENT, (fields: Fields<typeof AGENT>, node): Agent => {
  const { expires, ...rest } = fields;
  return {
    ...rest,
    ...(expires !== undefined && { expires: expires.time, expiresText: expires.text }),
    place: recordPlace(node, "id"),
  };
});

export const PERSON = {
  id: required(identifier()),
  roles: defaulted(listOf(identifier()), []),
  department: optional(text),
  team: optional(text),
  tenant: optional(text),
  attributes: defaulted(
    attributes(["type", "id", "registered", "roles", "department", "team", "tenant", "credential"]),
    {},
  ),
};

export const person = recordOf(
  "a person",
  PERSON,
  (fields: Fields<typeof PERSON>, node): Person => ({ ...fields, place: recordPlace(node, "id") }),
);
