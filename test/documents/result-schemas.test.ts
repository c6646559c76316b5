import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type AnySchemaObject } from "ajv";
import { beforeAll, describe, expect, test } from "vitest";
import { resultSchemas, schemaFile } from "../../scripts/result-schemas.mjs";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const WIDER = `
  - { id: everybody, effect: allow, actions: [mail/send], when: "'incident' in args.to || has(args.body)" }
`;
const REQUEST =
  "{ subject: { type: agent, id: assistant }, action: { server: mail, name: send }, args: { " +
  "to: [a@b.example] }, session: { labels: [read_confidential] } }\n";

const INVARIANT = `apiVersion: agentz/v1
kind: Invariant
name: never
version: 1.0.0
rules:
  - { id: mail, never: { actions: [mail/send] } }
  - { id: nowhere, never: { actions: [no/tool] } }
`;

let folder = "";

function git(...args: readonly string[]): void {
  const who = ["-c", "user.name=t", "-c", "user.email=t@t.example"];
  execFileSync("git", [...who, ...args], { cwd: folder, stdio: "pipe" });
}

async function json(...args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await runInProcess(folder, {}, args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

/** A policy set with a history, a request, and a candidate that widens and narrows. */
beforeAll(async () => {
  folder = scratch({ "request.yaml": REQUEST, "never.yaml": INVARIANT });
  await runInProcess(folder, {}, ["init"]);
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "first");
  const file = join(folder, "policies/notes.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    `${text
      .replace(
        "actions: [notes/read]",
        'actions: [notes/read]\n    when: args.path.startsWith("/team/")',
      )
      .trimEnd()}${WIDER}`,
  );
  git("commit", "-qam", "second");
});

/** The schema as the type has it, so that a member without a name in it is a fault. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  return "properties" in inner && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

const isSchema = (value: unknown): value is AnySchemaObject =>
  typeof value === "object" && value !== null;

/** What of a document is not as its schema says. */
function faults(name: string, document: unknown): readonly string[] {
  const schema = closed(JSON.parse(readFileSync(schemaFile(name), "utf8")));
  if (!isSchema(schema)) throw new Error(`there is no schema of ${name}`);
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
    schema,
  );
  validate(document);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const REPLAYED = ["--baseline", "git:HEAD~1", "--no-index"];
const OF_TRACE = ["traces/sample.jsonl"];

/** A command line for each document, with all that it can be asked for besides. */
const LINES: readonly (readonly [name: string, ...line: string[]])[] = [
  ["lint", "lint", "--stats", "--trace", ...OF_TRACE],
  ["test", "test", "--coverage", "--mutate", "--trace", ...OF_TRACE, "--min-mutation", "0.5"],
  ["decide", "decide", "request.yaml"],
  ["explain", "explain", "request.yaml", "--show-arguments"],
  ["explain", "explain", "day-1/2", "--trace", ...OF_TRACE],
  ["replay", "replay", ...REPLAYED, "--gate", "widened=0", "--since", "2026-01-01"],
  ["coverage", "coverage", ...REPLAYED],
  ["report", "report", ...REPLAYED],
  ["diff", "diff", "git:HEAD~1"],
  ["analyze", "analyze", "--candidate", "policies", "--candidate", "never.yaml"],
  ["version-check", "version", "check", "--base", "HEAD~1"],
  ["version-bump", "version", "bump", "--base", "HEAD~1", "--dry-run"],
  ["blame", "blame", "day-1/3"],
  ["bench", "bench", "--runs", "1", "--calls", "4"],
  ["who-can", "who-can", "mail/send"],
  ["blast-radius", "blast-radius", "--trace", ...OF_TRACE],
  ["record-plan", "record-plan", "--trace", ...OF_TRACE],
  ["plan", "plan", ...REPLAYED.slice(0, 2)],
  ["fmt", "fmt", "--check"],
  ["catalog-check", "catalog", "check", ...OF_TRACE, "--catalog", "policies"],
  ["trace-stats", "trace", "stats", ...OF_TRACE],
  ["trace-validate", "trace", "validate", ...OF_TRACE, "agentz.yaml"],
  ["bundle", "bundle", "build", "--output", "p.agentz"],
  ["bundle", "bundle", "verify", "p.agentz"],
  ["bundle", "bundle", "inspect", "p.agentz"],
  ["failure", "decide", "nowhere.yaml"],
  ["failure", "lint", "--nonsense"],
];

/** Documents that a command writes beside what it is asked for. */
const REPORTED: readonly (readonly [name: string, ...line: string[]])[] = [
  ["trace-redact", "trace", "redact", ...OF_TRACE],
  ["trace-distil", "trace", "distil", ...OF_TRACE, "--baseline", "git:HEAD~1"],
];

describe("the schemas of result documents (design 11.4, 12)", () => {
  test("are those of their types: `npm run schemas` makes them", { timeout: 60_000 }, () => {
    const made = resultSchemas();
    const names = readdirSync(join(ROOT, "schemas/results")).sort();
    expect(names).toEqual([...made.keys()].map((name) => `${name}.schema.json`).sort());
    for (const [name, text] of made)
      expect([name, readFileSync(schemaFile(name), "utf8")]).toEqual([name, text]);
  });

  test.each(LINES)("%s: %s %s %s", { timeout: 30_000 }, async (name, ...line) => {
    expect(faults(name, await json(...line, "--format", "json"))).toEqual([]);
  });

  test("part, which has one format", { timeout: 30_000 }, async () => {
    const line = ["part", "--baseline", "recorded", "--trace", ...OF_TRACE];
    expect(faults("part", await json(...line))).toEqual([]);
  });

  test("ci: every part in one", { timeout: 30_000 }, async () => {
    const document = await json("ci", ...REPLAYED, "--output", "json=-");
    expect(document).toMatchObject({ lint: {}, test: {}, version: {}, diff: {}, replay: {} });
    expect(faults("ci", document)).toEqual([]);
  });

  test.each(REPORTED)("%s: %s %s", async (name, ...line) => {
    await runInProcess(folder, {}, [
      ...line,
      "--output",
      `${name}.jsonl`,
      "--report",
      "report.json",
    ]);
    const report: unknown = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
    expect(faults(name, report)).toEqual([]);
  });

  test("accept, init and trace index, which write files", async () => {
    const replayed = await json("replay", ...REPLAYED, "--format", "json");
    const [group] = JSON.stringify(replayed).match(/"id":"(g-)?[0-9a-f]{6,}"/g) ?? [];
    const id = /[0-9a-f-]{6,}/.exec(group?.slice(5) ?? "")?.[0] ?? "";
    const why = ["--reason", "wanted", "--owner", "care", "--expires", "2026-07-01"];
    expect(
      faults("accept", await json("accept", id, ...REPLAYED, ...why, "--format", "json")),
    ).toEqual([]);
    const fresh = scratch();
    const { stdout } = await runInProcess(fresh, {}, ["init", "--format", "json"]);
    expect(faults("init", JSON.parse(stdout))).toEqual([]);
    const cache = { XDG_CACHE_HOME: join(fresh, "cache") };
    const indexed = await runInProcess(folder, cache, [
      "trace",
      "index",
      ...OF_TRACE,
      "--format",
      "json",
    ]);
    expect(faults("trace-index", JSON.parse(indexed.stdout))).toEqual([]);
  });

  test("a member that no type has is found, and one that lacks", () => {
    const document = {
      schemaVersion: 1,
      command: null,
      tool: {},
      error: { code: "x", message: "y", help: null, hint: 1 },
    };
    expect(faults("failure", document).join()).toMatch(
      /must have required property 'version'.*hint/,
    );
  });
});
