// JSON Schemas that are known when we build, compiled to plain JavaScript so that no run compiles them.
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";

/** The name under which the library knows the schema of schemas. */
const DRAFT_07 = "http://json-schema.org/draft-07/schema";

/** The text of a CommonJS module whose export checks whether a value is a draft-07 schema. Options are those of `engine/schema-check.ts`. */
export function draft07Source() {
  const ajv = new Ajv({ strict: false, validateFormats: false, code: { source: true } });
  return standalone.default(ajv, ajv.getSchema(DRAFT_07));
}

/** For the file that holds the check, `draft-07.cjs`. */
export const compiledSchemas = {
  name: "compiled-schemas",
  setup(build) {
    build.onResolve({ filter: /^draft-07$/ }, ({ path }) => ({ path, namespace: "compiled" }));
    build.onLoad({ filter: /.*/, namespace: "compiled" }, () => ({ contents: draft07Source(), resolveDir: build.initialOptions.absWorkingDir }));
  },
};

/** For the program: the check is that file's, read when first asked. */
export const compiledChecks = {
  name: "compiled-checks",
  setup(build) {
    build.onResolve({ filter: /^\.\/draft-07\.cjs$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /src[\\/]engine[\\/]draft-07\.ts$/ }, () => ({ contents: 'export const draft07Check = () => require("./draft-07.cjs");' }));
  },
};
