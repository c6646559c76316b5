import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import AjvDraft04 from "ajv-draft-04";

const require = createRequire(import.meta.url);
const SCHEMA: object = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
);
const validate = new AjvDraft04.default({
  allErrors: true,
  strict: false,
  validateFormats: false,
  unicodeRegExp: false,
}).compile(SCHEMA);

/**
 * Where a text departs from the schema of SARIF 2.1.0 (OASIS, rtm.5), each with its place; nothing
 * where it keeps to it.
 */
export function sarifFaults(text: string): readonly string[] {
  return validate(JSON.parse(text))
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message = "" }) => `${instancePath}: ${message}`,
      );
}
