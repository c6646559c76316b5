import type { Classification, ToolEffect } from "./model.ts";

/** The classifications of design 2.5, from the most open one. */
export const CLASSIFICATIONS = [
  "public",
  "internal",
  "confidential",
  "restricted",
] as const satisfies readonly Classification[];

/** What a tool does to the world (design 2.5). */
export const TOOL_EFFECTS = [
  "read",
  "create",
  "update",
  "delete",
  "execute",
  "send",
  "pay",
  "grant",
  "delegate",
  "remember",
] as const satisfies readonly ToolEffect[];

export const AGENT_STATUSES = ["commissioned", "suspended", "decommissioned"] as const;
export const MEMORY_SCOPES = ["user", "team", "tenant"] as const;
/** What an entry under `resources` says of the resources that it fits, beside its attributes. */
export const RESOURCE_FACTS = [
  "classification",
  "environment",
  "owner",
  "tenant",
  "scope",
  "retain",
] as const;
/** Whether a rule decides, or is only watched (design 2.2). */
export const RULE_MODES = ["enforce", "shadow"] as const;

export const RULE_EFFECTS = ["allow", "deny", "require_approval"] as const;

/** Design 3.2. */
export const SUBJECT_TYPES = ["agent", "human", "service", "model"] as const;
export const CREDENTIAL_KINDS = ["workload", "user_token", "api_key", "substitute"] as const;
export const ACTION_KINDS = [
  "tool_call",
  "mcp_request",
  "subagent_invocation",
  "api_call",
  "memory_read",
  "memory_write",
  "response",
] as const;

/** What approvals say (design 6.2). */
export const APPROVAL_DECISIONS = ["granted", "refused"] as const;
/** `outcome.status` as the importers write it. */
export const OUTCOME_STATUSES = ["ok", "error", "input_required"] as const;
