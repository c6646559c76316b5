import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as corpus from "./corpus.ts";
import type { Files, HostileCase, Maker } from "./hostile-case.ts";
import type { Random } from "./random.ts";
import { runIn } from "./run-case.ts";

const root = process.env["AGENTZ_ROOT"] ?? fileURLToPath(new URL("../../", import.meta.url));

/** A command line that writes, and the files that it writes; `@` is the folder. */
interface Writer {
  readonly argv: readonly string[];
  readonly writes: readonly string[];
  /** Set where what it writes must not be there before. */
  readonly fresh?: boolean;
  /** What is done before, without a kill; it may give more arguments. */
  readonly before?: (folder: string) => Promise<readonly string[]>;
}

async function signedBundle(folder: string): Promise<readonly string[]> {
  await runIn(folder, ["bundle", "keygen", "k"]);
  await runIn(folder, ["bundle", "build", "--candidate", "candidate", "--output", "b.agentz"]);
  return [];
}

async function invariant(folder: string): Promise<readonly string[]> {
  writeFileSync(
    join(folder, "never.yaml"),
    "apiVersion: agentz/v1\nkind: Invariant\nname: never\nversion: 1.0.0\nrules: [{ id: r, " +
      "never: { actions: [crm/lookup] } }]\n",
  );
  return [];
}

/** A session that a coding agent has recorded. */
async function session(folder: string): Promise<readonly string[]> {
  const call = { type: "tool_use", id: "t", name: "Bash", input: { command: "git push" } };
  const common = { sessionId: "s", cwd: "/", timestamp: "2026-05-01T10:00:00.000Z" };
  const line = { ...common, type: "assistant", message: { role: "assistant", content: [call] } };
  mkdirSync(join(folder, "sessions"), { recursive: true });
  writeFileSync(join(folder, "sessions", "s.jsonl"), `${JSON.stringify(line)}\n`);
  return [];
}

async function repository(folder: string): Promise<readonly string[]> {
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
  git("add", "candidate");
  git("commit", "-m", "one");
  return [];
}

async function part(folder: string): Promise<readonly string[]> {
  const [trace, output] = [join(folder, "trace.jsonl"), join(folder, "part.json")];
  await runIn(folder, ["part", ...SPLIT, "--trace", trace, "--output", output]);
  return [];
}

/** A configuration, and the group of changed calls that its replay shows first. */
async function acceptable(folder: string): Promise<readonly string[]> {
  writeFileSync(
    join(folder, "agentz.yaml"),
    `candidate: [candidate]\nbaseline: [baseline]\ntrace: [${join(folder, "trace.jsonl")}]\n`,
  );
  const { stdout } = await runIn(folder, ["replay", "--no-index", "--format", "json"]);
  return [String(JSON.parse(stdout).groups[0].id)];
}

const SET = ["--candidate", "candidate", "--baseline", "baseline"];
/** Policies whose state falls apart by one key. */
const SPLIT = ["--candidate", "plain", "--baseline", "baseline"];
const TRACED = [...SET, "--trace", "@/trace.jsonl", "--now", "2026-06-01"];

function to(file: string, ...argv: readonly string[]): Writer {
  return { argv: [...argv, "--output", `@/${file}`], writes: [file] };
}

/** Every command that writes files; `trace index` writes into the folder of caches. */
export const WRITERS: readonly Writer[] = [
  to("out.jsonl", "trace", "sort", "@/trace.jsonl"),
  to("plan.txt", "record-plan", "--candidate", "candidate", "--trace", "@/trace.jsonl"),
  to("out.jsonl", "trace", "sort", "@/trace.jsonl", "--memory", "1"),
  {
    argv: [
      "trace",
      "redact",
      "@/trace.jsonl",
      ...SET,
      "--salt",
      "s",
      "-o",
      "@/out.jsonl",
      "--report",
      "@/report.json",
    ],
    writes: ["out.jsonl", "report.json"],
  },
  {
    argv: [
      "trace",
      "distil",
      "@/trace.jsonl",
      ...SET,
      "-o",
      "@/out.jsonl",
      "--report",
      "@/report.json",
    ],
    writes: ["out.jsonl", "report.json"],
  },
  to("out.jsonl", "trace", "sample", "@/trace.jsonl", "--share", "0.9"),
  to("out.jsonl", "trace", "merge", "@/trace.jsonl"),
  to("out.parquet", "trace", "convert", "@/trace.jsonl"),
  to("out.json", "plan", ...SPLIT, "--format", "json"),
  to("out.json", "part", ...SPLIT, "--trace", "@/trace.jsonl"),
  {
    ...to("out.json", "merge", "@/part.json", "--now", "2026-06-01", "--format", "json"),
    before: part,
  },
  to("out.tgz", "pack", "worker", "candidate"),
  to("out.jsonl", "trace", "authzen", "@/trace.jsonl"),
  to("out.json", "trace", "stats", "@/trace.jsonl", "--format", "json"),
  to("out.json", "trace", "validate", "@/trace.jsonl", "--format", "json"),
  to("out.jsonl", "import", "auto", "@/chat.jsonl"),
  to("out.yaml", "catalog", "infer", "@/trace.jsonl"),
  to("out.json", "catalog", "check", "@/trace.jsonl", "--catalog", "candidate", "--format", "json"),
  {
    argv: [
      "replay",
      ...TRACED,
      "--no-index",
      "--decisions",
      "@/out.jsonl",
      "--output",
      "@/out.json",
      "--format",
      "json",
    ],
    writes: ["out.jsonl", "out.json"],
  },
  {
    argv: [
      "replay",
      ...TRACED,
      "--no-index",
      "--agent",
      "desk-1",
      "--decisions",
      "@/out.jsonl",
      "--output",
      "@/out.json",
      "--format",
      "json",
    ],
    writes: ["out.jsonl", "out.json"],
  },
  to("out.html", "report", ...TRACED, "--format", "html"),
  to("out.json", "coverage", ...TRACED, "--format", "json"),
  to("out.json", "diff", "baseline", "candidate", "--format", "json"),
  to("out.json", "lint", "candidate", "--now", "2026-06-01", "--format", "json"),
  to("out.json", "explain", "--candidate", "candidate", "request.json", "--format", "json"),
  to("out.json", "decide", "--candidate", "candidate", "request.json", "--format", "json"),
  to(
    "out.json",
    "blast-radius",
    "--candidate",
    "candidate",
    "--now",
    "2026-06-01",
    "--format",
    "json",
  ),
  to(
    "out.json",
    "who-can",
    "payments/refund",
    "--candidate",
    "candidate",
    "--now",
    "2026-06-01",
    "--format",
    "json",
  ),
  to("out.json", "test", "--candidate", "candidate", "suite", "--format", "json"),
  to(
    "suite/desk.yaml",
    "test",
    "--candidate",
    "candidate",
    "--pin",
    "@/trace.jsonl",
    "--event",
    "0/s-1/1",
  ),
  to("out.agentz", "bundle", "build", "--candidate", "candidate"),
  { argv: ["bundle", "keygen", "made"], writes: ["made.pem", "made.pub.pem"], fresh: true },
  {
    argv: ["version", "bump", "--base", "baseline", "--candidate", "candidate"],
    writes: ["candidate/desk.yaml"],
  },
  { argv: ["lint", "candidate", "--fix", "--now", "2026-06-01"], writes: ["candidate/desk.yaml"] },
  { argv: ["fmt", "candidate"], writes: ["candidate/desk.yaml"] },
  to(
    "out.json",
    "version",
    "check",
    "--base",
    "baseline",
    "--candidate",
    "candidate",
    "--format",
    "json",
  ),
  {
    argv: ["bundle", "sign", "b.agentz", "--key", "k.pem"],
    writes: ["b.agentz"],
    before: signedBundle,
  },
  {
    argv: ["bundle", "inspect", "b.agentz", "--payload", "payload"],
    writes: ["payload"],
    before: signedBundle,
  },
  {
    argv: ["accept", "--reason", "r", "--owner", "o", "--expires", "2027-01-31", "--no-index"],
    writes: ["agentz.yaml"],
    before: acceptable,
  },
  {
    argv: [
      "ci",
      ...TRACED,
      "--no-index",
      "--output",
      "json=@/out.json",
      "--output",
      "markdown=@/out.md",
    ],
    writes: ["out.json", "out.md"],
  },
  { ...to("out.json", "scan", "@/sessions", "--format", "json"), before: session },
  {
    ...to(
      "out.json",
      "analyze",
      "--candidate",
      "candidate",
      "--candidate",
      "never.yaml",
      "--now",
      "2026-06-01",
    ),
    before: invariant,
  },
  {
    ...to(
      "out.json",
      "blame",
      "0/s-1/1",
      "--candidate",
      "candidate",
      "--trace",
      "@/trace.jsonl",
      "--format",
      "json",
    ),
    before: repository,
  },
  to(
    "out.json",
    "bench",
    "--candidate",
    "plain",
    "--trace",
    "@/trace.jsonl",
    "--calls",
    "50",
    "--runs",
    "1",
    "--format",
    "json",
  ),
  {
    argv: ["trace", "index", "@/trace.jsonl", "--candidate", "plain", "--baseline", "baseline"],
    writes: [],
  },
  { argv: ["init", "new"], writes: ["new/agentz.yaml", "new/policies/catalog.yaml"], fresh: true },
];

const COPIES = 40;

/** The corpus's events again and again, in sessions of their own. */
function longTrace(): string {
  const copy = (n: number): string =>
    corpus.EVENTS.map(
      (event) =>
        `${JSON.stringify({ ...event, id: `${n}/${String(event["id"])}`, session: `${n}` })}\n`,
    ).join("");
  return Array.from({ length: COPIES }, (_, n) => copy(n)).join("");
}

const content = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "latin1") : undefined;

function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

/**
 * When a process is killed: after so many milliseconds, or that long after something happened in
 * its folder.
 */
interface Moment {
  readonly afterChange: boolean;
  readonly ms: number;
}

function run(folder: string, argv: readonly string[], moment?: Moment): Promise<number | null> {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    TMPDIR: join(folder, "tmp"),
    NO_COLOR: "1",
  };
  const child = spawn(
    process.execPath,
    [join(root, "bin/agentz.js"), ...argv.map((arg) => arg.replace(/^@|(?<==)@/, folder))],
    { cwd: folder, stdio: "ignore", env },
  );
  const kill = (): void => void setTimeout(() => child.kill("SIGKILL"), moment?.ms ?? 0);
  const watched =
    moment?.afterChange === true
      ? ["", "candidate", "suite", "tmp"].map((name) => watch(join(folder, name), kill))
      : [];
  if (moment !== undefined && !moment.afterChange) kill();
  return new Promise((resolve) => {
    child.on("close", (status) => {
      for (const one of watched) one.close();
      resolve(status);
    });
  });
}

type Contents = ReadonlyMap<string, string | undefined>;

function contentsOf(folder: string, names: readonly string[]): Contents {
  return new Map(names.map((name) => [name, content(join(folder, name))]));
}

function restore(folder: string, old: Contents): void {
  for (const [name, text] of old) {
    rmSync(join(folder, name), { force: true });
    if (text !== undefined) writeFileSync(join(folder, name), text, "latin1");
  }
}

/** What of a folder is neither a file that was there nor one that the command writes. */
function debris(folder: string, known: ReadonlySet<string>): readonly string[] {
  const made = ["new/", ".cache/", ".git/"].map((name) => join(folder, name));
  return below(folder).filter(
    (path) =>
      !known.has(path) && (path.endsWith(".tmp") || !made.some((name) => path.startsWith(name))),
  );
}

/**
 * Kills a command, and looks at what it left: whole files, old or new, and nothing that the next
 * run does not remove.
 */
async function killed(folder: string, writer: Writer, moment: Moment): Promise<readonly string[]> {
  const { writes } = writer;
  const argv = [...writer.argv, ...((await writer.before?.(folder)) ?? [])];
  mkdirSync(join(folder, "tmp"));
  if (writer.fresh !== true)
    for (const name of writes)
      if (content(join(folder, name)) === undefined) writeFileSync(join(folder, name), "old\n");
  const old = contentsOf(folder, writes);
  const known = new Set([...below(folder), ...writes.map((name) => join(folder, name))]);
  await run(folder, argv, moment);
  const left = contentsOf(folder, writes);
  const remains = debris(folder, known).map((path) => ({
    path,
    text: content(path),
    shared: (statSync(path).mode & 0o077) !== 0,
  }));
  restore(folder, old);
  const status = await run(folder, argv);
  const whole = contentsOf(folder, writes);
  const parts = writes.filter((name) => !isWhole(name, left, { old, whole }));
  const what = `${argv.join(" ")} killed ${moment.ms} ms after ${moment.afterChange ? "it wrote first" : "its start"}`;
  return [
    ...(status === 0 || status === 1 ? [] : [`${what}: the next run ends with ${status}`]),
    ...parts.map(
      (name) => `${what}: ${name} is neither old nor new (${left.get(name)?.length} bytes)`,
    ),
    // its permissions are those of the file once it is whole
    ...remains
      .filter(
        ({ text, shared }) =>
          shared &&
          ![...whole.values()].includes(text) &&
          !isKey(text, "PUBLIC") &&
          !isJson(text ?? ""),
      )
      .map(({ path }) => `${what}: others may read ${path.slice(folder.length)}`),
    ...debris(folder, known).map(
      (path) => `${what}: ${path.slice(folder.length)} is still there after the next run`,
    ),
  ];
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/**
 * Keys are drawn and measurements differ, so that no two are the same: a whole one ends as such a
 * file ends.
 */
function isWhole(
  name: string,
  left: Contents,
  { old, whole }: { readonly old: Contents; readonly whole: Contents },
): boolean {
  const text = left.get(name);
  if (text === old.get(name) || text === whole.get(name)) return true;
  if (name === "out.json" && isJson(text ?? "")) return true;
  return name.endsWith(".pem") && (isKey(text, "PRIVATE") || isKey(text, "PUBLIC"));
}

function isKey(text: string | undefined, kind: "PRIVATE" | "PUBLIC"): boolean {
  return (
    text !== undefined &&
    text.startsWith(`-----BEGIN ${kind} KEY-----\n`) &&
    text.endsWith(`-----END ${kind} KEY-----\n`)
  );
}

/** A kill of a command that writes, at a random moment. */
export function killMaker(random: Random, files: Files): ReturnType<Maker> {
  const writer = random.pick(WRITERS);
  files["trace.jsonl"] = longTrace();
  files["plain/p.yaml"] = corpus.PLAIN;
  const afterChange = random.chance(0.7);
  const moment = {
    afterChange,
    ms: afterChange ? random.pick([0, 0, 0, 1, 2, 5, 20]) : random.below(1500),
  };
  const check: HostileCase["check"] = ({ folder }) => killed(folder, writer, moment);
  return { argv: ["--version"], check };
}
