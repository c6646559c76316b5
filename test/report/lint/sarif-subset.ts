const text = (maxLength: number): object => ({ type: "string", minLength: 1, maxLength });
const message = (maxLength: number): object => ({
  type: "object",
  required: ["text"],
  properties: { text: text(maxLength), markdown: { type: "string" } },
  additionalProperties: false,
});
const level = { enum: ["none", "note", "warning", "error"] };
const position = { type: "integer", minimum: 1 };

const RULE = {
  type: "object",
  required: ["id", "shortDescription", "fullDescription", "help"],
  properties: {
    id: text(255),
    name: text(255),
    shortDescription: message(1024),
    fullDescription: message(1024),
    help: message(10_000),
    helpUri: { type: "string" },
    defaultConfiguration: { type: "object", properties: { level }, additionalProperties: false },
    properties: {
      type: "object",
      properties: {
        tags: { type: "array", maxItems: 20, uniqueItems: true, items: { type: "string" } },
        precision: { enum: ["very-high", "high", "medium", "low"] },
      },
    },
  },
  additionalProperties: false,
};

const RESULT = {
  type: "object",
  required: ["ruleId", "message", "locations", "partialFingerprints"],
  properties: {
    ruleId: text(255),
    ruleIndex: { type: "integer", minimum: 0 },
    level,
    message: message(100_000),
    locations: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["physicalLocation"],
        properties: {
          physicalLocation: {
            type: "object",
            required: ["artifactLocation", "region"],
            properties: {
              artifactLocation: {
                type: "object",
                required: ["uri"],
                properties: {
                  uri: { type: "string", pattern: "^[A-Za-z0-9%._~!$&'()*+;=:@/-]+$" },
                },
              },
              region: {
                type: "object",
                required: ["startLine"],
                properties: {
                  startLine: position,
                  startColumn: position,
                  endLine: position,
                  endColumn: position,
                },
                additionalProperties: false,
              },
            },
          },
        },
      },
    },
    partialFingerprints: {
      type: "object",
      required: ["primaryLocationLineHash"],
      additionalProperties: { type: "string" },
    },
  },
  additionalProperties: false,
};

/**
 * What SARIF 2.1.0 says about the parts that are written, and what GitHub's code scanning asks for
 * besides.
 */
export const SARIF_SUBSET = {
  type: "object",
  required: ["$schema", "version", "runs"],
  properties: {
    $schema: { const: "https://json.schemastore.org/sarif-2.1.0.json" },
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: {
        type: "object",
        required: ["tool", "results"],
        properties: {
          automationDetails: {
            type: "object",
            required: ["id"],
            properties: { id: { type: "string", pattern: "/$" } },
          },
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          tool: {
            type: "object",
            required: ["driver"],
            properties: {
              driver: {
                type: "object",
                required: ["name", "rules"],
                properties: {
                  name: text(255),
                  semanticVersion: { type: "string" },
                  rules: { type: "array", items: RULE },
                },
                additionalProperties: false,
              },
            },
          },
          results: { type: "array", maxItems: 25_000, items: RESULT },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};
