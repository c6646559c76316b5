import { gzipSync } from "node:zlib";
import { stringify } from "yaml";
import * as corpus from "./corpus.ts";
import { mutateText, mutateValue } from "./mutate.ts";
import { LONG_TEXTS, NASTY_TEXTS, nastyValue } from "./nasty.ts";
import { checkedMakers } from "./checked.ts";
import { LIVE_MAKERS } from "./live.ts";
import type { Files, HostileCase, Maker } from "./hostile-case.ts";
import type { Random } from "./random.ts";

function goodFiles(): Files {
  return {
    "candidate/desk.yaml": corpus.POLICY,
    "candidate/payees.csv": corpus.PAYEES,
    "candidate/table.json": corpus.TABLE,
    "baseline/desk.yaml": corpus.BASELINE,
    "suite/desk.yaml": corpus.SUITE,
    "trace.jsonl": corpus.TRACE,
    "request.json": JSON.stringify(corpus.REQUEST),
    "labels.jsonl": corpus.LABELS.map((line) => `${JSON.stringify(line)}\n`).join(""),
    ...Object.fromEntries(
      Object.entries(corpus.IMPORTS).map(([name, lines]) => [
        `${name}.jsonl`,
        lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      ]),
    ),
  };
}

const REPLAY = ["--candidate", "candidate", "--baseline", "baseline", "--trace", "@/trace.jsonl"];

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  replay: ["pretty", "json", "markdown", "sarif", "github", "junit"],
  decide: ["pretty", "json"],
  test: ["pretty", "json", "junit", "github", "markdown"],
  coverage: ["pretty", "json", "markdown"],
  report: ["pretty", "html", "markdown", "json"],
  explain: ["pretty", "json"],
  stats: ["pretty", "json"],
  validate: ["pretty", "json"],
  lint: ["pretty", "json", "sarif", "github", "junit", "markdown"],
  "blast-radius": ["pretty", "json"],
  "who-can": ["pretty", "json"],
  "record-plan": ["pretty", "json"],
  fmt: ["pretty", "json"],
  analyze: ["pretty", "json", "markdown"],
  check: ["pretty", "json"],
  bump: ["pretty", "json"],
  diff: ["pretty", "json"],
  verify: ["pretty", "json"],
  inspect: ["pretty", "json"],
};

function withFormat(name: string, argv: readonly string[], random: Random): readonly string[] {
  return [name, ...argv, "--format", random.pick(FORMATS[name] ?? ["json"])];
}

/** Command lines that load policies. */
const LOADERS: readonly ((random: Random) => readonly string[])[] = [
  (random) => withFormat("decide", ["--candidate", "candidate", "request.json"], random),
  (random) =>
    withFormat("replay", [...REPLAY, ...(random.chance(0.5) ? ["--details"] : [])], random),
  (random) => withFormat("test", ["--candidate", "candidate", "suite"], random),
  (random) => withFormat("coverage", REPLAY, random),
  (random) =>
    withFormat("explain", ["--candidate", "candidate", "request.json", "--details"], random),
  (random) =>
    withFormat(
      "lint",
      [
        "candidate",
        "--now",
        "2026-06-01",
        ...(random.chance(0.2) ? ["--fix"] : []),
        ...(random.chance(0.2) ? ["--stats"] : []),
      ],
      random,
    ),
  (random) => withFormat("lint", ["candidate", "--trace", "@/trace.jsonl"], random),
  (random) =>
    withFormat(
      "blast-radius",
      ["--candidate", "candidate", "--now", "2026-06-01", "--details"],
      random,
    ),
  (random) =>
    withFormat(
      "who-can",
      [
        random.pick(["payments/refund", "**", "*/*"]),
        "--candidate",
        "candidate",
        "--now",
        "2026-06-01",
        "--details",
      ],
      random,
    ),
  (random) => withFormat("analyze", ["--candidate", "candidate", "--now", "2026-06-01"], random),
  (random) => withFormat("diff", ["baseline", "candidate", "--details"], random),
  (random) => [
    "bundle",
    "build",
    "--candidate",
    "candidate",
    "-o",
    "@/out.bundle",
    "--format",
    random.pick(["pretty", "json"]),
  ],
  (random) => [
    "version",
    ...withFormat(
      random.pick(["check", "bump"]),
      ["--base", "baseline", "--candidate", "candidate"],
      random,
    ),
  ],
];

/** What `trace` does to traces; what it writes is a trace again, and goes to a file. */
function traceTool(random: Random): readonly string[] {
  if (random.chance(0.5))
    return [
      "trace",
      ...withFormat(
        random.pick(["stats", "validate"]),
        ["@/trace.jsonl", ...(random.chance(0.5) ? ["--details"] : [])],
        random,
      ),
    ];
  const tool = random.pick([
    ["redact", "--policies", "candidate"],
    ["sample", "--share", "0.5"],
    ["merge"],
    ["sort"],
    ["distil", "--candidate", "candidate", "--baseline", "baseline"],
    ["authzen"],
  ]);
  return ["trace", ...tool, "@/trace.jsonl", "-o", "@/out.jsonl"];
}

/** Command lines that read a trace. */
const READERS: readonly ((random: Random) => readonly string[])[] = [
  (random) =>
    withFormat(
      "replay",
      [...REPLAY, "--details", ...(random.chance(0.3) ? ["--decisions", "-"] : [])],
      random,
    ),
  (random) =>
    withFormat(
      "replay",
      [
        "--candidate",
        "candidate",
        "--baseline",
        "recorded",
        "--trace",
        "@/trace.jsonl",
        "--details",
        "--history",
        random.pick(["recorded", "counterfactual"]),
        "--approvals",
        random.pick(["recorded", "granted", "refused"]),
      ],
      random,
    ),
  (random) =>
    withFormat(
      "replay",
      [
        ...REPLAY,
        "--labels",
        "@/labels.jsonl",
        "--reorder",
        random.pick(["0", "1", "10000"]),
        "--idle",
        random.pick(["1s", "24h"]),
      ],
      random,
    ),
  (random) =>
    withFormat(
      "coverage",
      [...REPLAY, "--details", ...(random.chance(0.3) ? ["--labels", "@/labels.jsonl"] : [])],
      random,
    ),
  (random) => withFormat("report", [...REPLAY, "--details"], random),
  (random) =>
    withFormat(
      "explain",
      [
        "--candidate",
        "candidate",
        "--trace",
        "@/trace.jsonl",
        random.pick(["s-1/1", "s-1/4", "s-1/7", "s-1/9", "nobody"]),
      ],
      random,
    ),
  (random) =>
    withFormat(
      "blast-radius",
      ["--candidate", "candidate", "--trace", "@/trace.jsonl", "--details"],
      random,
    ),
  (random) => withFormat("lint", ["candidate", "--trace", "@/trace.jsonl"], random),
  (random) => withFormat("fmt", ["--check", "candidate"], random),
  (random) =>
    withFormat(
      "record-plan",
      ["--candidate", "candidate", "--trace", "@/trace.jsonl", "--details"],
      random,
    ),
  (random) =>
    random.chance(0.5)
      ? ["catalog", "infer", "@/trace.jsonl", "--output", "@/inferred.yaml"]
      : [
          "catalog",
          ...withFormat("check", ["@/trace.jsonl", "--catalog", "candidate", "--details"], random),
        ],
  traceTool,
];

const lines = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value) ?? "null"}\n`).join("");

function yamlOf(values: readonly unknown[], random: Random): string {
  return values
    .map(
      (value) =>
        `---\n${random.chance(0.5) ? blockYaml(value) : (JSON.stringify(value) ?? "null")}\n`,
    )
    .join("");
}

function blockYaml(value: unknown): string {
  try {
    return stringify(value, { aliasDuplicateObjects: false });
  } catch {
    // too deep for the writer
    return JSON.stringify(value) ?? "null";
  }
}

function words(random: Random): string {
  return Array.from({ length: 1 + random.below(60) }, () =>
    random.pick([
      ...NASTY_TEXTS,
      "apiVersion: agentz/v1",
      "kind: Policy",
      "kind: Suite",
      "kind: Catalog",
      "rules:",
      "\n",
      "\n  ",
      "\n- ",
      "a: ",
      "&x ",
      "*x",
      "{",
      "}",
      "[",
      "]",
      ",",
      ": ",
    ]),
  ).join(random.pick(["", " ", "\n"]));
}

function bytes(random: Random, text: string): Uint8Array {
  const buffer = Buffer.from(text, "utf8");
  for (let n = 1 + random.below(20); n > 0; n--)
    buffer[random.below(buffer.length)] = random.below(256);
  return buffer;
}

const TOKENS = [
  "args",
  ".amount",
  ".order",
  ".to",
  "subject.id",
  "action.effects",
  "resource",
  ".classification",
  "session.labels",
  "session.counters.paid",
  "data.own",
  "now",
  "has(",
  "size(",
  "host(",
  "under(",
  "commands(",
  "links(",
  "rank(",
  "matches(",
  ".all(x, ",
  ".map(x, ",
  "cel.bind(a, ",
  "optional.of(",
  ".?",
  "[?",
  "timestamp(",
  "duration(",
  "int(",
  "string(",
  ".format(",
  ".split(",
  ".replace(",
  "math.greatest(",
  "'a'",
  "b'\\xff'",
  "r'\\'",
  "'''",
  '"',
  "1",
  "1u",
  "1.5",
  "-",
  "!",
  "&&",
  "||",
  "==",
  "!=",
  "in",
  "?",
  ":",
  "+",
  "%",
  "/",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ",",
  ".",
  "true",
  "null",
  "x",
  "__proto__",
  ".constructor",
  "// c",
  "\n",
  "0x1F",
  "1e400",
  "9223372036854775808",
];

function condition(random: Random): string {
  const known = [
    "args.amount > 0.0 && args.order in session.values.seen",
    "args.to.all(a, host(a) in data.own)",
    "commands(args.command).exists(w, w[0] == 'ls')",
    "args.path.matches('^/repo/[a-z]+$')",
    "now - timestamp('2026-01-01T00:00:00Z') < duration('1h')",
  ];
  if (random.chance(0.5)) return mutateText(random.pick(known), random);
  if (random.chance(0.1)) return random.pick(LONG_TEXTS);
  return random.some(TOKENS, 25).join(random.chance(0.5) ? " " : "");
}

const FLAGS = [
  "--candidate",
  "--baseline",
  "--trace",
  "--labels",
  "--history",
  "--approvals",
  "--reorder",
  "--idle",
  "--since",
  "--until",
  "--agent",
  "--session",
  "--sample",
  "--now",
  "--config",
  "--gate",
  "--fail-on",
  "--format",
  "--details",
  "--output",
  "--decisions",
  "--filter",
  "--since-report",
  "--help",
  "--version",
  "--debugg",
  "-o",
  "-x",
  "--",
  "--subject",
  "--server",
  "--results",
];
const COMMANDS = [
  "lint",
  "who-can",
  "blast-radius",
  "record-plan",
  "fmt",
  "version",
  "catalog",
  "replay",
  "decide",
  "test",
  "coverage",
  "import",
  "report",
  "trace",
  "help",
  "replays",
  "explain",
  "",
];

function flags(random: Random): readonly string[] {
  const values = [
    "candidate",
    "baseline",
    "@/trace.jsonl",
    "request.json",
    "json",
    "pretty",
    "widened",
    "widened=0",
    "0",
    "1e9",
    "24h",
    "2026-05-18",
    "chat",
    "auto",
    "@/chat.jsonl",
    "agentz.yaml",
    "suite",
  ];
  const argv = [
    random.pick(COMMANDS),
    ...Array.from({ length: random.below(8) }, () =>
      random.pick(random.chance(0.5) ? FLAGS : random.chance(0.7) ? values : NASTY_TEXTS),
    ),
  ];
  // files that nobody may write to by chance, the whole disk, and streams that never end
  return argv.map((arg, i) =>
    ["--output", "-o", "--decisions"].includes(argv[i - 1] ?? "")
      ? "@/out"
      : arg === "-" || /^[/\\]|^[.~]+\/|\u0000/.test(arg) || arg.startsWith("--output=")
        ? "x"
        : arg,
  );
}

/** A command line that loads policies. */
export const load = (random: Random): readonly string[] => random.pick(LOADERS)(random);
/** A command line that reads a trace. */
export const reading = (random: Random): readonly string[] => random.pick(READERS)(random);

const BROKEN: Readonly<Record<string, Maker>> = {
  "policy text": (random, files) => {
    files["candidate/desk.yaml"] = mutateText(random.pick(corpus.DOCUMENTS), random);
    return { argv: load(random) };
  },
  "policy values": (random, files) => {
    const documents = [...random.pick(corpus.DOCUMENT_VALUES)];
    const at = random.below(documents.length);
    for (let n = 1 + random.below(3); n > 0; n--)
      documents[at] = mutateValue(documents[at], random);
    files["candidate/desk.yaml"] = yamlOf(documents, random);
    return { argv: load(random) };
  },
  "random yaml": (random, files) => {
    files["candidate/desk.yaml"] = random.chance(0.1) ? random.pick(LONG_TEXTS) : words(random);
    return { argv: load(random) };
  },
  "policy bytes": (random, files) => {
    files["candidate/desk.yaml"] = bytes(random, random.pick(corpus.DOCUMENTS));
    return { argv: load(random) };
  },
  condition: (random, files) => {
    const when = [condition(random), condition(random)];
    const rules = when.map((text, i) => ({
      id: `r${i}`,
      effect: random.pick(["allow", "deny"]),
      when: text,
    }));
    files["candidate/rules.yaml"] = yamlOf(
      [{ apiVersion: "agentz/v1", kind: "Policy", name: "conditions", version: "1.0.0", rules }],
      random,
    );
    return { argv: load(random), guarded: true };
  },
  "data file": (random, files) => {
    if (random.chance(0.5))
      files["candidate/payees.csv"] = random.chance(0.3)
        ? bytes(random, corpus.PAYEES)
        : mutateText(corpus.PAYEES, random);
    else
      files["candidate/table.json"] = random.chance(0.5)
        ? mutateText(corpus.TABLE, random)
        : (JSON.stringify(nastyValue(random)) ?? "");
    return { argv: load(random) };
  },
  suite: (random, files) => {
    let value: unknown = corpus.SUITE_VALUE;
    for (let n = 1 + random.below(3); n > 0; n--) value = mutateValue(value, random);
    files["suite/desk.yaml"] = random.chance(0.5)
      ? mutateText(corpus.SUITE, random)
      : yamlOf([value], random);
    return { argv: withFormat("test", ["--candidate", "candidate", "suite"], random) };
  },
  "trace text": (random, files) => {
    files["trace.jsonl"] = mutateText(corpus.TRACE, random);
    return { argv: reading(random) };
  },
  "trace values": (random, files) => {
    const events = corpus.EVENTS.map((event) =>
      random.chance(0.5) ? mutateValue(event, random) : event,
    );
    files["trace.jsonl"] = `${lines(events)}${corpus.MALFORMED.join("\n")}`;
    return { argv: reading(random), guarded: true };
  },
  "trace order": (random, files) => {
    const events = Array.from({ length: 5 + random.below(40) }, () => ({
      ...random.pick(corpus.EVENTS),
      time: random.pick([
        "2026-05-18T09:00:00Z",
        "2026-05-18T09:00:01Z",
        "2026-05-20T09:00:00Z",
        "2025-01-01T00:00:00Z",
        "",
        null,
      ]),
      session: random.pick(["s-1", "s-2", "", "__proto__"]),
      parent: random.pick(["s-1/1", "s-1/2", "", "nobody"]),
    }));
    files["trace.jsonl"] = lines(events);
    return { argv: reading(random), guarded: true };
  },
  "trace bytes": (random, files) => {
    const packed = gzipSync(corpus.TRACE);
    files["trace.jsonl"] = random.pick([
      () => bytes(random, corpus.TRACE),
      () => packed.subarray(0, random.below(packed.length)),
      () => new Uint8Array(random.below(50)),
      () => `${random.pick(LONG_TEXTS)}\n${corpus.TRACE}`,
    ])();
    return { argv: reading(random) };
  },
  labels: (random, files) => {
    files["labels.jsonl"] = random.chance(0.5)
      ? mutateText(lines(corpus.LABELS), random)
      : lines(corpus.LABELS.map((line) => mutateValue(line, random)));
    return { argv: withFormat("replay", [...REPLAY, "--labels", "@/labels.jsonl"], random) };
  },
  request: (random, files) => {
    const values = random.chance(0.5);
    files["request.json"] = values
      ? (JSON.stringify(mutateValue(mutateValue(corpus.REQUEST, random), random)) ?? "")
      : random.chance(0.1)
        ? random.pick(LONG_TEXTS)
        : random.chance(0.2)
          ? words(random)
          : mutateText(stringify(corpus.REQUEST), random);
    return {
      argv: withFormat(
        random.pick(["decide", "explain"]),
        ["--candidate", "candidate", "request.json"],
        random,
      ),
      guarded: values,
    };
  },
  configuration: (random, files) => {
    files["agentz.yaml"] = random.chance(0.1)
      ? random.pick(LONG_TEXTS)
      : random.chance(0.5)
        ? mutateText(corpus.CONFIG, random)
        : random.chance(0.8)
          ? yamlOf([mutateValue(corpus.CONFIG_VALUE, random)], random)
          : words(random);
    return {
      argv: random
        .pick([
          ["replay"],
          ["test"],
          ["coverage"],
          ["report"],
          ["explain", "s-1/1"],
          ["decide", "request.json"],
        ])
        .concat(random.chance(0.5) ? ["--format", "json"] : []),
    };
  },
  "earlier report": (random, files) => {
    const earlier = {
      schemaVersion: 1,
      command: "coverage",
      consequential: 3,
      metrics: Object.fromEntries(
        ["enforcement", "policy", "identity", "classification", "oversight", "attribution"].map(
          (name) => [name, { covered: 1, total: 3 }],
        ),
      ),
      candidate: { digest: "sha256:00" },
      trace: { to: "2026-05-18T09:00:00Z" },
      uncovered: [],
      by: {},
    };
    const text = JSON.stringify(earlier);
    files["earlier.json"] = random.chance(0.5)
      ? mutateText(text, random)
      : (JSON.stringify(mutateValue(earlier, random)) ?? "");
    return {
      argv: withFormat(
        random.pick(["coverage", "report"]),
        [...REPLAY, "--since-report", "earlier.json"],
        random,
      ),
    };
  },
  mapping: (random, files) => {
    files["mapping.yaml"] = random.chance(0.5)
      ? mutateText(corpus.MAPPING, random)
      : yamlOf([mutateValue(corpus.MAPPING_VALUE, random)], random);
    files["records.csv"] = random.chance(0.5) ? corpus.RECORDS : mutateText(corpus.RECORDS, random);
    return {
      argv: [
        "import",
        "generic",
        "@/records.csv",
        "--mapping",
        "mapping.yaml",
        "-o",
        "@/out.jsonl",
      ],
    };
  },
  import: (random, files) => {
    const format = random.pick(Object.keys(corpus.IMPORTS));
    const records = corpus.IMPORTS[format] ?? [];
    const mutated = random.chance(0.5)
      ? lines(records.map((record) => (random.chance(0.7) ? mutateValue(record, random) : record)))
      : mutateText(random.chance(0.5) ? lines(records) : JSON.stringify(records, null, 1), random);
    files[`${format}.jsonl`] = random.chance(0.1) ? bytes(random, mutated || " ") : mutated;
    return {
      argv: [
        "import",
        random.pick([format, format, "auto", random.pick(Object.keys(corpus.IMPORTS))]),
        `@/${format}.jsonl`,
        "-o",
        random.pick(["-", "@/out.jsonl"]),
        ...(random.chance(0.3) ? ["--results"] : []),
      ],
    };
  },
  bundle: (random, files) => {
    const bundle = {
      schemaVersion: 1,
      kind: "Bundle",
      manifest: {
        digest: "sha256:00",
        source: "sha256:00",
        files: [{ path: "desk.yaml", sha256: "00" }],
      },
      files: { "desk.yaml": corpus.POLICY },
      signatures: [{ keyid: "x", sig: "AA==" }],
    };
    files["some.bundle"] = random.chance(0.4)
      ? mutateText(JSON.stringify(bundle), random)
      : random.chance(0.5)
        ? (JSON.stringify(mutateValue(bundle, random)) ?? "")
        : bytes(random, JSON.stringify(bundle));
    return {
      argv: random.chance(0.7)
        ? ["bundle", ...withFormat(random.pick(["verify", "inspect"]), ["some.bundle"], random)]
        : withFormat("decide", ["--candidate", "some.bundle", "request.json"], random),
    };
  },
  flags: (random) => ({ argv: flags(random) }),
};

const MAKERS: Readonly<Record<string, Maker>> = {
  ...BROKEN,
  ...LIVE_MAKERS,
  ...checkedMakers({ load, reading }),
};

/** Names of the kinds of hostile cases. */
export const KINDS: readonly string[] = Object.keys(MAKERS);
/** Kinds that start processes, which takes its time: one case in fifty is of them. */
export const SLOW_KINDS: readonly string[] = ["kill", "git baseline"];
const QUICK_KINDS = KINDS.filter((kind) => !SLOW_KINDS.includes(kind));

/** The case that a random source gives, of one kind where that is asked for. */
export function hostileCase(random: Random, only?: string): HostileCase {
  const drawn = random.pick(random.chance(0.02) ? SLOW_KINDS : QUICK_KINDS);
  const kind = only ?? drawn;
  const files = goodFiles();
  const made = MAKERS[kind]?.(random, files) ?? { argv: [] };
  return { kind, files, stdin: "", guarded: false, ...made };
}
