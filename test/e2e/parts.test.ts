import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withDigest } from "../../src/api/parts/part-digest.ts";
import { lacks, PYTHON } from "../needs.ts";
import { agentz, agentzProcess, scratch, type Done } from "./agentz.ts";

const STATE = `session:
  labels: [{ name: looked, when: "action.name == 'lookup'" }]
`;
const RULES = `rules:
  - { id: look, effect: allow, actions: [crm/lookup] }
  - { id: pay, effect: allow, actions: [pay/refund], when: "'looked' in session.labels" }
`;
const policy = (rules: string, state = STATE): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${state}${rules}`;
const AFTER = policy(RULES.replace("session.labels", "session.labels && args.amount < 50.0"));

interface Call {
  readonly session?: string;
  readonly id?: string;
  readonly [member: string]: unknown;
}

function call(at: number, name: string, more: Call = {}): string {
  return JSON.stringify({
    id: `e${at}`,
    time: new Date(Date.UTC(2026, 4, 18, 9, 0, at)).toISOString(),
    session: `s${at % 3}`,
    subject: { type: "agent", id: `a${at % 2}` },
    action: { kind: "tool_call", server: name === "lookup" ? "crm" : "pay", name },
    args: name === "lookup" ? {} : { amount: at },
    ...more,
  });
}

const CALLS = Array.from({ length: 60 }, (_, i) => call(i, i < 6 ? "lookup" : "refund"));
const ofSession = (numbers: readonly number[]): readonly string[] =>
  CALLS.filter((_, i) => numbers.includes(i % 3));

const OTHER = policy(RULES.replace("session.labels", "session.labels && args.amount < 40.0"));
const FILES = { "before/p.yaml": policy(RULES), "after/p.yaml": AFTER, "other/p.yaml": OTHER };
const NOW = "2026-05-20T00:00:00Z";
const VERSIONS = ["--baseline", "before", "--candidate", "after"];

/** The arguments of `ci` on parts. */
function ciOf(...parts: readonly string[]): readonly string[] {
  const how = ["--require", "replay", "--now", NOW, "--output", "json=-"];
  return ["ci", ...VERSIONS, "--parts", ...parts, ...how];
}

/** A folder with two versions and parts of a trace: their lines by name. */
function folderOf(
  parts: { readonly [name: string]: readonly string[] },
  files = FILES,
  ...flags: readonly string[]
): string {
  const folder = scratch(files);
  mkdirSync(join(folder, "parts"));
  for (const [name, lines] of Object.entries(parts)) {
    writeFileSync(join(folder, `${name}.jsonl`), lines.map((line) => `${line}\n`).join(""));
    const trace = ["--trace", `${name}.jsonl`, "--output", `parts/${name}.json`, ...flags];
    const done = agentz(["part", ...VERSIONS, ...trace], { cwd: folder });
    expect(done).toMatchObject({ status: 0, stdout: "", stderr: "" });
  }
  return folder;
}

function merge(folder: string, ...args: readonly string[]): Done {
  return agentz(["merge", "--format", "json", ...(args.length === 0 ? ["parts"] : args)], {
    cwd: folder,
  });
}

function json({ stdout }: Done): { readonly [name: string]: unknown } {
  return JSON.parse(stdout);
}

describe("design 16.1: agentz part and agentz merge", () => {
  it("give the document of a replay; these members differ", () => {
    const folder = folderOf({ all: CALLS, one: ofSession([0]), two: ofSession([1, 2]) });
    const whole = merge(folder, "parts/all.json");
    expect(whole.stderr).toBe("agentz: merged 1 part: 60 calls, 3 sessions\n");
    for (const parts of [
      ["parts/one.json", "parts/two.json"],
      ["parts/two.json", "parts/one.json"],
    ])
      expect(merge(folder, ...parts).stdout).toBe(whole.stdout);
    const replay = agentzProcess(["replay", ...VERSIONS, "--trace", "-", "--format", "json"], {
      cwd: folder,
      input: readFileSync(join(folder, "all.jsonl")),
    });
    const digest = null;
    const differing = { files: null, reordered: null, repeatedIds: null, digest };
    const { trace, ...rest } = json(replay);
    expect(json(whole)).toEqual({
      ...rest,
      trace: { ...Object(trace), ...differing },
      parts: {
        key: "session",
        groupsRest: { groups: 0, calls: 0 },
        estimated: [],
        partlyCompared: [],
      },
    });
  });

  it("show of changed calls with one time the first by id, and of calls without an id their lines", () => {
    const time = "2026-05-18T10:00:00Z";
    const [b, a] = ["b", "a"].map((id) => call(60, "refund", { id, time }));
    const lines = [...ofSession([0]).slice(0, 2), b ?? "", a ?? ""];
    const folder = folderOf({ one: lines }, FILES, "--in-order");
    expect(json(merge(folder))).toMatchObject({ groups: [{ calls: 2, example: "a" }] });
    const nameless = call(60, "refund").replace('"id":"e60",', "");
    const other = folderOf({ one: [...ofSession([0]).slice(0, 2), nameless] });
    const example = `sha256:${createHash("sha256").update(nameless).digest("hex")}`;
    expect(json(merge(other))).toMatchObject({ groups: [{ calls: 1, example }] });
  });

  it("have the gates, formats and exit statuses of a replay", () => {
    const folder = folderOf({ one: ofSession([0]), two: ofSession([1, 2]) });
    expect(merge(folder, "parts", "--fail-on", "widened").status).toBe(0);
    expect(merge(folder, "parts", "--fail-on", "narrowed").status).toBe(1);
    expect(merge(folder, "parts", "--gate", "narrowed=100").status).toBe(0);
    const markdown = agentz(["merge", "parts", "--format", "markdown"], { cwd: folder });
    expect(markdown).toMatchObject({ status: 0, stdout: expect.stringContaining("narrowed") });
  });

  it("count a damaged line once, and say its digest", () => {
    const damaged = '{"id": "x';
    const folder = folderOf({ one: [damaged, ...ofSession([0])], two: ofSession([1, 2]) });
    const file = `sha256:${createHash("sha256").update(damaged).digest("hex")}`;
    const done = merge(folder);
    expect(json(done)).toMatchObject({
      trace: { malformed: 1, malformedLines: [{ file, line: 0 }] },
    });
    expect(merge(folder, "parts", "--gate", "malformed=0").status).toBe(1);
    const pretty = agentz(["merge", "parts"], { cwd: folder });
    expect(pretty.stdout).toContain(`malformed  1 line, e.g. ${file}: `);
  });

  it("take empty parts and files as nothing", () => {
    const folder = folderOf({ one: ofSession([0]), two: ofSession([1, 2]), all: CALLS });
    const empty = agentz(["part", ...VERSIONS, "--trace", "none.jsonl", "-o", "parts/none.json"], {
      cwd: folderWith(folder, "none.jsonl", ""),
    });
    expect(empty.status).toBe(0);
    folderWith(folder, "parts/nothing.json", "");
    const parts = ["parts/one.json", "parts/none.json", "parts/two.json", "parts/nothing.json"];
    expect(merge(folder, ...parts).stdout).toBe(merge(folder, "parts/all.json").stdout);
    expect(merge(folder, "parts/none.json")).toMatchObject({ status: 2 });
    expect(merge(folder, "parts/nothing.json").stderr).toContain("there are no parts to merge");
  });

  it("are several paths of `--parts`", () => {
    const folder = folderOf({ one: ofSession([0]), two: ofSession([1, 2]) });
    const ci = (...parts: readonly string[]): unknown => agentz(ciOf(...parts), { cwd: folder });
    expect(ci("parts/one.json", "parts/two.json")).toEqual(ci("parts"));
  });

  it("read one part on each line of standard input", () => {
    const folder = folderOf({ one: ofSession([0]), two: ofSession([1, 2]), all: CALLS });
    const read = (name: string): string => readFileSync(join(folder, `parts/${name}.json`), "utf8");
    const done = agentzProcess(["merge", "-", "--format", "json"], {
      cwd: folder,
      input: `${read("two")}\n${read("one")}`,
    });
    expect(done.stdout).toBe(merge(folder, "parts/all.json").stdout);
  });
});

function folderWith(folder: string, name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return folder;
}

/** A part that was changed, with the digest of what it says now. */
function sealed(text: string): string {
  const part = JSON.parse(text);
  delete part.digest;
  return `${withDigest(JSON.stringify(part))}\n`;
}

/** What merging a folder's parts is refused for; empty: it is not. */
function refusalOrNone(folder: string): string {
  const { status, stderr } = agentz(["merge", "parts"], { cwd: folder });
  return status === 2 ? stderr : "";
}

/** What merging a folder's parts is refused for. */
function refusal(folder: string): string {
  const done = agentz(["merge", "parts"], { cwd: folder });
  expect(done.status).toBe(2);
  return done.stderr;
}

describe("design 16.1: parts that do not belong together", () => {
  it("have a part twice, or calls of one session", () => {
    const folder = folderOf({ one: ofSession([0, 1]), two: ofSession([0, 1]) });
    expect(refusal(folder)).toContain("`parts/one.json` and `parts/two.json` both have events");
    const torn = folderOf({ one: CALLS.slice(0, 30), two: CALLS.slice(30) });
    expect(refusal(torn)).toContain("both have calls of one session");
  });

  it.each([
    ["more calls than can be added exactly", /"calls":20,/, `"calls":${Number.MAX_SAFE_INTEGER},`],
    ["a time that there is not", /"from":\d+/, '"from":1e300'],
    ["half a hash of a session", '"listed":[],"below"', '"listed":[1],"below"'],
    ["groups of which nothing is shown", /"shown":\{[^}]*"place":[^}]*\}?\}/, '"shown":null'],
  ])("have %s", (_, from, to) => {
    const folder = folderOf({ one: ofSession([0]) });
    const text = readFileSync(join(folder, "parts/one.json"), "utf8");
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    writeFileSync(join(folder, "parts/one.json"), sealed(edited));
    expect(refusal(folder)).toContain("it is damaged\n");
  });

  it.each([
    ["a count of a group", /"calls":\d+,"example"/, '"calls":7,"example"'],
    ["a hash of a session", /"keys":\{"hashes":"[0-9a-f]{15}/, '"keys":{"hashes":"000000000000000'],
    ["a count of decisions", /"allow":\d+/, '"allow":1'],
    ["its digest", /"digest":"[0-9a-f]{16}"\}/, '"digest":"0123456789abcdef"}'],
  ])("have %s that was changed after they were made", (_, from, to) => {
    const folder = folderOf({ one: ofSession([0]) });
    const text = readFileSync(join(folder, "parts/one.json"), "utf8");
    const edited = text.replace(from, to);
    expect(edited).not.toBe(text);
    writeFileSync(join(folder, "parts/one.json"), edited);
    expect(refusal(folder)).toContain("its content is not what its digest was made of");
    writeFileSync(join(folder, "parts/one.json"), sealed(edited));
    expect(refusalOrNone(folder)).not.toContain("digest");
  });

  it("are of other policies or flags", () => {
    const folder = folderOf({ one: ofSession([0]) });
    writeFileSync(join(folder, "rest.jsonl"), ofSession([1, 2]).join("\n"));
    const part = (...args: readonly string[]): string => {
      const out = ["--trace", "rest.jsonl", "-o", "parts/rest.json"];
      expect(agentz(["part", ...args, ...out], { cwd: folder }).status).toBe(0);
      return refusal(folder);
    };
    expect(part("--baseline", "recorded", "--candidate", "after")).toContain("another baseline");
    expect(part("--baseline", "before", "--candidate", "other")).toContain("another candidate");
    expect(part(...VERSIONS, "--history", "recorded")).toContain("another --history");
    expect(part(...VERSIONS, "--agent", "a1")).toContain("another filter");
  });

  it("have calls below calls of another part, or one approval", () => {
    const below = call(70, "refund", { session: "t", parent: "e71" });
    const above = call(71, "refund", {
      session: "u",
      action: { kind: "subagent_invocation", server: "pay", name: "refund" },
    });
    expect(refusal(folderOf({ one: [below], two: [above] }))).toContain(
      "`parts/one.json` has calls below calls of another part",
    );
    const approvals = { context: { approvals: [{ id: "ap-1", by: "human:lea" }] } };
    const asked = FILES["after/p.yaml"].replace(
      "id: pay, effect: allow",
      "id: pay, effect: require_approval",
    );
    const folder = folderOf(
      {
        one: [call(72, "refund", { session: "t", ...approvals })],
        two: [call(73, "refund", { session: "u", ...approvals })],
      },
      { ...FILES, "after/p.yaml": asked },
    );
    expect(refusal(folder)).toContain("both have calls with one approval");
  });

  it("are damaged, or of another form", () => {
    const folder = folderOf({ one: ofSession([0]) });
    const text = readFileSync(join(folder, "parts/one.json"), "utf8");
    const damaged = (other: string): string => refusal(folderWith(folder, "parts/one.json", other));
    expect(damaged(text.slice(0, 900))).toContain("it is not JSON");
    expect(damaged(text.replace('"format":2', '"format":1'))).toContain("it has format 1");
    expect(damaged(text.replace('"calls":', '"called":'))).toContain("it is damaged");
    expect(damaged(text.replace(/"calls":\d+/, '"calls":-1'))).toContain("it is damaged");
    expect(damaged("{}")).toContain("it is not a part");
    expect(text).toContain('"described":');
    expect(damaged(text.replace('"described":', '"described"'))).toContain("it is not JSON");
    expect(damaged(text.replace('"described":{', '"described":[{'))).toContain("it is not JSON");
    expect(damaged(text.replace('"described":', '"told":'))).toContain("it is damaged");
  });

  it("are in another layout, which is no damage", () => {
    const folder = folderOf({ one: ofSession([0]) });
    const merge = (): string =>
      agentz(["merge", "parts", "--format", "json"], { cwd: folder }).stdout;
    const file = join(folder, "parts/one.json");
    const [text, merged] = [readFileSync(file, "utf8"), merge()];
    const spaced = text.replaceAll(/([[{,:])(?=["[{])/g, "$1 ");
    writeFileSync(file, `\uFEFF${spaced.trimEnd()} \r\n \r\n`);
    expect(merge()).toBe(merged);
    const { counts, ...rest } = JSON.parse(text);
    const { replay, ...others } = counts;
    writeFileSync(file, JSON.stringify({ counts: { replay, ...others }, ...rest }));
    expect(merge()).toBe(merged);
    writeFileSync(file, text.replace('"groups":', String.raw`"gr\u006fups":`));
    expect(merge()).toBe(merged);
  });

  it("list only a sample of their keys, and merging says what it does not prove", () => {
    const folder = folderOf({ one: ofSession([0]), two: ofSession([1, 2]) });
    const file = join(folder, "parts/one.json");
    const text = readFileSync(file, "utf8");
    expect(agentz(["merge", "parts"], { cwd: folder }).stdout).not.toContain("a sample");
    writeFileSync(file, sealed(text.replace('"below":null', `"below":"${"f".repeat(16)}"`)));
    const said = "only a sample of the keys was compared: one may be in two parts";
    for (const format of ["pretty", "markdown"])
      expect(agentz(["merge", "parts", "--format", format], { cwd: folder }).stdout).toContain(
        said,
      );
    expect(json(merge(folder))).toMatchObject({ parts: { partlyCompared: ["keys"] } });
  });

  it("have a secret in a name, which they do not show, and are whole all the same", () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const folder = folderOf({ one: [call(0, secret)] });
    const text = readFileSync(join(folder, "parts/one.json"), "utf8");
    expect(text).not.toContain(secret);
    expect(text).toContain("*".repeat(9));
    expect(refusalOrNone(folder)).toBe("");
  });

  it("are too few for `--calls`", () => {
    const folder = folderOf({ one: ofSession([0]) });
    expect(agentz(["merge", "parts", "--calls", "20"], { cwd: folder }).status).toBe(0);
    expect(agentz(["merge", "parts", "--calls", "60"], { cwd: folder })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the parts have 20 calls"),
    });
  });
});

/** A set whose state is declared so. */
function planOf(state: string, ...args: readonly string[]): Done {
  const rules = 'rules: [{ id: all, effect: allow, actions: ["**"] }]\n';
  const folder = scratch({ "p.yaml": policy(rules, state) });
  return agentz(["plan", "--baseline", "recorded", "--candidate", "p.yaml", ...args], {
    cwd: folder,
  });
}

const label = (key: string): string =>
  `session: { labels: [{ name: l, when: "true", key: ${key} }] }\n`;

describe("design 16.2: agentz plan", () => {
  it.each([
    ["", "session", "$.session"],
    [label("session"), "session", "$.session"],
    [label("subject"), "subject", "$.subject.id"],
    [label("on_behalf_of"), "on_behalf_of", "$.context.on_behalf_of.id"],
    [label("tenant"), "tenant", "$.subject.tenant"],
  ])("%j splits by %s", (state, key, path) => {
    const plan = json(planOf(state, "--format", "json"));
    expect(plan).toMatchObject({ command: "plan", key });
    expect(JSON.stringify(plan["jobs"])).toContain(path);
  });

  it("a key that a condition gives is none", () => {
    const done = planOf(label("args.order"));
    expect(done).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("what a condition says"),
    });
  });

  it.each([
    [["session", "subject"], "subject", ["subject", "session"]],
    [["session", "tenant"], "tenant", ["session"]],
    [["subject", "on_behalf_of"], "on_behalf_of", ["subject"]],
  ])("state by %j is split by %s, and the others have to stay whole", (keys, key, whole) => {
    const labels = keys.map((one) => `{ name: by_${one}, when: "true", key: ${one} }`);
    const state = `session: { labels: [${labels.join(", ")}] }\n`;
    expect(json(planOf(state, "--format", "json"))).toMatchObject({
      key,
      uses: [`label \`by_${key}\``],
      whole: whole.map((by) => ({ by, uses: [`label \`by_${by}\``] })),
    });
    expect(planOf(state).stdout).toContain("agentz merge proves that they are");
  });

  it("says of approvals that they keep state, and of outcomes when they need whole sessions", () => {
    const rules = "rules: [{ id: ask, effect: require_approval, actions: ['**'] }]\n";
    const cwd = scratch({ "p.yaml": policy(rules, "") });
    const plan = agentz(["plan", "--baseline", "recorded", "--candidate", "p.yaml"], { cwd });
    expect(plan.stdout).toContain("state is kept by it: approvals");
    expect(plan.stdout).not.toContain("--whole-sessions");
    expect(planOf(label("subject")).stdout).toContain("plan with --whole-sessions");
    expect(planOf(label("subject"), "--whole-sessions").stdout).not.toContain("plan with");
  });

  it("splits by another member, and sorts by a position, where it is told to", () => {
    const plan = json(
      planOf(label("session"), "--key", "context.team", "--position", "seq", "--format", "json"),
    );
    expect(plan).toMatchObject({ key: "context.team", whole: [{ by: "session" }] });
    expect(plan["part"]).toMatch(/ --key context.team --in-order$/);
    const jobs: unknown = plan["jobs"];
    for (const job of Array.isArray(jobs) ? jobs : [])
      expect(Object(job)).toMatchObject({
        key: expect.stringContaining("team"),
        then: [expect.stringContaining("seq"), expect.anything(), expect.stringContaining("id")],
      });
    for (const wrong of ["a b", "$.x", "x'; --"])
      expect(planOf("", "--key", wrong)).toMatchObject({ status: 2 });
  });
});

/** State by session and by subject, which rules read. */
const BOTH = policy(
  RULES,
  `session:
  labels: [{ name: looked, when: "action.name == 'lookup'" }]
  counters: [{ name: paid, add: args.amount, when: "action.name == 'refund'", key: subject }]
`,
).replace("session.labels", "session.labels && session.counters.paid < 1000.0");

describe("design 16.1: state by several keys", () => {
  const files = {
    ...FILES,
    "before/p.yaml": BOTH,
    "after/p.yaml": BOTH.replace("1000.0", "900.0"),
  };
  /** A session of the agent of its number. */
  const own = (agent: number, line: string): string =>
    line
      .replace(/"session":"s\d"/, `"session":"s${agent}"`)
      .replace(/"id":"a\d"/, `"id":"a${agent}"`);
  const lines = CALLS.map((line, i) => own(i % 3, line));

  it("is right where no part has calls that share it with another part", () => {
    const of = (agent: number): readonly string[] => lines.filter((_, i) => i % 3 === agent);
    const folder = folderOf(
      { all: lines, one: [...of(0), ...of(2)].sort(byId), two: of(1) },
      files,
    );
    const [whole, parts] = [
      merge(folder, "parts/all.json"),
      merge(folder, "parts/one.json", "parts/two.json"),
    ];
    expect(parts.stdout).toBe(whole.stdout);
    const replay = agentz(["replay", ...VERSIONS, "--trace", "all.jsonl", "--format", "json"], {
      cwd: folder,
    });
    for (const member of ["decisions", "changes", "groups"])
      expect(json(parts)[member]).toEqual(json(replay)[member]);
  });

  it("is refused where a session, or an agent above, is met in two parts", () => {
    const torn = folderOf({ one: lines.slice(0, 30), two: lines.slice(30) }, files);
    expect(refusal(torn)).toContain("calls that share state by subject");
    const session = [own(0, CALLS[0] ?? ""), own(1, CALLS[1] ?? "").replace('"s1"', '"s0"')];
    expect(
      refusal(folderOf({ one: [session[0] ?? ""], two: [session[1] ?? ""] }, files)),
    ).toContain("calls that share state by session");
    const context = { delegation: ["agent:a0"] };
    const below = own(1, call(60, "refund", { session: "s9", context }));
    const above = folderOf({ one: [own(0, CALLS[30] ?? "")], two: [below] }, files);
    expect(refusal(above)).toContain(
      "split by a member of events that keeps each subject together",
    );
  });
});

function byId(a: string, b: string): number {
  return Number(/"e(\d+)"/.exec(a)?.[1]) - Number(/"e(\d+)"/.exec(b)?.[1]);
}

describe("design 16.1: an order that a sort may have lost", () => {
  const at = (name: string, time: string | undefined, id: string): string =>
    call(0, name, { id, time });
  const part = (lines: readonly string[], ...flags: readonly string[]): Done => {
    const folder = scratch({ ...FILES, "t.jsonl": lines.map((line) => `${line}\n`).join("") });
    return agentz(["part", ...VERSIONS, "--trace", "t.jsonl", ...flags], { cwd: folder });
  };
  const noon = "2026-05-18T12:00:00Z";

  it.each([
    [
      "calls with one time",
      [at("refund", noon, "b"), at("lookup", noon, "a")],
      "1 event with the time",
    ],
    [
      "a call without a time",
      [at("lookup", noon, "a"), at("refund", undefined, "b")],
      "1 event without a time",
    ],
  ])("refuses %s in one session, unless they are in order", (_, lines, why) => {
    expect(part(lines)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining(why),
    });
    expect(part(lines).stderr).toContain("--in-order");
    expect(part(lines, "--in-order").status).toBe(0);
  });

  it("minds neither other sessions nor policies without state", () => {
    const other = call(1, "refund", { time: noon });
    expect(part([at("lookup", noon, "a"), other]).status).toBe(0);
    const folder = scratch({
      "p.yaml": policy('rules: [{ id: all, effect: allow, actions: ["**"] }]\n', ""),
      "t.jsonl": [at("lookup", noon, "a"), at("refund", undefined, "b")].join("\n"),
    });
    const flags = ["--baseline", "recorded", "--candidate", "p.yaml", "--trace", "t.jsonl"];
    expect(agentz(["part", ...flags], { cwd: folder }).status).toBe(0);
  });
});

/** What a job is planned for, and what its parts come to. */
interface JobCase {
  readonly files: typeof FILES;
  readonly lines: readonly string[];
  readonly planned: readonly string[];
  readonly counted: readonly string[];
  /** Commands whose output is the same for the parts and for one part of all. */
  readonly documents: readonly (readonly string[])[];
}

/** What agentz reads in an event, and engines do not. */
const UNREAD = ['"half":"\\ud83d"', '"large":1e999', `"long":${"7".repeat(1500)}`];
const ODD = CALLS.map((line, i) =>
  i > 5 && i % 4 === 1
    ? line.replace('"args":{', `"args":{${UNREAD[(i >> 2) % 3] ?? ""},`)
    : i % 7 === 0
      ? line.replace('"args":{', '"args":{"note":"tab\\t, \\"quote\\" ü\\\\",')
      : line,
);
const BY_SESSION: JobCase = {
  files: FILES,
  lines: ODD,
  planned: [],
  counted: [],
  documents: [["merge", "parts", "--format", "json"]],
};
const byTwo = (limit: number): string =>
  policy(
    RULES.replace("session.labels", `session.labels && session.counters.spent < ${limit}.0`),
    `${STATE}  counters: [{ name: spent, add: args.amount, when: "action.name == 'refund'", key: subject }]\n`,
  );
/** State by subject and by session, each session of one subject, calls with one time, and a report. */
const BY_SUBJECT: JobCase = {
  files: { ...FILES, "before/p.yaml": byTwo(300), "after/p.yaml": byTwo(200) },
  lines: ODD.map((line, i) =>
    line
      .replace("{", `{"seq":${i},`)
      .replace(/"id":"a\d"/, `"id":"a${i % 3}"`)
      .replace(/:\d\d\.000Z/, ":00.000Z"),
  ),
  planned: ["--position", "seq", "--report"],
  counted: ["--in-order", "--report"],
  documents: [
    ["merge", "parts", "--format", "json"],
    ["report", ...VERSIONS, "--parts", "parts", "--title", "t", "--now", NOW, "--format", "json"],
    ["coverage", ...VERSIONS, "--parts", "parts", "--format", "json"],
    ciOf("parts"),
  ],
};

/** Lines that are no events, each one malformed line whatever an engine makes of it; the last is an event. */
const DAMAGED = [
  '{"broken',
  `${call(61, "refund")}\u0001tail`,
  `\u0001${call(62, "refund")}`,
  call(63, "refund").replace("e63", "e\r63"),
  "\u0000",
  "\\N",
  '"quoted',
  '{"session":"s1","time":"nonsense"}',
  call(64, "refund").replace(",", ",\r"),
];

/** A folder with a trace of odd texts, one part of all of it, and programs that stand for an engine. */
function jobFolder(engine: string, program: string, of: JobCase): string {
  const { files, lines, counted } = of;
  const folder = folderOf({ all: [...lines, ...DAMAGED] }, files, ...counted);
  mkdirSync(join(folder, "traces"));
  const mixed = [...lines, ...DAMAGED].toSorted((a, b) =>
    (a.at(-9) ?? "") < (b.at(-9) ?? "") ? -1 : 1,
  );
  writeFileSync(join(folder, "traces/t.jsonl"), mixed.join("\n"));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const cli = join(process.cwd(), "bin/agentz.js");
  const script = (name: string, text: string): void =>
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${text} "$@"\n`, { mode: 0o755 });
  script("agentz", `'${process.execPath}' '${cli}'`);
  writeFileSync(join(bin, `run-${engine}.py`), program);
  script(engine, `'${PYTHON}' '${join(bin, `run-${engine}.py`)}'`);
  return folder;
}

/** Runs the job of a plan for an engine. `paths`: of the trace. */
function runJob(
  folder: string,
  engine: string,
  planned: readonly string[],
  paths = "traces/*.jsonl",
): ReturnType<typeof spawnSync> {
  const plan = json(agentz(["plan", ...VERSIONS, ...planned, "--format", "json"], { cwd: folder }));
  const jobs: unknown = plan["jobs"];
  const job = Array.isArray(jobs) ? jobs.find((one) => Object(one).engine === engine) : undefined;
  return spawnSync("bash", ["-c", String(Object(job).text).replaceAll("traces/*.jsonl", paths)], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
  });
}

const DUCKDB = "import sys, duckdb\nduckdb.connect().execute(sys.argv[sys.argv.index('-c') + 1])\n";
const CLICKHOUSE =
  "import sys, chdb\nsys.stdout.buffer.write(chdb.query(sys.argv[sys.argv.index('--query') + 1]).bytes())\n";
const ENGINES = [
  ["duckdb", DUCKDB],
  ["clickhouse", CLICKHOUSE],
] as const;
/** An engine that writes half a line for one bucket, or for all, and then lacks memory. */
const DYING = `import sys
if not any("% 8 = " in one and "% 8 = 3" not in one for one in sys.argv):
    sys.stdout.write('{"id":')
    sys.exit(241)
`;

function sameBytes([engine, program]: (typeof ENGINES)[number], of: JobCase): void {
  const folder = jobFolder(engine, program, of);
  const said = (): readonly unknown[] =>
    of.documents
      .map((args) => agentz(args, { cwd: folder }))
      .map(({ status, stdout }) => [status, stdout]);
  const expected = said();
  rmSync(join(folder, "parts"), { recursive: true });
  const done = runJob(folder, engine, of.planned);
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(said()).toEqual(expected);
}

/** The same of a trace that is partly compressed; a file that is cut off ends the job. */
function withPacked([engine, program]: (typeof ENGINES)[number]): void {
  const folder = jobFolder(engine, program, BY_SESSION);
  const expected = merge(folder).stdout;
  const trace = readFileSync(join(folder, "traces/t.jsonl"));
  const half = trace.indexOf("\n", trace.length / 2) + 1;
  const packed = gzipSync(trace.subarray(half));
  writeFileSync(join(folder, "traces/t.jsonl"), trace.subarray(0, half - 1));
  writeFileSync(join(folder, "traces/u.jsonl.gz"), packed);
  writeFileSync(join(folder, "traces/empty.jsonl"), "");
  const run = (): ReturnType<typeof spawnSync> => {
    for (const name of ["parts", "buckets"])
      rmSync(join(folder, name), { recursive: true, force: true });
    return runJob(folder, engine, [], "traces/*");
  };
  const done = run();
  expect([done.status, done.stderr]).toEqual([0, ""]);
  expect(merge(folder).stdout).toBe(expected);
  writeFileSync(join(folder, "traces/u.jsonl.gz"), packed.subarray(0, packed.length - 20));
  expect(run().status).not.toBe(0);
}

describe("design 16.2: the jobs of a plan give the bytes of one run", () => {
  const cases: readonly [string, JobCase][] = [
    ["by session", BY_SESSION],
    ["by subject with sessions whole, for report, coverage and ci", BY_SUBJECT],
  ];
  it.skipIf(lacks("duckdb")).each(cases)("in DuckDB, %s", (_, of) => sameBytes(ENGINES[0], of));
  it.skipIf(lacks("clickhouse")).each(cases)("in ClickHouse, %s", (_, of) =>
    sameBytes(ENGINES[1], of),
  );

  it.skipIf(lacks("duckdb"))("in DuckDB, with .gz files, and not if one is cut off", () =>
    withPacked(ENGINES[0]),
  );
  it.skipIf(lacks("clickhouse"))("in ClickHouse, with .gz files, and not if one is cut off", () =>
    withPacked(ENGINES[1]),
  );

  it.each(ENGINES.map(([engine]) => engine))(
    "an engine that fails ends the job of %s",
    (engine) => {
      const folder = jobFolder(engine, DYING, BY_SESSION);
      const again = runJob(folder, engine, []);
      expect(again.status).not.toBe(0);
      expect(again.stderr).toContain("parts");
      rmSync(join(folder, "parts"), { recursive: true });
      expect(runJob(folder, engine, []).status).not.toBe(0);
    },
  );
});
