// Packages that most runs never ask for: each becomes a file of its own, which is read when
// something of it is first used.

/** What our sources use of each. A function may be a class; an object is one of functions. */
const PACKAGES = {
  "@bufbuild/re2": { objects: ["RE2JS"] },
  "ajv/dist/2020.js": { functions: ["Ajv2020"] },
  "ajv-formats/dist/formats.js": { objects: ["fullFormats"] },
  "csv-parse/sync": { functions: ["parse"] },
  yaml: {
    functions: [
      "Composer",
      "Lexer",
      "Parser",
      "isAlias",
      "isMap",
      "isPair",
      "isScalar",
      "isSeq",
      "parseAllDocuments",
      "parseDocument",
      "stringify",
      "visit",
    ],
    objects: ["CST"],
  },
};

const fileOf = (name) => `${name.replace(/\W+/g, "-").replace(/^-/, "")}.cjs`;

/** A module with the package's names, which loads it when one of them is called. */
function standIn(name, { functions = [], objects = [] }) {
  return [
    `let loaded; const load = () => (loaded ??= require("./${fileOf(name)}"));`,
    ...functions.map(
      (each) =>
        `export function ${each}(...args) { return new.target === undefined ? ` +
        `load().${each}(...args) : new (load().${each})(...args); }`,
    ),
    ...objects.map(
      (each) =>
        `export const ${each} = new Proxy({}, { get: (_, member) => load().${each}[member] });`,
    ),
  ].join("\n");
}

/**
 * The plugin that puts stand-ins in the place of packages. A name that is missing from the table
 * fails the build.
 */
export const lazyPackages = {
  name: "lazy-packages",
  setup(build) {
    build.onResolve({ filter: /^[@a-z]/ }, ({ path, importer }) =>
      path in PACKAGES && !importer.includes("node_modules")
        ? { path, namespace: "lazy", sideEffects: false }
        : undefined,
    );
    // the command line's parser asks for processes, which it would start for commands in files of
    // their own; we have none
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer, kind }) =>
      kind === "require-call" && importer.includes("commander")
        ? { path: "spawn", namespace: "lazy-spawn" }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "lazy-spawn" }, () => ({
      contents:
        'module.exports = { spawn: (...args) => require("node:child_process").spawn(...args) };',
    }));
    build.onResolve({ filter: /\.cjs$/, namespace: "lazy" }, ({ path }) => ({
      path,
      external: true,
    }));
    build.onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => ({
      contents: standIn(path, PACKAGES[path]),
    }));
  },
};

/** The packages' own files, by name without ending, for a build of CommonJS. */
export const LAZY_FILES = Object.fromEntries(
  Object.keys(PACKAGES).map((name) => [fileOf(name).replace(/\.cjs$/, ""), name]),
);
