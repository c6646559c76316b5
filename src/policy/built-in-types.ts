import {
  ACTION_KIND,
  agentStatus,
  APPROVAL_DECISION,
  CLASSIFICATION,
  CREDENTIAL_KIND,
  DECISION_EFFECT,
  MEMORY_SCOPE,
  OUTCOME_STATUS,
  sessionLabel,
  SUBJECT_TYPE,
  TOOL_EFFECT,
} from "./word-lists.ts";
import {
  BOOL,
  DOUBLE,
  DURATION,
  DYN,
  listOf,
  mapOf,
  STRING,
  TIMESTAMP,
  type StructType,
  type Type,
} from "../condition/types.ts";

function struct(fields: { readonly [name: string]: Type }, open: boolean): StructType {
  return { kind: "struct", fields: new Map(Object.entries(fields)), open };
}

function open(fields: { readonly [name: string]: Type }): StructType {
  return struct(fields, true);
}

function closed(fields: { readonly [name: string]: Type }): StructType {
  return struct(fields, false);
}

/** A caller: what traces carry (design 3.2) and what the catalog adds (design 2.5). */
export const SUBJECT = open({
  type: SUBJECT_TYPE,
  id: STRING,
  name: STRING,
  registered: BOOL,
  owner: STRING,
  purpose: STRING,
  status: agentStatus(),
  expires: TIMESTAMP,
  reviewed: TIMESTAMP,
  review_every: DURATION,
  data_classes: listOf(CLASSIFICATION),
  tenant: STRING,
  roles: listOf(STRING),
  department: STRING,
  team: STRING,
  credential: open({ kind: CREDENTIAL_KIND, id: STRING, issued: TIMESTAMP, expires: TIMESTAMP }),
});

export const ACTION = open({
  kind: ACTION_KIND,
  server: STRING,
  name: STRING,
  effects: listOf(TOOL_EFFECT),
  reversible: BOOL,
  open_world: BOOL,
  consequential: BOOL,
  definition_digest: STRING,
  definition_changed: BOOL,
});

export const RESOURCE_TYPE = open({
  type: STRING,
  id: STRING,
  name: STRING,
  classification: CLASSIFICATION,
  environment: STRING,
  owner: STRING,
  tenant: STRING,
  scope: MEMORY_SCOPE,
  retain: DURATION,
  fields: mapOf(STRING, CLASSIFICATION),
});

export const CONTEXT = open({
  surface: STRING,
  session: STRING,
  task: open({ id: STRING, type: STRING, project: STRING }),
  model: open({ name: STRING }),
  request: DYN,
  on_behalf_of: open({
    type: SUBJECT_TYPE,
    id: STRING,
    name: STRING,
    registered: BOOL,
    roles: listOf(STRING),
    department: STRING,
    team: STRING,
    tenant: STRING,
  }),
  delegation: listOf(STRING),
  approvals: listOf(
    open({ id: STRING, by: STRING, at: DYN, decision: APPROVAL_DECISION, digest: STRING }),
  ),
  signals: open({}),
});

/** What session declarations read of the call that they look back on (design 5.3). */
export const DECISION = closed({ effect: DECISION_EFFECT, permitted: BOOL, approved: BOOL });
export const OUTCOME = open({ status: OUTCOME_STATUS });

/** Arguments of a call of which no schema is known. */
export const ANY_ARGS = open({});

export interface SessionNames {
  readonly labels: ReadonlySet<string>;
  readonly counters: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/** Session state with these names; `lenient`: a name more is no error. */
export function sessionType(names: SessionNames, lenient: boolean): StructType {
  const record = (names: Iterable<string>, type: Type): StructType => ({
    kind: "struct",
    fields: new Map([...names].map((name) => [name, type])),
    open: lenient,
  });
  return closed({
    labels: listOf(lenient ? STRING : sessionLabel(names.labels)),
    counters: record(names.counters, DOUBLE),
    values: record(names.values, listOf(DYN)),
  });
}
