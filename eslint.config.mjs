import tseslint from "typescript-eslint";

/**
 * What is remembered lives with what it was worked out for (the compiled set, a session), and goes
 * with it. The modules that remember by themselves, and why they may.
 */
const REMEMBERING = {
  "src/api/config/config.ts": "the streams to which it was said which configuration is used",
  "src/api/replay/scanner-code.ts": "the scanner is compiled once for a process",
  "src/batch/values/resource-class.ts": "by set, which other modules make",
  "src/condition/compare.ts": "by the frozen list itself, whoever reads it, and goes with it",
  "src/condition/functions/calendar.ts": "by the name of a zone, at most 100",
  "src/condition/regex.ts": "by pattern, which may come from a call, at most 200",
  "src/engine/mask.ts": "by a request's own list, which many requests of a test share",
  "src/engine/schema-check.ts": "by schema: versions and mutants of a set have mostly the same",
  "src/proof/function-facts.ts": "by expression, and goes with it",
  "src/proof/glob-machine.ts": "by pattern, in every set of a comparison, at most 10,000",
  "src/proof/linear.ts": "by variable, and goes with it",
  "src/proof/text-set.ts": "by demands on a text, in every question, at most 20,000",
  "src/proof/variables.ts": "one variable for a path in every set, at most 10,000",
  "src/serve/log-lock.ts": "the logs that this process writes: locks are a process's",
};

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "node_modules/",
      "test/**/fixtures/",
      "schemas/",
      "**/*.generated.*",
      "src/**/*.wasm.ts",
    ],
  },
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [tseslint.configs.recommended],
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "exit",
          message: "set process.exitCode in cli/main.ts: a pipe must be drained",
        },
      ],
      eqeqeq: "error",
      "max-params": ["error", 4],
    },
  },
  {
    // a cast at the border hides a missing decoder; tests may narrow what they know
    files: ["src/**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "no-console": "error",
      "no-restricted-imports": [
        "error",
        {
          paths: ["node:fs", "node:fs/promises"].map((name) => ({
            name,
            importNames: ["mkdir", "mkdirSync"],
            message:
              "use makeFolder of node/make-folder.ts: `recursive` of Node never ends below /proc",
          })),
        },
      ],
    },
  },
  { files: ["src/node/make-folder.ts"], rules: { "no-restricted-imports": "off" } },
  {
    // a table of a module is `ReadonlyMap` or `ReadonlySet`
    files: ["src/**/*.ts"],
    ignores: Object.keys(REMEMBERING),
    rules: {
      "no-restricted-syntax": [
        "error",
        ...[
          "Program > VariableDeclaration[kind='let']",
          "Program > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^Weak(Map|Set)$/]",
          "Program > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > " +
            "NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]",
          "Program > VariableDeclaration > " +
            "VariableDeclarator[id.typeAnnotation.typeAnnotation.typeName.name=/^(Map|Set)$/]",
          "Program > ExportNamedDeclaration > VariableDeclaration[kind='let']",
        ].map((selector) => ({
          selector,
          message: "let what it is worked out for keep it, or say in eslint.config.mjs why not",
        })),
      ],
    },
  },
);
