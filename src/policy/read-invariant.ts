import { eachOf, entityGlob, recordOf, someOf } from "./lists.ts";
import { defaulted, optional, readFields, required, type Fields } from "./fields.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type { Approval, Invariant, InvariantClaim, InvariantRule } from "./model.ts";
import { entryOf, headSpan, recordPlace, type MapNode, type Node } from "./node.ts";
import { condition } from "./read-condition.ts";
import { HEADER } from "./read-policy.ts";
import { APPROVAL, SCOPE } from "./read-rule.ts";
import { anyText, identifier, text, version } from "./scalars.ts";

/** The calls that an invariant is about, as the scope and the condition of a rule say them. */
export const NEVER = { ...SCOPE, when: optional(condition) };

export const ONLY_WITH = {
  ...NEVER,
  approval: required(
    recordOf("`approval`", APPROVAL, (fields: Fields<typeof APPROVAL>): Approval => fields),
  ),
};

/** `subjects` are those who may; everybody else may not. */
export const ONLY_BY = {
  actions: SCOPE.actions,
  resources: SCOPE.resources,
  when: optional(condition),
  subjects: required(someOf(entityGlob, "this would forbid the call for everybody: write `never`")),
};

export const AFTER = { label: required(text) };

const CLAIMS = ["never", "only_with", "only_by"] as const;

export const INVARIANT_RULE = {
  id: required(identifier("/")),
  never: optional(recordOf("`never`", NEVER, (fields: Fields<typeof NEVER>) => fields)),
  onlyWith: optional(
    recordOf("`only_with`", ONLY_WITH, (fields: Fields<typeof ONLY_WITH>) => fields),
    "only_with",
  ),
  onlyBy: optional(
    recordOf("`only_by`", ONLY_BY, (fields: Fields<typeof ONLY_BY>) => fields),
    "only_by",
  ),
  after: optional(recordOf("`after`", AFTER, (fields: Fields<typeof AFTER>) => fields)),
  reason: optional(text),
};

const soundRule = recordOf(
  "an invariant's rule",
  INVARIANT_RULE,
  (fields: Fields<typeof INVARIANT_RULE>, node): InvariantRule | undefined => {
    const claim = claimOf(fields);
    if (claim === undefined) return undefined;
    const { id, after, reason } = fields;
    const place = recordPlace(node, "id");
    const of = after === undefined ? undefined : entryOf(node, "after")?.value.place;
    return {
      id,
      ...claim,
      ...(after !== undefined && { after: { label: after.label, place: of ?? place } }),
      ...(reason !== undefined && { reason }),
      place,
    };
  },
);

function claimOf({
  never,
  onlyWith,
  onlyBy,
}: Fields<typeof INVARIANT_RULE>): InvariantClaim | undefined {
  if (never !== undefined) return { is: "never", calls: never };
  if (onlyWith !== undefined) {
    const { approval, ...calls } = onlyWith;
    return { is: "only_with", calls, approval };
  }
  if (onlyBy === undefined) return undefined;
  const { subjects, ...calls } = onlyBy;
  return { is: "only_by", calls, subjects };
}

/** WHY just one: two claims in a rule are two invariants, each with its own answer. */
function checkClaims(node: MapNode, log: DiagnosticSink): void {
  const given = CLAIMS.filter((name) => entryOf(node, name) !== undefined);
  if (given.length === 1) return;
  const [, second] = given;
  const place = second === undefined ? node.place : entryOf(node, second)?.keyPlace;
  log.add({
    code: second === undefined ? "missing-field" : "invalid-value",
    place: place ?? node.place,
    ...(second === undefined && { span: headSpan(node) }),
    message:
      second === undefined
        ? "the rule has no claim"
        : `the rule has ${quoted(second)} beside ${quoted(given[0] ?? "")}`,
    help: "write one of `never`, `only_with` and `only_by`; write another claim as another rule",
  });
}

function invariantRule(node: Node, log: DiagnosticSink): InvariantRule | undefined {
  const before = log.count;
  const read = soundRule(node, log);
  if (node.kind === "map") checkClaims(node, log);
  return log.count === before ? read : undefined;
}

export const INVARIANT = {
  ...HEADER,
  name: required(identifier("/")),
  version: required(version),
  owner: optional(text),
  description: optional(anyText),
  rules: defaulted(eachOf(invariantRule), []),
};

/** An invariant with all that is sound in it; undefined only where the document is not a map. */
export function readInvariant(node: Node, log: DiagnosticSink): Invariant | undefined {
  const reading = readFields(node, INVARIANT, "an invariant", log);
  if (reading === undefined) return undefined;
  const { part } = reading;
  return {
    rules: [],
    ...part,
    kind: "Invariant",
    name: part.name ?? "",
    version: part.version ?? "0.0.0",
    place: recordPlace(reading.node, "name"),
  };
}
