import type { CommandModule } from "./command.ts";

/** A row of `agentz --help`. */
export interface Entry {
  readonly name: string;
  /** What it takes besides flags, as its own help says it. */
  readonly args?: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

interface Group {
  /** What people do with these commands. */
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Every command, in the order of `--help`. Only the one that is asked for is loaded. */
export const GROUPS: readonly Group[] = [
  {
    title: "Write policies",
    entries: [
      {
        name: "init",
        args: "[folder]",
        summary: "write a small set of policies, tests and a trace that all pass",
        load: async () => (await import("./commands/init.ts")).initCommand,
      },
      {
        name: "lint",
        args: "[paths...]",
        summary:
          "find what is wrong with policies: rules that do not load, never match, have no effect or allow too much",
        load: async () => (await import("./commands/lint.ts")).lintCommand,
      },
      {
        name: "fmt",
        args: "[paths...]",
        summary: "lay out policies and the conditions in them; comments and meaning stay",
        load: async () => (await import("./commands/fmt.ts")).fmtCommand,
      },
      {
        name: "test",
        args: "[paths...]",
        summary: "run the unit tests of policies, with coverage and mutation",
        load: async () => (await import("./commands/test.ts")).testCommand,
      },
      {
        name: "explain",
        args: "<event-or-request>",
        summary:
          "show why an event or a request is allowed or denied, and which change would flip the decision",
        load: async () => (await import("./commands/explain.ts")).explainCommand,
      },
      {
        name: "analyze",
        args: "[question...]",
        summary: "prove that no agent can ever break an invariant, or show the calls that do",
        load: async () => (await import("./commands/analyze.ts")).analyzeCommand,
      },
      {
        name: "lsp",
        summary: "run the language server that editors start: findings, completion and more",
        load: async () => (await import("./commands/lsp.ts")).lspCommand,
      },
    ],
  },
  {
    title: "Compare versions on recorded calls",
    entries: [
      {
        name: "replay",
        summary:
          "decide a recorded trace under two versions of the policies and show what would change",
        load: async () => (await import("./commands/replay.ts")).replayCommand,
      },
      {
        name: "ci",
        summary: "lint, test, version check and replay with its gate, in one run for a pipeline",
        load: async () => (await import("./commands/ci.ts")).ciCommand,
      },
      {
        name: "accept",
        args: "<group...>",
        summary: "accept groups of changed calls until a date, in agentz.yaml",
        load: async () => (await import("./commands/accept.ts")).acceptCommand,
      },
      {
        name: "diff",
        args: "[before] [after]",
        summary: "show what changed between two versions, with example calls",
        load: async () => (await import("./commands/diff.ts")).diffCommand,
      },
      {
        name: "version",
        args: "[command]",
        summary:
          "check that versions are high enough for their changes, and raise those that are not",
        load: async () => (await import("./commands/version.ts")).versionCommand,
      },
      {
        name: "blame",
        args: "<event>",
        summary: "find the commit that changed the decision on an event",
        load: async () => (await import("./commands/blame.ts")).blameCommand,
      },
      {
        name: "bundle",
        args: "[command]",
        summary: "put policies and the evidence for them into one verifiable file",
        load: async () => (await import("./commands/bundle.ts")).bundleCommand,
      },
      {
        name: "bench",
        summary: "measure how fast policies decide a trace, and which rules are the slowest",
        load: async () => (await import("./commands/bench.ts")).benchCommand,
      },
    ],
  },
  {
    title: "Decide while agents run",
    entries: [
      {
        name: "decide",
        args: "[request]",
        summary: "decide one request",
        load: async () => (await import("./commands/decide.ts")).decideCommand,
      },
      {
        name: "serve",
        summary: "run a decision point: decide calls over HTTP, and log each decision as a trace",
        load: async () => (await import("./commands/serve.ts")).serveCommand,
      },
      {
        name: "hook",
        args: "[command] <host>",
        summary:
          "decide the calls of a coding agent: Claude Code, Codex, Gemini CLI, Cursor and others",
        load: async () => (await import("./commands/hook.ts")).hookCommand,
      },
      {
        name: "proxy",
        args: "[command] [command...]",
        summary: "run a gateway between an MCP client and a server: record, shadow or enforce",
        load: async () => (await import("./commands/proxy.ts")).proxyCommand,
      },
      {
        name: "record-plan",
        summary: "list which fields a gateway has to record so that these policies can be replayed",
        load: async () => (await import("./commands/record-plan.ts")).recordPlanCommand,
      },
    ],
  },
  {
    title: "See what agents do and may do",
    entries: [
      {
        name: "coverage",
        summary:
          "how many consequential calls are covered by policy, identity and oversight, and which are not",
        load: async () => (await import("./commands/coverage.ts")).coverageCommand,
      },
      {
        name: "report",
        summary: "write the report on coverage, changes, identities and controls as one page",
        load: async () => (await import("./commands/report.ts")).reportCommand,
      },
      {
        name: "scan",
        args: "[paths...]",
        summary: "use a starter pack to decide the recorded calls of coding agents on this machine",
        load: async () => (await import("./commands/scan.ts")).scanCommand,
      },
      {
        name: "who-can",
        args: "<action> [resource]",
        summary: "list who may do something: in any case, with an approval, or under conditions",
        load: async () => (await import("./commands/who-can.ts")).whoCanCommand,
      },
      {
        name: "blast-radius",
        summary: "show what an agent could do if somebody took it over, and what it never used",
        load: async () => (await import("./commands/blast-radius.ts")).blastRadiusCommand,
      },
    ],
  },
  {
    title: "Prepare traces and catalogs",
    entries: [
      {
        name: "import",
        args: "<format> [paths...]",
        summary: "convert recorded runs of another format to a trace",
        load: async () => (await import("./commands/import.ts")).importCommand,
      },
      {
        name: "trace",
        args: "[command]",
        summary: "count, check, convert, redact, sample, merge, sort or distil traces",
        load: async () => (await import("./commands/trace.ts")).traceCommand,
      },
      {
        name: "catalog",
        args: "[command]",
        summary: "write a catalog from a trace, or compare a catalog with a trace",
        load: async () => (await import("./commands/catalog.ts")).catalogCommand,
      },
    ],
  },
  {
    title: "Use many machines",
    entries: [
      {
        name: "plan",
        summary: "print how to split a trace over many machines: the key, and jobs for each engine",
        load: async () => (await import("./commands/plan.ts")).planCommand,
      },
      {
        name: "part",
        summary: "replay a part of a trace that is split over many machines",
        load: async () => (await import("./commands/part.ts")).partCommand,
      },
      {
        name: "merge",
        args: "<part...>",
        summary: "merge the parts of a trace into the document of one replay, with its gate",
        load: async () => (await import("./commands/merge.ts")).mergeCommand,
      },
      {
        name: "pack",
        args: "[command]",
        summary: "pack Node, agentz and policies into an archive that a cluster runs",
        load: async () => (await import("./commands/pack.ts")).packCommand,
      },
    ],
  },
];

/** All of them. */
export const COMMANDS: readonly Entry[] = GROUPS.flatMap(({ entries }) => entries);
