// The JSON Schemas of result documents, made out of their types: `npm run schemas` writes
// schemas/results/. A test holds them to the types, and what the commands write to them.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGenerator } from "ts-json-schema-generator";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Which type each command's document has. */
export const RESULTS = {
  accept: "AcceptResult",
  analyze: "AnalyzeResult",
  bench: "BenchResult",
  blame: "BlameResult",
  "blast-radius": "BlastRadiusResult",
  bundle: "BundleResult",
  "catalog-check": "CatalogCheckResult",
  ci: "CiResult",
  coverage: "CoverageResult",
  decide: "DecideResult",
  diff: "DiffResult",
  explain: "ExplainResult",
  failure: "FailureResult",
  fmt: "FmtResult",
  init: "InitResult",
  lint: "LintResult",
  part: "PartResult",
  plan: "PlanResult",
  "record-plan": "RecordPlanResult",
  replay: "ReplayResult",
  report: "ReportResult",
  scan: "ScanResult",
  test: "TestResult",
  "trace-distil": "DistilResult",
  "trace-index": "IndexResult",
  "trace-redact": "RedactResult",
  "trace-stats": "StatsResult",
  "trace-validate": "ValidateResult",
  "version-bump": "VersionBumpResult",
  "version-check": "VersionCheckResult",
  "who-can": "WhoCanResult",
};

/** Descriptions without the statements that they cite: a reader of a schema does not have them. */
function described(key, value) {
  return key === "description" && typeof value === "string"
    ? value.replaceAll(/ \(design [^)]*\)/g, "")
    : value;
}

/**
 * Each schema's text by its name. More members are welcome (design 12), so a document may have some
 * that its schema does not name.
 */
export function resultSchemas() {
  const generator = createGenerator({
    path: `${root}src/documents/*.ts`,
    tsconfig: `${root}tsconfig.json`,
    skipTypeCheck: true,
    additionalProperties: true,
    topRef: false,
    encodeRefs: false,
    sortProps: false,
  });
  return new Map(
    Object.entries(RESULTS).map(([name, type]) => {
      const { $schema, ...schema } = generator.createSchema(type);
      const head = { $schema, $id: `urn:agentz:schema:result:${name}:v1`, title: type };
      return [name, `${JSON.stringify({ ...head, ...schema }, described, 2)}\n`];
    }),
  );
}

/** The file of a schema. */
export function schemaFile(name) {
  return `${root}schemas/results/${name}.schema.json`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of resultSchemas()) writeFileSync(schemaFile(name), text);
