import { CLASSIFICATIONS, RULE_EFFECTS, RULE_MODES } from "./closed-lists.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { defaulted, optional, required, type Fields } from "./fields.ts";
import { plainMap } from "./json-values.ts";
import {
  actionGlob,
  entityGlob,
  eachOf,
  entriesOf,
  listOf,
  personGlob,
  recordOf,
  someOf,
} from "./lists.ts";
import { quoted, type DiagnosticSink } from "./log.ts";
import type {
  Approval,
  Example,
  Obligations,
  Rule,
  RuleException,
  SessionExample,
} from "./model.ts";
import {
  entryOf,
  headSpan,
  isBroken,
  recordPlace,
  toJson,
  type MapNode,
  type Node,
} from "./node.ts";
import { condition } from "./read-condition.ts";
import {
  anyText,
  boolean,
  duration,
  identifier,
  instant,
  integer,
  invalid,
  number,
  oneOf,
  text,
} from "./scalars.ts";

const NOTHING = "it would fit nothing";

/** The scope's three lists, as rules and exceptions have them. */
export const SCOPE = {
  subjects: optional(someOf(entityGlob, NOTHING)),
  actions: optional(someOf(actionGlob, NOTHING)),
  resources: optional(someOf(entityGlob, NOTHING)),
};

export const APPROVAL = {
  approvers: optional(someOf(personGlob, "nobody could approve")),
  quorum: defaulted(integer(1), 1),
  within: optional(duration),
};

export const REDACT = {
  fields: defaulted(listOf(text), []),
  above: optional(oneOf(CLASSIFICATIONS)),
};

type Redact = NonNullable<Obligations["redact"]>;

const redactRecord = recordOf(
  "`redact`",
  REDACT,
  (fields: Fields<typeof REDACT>, node, log): Redact | undefined => {
    if (fields.fields.length > 0 || fields.above !== undefined) return fields;
    return invalid(
      node,
      "`redact` names neither a field nor a classification",
      log,
      "write `redact: [outcome.result.card]` or `redact: { above: internal }`",
    );
  },
);

const redactPaths = someOf(text, "nothing would be redacted");

function redact(node: Node, log: DiagnosticSink): Redact | undefined {
  if (node.kind !== "list") return redactRecord(node, log);
  const fields = redactPaths(node, log);
  return fields === undefined ? undefined : { fields };
}

export const OBLIGATIONS = {
  redact: optional(redact),
  log: defaulted(boolean, false),
  notify: defaulted(listOf(personGlob), []),
};

export const EXCEPTION = {
  ...SCOPE,
  when: optional(condition),
  reason: required(text),
  owner: required(text),
  expires: optional(instant),
};

const exception = recordOf(
  "an exception",
  EXCEPTION,
  (fields: Fields<typeof EXCEPTION>, node, log): RuleException | undefined => {
    const { expires, ...rest } = fields;
    if (
      ["subjects", "actions", "resources", "when"].every(
        (name) => entryOf(node, name) === undefined,
      )
    ) {
      const message = "an exception without a scope and without `when` switches the rule off";
      log.add({
        code: "missing-field",
        place: node.place,
        span: headSpan(node),
        message,
        help: "add a scope or `when`, or remove the rule",
      });
      return undefined;
    }
    return { ...rest, ...(expires !== undefined && { expires: expires.time }), place: node.place };
  },
);

export const SESSION_EXAMPLE = {
  labels: defaulted(listOf(text), []),
  counters: defaulted(
    entriesOf("`counters`", ({ key, value }, log) => pair(key, number(value, log))),
    [],
  ),
  values: defaulted(
    entriesOf("`values`", ({ key, value }, log) => pair(key, jsonList(value, log))),
    [],
  ),
};

function pair<T>(key: string, value: T | undefined): readonly [string, T] | undefined {
  return value === undefined ? undefined : [key, value];
}

const jsonList = listOf((node): Json | undefined => (isBroken(node) ? undefined : toJson(node)));

/** Session state as examples, suites and `decide` write it down. */
const sessionExample = recordOf(
  "`session`",
  SESSION_EXAMPLE,
  (fields: Fields<typeof SESSION_EXAMPLE>): SessionExample => ({
    labels: fields.labels,
    counters: Object.fromEntries(fields.counters),
    values: Object.fromEntries(fields.values),
  }),
);

const timeText = (node: Node, log: DiagnosticSink): string | undefined => instant(node, log)?.text;

export const EXAMPLE = {
  subject: optional(plainMap),
  action: optional(plainMap),
  resource: optional(plainMap),
  context: optional(plainMap),
  args: optional(plainMap),
  time: optional(timeText),
  session: optional(sessionExample),
  complete: optional(listOf(text)),
  unrecorded: optional(listOf(text)),
};

const example = recordOf("an example", EXAMPLE, (fields: Fields<typeof EXAMPLE>, node): Example => {
  const { session, ...request } = fields;
  const members: JsonObject = request;
  return { request: members, ...(session !== undefined && { session }), place: node.place };
});

export const RULE = {
  id: required(identifier("/")),
  effect: required(oneOf(RULE_EFFECTS)),
  ...SCOPE,
  when: optional(condition),
  reason: optional(text),
  approval: optional(
    recordOf("`approval`", APPROVAL, (fields: Fields<typeof APPROVAL>): Approval => fields),
  ),
  obligations: optional(
    recordOf(
      "`obligations`",
      OBLIGATIONS,
      (fields: Fields<typeof OBLIGATIONS>): Obligations => fields,
    ),
  ),
  onDeny: optional(
    oneOf(["block_tool", "suspend_session", "terminate_session", "revoke_credential"]),
    "on_deny",
  ),
  labels: defaulted(listOf(anyText), []),
  mode: defaulted(oneOf(RULE_MODES), "enforce"),
  exceptions: defaulted(eachOf(exception), []),
  match: defaulted(eachOf(example), []),
  notMatch: defaulted(eachOf(example), [], "not_match"),
};

/**
 * Fields that only some effects have a use for (design 2.2, 6): on the others they would be
 * silently without force.
 */
const ONLY_ON: readonly { readonly field: string; readonly effects: readonly string[] }[] = [
  { field: "approval", effects: ["require_approval"] },
  { field: "on_deny", effects: ["deny"] },
  { field: "obligations", effects: ["allow", "require_approval"] },
];

function checkEffect(node: MapNode, log: DiagnosticSink): void {
  const effect = entryOf(node, "effect")?.value;
  const value = effect?.kind === "scalar" ? effect.value : undefined;
  if (!RULE_EFFECTS.some((known) => known === value)) return;
  for (const { field, effects } of ONLY_ON) {
    const entry = entryOf(node, field);
    if (entry === undefined || effects.some((known) => known === value)) continue;
    const help = `it belongs on rules with effect ${effects.map((known) => `\`${known}\``).join(" or ")}`;
    log.add({
      code: "invalid-value",
      place: entry.keyPlace,
      message: `${quoted(field)} has no effect on a rule with effect ${quoted(String(value))}`,
      help,
    });
  }
}

const soundRule = recordOf("a rule", RULE, (fields: Fields<typeof RULE>, node): Rule => {
  const approval =
    fields.approval ?? (fields.effect === "require_approval" ? { quorum: 1 } : undefined);
  return { ...fields, ...(approval !== undefined && { approval }), place: recordPlace(node, "id") };
});

/**
 * A rule in which everything is sound; one that is not is left out whole, since a part of it would
 * be another rule.
 */
export function rule(node: Node, log: DiagnosticSink): Rule | undefined {
  const before = log.count;
  const read = soundRule(node, log);
  if (node.kind === "map") checkEffect(node, log);
  return log.count === before ? read : undefined;
}
