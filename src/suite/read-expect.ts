import { listOf, recordOf, entriesOf } from "../policy/lists.ts";
import { CLASSIFICATIONS, RULE_EFFECTS } from "../policy/closed-lists.ts";
import { optional, type Decode, type Fields } from "../policy/fields.ts";
import { json } from "../policy/json-values.ts";
import type { DiagnosticSink } from "../policy/log.ts";
import { type MapNode, type Node } from "../policy/node.ts";
import { condition } from "../policy/read-condition.ts";
import { boolean, duration, integer, invalid, number, oneOf, text } from "../policy/scalars.ts";
import { meantWord } from "../policy/word-lists.ts";
import type { Json } from "../request/json.ts";
import type {
  Expectation,
  ExpectedApproval,
  ExpectedObligations,
  ExpectedState,
  PathValue,
  Where,
} from "./model.ts";

const STATES = ["none", "open", "satisfied", "refused", "unknown"] as const;

/** One name, or a list of them. */
const names: Decode<readonly string[]> = (node, log) => {
  if (node.kind === "list") return listOf(text)(node, log);
  const one = text(node, log);
  return one === undefined ? undefined : [one];
};

const pathValues: Decode<readonly PathValue[]> = entriesOf("this", (entry, log) => {
  const value = json(entry.value, log);
  return value === undefined ? undefined : { path: entry.key, value };
});

const where: Decode<Where> = (node, log) => {
  if (node.kind === "map") {
    const values = pathValues(node, log);
    return values === undefined ? undefined : { by: "values", values };
  }
  const read = condition(node, log);
  return read === undefined ? undefined : { by: "condition", condition: read };
};

const APPROVAL = {
  state: optional(oneOf(STATES)),
  rule: optional(text),
  quorum: optional(integer(1)),
  approvers: optional(listOf(text)),
  within: optional(duration),
  have: optional(listOf(text)),
};
const approvalRecord: Decode<ExpectedApproval> = recordOf(
  "an expected approval",
  APPROVAL,
  (fields) => fields,
);

const approval: Decode<ExpectedApproval | "none"> = (node, log) => {
  if (node.kind === "map") return approvalRecord(node, log);
  const state = oneOf(STATES)(node, log);
  return state === undefined ? undefined : state === "none" ? "none" : { state };
};

const REDACT = { fields: optional(listOf(text)), above: optional(oneOf(CLASSIFICATIONS)) };
const redactRecord: Decode<Fields<typeof REDACT>> = recordOf(
  "an expected redaction",
  REDACT,
  (fields) => fields,
);

const redact: Decode<Fields<typeof REDACT>> = (node, log) => {
  if (node.kind === "map") return redactRecord(node, log);
  const fields = listOf(text)(node, log);
  return fields === undefined ? undefined : { fields };
};

const OBLIGATIONS = {
  redact: optional(redact),
  log: optional(boolean),
  notify: optional(listOf(text)),
};
const obligationRecord: Decode<ExpectedObligations> = recordOf(
  "expected obligations",
  OBLIGATIONS,
  ({ redact: wanted, log, notify }) => ({
    ...(wanted?.fields === undefined ? {} : { redact: wanted.fields }),
    ...(wanted?.above === undefined ? {} : { above: wanted.above }),
    ...(log === undefined ? {} : { log }),
    ...(notify === undefined ? {} : { notify }),
  }),
);

const obligations: Decode<ExpectedObligations | "none"> = (node, log) => {
  if (node.kind === "map") return node.entries.length === 0 ? "none" : obligationRecord(node, log);
  return oneOf(["none"])(node, log);
};

function namedValues<T>(decode: Decode<T>): Decode<ReadonlyMap<string, T>> {
  const entries = entriesOf<readonly [string, T]>("this", (entry, log) => {
    const value = decode(entry.value, log);
    return value === undefined ? undefined : [entry.key, value];
  });
  return (node, log) => {
    const read = entries(node, log);
    return read === undefined ? undefined : new Map(read);
  };
}

/** A list of names that are set, or a map that says of each whether it is. */
const labels: Decode<ReadonlyMap<string, boolean>> = (node, log) => {
  if (node.kind === "map") return namedValues(boolean)(node, log);
  const set = listOf(text)(node, log);
  return set === undefined ? undefined : new Map(set.map((name) => [name, true] as const));
};

const values: Decode<ReadonlyMap<string, readonly Json[]>> = namedValues(listOf(json));
const STATE = {
  labels: optional(labels),
  counters: optional(namedValues(number)),
  values: optional(values),
};
const state: Decode<ExpectedState> = recordOf("an expected state", STATE, (fields) => ({
  labels: fields.labels ?? new Map<string, boolean>(),
  counters: fields.counters ?? new Map<string, number>(),
  values: fields.values ?? new Map<string, readonly Json[]>(),
}));

const EXPECT = {
  where: optional(where),
  effect: optional(oneOf(RULE_EFFECTS)),
  rules: optional(names, "rule"),
  permitted: optional(boolean),
  indeterminate: optional(boolean),
  approval: optional(approval),
  obligations: optional(obligations),
  missing: optional(listOf(text)),
  state: optional(state),
};

function expects(
  fields: Fields<typeof EXPECT>,
  node: MapNode,
  log: DiagnosticSink,
): Expectation | undefined {
  const says = Object.keys(fields).some((name) => name !== "where");
  if (says) return { ...fields, place: node.place };
  return invalid(
    node,
    "the expectation has no expected value, so it cannot fail",
    log,
    "write at least the `effect`",
  );
}

const record: Decode<Expectation> = recordOf("an expectation", EXPECT, expects);

/** The effect that a word alone is meant to be, in the words of other products too. */
function effectOf(word: string): string | undefined {
  return RULE_EFFECTS.find((effect) => effect === word) ?? meantWord(word, RULE_EFFECTS);
}

/** WHY the scalar first: whoever writes `expect: deny` is told where the effect belongs. */
const one: Decode<Expectation> = (node, log) => {
  const effect = node.kind === "scalar" ? effectOf(node.source) : undefined;
  if (effect === undefined) return record(node, log);
  log.add({
    code: "wrong-type",
    place: node.place,
    message: "an expectation has to be a map, not text",
    help: `write \`{ effect: ${effect} }\``,
  });
  return undefined;
};

/**
 * What a call is expected to come to: one expectation, or a list of which the first whose `where`
 * fits counts.
 */
export const expectations: Decode<readonly Expectation[]> = (node: Node, log) => {
  if (node.kind !== "list") {
    const read = one(node, log);
    return read === undefined ? undefined : [read];
  }
  if (node.items.length === 0)
    return invalid(
      node,
      "the list is empty: nothing is expected",
      log,
      "write at least the `effect`",
    );
  return listOf(one)(node, log);
};
