/** The pipeline, top to bottom: a folder imports only from those named for it. docs/architecture.md tells why. */
const base = ["text", "diagnostics"];
const pure = [...base, "documents"];
const mayImport = {
  text: [],
  diagnostics: ["text"],
  documents: [...base, "request"],
  request: base,
  condition: base,
  policy: [...base, "request", "condition"],
  engine: [...pure, "request", "condition", "policy"],
  trace: [...pure, "request"],
  mapping: [...pure, "request", "condition", "trace"],
  proof: [...pure, "request", "condition", "policy", "engine"],
  lint: [...pure, "request", "condition", "policy", "engine", "proof"],
  format: [...base, "condition", "policy", "lint"],
  editor: [...base, "request", "condition", "policy"],
  suite: [...pure, "request", "condition", "policy", "engine", "proof", "trace"],
  replay: [...pure, "request", "condition", "policy", "engine", "trace"],
  batch: [...pure, "request", "condition", "policy", "engine", "trace", "replay"],
  "trace-editing": [...pure, "request", "condition", "policy", "engine", "trace", "replay"],
  "catalog-draft": [...pure, "request", "condition", "policy", "trace"],
  bench: [...pure, "request", "condition", "policy", "engine", "trace"],
  coverage: [...pure, "request", "condition", "policy", "engine", "trace", "replay"],
  "executive-report": [
    ...pure,
    "request",
    "condition",
    "policy",
    "engine",
    "trace",
    "replay",
    "coverage",
  ],
  "access-analysis": [...pure, "request", "condition", "policy", "engine", "trace", "replay"],
  release: [...pure, "request", "condition", "policy", "engine", "proof"],
  report: [...pure, "request"],
  node: [...pure, "policy", "trace", "release"],
};
/** The use cases stand on every room below them. */
mayImport.api = Object.keys(mayImport);
/** The decision point is a client of the library, with a network: it decides nothing itself. */
mayImport.serve = ["text", "diagnostics", "request", "documents", "node", "api"];
/** Hooks ask a decision point that runs, or are one for a single call. */
mayImport.hook = ["text", "diagnostics", "request", "node", "api", "serve"];
/** The gateway is a decision point between an MCP client and a server. */
mayImport.gateway = ["text", "diagnostics", "request", "node", "api", "serve"];
/** The language server is a client of the library, with an editor at its other end. */
mayImport["language-server"] = ["text", "diagnostics", "documents", "node", "api"];
/** A scan is a replay by the library of what it imports. */
mayImport.scan = ["text", "diagnostics", "request", "documents", "node", "api"];
const reasons = {
  text: "source text knows nothing of what is written in it",
  documents:
    "every result document is a type here: who makes it and who shows it know nothing of each other",
  diagnostics: "one shape of finding for every stage, so it stands below all of them",
  request: "what a decision reads; traces and the engine share it without knowing each other",
  condition:
    "the expression language stands alone, so that it can be judged by its own conformance suite",
  policy: "documents become typed values; nothing here decides",
  engine:
    "a decision is a pure function of documents, request and state; files and traces come in as values",
  trace: "reading and importing traces must not depend on what policies mean",
  mapping:
    "turns foreign records into events by conditions, so it stands above both: traces know no " +
    "expression language, and conditions no formats",
  proof:
    "one prover for whoever asks what can happen at all: it never guesses, and outside its " +
    "fragment says that it cannot tell",
  lint: "findings on documents; traces reach it as summaries",
  format: "changes the layout of documents and nothing of what they say",
  editor:
    "answers what an editor asks of texts, half-typed ones too: offsets in, values out; it knows " +
    "no protocol and reads no file",
  "language-server":
    "says in the protocol of editors what the library answers; it knows no policies and no grammar",
  suite: "tests of policies run on the engine that ships",
  batch:
    "decides many calls at once by what rules come to: the engine decides each outcome, and " +
    "nothing here is of files or threads",
  replay: "joins engine and trace; presents nothing",
  "trace-editing":
    "makes a trace fit to be kept: what policies read of it, and what a replay shows of it, " +
    "decide; it decides no call itself",
  "catalog-draft": "holds what a trace shows against a catalog; decides no call",
  bench: "measures the engine that ships; the clock comes in as a value",
  coverage: "queries decisions that the replay made; decides nothing itself",
  "executive-report":
    "gathers what a report shows from replay and coverage; decides nothing and writes no format",
  "access-analysis":
    "asks the engine what could happen, not what did; changes no state and reads no file",
  release: "compares documents; never replays",
  report:
    "a reporter is a pure function of a result document: it knows the result's types and nothing of how it came about",
  node: "brings files, git, keys and hashes in as values, and says what cannot be read; judges nothing that is read",
  api:
    "the public library: one call for each question, values in and values out; it knows no " +
    "flags, no formats' layout and no exit status",
  hook: "reads what coding agents tell of their calls, and answers as each wants it; it decides nothing",
  gateway:
    "reads what MCP clients and servers say to each other, and asks the decision point before " +
    "a call goes on; it decides nothing",
  scan: "finds recorded sessions and counts what the library says of them; it decides nothing",
  serve:
    "answers over the network what the library decides: requests in, lines of the log out; it " +
    "knows no policies and decides nothing",
};
const layers = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  comment: reasons[folder],
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: {
    path: "^src/",
    pathNot: [`^src/(${[folder, ...allowed].join("|")})/`],
  },
}));

/** The packages that sources may import. The build puts them into dist/, with their licences. */
const bundled = [
  "@bufbuild/re2",
  "ajv",
  "ajv-formats",
  "chalk",
  "commander",
  "csv-parse",
  "hyparquet",
  "hyparquet-compressors",
  "hyparquet-writer",
  "jose",
  "prettier",
  "vscode-languageserver",
  "yaml",
];

/** Not installed with agentz: loaded where somebody asks for what they do. */
const optional = [
  "@grpc/grpc-js",
  "@grpc/proto-loader",
  "@opentelemetry/api",
  "@opentelemetry/exporter-metrics-otlp-http",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-metrics",
];

export default {
  forbidden: [
    ...layers,
    {
      name: "cli-is-a-client",
      comment:
        "a command turns flags into a value and makes one call of the library: what it needs " +
        "from below does not belong in it, or the library has to be wider",
      severity: "error",
      from: { path: "^src/cli/" },
      to: {
        path: "^src/",
        pathNot:
          "^src/(api|cli|diagnostics|documents|gateway|hook|language-server|node|report|scan|serve|text)/",
      },
    },
    {
      name: "no-cycles",
      comment: "a cycle, even among types, means that a file has no place of its own",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true },
    },
    {
      name: "pure-core",
      comment:
        "files, clock, environment, network and processes come in from node/, and what api/ " +
        "and cli/ ask of it; the core takes values and gives values",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: "^src/(node|api|cli|gateway|language-server|serve|hook|scan)/",
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "bundled-packages-only",
      comment:
        "what ships is bundled, so that nothing is installed with it: a package that sources " +
        "import is named here, and in docs/dependencies.md with its reason",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(serve/otlp|gateway/ext-mcp/grpc-server)\\.ts$" },
      to: { path: "node_modules/", pathNot: `(^|/)node_modules/(${bundled.join("|")})/` },
    },
    {
      name: "optional-packages",
      comment: "what is not installed with agentz is loaded by one file, which says how to get it",
      severity: "error",
      from: { path: "^src/(serve/otlp|gateway/ext-mcp/grpc-server)\\.ts$" },
      to: { path: "node_modules/", pathNot: `(^|/)node_modules/(${optional.join("|")})/` },
    },
    {
      name: "reference-stands-alone",
      comment:
        "the reference interpreter is judged against the engine, so it shares nothing with it " +
        "but the parser and the document types",
      severity: "error",
      from: { path: "^test/reference/" },
      to: {
        path: "^src/",
        pathNot:
          "^src/condition/(ast|parse|tokens|literal)[a-z-]*\\.ts$|^src/policy/model\\.ts$|^src/text/",
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^dist/" },
  },
};
