import { execFileSync } from "node:child_process";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as corpus from "./corpus.ts";
import { FailingReads } from "./failing-reads.ts";
import type { Files, Maker } from "./hostile-case.ts";
import { killMaker } from "./kills.ts";
import { NASTY_TEXTS } from "./nasty.ts";
import type { Random } from "./random.ts";
import { runIn, type Ran } from "./run-case.ts";
import { argumentsOf, schema } from "./schemas.ts";

/** How command lines are drawn that load policies, and that read a trace. */
export interface Drawn {
  readonly load: (random: Random) => readonly string[];
  readonly reading: (random: Random) => readonly string[];
}

const JSON_REPLAY = [
  "replay",
  "--candidate",
  "candidate",
  "--baseline",
  "baseline",
  "--trace",
  "@/trace.jsonl",
  "--format",
  "json",
];
const DECIDE = ["decide", "--candidate", "candidate", "request.json", "--format", "json"];

/** A request of a set that declares no session state. */
const REQUEST = { ...corpus.REQUEST, session: undefined, unrecorded: undefined };

function wrong(holds: boolean, fault: string): readonly string[] {
  return holds ? [] : [fault];
}

function brief({ status, stdout, stderr }: Ran): string {
  return JSON.stringify({ status, stdout: stdout.slice(0, 200), stderr: stderr.slice(0, 300) });
}

const same = (one: Ran, other: Ran): boolean =>
  one.status === other.status && one.stdout === other.stdout;

/** A read that fails is an error, or was not needed: what comes out is then the same. */
function failingRead(random: Random, _files: Files, { load, reading }: Drawn): ReturnType<Maker> {
  const argv = random.chance(0.5) ? load(random) : reading(random);
  const [share, code] = [
    random.next(),
    random.pick(["EIO", "EMFILE", "EACCES", "ENOENT", "ESTALE"]),
  ];
  return {
    argv,
    check: async ({ folder, ran }) => {
      // what it wrote the first time would be read the second time
      if (
        argv.some(
          (arg) =>
            arg.startsWith("@/out") ||
            arg === "@/inferred.yaml" ||
            arg === "--fix" ||
            arg === "bump",
        )
      )
        return [];
      const count = await withReads(
        folder,
        0,
        code,
        async (reads) => (await runIn(folder, argv), reads.calls.length),
      );
      const nth = 1 + Math.floor(share * count);
      const [failed, call] = await withReads(folder, nth, code, async (reads) => [
        await runIn(folder, argv),
        reads.calls[nth - 1],
      ]);
      const fine =
        same(failed, ran) ||
        (failed.status === 2 && failed.stderr !== "") ||
        (code === "ENOENT" && failed.status < 3);
      return wrong(
        fine,
        `read ${nth} (${call?.name} of ${call?.path.slice(folder.length)}) fails with ${code}: ${brief(failed)}`,
      );
    },
  };
}

async function withReads<T>(
  folder: string,
  nth: number,
  code: string,
  use: (reads: FailingReads) => Promise<T>,
): Promise<T> {
  const reads = new FailingReads(folder, nth, code);
  try {
    return await use(reads);
  } finally {
    reads.restore();
  }
}

const SCHEMA_ORACLE = {
  strict: false,
  ownProperties: true,
  validateFormats: false,
  logger: false,
} as const;

/**
 * What the library that everybody uses says of arguments; undefined where it cannot take the
 * schema.
 */
function oracleSays(of: unknown, args: unknown): boolean | undefined {
  try {
    if (typeof of !== "boolean" && (typeof of !== "object" || of === null)) return undefined;
    return new Ajv2020(SCHEMA_ORACLE).compile(of)(args);
  } catch {
    return undefined;
  }
}

/**
 * A null member is none here; the oracle calls members of its data that have such names, and does
 * not know later drafts' words from none.
 */
const BEYOND_ORACLE = new RegExp(
  String.raw`null|"(?:valueOf|toString|constructor|__proto__|\$ref|format|nullable` +
    String.raw`|discriminator|strict|additionalItems|dependencies)"|\\\\p`,
);

function schemas(random: Random, files: Files): ReturnType<Maker> {
  const [own, args] = [schema(random), argumentsOf(random)];
  const manifest = random.chance(0.7);
  const tool = {
    name: "refund",
    server: "payments",
    effects: ["pay"],
    ...(manifest ? {} : { args: own }),
  };
  const agent = {
    id: "desk-1",
    owner: "o",
    status: "commissioned",
    manifest: { tools: [{ name: "payments/refund", ...(manifest ? { args: own } : {}) }] },
  };
  const catalog = {
    apiVersion: "agentz/v1",
    kind: "Catalog",
    name: "c",
    version: "1.0.0",
    agents: [agent],
    tools: [tool],
  };
  const rules = [{ id: "all", effect: "allow", actions: ["payments/refund"] }];
  files["candidate/desk.yaml"] =
    `${JSON.stringify(catalog)}\n---\n` +
    `${JSON.stringify({ apiVersion: "agentz/v1", kind: "Policy", name: "p", version: "1.0.0", rules })}\n`;
  files["request.json"] = JSON.stringify({
    ...REQUEST,
    subject: { type: "agent", id: "desk-1" },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args,
  });
  return {
    argv: DECIDE,
    check: async ({ ran }) => {
      const text = JSON.stringify([own, args]);
      if (ran.status !== 0 || BEYOND_ORACLE.test(text)) return [];
      const [says, effect] = [oracleSays(own, args), JSON.parse(ran.stdout).decision.effect];
      return wrong(
        !manifest || says === undefined || (effect === "allow") === says,
        `schema and arguments ${text}: ${String(effect)}, and the oracle says ${String(says)}`,
      );
    },
  };
}

const PIECES = [
  "args.to",
  "args.to.map(a, a + 'x')",
  "args.to.filter(a, a != '')",
  "[args.to, args.to]",
  "args.body",
  "args.body + args.body",
  "args.body.split('')",
  "lists.range(100000)",
  "cel.bind(b, args.to, b + b)",
  "args.to.distinct()",
  "args.to.sort()",
];
const TESTS = [
  (one: string, two: string) => `${one}.all(a, ${two}.exists(b, a == b))`,
  (one: string, two: string) => `${one} == ${two}`,
  (one: string, two: string) => `${one}.exists(a, a in ${two})`,
  (one: string) => `${one}.size() > 3`,
  (one: string, two: string) => `${one}.map(a, ${two}).flatten().size() > 1`,
  (one: string, two: string) => `string(${one}).contains(string(${two}))`,
  (one: string) => `string(${one}).matches('(a*)*(a|b|ab)*c{1,50}$')`,
  (one: string, two: string) => `'%s %s'.format([${one}, ${two}]).size() > 0`,
  (one: string) => `${one}.replace('a', 'aaaaaaaaaa').replace('a', 'aaaaaaaaaa').size() > 0`,
];

function costs(random: Random, files: Files): ReturnType<Maker> {
  const nest = (depth: number): string =>
    depth === 0 ? random.pick(PIECES) : `${random.pick(PIECES)}.map(x${depth}, ${nest(depth - 1)})`;
  const when = (): string => random.pick(TESTS)(nest(random.below(4)), nest(random.below(4)));
  const rules = Array.from({ length: 1 + random.below(6) }, (_, i) => ({
    id: `r${i}`,
    effect: random.pick(["allow", "deny"]),
    when: when(),
  }));
  const size = random.pick([10, 1000, 20_000]);
  files["candidate/desk.yaml"] = JSON.stringify({
    apiVersion: "agentz/v1",
    kind: "Policy",
    name: "p",
    version: "1.0.0",
    rules,
  });
  files["request.json"] = JSON.stringify({
    ...REQUEST,
    args: {
      to: Array.from({ length: size }, (_, i) => `a${i % 977}`),
      body: "ab".repeat(size * random.pick([1, 10])),
    },
  });
  return { argv: random.pick([DECIDE, DECIDE, ["lint", "candidate", "--format", "json"]]) };
}

/**
 * A bundle of which a byte differs is refused, whoever asks; one that is signed loads as itself or
 * not at all.
 */
function forgedBundle(random: Random): ReturnType<Maker> {
  const verify = ["bundle", "verify", "b.agentz", "--format", "json"];
  const at = random.next();
  const put = random.pick([
    Buffer.from([random.below(256)]),
    Buffer.from([random.below(256), random.below(256)]),
    Buffer.from("\\ud800"),
    Buffer.from("\ufffd"),
    Buffer.from(" "),
    Buffer.alloc(0),
    Buffer.from("1e400"),
  ]);
  const drop = random.below(4);
  return {
    argv: verify,
    prepare: async (folder) => {
      await runIn(folder, ["bundle", "keygen", "k"]);
      await runIn(folder, [
        "bundle",
        "build",
        "--candidate",
        "candidate",
        "--output",
        "b.agentz",
        "--key",
        "k.pem",
      ]);
    },
    check: async ({ folder, ran }) => {
      if (ran.status !== 0) return [`a good bundle is refused: ${brief(ran)}`];
      const good = readFileSync(join(folder, "b.agentz"));
      const place = Math.floor(at * good.length);
      const bad = Buffer.concat([good.subarray(0, place), put, good.subarray(place + drop)]);
      if (bad.equals(good)) return [];
      writeFileSync(join(folder, "b.agentz"), bad);
      const verified = await runIn(folder, [...verify, "--key", "k.pub.pem"]);
      const loaded = await runIn(folder, [
        "decide",
        "--candidate",
        "b.agentz",
        "request.json",
        "--verify-key",
        "k.pub.pem",
        "--format",
        "json",
      ]);
      const what = `${drop} bytes at ${place} became ${JSON.stringify(put.toString("latin1"))}`;
      return [
        ...wrong([1, 2].includes(verified.status), `${what}, and verify says ${brief(verified)}`),
        ...wrong(loaded.status === 2, `${what}, and decide says ${brief(loaded)}`),
      ];
    },
  };
}

function filesBelow(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
      )
    : [];
}

function damage(path: string, random: Random): void {
  const bytes = readFileSync(path);
  if (bytes.length === 0 || random.chance(0.1)) return rmSync(path);
  if (random.chance(0.3)) return truncateSync(path, random.below(bytes.length));
  for (let n = 1 + random.below(8); n > 0; n--)
    bytes[random.below(bytes.length)] = random.below(256);
  rmSync(path);
  writeFileSync(path, bytes, { mode: 0o600 });
}

/** What stands in the folder of caches changes no decision, whoever wrote it. */
function forgedIndex(random: Random, files: Files): ReturnType<Maker> {
  files["plain/p.yaml"] = corpus.PLAIN;
  const replay = [
    "replay",
    "--candidate",
    "plain",
    "--baseline",
    "baseline",
    "--trace",
    "@/trace.jsonl",
    "--format",
    "json",
  ];
  return {
    argv: [...replay, "--no-index"],
    check: async ({ folder, ran }) => {
      const env = { XDG_CACHE_HOME: join(folder, "cache") };
      const built = await runIn(
        folder,
        [
          "trace",
          "index",
          "@/trace.jsonl",
          "--candidate",
          "plain",
          "--baseline",
          "baseline",
          "--workers",
          "1",
        ],
        "",
        env,
      );
      if (built.status !== 0) return [`no index: ${brief(built)}`];
      for (const path of filesBelow(join(folder, "cache")))
        if (random.chance(0.8)) damage(path, random);
      const flags = random.chance(0.3) ? ["--check-index"] : [];
      const again = await runIn(folder, [...replay, "--workers", "1", ...flags], "", env);
      return wrong(same(again, ran), `with a damaged index: ${brief(again)}`);
    },
  };
}

/** A baseline of which git gives a part is an error, or the part was not needed. */
function gitBaseline(random: Random): ReturnType<Maker> {
  const argv = [
    ...JSON_REPLAY.map((arg) => (arg === "baseline" ? "git:HEAD:baseline" : arg)),
    "--no-index",
  ];
  return {
    argv,
    prepare: (folder) => {
      const git = (...args: readonly string[]): void =>
        void execFileSync(
          "git",
          [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@t.example",
            "-c",
            "init.defaultBranch=main",
            ...args,
          ],
          { cwd: folder, stdio: "ignore" },
        );
      git("init");
      git("add", "baseline", "candidate");
      git("commit", "-m", "one");
    },
    check: async ({ folder, ran }) => {
      if (ran.status !== 0) return [`the baseline is refused: ${brief(ran)}`];
      const path = random.pick(filesBelow(join(folder, ".git", "objects")));
      damage(path, random);
      const again = await runIn(folder, argv);
      return wrong(
        same(again, ran) || again.status === 2,
        `with ${path.slice(folder.length)} damaged: ${brief(again)}`,
      );
    },
  };
}

const OUTSIDE = "banned: [Pl4nted-0utside]\n";
const LINKS = [
  ["candidate/more.yaml", "../secret.yaml"],
  ["candidate/sub", ".."],
  ["candidate/payees.csv", "../secret.yaml"],
  ["candidate/payees.csv", "/proc/self/environ"],
  ["candidate/table.json", "../secret.yaml"],
  ["candidate/more.yaml", "more.yaml"],
  ["candidate/more.yaml", "/dev/zero"],
  ["candidate/desk.yaml", "../secret.yaml"],
] as const;

/** What a link of a set leads to outside of it is never read. */
function links(random: Random, _files: Files, { load }: Drawn): ReturnType<Maker> {
  const [name, target] = random.pick(LINKS);
  const argv = load(random).filter((arg) => arg !== "--fix");
  return {
    argv,
    prepare: (folder) => {
      writeFileSync(join(folder, "secret.yaml"), OUTSIDE);
      rmSync(join(folder, name), { force: true });
      symlinkSync(target, join(folder, name));
    },
    check: async ({ ran }) => [
      ...wrong(
        !(ran.stdout + ran.stderr).includes("Pl4nted-0utside") &&
          !(ran.stdout + ran.stderr).includes("PATH="),
        `what ${name} -> ${target} leads to is shown`,
      ),
      ...wrong(
        ran.status === 1 || ran.status === 2 || name === "candidate/sub",
        `${name} -> ${target} is followed: ${brief(ran)}`,
      ),
    ],
  };
}

const NOT_UTF8 = [
  [0xff],
  [0xc0, 0x80],
  [0xe4],
  [0xed, 0xa0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0x80],
  [0xe2, 0x82],
] as const;

/** Text that is not UTF-8 is refused, wherever in it that stands. */
function notUtf8(random: Random, files: Files, { load }: Drawn): ReturnType<Maker> {
  const name = random.pick([
    "candidate/desk.yaml",
    "candidate/payees.csv",
    "candidate/table.json",
    "request.json",
    "agentz.yaml",
    "trace.jsonl",
  ]);
  const text = name === "agentz.yaml" ? corpus.CONFIG : files[name];
  const bytes = Buffer.from(text ?? "");
  const at = random.below(bytes.length);
  files[name] = Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from(random.pick(NOT_UTF8)),
    bytes.subarray(at),
  ]);
  const argv =
    name === "request.json"
      ? DECIDE
      : name === "trace.jsonl"
        ? ["trace", "validate", "@/trace.jsonl", "--format", "json"]
        : name === "agentz.yaml"
          ? ["replay", "--format", "json", "--no-index"]
          : load(random).filter((arg) => arg !== "--fix");
  return {
    argv,
    check: async ({ ran }) =>
      wrong(ran.status === 1 || ran.status === 2, `${name} is not UTF-8 at ${at}: ${brief(ran)}`),
  };
}

/** The text of a JSON value in which a random member stands twice; undefined where it has none. */
function doubled(value: unknown, random: Random): string | undefined {
  const text = JSON.stringify(value);
  const places = [...text.matchAll(/[{,](?="((?:[^"\\]|\\.)*)":)/g)].filter(({ index }) =>
    isOutside(text, index),
  );
  if (places.length === 0) return undefined;
  const place = random.pick(places);
  const name = random.chance(0.5)
    ? `"${place[1] ?? ""}"`
    : `"${[...(place[1] ?? "")].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
  return `${text.slice(0, place.index + 1)}${name}:${random.pick([
    "1",
    "null",
    '"x"',
    "{}",
    "[]",
  ])},${text.slice(place.index + 1)}`;
}

/** Whether a place of a JSON text stands in none of its strings. */
function isOutside(text: string, at: number): boolean {
  return (text.slice(0, at).match(/"(?:[^"\\]|\\.)*"|"/g) ?? []).every(
    (piece) => piece.length > 1 && piece.endsWith('"'),
  );
}

/** A member that stands twice is read by nobody. */
function doubledMembers(random: Random, files: Files): ReturnType<Maker> {
  const event = random.pick(corpus.EVENTS);
  const request = random.chance(0.4);
  const text = doubled(request ? corpus.REQUEST : event, random) ?? "{}";
  if (request) {
    files["request.json"] = text;
    return {
      argv: DECIDE,
      check: async ({ ran }) => wrong(ran.status === 2, `taken: ${text} ${brief(ran)}`),
    };
  }
  files["trace.jsonl"] = `${JSON.stringify({ ...corpus.EVENTS[1], id: "good" })}\n${text}\n`;
  const argv = random.pick([
    ["trace", "validate", "@/trace.jsonl", "--format", "json"],
    [...JSON_REPLAY, "--no-index"],
  ]);
  return {
    argv,
    guarded: true,
    check: async ({ ran }) => {
      const document = JSON.parse(ran.stdout);
      const malformed = document.malformed ?? document.trace?.malformed;
      return wrong(
        argv[0] === "trace" ? ran.status === 1 : malformed === 1,
        `taken: ${text} ${brief(ran)}`,
      );
    },
  };
}

const SECRETS = [
  "ghp_9aB8cD7eF6gH5iJ4kL3mN2oP1qR0sT9uV8wX",
  "AKIAQ7ZK3MN5PX2WVRTJ",
  "-----BEGIN RSA PRIVATE KEY-----\n" +
    "MIIEowIBAAKCAQEAx7f3q0kqk1kq9Zkq1l2m3n4o5p6q7r8s9t0u1v2w3x4y5z6A\n-----END RSA PRIVATE " +
    "KEY-----",
  "xoxb-291837465019-918273645012-aBcDeFgHiJkLmNoPqRsTuVwX",
];

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return JSON.stringify(text.slice(Math.max(0, at - 60), at + part.length + 20));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Members that name what an event is, or are compared by the reader itself: a secret there is no
 * event any more.
 */
const STRUCTURE: ReadonlySet<string> = new Set([
  "time",
  "type",
  "effect",
  "status",
  "kind",
  "decision",
  "expires",
  "at",
  "issued",
]);

/** The value with a secret in place of one of its texts, or as the name of a member. */
function planted(value: unknown, secret: string, random: Random): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return [secret];
    const at = random.below(value.length);
    return value.map((one, i) => (i === at ? planted(one, secret, random) : one));
  }
  if (!isMap(value)) return random.chance(0.5) ? secret : `before ${secret} after`;
  const names = Object.keys(value).filter((name) => !STRUCTURE.has(name));
  if (names.length === 0 || random.chance(0.1)) return { ...value, [secret]: 1 };
  const name = random.pick(names);
  return { ...value, [name]: planted(value[name], secret, random) };
}

const SILENT: readonly (readonly string[])[] = [
  ["trace", "redact", "--policies", "candidate", "@/trace.jsonl"],
  ["trace", "redact", "--strict", "--policies", "candidate", "@/trace.jsonl"],
  [
    "trace",
    "redact",
    "--candidate",
    "candidate",
    "--baseline",
    "baseline",
    "@/trace.jsonl",
    "--report",
    "report.json",
  ],
];

/** A secret that a detector knows is in no redacted trace, wherever it stood. */
function plantedSecrets(random: Random, files: Files): ReturnType<Maker> {
  const secret = random.pick(SECRETS);
  const events = [...corpus.EVENTS];
  const at = random.below(events.length);
  const made = planted(withoutApprovals(events[at]), secret, random);
  files["trace.jsonl"] = [...events.slice(0, at), made, ...events.slice(at + 1)]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join("");
  const core = secret.split("\n")[1] ?? secret;
  return {
    argv: random.pick(SILENT),
    check: async ({ folder, ran }) => {
      const report = existsSync(join(folder, "report.json"))
        ? readFileSync(join(folder, "report.json"), "utf8")
        : "";
      const outputs = { stdout: ran.stdout, stderr: ran.stderr, report };
      const leaks = Object.entries(outputs).flatMap(([name, text]) =>
        text.includes(core) ? [`${name}: ${around(text, core)}`] : [],
      );
      return leaks.map((leak) => `${core} of ${JSON.stringify(made)} comes out on ${leak}`);
    },
  };
}

/** WHY: arguments to whose digest an approval binds are kept as they are, which the page says. */
function withoutApprovals(event: unknown): unknown {
  if (!isMap(event) || !isMap(event["context"])) return event;
  return { ...event, context: { ...event["context"], approvals: [] } };
}

/** Names that a file system takes. */
function fileName(random: Random): string {
  const plain = random
    .pick(NASTY_TEXTS)
    .replace(/[/\u0000\ud800-\udfff]/g, "")
    .slice(0, 60);
  return `${random.chance(0.3) ? "\u001b[2J" : ""}${plain}${random.chance(0.3) ? "\n::error::x" : ""}x`;
}

/** What files are called acts on nothing either. */
function fileNames(random: Random, files: Files): ReturnType<Maker> {
  const name = fileName(random);
  files[`candidate/${name}.yaml`] = random.chance(0.5)
    ? corpus.POLICY
    : `${corpus.POLICY}\n${random.pick(NASTY_TEXTS)}`;
  files[`${name}.jsonl`] = `${corpus.TRACE}${corpus.MALFORMED.join("\n")}\n`;
  const tool = random.pick([
    ["sort"],
    ["merge"],
    ["redact", "--policies", "baseline"],
    ["authzen"],
    ["distil", "--candidate", "baseline"],
  ]);
  const traced = [
    "--candidate",
    "baseline",
    "--baseline",
    "baseline",
    "--trace",
    `@/${name}.jsonl`,
    "--no-index",
  ];
  return {
    argv: random.pick([
      [
        "lint",
        "candidate",
        "--format",
        random.pick(["pretty", "json", "sarif", "github", "junit", "markdown"]),
      ],
      ["trace", ...tool, `@/${name}.jsonl`, "-o", `@/${name}.out`],
      ["trace", random.pick(["stats", "validate"]), `@/${name}.jsonl`, "--details"],
      [
        "replay",
        ...traced,
        "--details",
        "--format",
        random.pick(["pretty", "markdown", "github", "junit"]),
      ],
      ["report", ...traced, "--output", `@/${name}.html`],
      ["bundle", "keygen", name],
      ["init", name],
      [
        "test",
        "--candidate",
        "baseline",
        "--pin",
        "@/trace.jsonl",
        "--event",
        "s-1/1",
        "-o",
        `${name}.suite.yaml`,
      ],
    ]),
    guarded: true,
  };
}

/** The kinds of cases that know what is right. */
export function checkedMakers(drawn: Drawn): Readonly<Record<string, Maker>> {
  const made: Readonly<
    Record<string, (random: Random, files: Files, drawn: Drawn) => ReturnType<Maker>>
  > = {
    "failing read": failingRead,
    schemas,
    costs,
    "forged bundle": forgedBundle,
    "forged index": forgedIndex,
    "git baseline": gitBaseline,
    links,
    "not UTF-8": notUtf8,
    "doubled members": doubledMembers,
    "planted secrets": plantedSecrets,
    "file names": fileNames,
    kill: killMaker,
  };
  return Object.fromEntries(
    Object.entries(made).map(([kind, make]): [string, Maker] => [
      kind,
      (random, files) => make(random, files, drawn),
    ]),
  );
}
