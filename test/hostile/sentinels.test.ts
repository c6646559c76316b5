import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { readIndexHeader, readSegmentBytes } from "../../src/api/replay/index-file.ts";
import type { Io } from "../../src/node/io.ts";
import { main } from "../../src/cli/main.ts";
import * as corpus from "./corpus.ts";
import { folderOf } from "./run-case.ts";
import {
  planted,
  secret,
  sentinelsIn,
  word,
  wordsIn,
  type Planted,
  type Way,
} from "./sentinels.ts";

const ALL: readonly Way[] = ["value", "within", "listed", "member", "named"];

/** An event with one of everything. */
const EVENT = {
  id: "e",
  time: "2026-05-18T09:00:00Z",
  session: "s",
  parent: "p",
  subject: {
    type: "agent",
    id: "desk-1",
    tenant: "eu",
    roles: ["clerk"],
    nick: "d",
    credential: {
      kind: "workload",
      id: "svid-1",
      issued: "2026-05-18T08:00:00Z",
      expires: "2026-05-18T12:00:00Z",
      token: "t",
    },
  },
  action: { kind: "mcp_request", server: "payments", name: "refund", effects: ["pay"], note: "n" },
  args: { order: "4711", amount: 40, note: "n", deep: { list: ["x", 1] } },
  resource: { type: "order", id: "4711", classification: "internal", owner: "jane" },
  context: {
    surface: "payments-mcp",
    task: { id: "T-1", type: "refund", project: "eu" },
    model: { name: "m-4" },
    request: "please",
    on_behalf_of: { type: "human", id: "jane", phone: "1" },
    delegation: ["agent:boss"],
    approvals: [
      {
        id: "a-1",
        by: "human:omar",
        at: "2026-05-18T09:00:00Z",
        decision: "granted",
        digest: "sha256:00",
        comment: "c",
      },
    ],
    signals: { injection: 0.2, words: "w" },
  },
  decision: {
    effect: "allow",
    rule: "desk/lookup",
    policy: "sha256:00",
    pdp: "gateway-1",
    ms: 0.4,
    reason: "r",
    inputs: { x: [1] },
  },
  outcome: { status: "ok", result: { card: "c" }, error: "e" },
  complete: ["context"],
  unrecorded: ["args.other"],
  labels: { incident: true, note: "n" },
  vendor: { x: "y" },
};

const MAIL = {
  ...EVENT,
  action: { server: "mail", name: "send" },
  args: { to: ["a@shop.example"], body: "https://a.example/" },
};
const SHELL = { ...EVENT, action: { server: "host", name: "shell" }, args: { command: "ls -l" } };
const FILE = { ...EVENT, action: { server: "host", name: "read_file" }, args: { path: "/repo/a" } };

/**
 * Each planted event under an id, and in a session, of its own unless it is the id that was
 * planted.
 */
function lines(all: readonly Planted[], prefix: string): string {
  return all
    .map(({ n, path, value }) => ({
      ...Object(value),
      ...(path.startsWith("id") ? {} : { id: `${prefix}${n}` }),
      ...(path.startsWith("session") ? {} : { session: `${prefix}${n}` }),
    }))
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
}

const only = (all: readonly Planted[], prefix: string): readonly Planted[] =>
  all.filter(({ path }) => path.startsWith(prefix));

const EVENTS = planted(EVENT, ALL, 0, secret);
const OTHERS = [
  ...only(planted(MAIL, ALL, 5_000, secret), "args"),
  ...only(planted(SHELL, ALL, 6_000, secret), "args"),
  ...only(planted(FILE, ALL, 7_000, secret), "args"),
];
const SECRETS = [...EVENTS, ...OTHERS];

/** What is shown without being asked for: who, what, where, and the names of things. */
const NAMES: readonly RegExp[] = [
  /^(?:id|time|session|parent|type)\b/,
  /^subject\.(?:type|id|tenant|roles|credential\.(?:id|kind))\b/,
  /^subject$|^action$|^resource$|^args$|^context$|^decision$|^outcome$|^labels$|^vendor$/,
  /^action\.(?:kind|server|name|effects)\b/,
  /^resource\.(?:type|id|classification)\b/,
  /^context\.(?:surface|task|model|on_behalf_of|delegation|approvals)\b/,
  /^decision\.(?:effect|rule|policy|pdp)\b/,
  /^outcome\.status\b/,
  /^(?:complete|unrecorded)\b/,
];
const WORDY: readonly Way[] = ["value", "within", "listed", "member"];
const WORDS = [
  ...planted(EVENT, WORDY, 0, word).filter(({ path }) => !NAMES.some((name) => name.test(path))),
  ...[MAIL, SHELL, FILE].flatMap((event, i) =>
    planted(event, WORDY, 1_000 * (i + 1), word).filter(({ path }) => path.startsWith("args.")),
  ),
];

/** Texts of documents that agentz only shows, each with a secret in its place. */
let next = 10_000;
const free = (text: string): string =>
  text
    .replace(
      /^( *)(owner|description|reason): (support|nothing leaves)$/gm,
      (_, indent: string, name: string) => `${indent}${name}: ${JSON.stringify(secret(next++))}`,
    )
    .replace(
      "reason: known, owner: x",
      `reason: ${JSON.stringify(secret(next++))}, owner: ${JSON.stringify(secret(next++))}`,
    )
    .replace("reviewed:", `note_unused: 1\n    reviewed:`)
    .replace("    note_unused: 1\n", "")
    .replace("own: [shop.example]", `own: [shop.example, ${JSON.stringify(secret(next++))}]`)
    .concat(`# ${secret(next++).replaceAll("\n", "\n# ")}\n`);
const POLICY = free(corpus.POLICY);
const PAYEES = `iban,name\n${JSON.stringify(secret(next++))},one\nDE03,${JSON.stringify(secret(next++))}\n`;
const TABLE = JSON.stringify({ eu: 500, us: [secret(next++)], [secret(next++)]: 1 });
/** The same text with secrets where the corpus has its word. */
const withSecrets = (text: string): string =>
  text.replaceAll(corpus.PLANTED, () => JSON.stringify(secret(next++)).slice(1, -1));
const beforeMalformed = next;
const MALFORMED = corpus.MALFORMED.map(withSecrets);
const afterMalformed = next;
const LABELS = `${JSON.stringify({ id: "e-1", labels: { incident: true, note: secret(next++) } })}\n`;

const formats = (names: string, ...argv: readonly string[]): readonly (readonly string[])[] =>
  names.split(" ").map((name) => [...argv, "--format", name]);
const TRACE = ["--trace", "@/calls.jsonl"];
const SET = ["--candidate", "candidate", "--baseline", "baseline", ...TRACE];

/**
 * Every command that reads calls, in every format, with all that it lists. What writes a trace
 * writes below `data`.
 */
const ON_CALLS: readonly (readonly string[])[] = [
  ...formats(
    "pretty json markdown sarif github junit",
    "replay",
    ...SET,
    "--details",
    "--labels",
    "@/labels.jsonl",
  ),
  [
    "replay",
    "--candidate",
    "candidate",
    "--baseline",
    "recorded",
    ...TRACE,
    "--decisions",
    "@/out/decisions.jsonl",
  ],
  [
    "replay",
    "--candidate",
    "baseline",
    "--baseline",
    "recorded",
    ...TRACE,
    "--no-index",
    "--decisions",
    "@/out/by-columns.jsonl",
  ],
  ...formats("pretty json markdown", "coverage", ...SET, "--details"),
  ...formats("pretty html markdown json", "report", ...SET, "--details"),
  ["report", ...SET, "--details", "--format", "html", "--output", "out/report.html"],
  ...formats("pretty json sarif github junit markdown", "lint", "candidate", ...TRACE),
  ...formats(
    "pretty json markdown",
    "blast-radius",
    "--candidate",
    "candidate",
    ...TRACE,
    "--details",
  ),
  ...formats("pretty json", "fmt", "--check", "candidate"),
  ...formats("pretty json", "record-plan", "--candidate", "candidate", ...TRACE, "--details"),
  ...formats("pretty json", "trace", "stats", "@/calls.jsonl", "--details"),
  ...formats("pretty json", "trace", "validate", "@/calls.jsonl", "--details"),
  ...formats(
    "pretty json",
    "catalog",
    "check",
    "@/calls.jsonl",
    "--catalog",
    "candidate",
    "--details",
  ),
  ["catalog", "infer", "@/calls.jsonl"],
  ["init", "out/init", "--from-trace", "@/calls.jsonl"],
  [
    "trace",
    "redact",
    "@/calls.jsonl",
    "--candidate",
    "candidate",
    "--report",
    "out/redact.json",
    "-o",
    "@/out/redacted.jsonl",
  ],
  [
    "trace",
    "distil",
    "@/calls.jsonl",
    "--candidate",
    "candidate",
    "--baseline",
    "baseline",
    "--report",
    "out/distil.json",
    "-o",
    "@/data/distilled.jsonl",
  ],
  ["trace", "sort", "@/calls.jsonl", "-o", "@/data/sorted.jsonl"],
  ["trace", "authzen", "@/calls.jsonl", "-o", "@/data/authzen.jsonl"],
  // takes its time whatever it measures
  [
    "bench",
    "--candidate",
    "baseline",
    ...TRACE,
    "--calls",
    "10",
    "--runs",
    "1",
    "--format",
    "json",
  ],
  [
    "ci",
    ...SET,
    "--gate",
    "widened=100000",
    "--output",
    "json=out/ci.json",
    "--output",
    "markdown=out/ci.md",
    "--output",
    "sarif=out/ci.sarif",
    "--details",
  ],
  [
    "bundle",
    "build",
    "--candidate",
    "baseline",
    "--baseline",
    "baseline",
    ...TRACE,
    "--gate",
    "malformed=100",
    "--gate",
    "undecided_events=1000",
    "--evidence",
    "gate",
    "--output",
    "out/set.agentz",
  ],
  ["trace", "index", "@/calls.jsonl", "--candidate", "baseline"],
  ...formats("pretty json markdown", "diff", "baseline", "candidate"),
  ...formats(
    "pretty json markdown",
    "who-can",
    "payments/refund",
    "order:1",
    "--candidate",
    "candidate",
  ),
  ...formats(
    "pretty json junit github markdown",
    "test",
    "candidate",
    "suite.yaml",
    "--coverage",
    "--details",
  ),
  ["version", "check", "--candidate", "candidate", "--base", "baseline", "--format", "json"],
];

let folder = "";
let searched = 0;

interface Shown {
  readonly status: number;
  readonly text: string;
}

async function run(argv: readonly string[], stdin = ""): Promise<Shown> {
  let text = "";
  const stream = { write: (part: string) => void (text += part), isTTY: false, columns: 100 };
  const io: Io = {
    cwd: folder,
    env: {
      NO_COLOR: "1",
      HOME: join(folder, "home"),
      XDG_CACHE_HOME: join(folder, "cache"),
      AGENTZ_PLANTED: secret(9_000),
    },
    stdout: stream,
    stderr: stream,
    readStdin: () => Promise.resolve(stdin),
    clock: () => Date.UTC(2026, 5, 1),
  };
  const status = await main(
    argv.map((arg) => arg.replace(/^@/, folder)),
    io,
  );
  searched++;
  return { status, text };
}

const byNumber = (all: readonly Planted[]): Map<number, string> =>
  new Map(all.map(({ n, path, way }) => [n, `${path} (${way})`]));
const SECRET_PLACES = byNumber(SECRETS);
const WORD_PLACES = byNumber(WORDS);
// names of what agentz reads stand in them, each of another form
for (let n = beforeMalformed; n < afterMalformed; n++) SECRET_PLACES.set(n, "a malformed line");

/** Where the secrets that came out were planted. */
function secretPlaces(text: string): readonly string[] {
  return sentinelsIn(text).map((n) => SECRET_PLACES.get(n) ?? `secret ${n}`);
}

/** Where what came out was planted. */
function places(text: string): readonly string[] {
  return [...secretPlaces(text), ...wordsIn(text).map((n) => WORD_PLACES.get(n) ?? `word ${n}`)];
}

const INPUTS =
  /^(?:candidate|baseline|data|broken|imports)\/|^(?:calls|labels)\.jsonl$|^suite\.yaml$|^planted/;

function filesBelow(at: string): readonly string[] {
  return readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(at, entry.name)) : [join(at, entry.name)],
  );
}

/** Each place of a document once, with the ways in turn. */
function inTurn(value: unknown, first: number): readonly Planted[] {
  const all = planted(value, ALL, first, secret);
  return all.filter((_, i) => Math.floor(i / ALL.length) % ALL.length === i % ALL.length);
}

const DOCUMENTS = parseAllDocuments(corpus.POLICY).map((document): unknown => document.toJS());
const PLANTED_POLICIES = DOCUMENTS.flatMap((document, i) =>
  inTurn(document, 20_000 + i * 10_000).map((one) => ({
    ...one,
    value: DOCUMENTS.map((own, at) => (at === i ? one.value : own)),
  })),
);
const PLANTED_SUITES = inTurn(corpus.SUITE_VALUE, 50_000);
const PLANTED_CONFIGS = inTurn(corpus.CONFIG_VALUE, 60_000);
const PLANTED_MAPPINGS = inTurn(corpus.MAPPING_VALUE, 70_000);
const REQUEST = Object.fromEntries(
  Object.entries(EVENT).filter(
    ([name]) => !/^(?:id|time|parent|decision|outcome|labels|vendor)$/.test(name),
  ),
);
const PLANTED_WORDS = planted(REQUEST, ["value"], 90_000, word).filter(
  ({ path }) => !NAMES.some((name) => name.test(path)),
);
const PLANTED_REQUESTS = [...inTurn(REQUEST, 80_000), ...PLANTED_WORDS];
const PLANTED_DOCUMENTS = [
  ...PLANTED_POLICIES,
  ...PLANTED_SUITES,
  ...PLANTED_CONFIGS,
  ...PLANTED_MAPPINGS,
  ...PLANTED_REQUESTS,
];
for (const [n, place] of byNumber(PLANTED_DOCUMENTS.filter((one) => !PLANTED_WORDS.includes(one))))
  SECRET_PLACES.set(n, place);
for (const [n, place] of byNumber(PLANTED_WORDS)) WORD_PLACES.set(n, place);

/** Writes documents one after the other and runs a command on each. */
async function onEach(
  all: readonly Planted[],
  name: string,
  argv: (n: number) => readonly string[],
): Promise<void> {
  for (const { n, path, way, value } of all) {
    writeFileSync(
      join(folder, name),
      (Array.isArray(value) ? value : [value]).map((one: unknown) => stringify(one)).join("---\n"),
    );
    const { status, text } = await run([...argv(n), "--debug"]);
    expect([path, way, status <= 2, places(text)]).toEqual([path, way, true, []]);
  }
}

const LINT_FORMATS = ["pretty", "json", "sarif", "github", "junit", "markdown"];
const inTurnOf = (names: readonly string[], n: number): string =>
  names[n % names.length] ?? "pretty";

describe("design 11.5: what was planted comes out nowhere", () => {
  beforeAll(() => {
    folder = folderOf({
      "candidate/desk.yaml": POLICY,
      "candidate/payees.csv": PAYEES,
      "candidate/table.json": TABLE,
      "baseline/desk.yaml": corpus.BASELINE,
      "suite.yaml": corpus.SUITE,
      "labels.jsonl": LABELS,
      "calls.jsonl":
        lines(SECRETS, "e-") + lines(WORDS, "w-") + MALFORMED.map((line) => `${line}\n`).join(""),
      ...Object.fromEntries(
        Object.entries(corpus.IMPORTS).map(([name, records]) => [
          `imports/${name}.jsonl`,
          `${records.map((record) => withSecrets(JSON.stringify(record))).join("\n")}\n` +
            `${withSecrets(corpus.PLANTED)}\n`,
        ]),
      ),
    });
    for (const name of ["out", "data", "home", "cache", "tmp"]) mkdirSync(join(folder, name));
    process.env["TMPDIR"] = join(folder, "tmp");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(ON_CALLS.map((argv) => [argv.join(" "), argv] as const))("%s", async (_, argv) => {
    const { status, text } = await run(argv);
    expect(places(text)).toEqual([]);
    // it was not refused for another reason: then it would have shown nothing
    expect(status, text).toBeLessThan(2);
  });

  test("explain, an event of the trace", async () => {
    for (const { n } of SECRETS.filter((_, i) => i % 80 === 0)) {
      const { text } = await run([
        "explain",
        `e-${n}`,
        "--candidate",
        "candidate",
        ...TRACE,
        "--details",
        "--format",
        inTurnOf(["pretty", "json"], n),
      ]);
      expect(places(text)).toEqual([]);
    }
  });

  test("a pinned test holds no secret", async () => {
    for (const { n } of SECRETS.filter(
      ({ path }, i) => /^(?:args|context|subject)/.test(path) && i % 23 === 0,
    )) {
      const { text } = await run([
        "test",
        "--candidate",
        "candidate",
        "--pin",
        "@/calls.jsonl",
        "--event",
        `e-${n}`,
      ]);
      expect(sentinelsIn(text)).toEqual([]);
    }
  });

  test("policies and catalogs, wherever something stands in them", async () => {
    await onEach(PLANTED_POLICIES, "planted.yaml", (n) =>
      n % 3 === 0
        ? ["decide", "--candidate", "planted.yaml", "@/suite.yaml"]
        : ["lint", "planted.yaml", "--format", inTurnOf(LINT_FORMATS, n)],
    );
  });
  test("suites", () =>
    onEach(PLANTED_SUITES, "planted.yaml", (n) => [
      "test",
      "candidate",
      "planted.yaml",
      "--format",
      inTurnOf(["pretty", "json", "junit", "github", "markdown"], n),
    ]));
  test("configurations", () =>
    onEach(PLANTED_CONFIGS, "planted.yaml", (n) => [
      "lint",
      "--config",
      "planted.yaml",
      "--format",
      inTurnOf(["pretty", "json"], n),
    ]));
  test("mappings", () =>
    onEach(PLANTED_MAPPINGS, "planted.yaml", () => [
      "import",
      "generic",
      "@/labels.jsonl",
      "--mapping",
      "planted.yaml",
      "-o",
      "@/data/mapped.jsonl",
    ]));
  test("requests", () =>
    onEach(PLANTED_REQUESTS, "planted.yaml", (n) => [
      n % 8 === 0 ? "explain" : "decide",
      "planted.yaml",
      "--candidate",
      n % 4 === 0 ? "candidate" : "baseline",
      "--format",
      inTurnOf(["pretty", "json"], n),
    ]));

  test.each(Object.keys(corpus.IMPORTS))("import %s says nothing of it", async (name) => {
    const { text } = await run([
      "import",
      name,
      `@/imports/${name}.jsonl`,
      "-o",
      `@/data/${name}.jsonl`,
      "--subject",
      "agent:x",
    ]);
    expect(places(text)).toEqual([]);
  });

  test("a bundle of policies with a credential is refused, by its kind and place", async () => {
    const { status, text } = await run([
      "bundle",
      "build",
      "--candidate",
      "candidate",
      "--output",
      "out/refused.agentz",
    ]);
    expect([status, places(text)]).toEqual([1, []]);
    expect(text).toMatch(/no bundle is built: `candidate\/\S+` contains an? .+ at \d+:\d+/);
  });

  test("what is not there, flags and command names", async () => {
    for (const argv of [
      ["decide", secret(1)],
      ["lint", secret(2)],
      ["replay", ...SET, `--${secret(3)}`],
      [secret(4)],
      ["explain", secret(5), "--candidate", "candidate", ...TRACE],
      ["lint", "git:HEAD", secret(6)],
      ["bundle", "verify", `${secret(0)}.agentz`],
    ]) {
      for (const more of [[], ["--format", "json"], ["--debug"]]) {
        const { status, text } = await run([...argv, ...more]);
        expect([status, sentinelsIn(text)]).toEqual([2, []]);
      }
    }
  });

  /** What the engine reads of every call besides names. */
  const READ = [
    ...NAMES,
    /^resource\.owner\b/,
    /^subject\.credential\.(?:issued|expires)\b/,
    /^a malformed line$/,
  ];

  test("the index holds no value that no rule reads, and of credentials no token", () => {
    const below = join(folder, "cache");
    const key = readFileSync(filesBelow(below).find((file) => file.endsWith("index.key")) ?? "");
    const indexes = filesBelow(below).filter((file) => file.endsWith(".azx"));
    expect(indexes.length).toBeGreaterThan(0);
    for (const index of indexes) {
      const fd = openSync(index, "r");
      const read = readIndexHeader(fd, key);
      if (typeof read === "string") throw new Error(read);
      const texts = read.header.segments.map((place) =>
        Buffer.from(readSegmentBytes(fd, place)).toString("latin1"),
      );
      closeSync(fd);
      const held = places(texts.join("\n"));
      expect(held.filter((place) => !READ.some((name) => name.test(place)))).toEqual([]);
      expect(held.length).toBeGreaterThan(0);
    }
  });

  test("every file that was written, and how many places were planted and searched", () => {
    const written = filesBelow(folder).filter((file) => !INPUTS.test(relative(folder, file)));
    // what policies read stays in a redacted trace, unless it is a secret: then it is listed, as
    // docs/trace-tools.md says
    const found = (file: string): readonly string[] => {
      const text = readFileSync(file, "latin1");
      return file.endsWith("redacted.jsonl") ? secretPlaces(text) : places(text);
    };
    const shown = written.map((file) => [relative(folder, file), found(file)] as const);
    expect(shown.filter(([, leaks]) => leaks.length > 0)).toEqual([]);
    const counts = {
      secrets: SECRETS.length,
      words: WORDS.length,
      documents: PLANTED_DOCUMENTS.length,
      texts: next - 10_000,
      outputs: searched,
      files: written.length,
    };
    process.stdout.write(`planted and searched: ${JSON.stringify(counts)}\n`);
    expect(counts).toEqual({
      secrets: expect.any(Number),
      words: expect.any(Number),
      documents: expect.any(Number),
      texts: expect.any(Number),
      outputs: expect.any(Number),
      files: expect.any(Number),
    });
  });
});
