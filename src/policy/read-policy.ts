import { defaulted, optional, readFields, required, type Decode, type Fields } from "./fields.ts";
import { entityGlob, eachOf, recordOf, someOf } from "./lists.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type { Policy, SessionDeclarations } from "./model.ts";
import { recordPlace, type Node } from "./node.ts";
import { rule } from "./read-rule.ts";
import { sessionDeclarations } from "./read-session.ts";
import { anyText, identifier, invalid, oneOf, text, version } from "./scalars.ts";

/** Names of decisions that no rule made (design 2.3). */
const RESERVED_NAMES: readonly string[] = ["manifest", "lifecycle", "default", "containment"];

const policyName: Decode<string> = (node, log) => {
  const name = identifier("/")(node, log);
  if (name === undefined || !RESERVED_NAMES.includes(name)) return name;
  return invalid(
    node,
    `the name ${quoted(name)} is reserved for decisions that no rule made`,
    log,
    "choose another name",
  );
};

export const TARGET = {
  subjects: required(someOf(entityGlob, "the policy would apply to nobody")),
};

const session: Decode<SessionDeclarations> = (node, log) => sessionDeclarations(node, log);

/** `apiVersion` and `kind`, which have been read before a document's kind is known. */
export const HEADER = { apiVersion: optional(anyText), kind: optional(anyText) };

export const POLICY = {
  ...HEADER,
  name: required(policyName),
  version: required(version),
  owner: optional(text),
  description: optional(anyText),
  target: optional(recordOf("`target`", TARGET, (fields: Fields<typeof TARGET>) => fields)),
  session: defaulted(session, { labels: [], counters: [], values: [] }),
  delegation: defaulted(oneOf(["subject", "agents", "user"]), "subject"),
  rules: defaulted(eachOf(rule), []),
};

/** A policy with all that is sound in it; undefined only where the document is not a map. */
export function readPolicy(node: Node, log: DiagnosticSink): Policy | undefined {
  const reading = readFields(node, POLICY, "a policy", log);
  if (reading === undefined) return undefined;
  const { part } = reading;
  return {
    delegation: "subject",
    rules: [],
    session: { labels: [], counters: [], values: [] },
    ...part,
    kind: "Policy",
    name: part.name ?? "",
    version: part.version ?? "0.0.0",
    place: recordPlace(reading.node, "name"),
  };
}
