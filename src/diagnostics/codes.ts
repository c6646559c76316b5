/**
 * The closed table of diagnostic codes: permanent names, one line each for `--help`, pages and SARIF.
 * A code is never renamed or reused. Each has a page under docs/lint/ and a test that makes it fire.
 */
export const CODES = {
  "yaml-syntax": "the file is not well-formed YAML",
  "duplicate-key": "a mapping has the same key twice",
  "alias-limit": "a document expands more than 100 aliases",
  "nesting-limit": "a document nests more than 100 levels deep",
  "unsupported-value": "a value that JSON does not know",
  "unknown-document": "apiVersion or kind is missing or not known",
  "unknown-field": "a field that the grammar does not have",
  "missing-field": "a required field is missing",
  "wrong-type": "a value of the wrong type",
  "invalid-value": "a value that the field does not allow",
  "invalid-glob": "a pattern that cannot fit anything as written",
  "duplicate-id": "two things of one kind have the same name",
  "condition-syntax": "a condition does not parse as CEL",
  "condition-type": "a condition does not check against the declared types",
  "unknown-attribute": "a condition reads an attribute that does not exist",
  "invalid-pattern": "a regular expression that RE2 does not accept",
  "invalid-schema": "a JSON Schema that does not compile",
  "data-file": "a data file of a catalog cannot be read or has not the shape asked for",
  "example-failed": "an inline example of a rule does not hold",
  "conflicting-attribute": "two equally specific resource patterns disagree on an attribute",
} as const;

export type DiagnosticCode = keyof typeof CODES;
