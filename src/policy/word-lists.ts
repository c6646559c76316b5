import type { StringType } from "../condition/types.ts";
import type { WordList } from "../condition/words.ts";
import { slippedFrom } from "../text/slip.ts";
import {
  ACTION_KINDS,
  AGENT_STATUSES,
  APPROVAL_DECISIONS,
  CLASSIFICATIONS,
  CREDENTIAL_KINDS,
  MEMORY_SCOPES,
  OUTCOME_STATUSES,
  RULE_EFFECTS,
  RULE_MODES,
  SUBJECT_TYPES,
  TOOL_EFFECTS,
} from "./closed-lists.ts";

type Aliases = { readonly [word: string]: string };

const CLASSIFICATION_ALIASES: Aliases = {
  open: "public",
  private: "confidential",
  sensitive: "confidential",
  secret: "restricted",
  top_secret: "restricted",
};

const TOOL_EFFECT_ALIASES: Aliases = {
  write: "update",
  modify: "update",
  edit: "update",
  remove: "delete",
  exec: "execute",
  run: "execute",
  email: "send",
  payment: "pay",
};

const SCOPE_ALIASES: Aliases = {
  personal: "user",
  group: "team",
  org: "tenant",
};

const EFFECT_ALIASES: Aliases = {
  permit: "allow",
  grant: "allow",
  denied: "deny",
  block: "deny",
  forbid: "deny",
  reject: "deny",
  ask: "require_approval",
  approve: "require_approval",
};

const STATUS_ALIASES: Aliases = {
  active: "commissioned",
  enabled: "commissioned",
  disabled: "suspended",
  inactive: "suspended",
  retired: "decommissioned",
  revoked: "decommissioned",
};

/** What a word of other products is called in a list of the format. */
const OTHER_WORDS: ReadonlyMap<readonly string[], Aliases> = new Map<readonly string[], Aliases>([
  [CLASSIFICATIONS, CLASSIFICATION_ALIASES],
  [TOOL_EFFECTS, TOOL_EFFECT_ALIASES],
  [MEMORY_SCOPES, SCOPE_ALIASES],
  [RULE_EFFECTS, EFFECT_ALIASES],
  [AGENT_STATUSES, STATUS_ALIASES],
  [
    RULE_MODES,
    { dry_run: "shadow", dryrun: "shadow", audit: "shadow", monitor: "shadow", warn: "shadow" },
  ],
]);

/** The word of a list that one of other products stands for; undefined: none is known. */
function otherWord(word: string, words: readonly string[]): string | undefined {
  const aliases = OTHER_WORDS.get(words) ?? {};
  const folded = word.toLowerCase().replaceAll("-", "_");
  return Object.hasOwn(aliases, folded) ? aliases[folded] : undefined;
}

/** The word of a list that another one is most likely meant to be; undefined: none is near. */
export function meantWord(word: string, words: readonly string[]): string | undefined {
  return slippedFrom(word, words) ?? otherWord(word, words);
}

/** A list that the format itself closes. */
function closedList(one: string, words: readonly string[], aliases: Aliases): WordList {
  return {
    words: new Set(words),
    strength: "closed",
    one,
    code: "impossible-value",
    aliases: new Map(Object.entries(aliases)),
  };
}

/** A text that is one of a list. */
export function oneOfList(list: WordList): StringType {
  return { kind: "string", among: { lists: [list], constants: [] } };
}

const classifications = closedList("a classification", CLASSIFICATIONS, CLASSIFICATION_ALIASES);

export const CLASSIFICATION = oneOfList({ ...classifications, ranked: true });

export const TOOL_EFFECT = oneOfList(
  closedList("an effect of tools", TOOL_EFFECTS, TOOL_EFFECT_ALIASES),
);

export const ACTION_KIND = oneOfList(
  closedList("a kind of action", ACTION_KINDS, {
    function: "tool_call",
    function_call: "tool_call",
    http: "api_call",
    agent: "subagent_invocation",
  }),
);

export const SUBJECT_TYPE_LIST = closedList("a type of subject", SUBJECT_TYPES, {
  user: "human",
  person: "human",
  bot: "agent",
  app: "service",
  workload: "service",
  llm: "model",
});

export const SUBJECT_TYPE = oneOfList(SUBJECT_TYPE_LIST);

export const CREDENTIAL_KIND = oneOfList(
  closedList("a kind of credential", CREDENTIAL_KINDS, {
    oauth: "user_token",
    token: "user_token",
    bearer: "user_token",
    key: "api_key",
    spiffe: "workload",
    svid: "workload",
    service_account: "workload",
  }),
);

/** The status of subjects; people may bring words of their own as attributes. */
export function agentStatus(own: readonly string[] = []): StringType {
  return oneOfList(closedList("a status of agents", [...AGENT_STATUSES, ...own], STATUS_ALIASES));
}

export const MEMORY_SCOPE = oneOfList(
  closedList("a scope of memory", MEMORY_SCOPES, SCOPE_ALIASES),
);

export const DECISION_EFFECT = oneOfList(
  closedList("an effect of decisions", RULE_EFFECTS, EFFECT_ALIASES),
);

export const OUTCOME_STATUS = oneOfList(
  closedList("a status of outcomes", OUTCOME_STATUSES, {
    success: "ok",
    succeeded: "ok",
    completed: "ok",
    failed: "error",
    failure: "error",
  }),
);

export const APPROVAL_DECISION = oneOfList(
  closedList("a decision on an approval", APPROVAL_DECISIONS, {
    approved: "granted",
    allow: "granted",
    denied: "refused",
    deny: "refused",
    rejected: "refused",
  }),
);

/** An element of `session.labels`. */
export function sessionLabel(labels: ReadonlySet<string>): StringType {
  return oneOfList({
    words: labels,
    strength: "closed",
    one: "a session label that a policy declares",
    code: "unknown-attribute",
    help: "declare it under `session.labels` of a policy",
  });
}
