/**
 * The closed table of diagnostic codes: permanent names, one line each for `--help`, pages and
 * SARIF. A code is never renamed or reused. Each has a page under docs/lint/ and a test that makes
 * it fire.
 */
export const CODES = {
  "yaml-syntax": "the file is not well-formed YAML",
  "duplicate-key": "a mapping has the same key twice",
  "alias-limit": "a document expands more than 100 aliases",
  "nesting-limit": "a document is nested more than 100 levels deep",
  "unsupported-value": "JSON does not have this value",
  "unknown-document": "`apiVersion` or `kind` is missing or unknown",
  "unknown-field": "the grammar does not have this field",
  "missing-field": "a required field is missing",
  "wrong-type": "a value has the wrong type",
  "invalid-value": "a field does not allow a value",
  "invalid-glob": "a pattern has a form that fits nothing",
  "duplicate-id": "two things of the same kind have the same name",
  "condition-syntax": "a condition is not valid CEL",
  "condition-type": "a condition does not fit the declared types",
  "unknown-attribute": "a condition reads an attribute that does not exist",
  "undeclared-state": "an example or a test sets session state that no policy declares",
  "unknown-input":
    "an example, a test or a request has a name that no policy reads and no catalog lists",
  "invalid-pattern": "RE2 does not accept a regular expression",
  "invalid-schema": "agentz cannot enforce a JSON Schema",
  "data-file": "a data file of a catalog cannot be read, or does not have the required shape",
  "example-failed": "an example under `match` or `not_match` fails",
  "conflicting-attribute":
    "two equally specific resource patterns give different values for an attribute",
  "contradictory-condition": "a rule, or a part of its condition, can never be true",
  "impossible-value":
    "a condition compares an attribute with a value that the attribute can never have",
  "unknown-value": "a condition compares an attribute with a value that the catalog does not list",
  "constant-condition": "a condition, or a part of it, can never be false",
  "shadowed-rule": "a rule has no effect, because other rules decide every call that it matches",
  "duplicate-rule": "two rules have the same meaning",
  "redundant-pattern": "a pattern fits nothing that another pattern of the list does not fit",
  "dead-pattern": "a pattern fits no id or subject",
  "foreign-pattern": "a pattern uses the syntax of another tool",
  "missing-form": "a pattern compares parts of an id, and no catalog declares the form of the id",
  "wildcard-allow": "a rule allows every tool and has no condition",
  "missing-approval":
    "a tool that pays, grants or cannot be undone is allowed, and no rule restricts it",
  "outside-manifest": "a rule permits only calls that manifests or lifecycles deny",
  "empty-policy": "a policy without rules decides nothing",
  "nothing-allowed": "no rule of the policy set permits anything",
  "misread-text": "YAML or CEL gives a condition another meaning than it seems to have",
  "optional-argument": "a condition reads an argument that may be missing",
  "unrecorded-attribute": "a rule reads an attribute that no fitting call of the trace records",
  "impossible-quorum": "an approval needs more people than can give it",
  "unknown-approver": "an approver, or somebody to notify, is not in the catalog",
  "unknown-tool": "a pattern fits no declared tool",
  "unknown-argument":
    "a condition, a redaction or a manifest names an argument that no declared tool has",
  "unknown-agent": "a pattern fits no listed agent",
  "unused-manifest-tool": "no rule permits this tool of a manifest",
  "unused-declaration": "no condition reads this session state or declared attribute",
  "expired-exception": "an exception has expired",
  "inert-exception": "an exception never applies",
  "expired-agent": "a commissioned agent has expired",
  "overdue-review": "the review of an agent is overdue",
  "suspicious-characters":
    "the text has invisible characters, or letters that look like other letters",
  secret: "a policy contains a credential",
  "bad-suppression":
    "a suppression has no reason, or suppresses something that cannot be suppressed",
  "unused-suppression": "a suppression has no effect",
  "allow-deny-overlap": "a deny rule overrides part of an allow rule",
  "missing-description": "a policy has no description",
  "missing-owner": "a policy has no owner",
  "missing-reason": "a deny rule has no reason",
  "negated-scope": "a rule allows everything except what it names",
  "sibling-prefix":
    "a condition compares a path or domain by its letters, so that it also fits siblings",
  "unanchored-pattern":
    "a regular expression without anchors lets a rule permit more texts than intended",
  "untested-rule": "a rule with a condition has no example",
  "unused-data": "no condition reads this data of a catalog",
} as const;

export type DiagnosticCode = keyof typeof CODES;
