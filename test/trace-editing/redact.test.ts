import { createHash, createHmac } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { pathUses } from "../../src/trace-editing/path-uses.ts";
import { Redactor } from "../../src/trace-editing/redact.ts";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import { isJsonObject, type JsonObject } from "../../src/request/json.ts";
import { ReplayWalk } from "../replay/replay-walk.ts";
import type { CallResult } from "../../src/replay/walk.ts";
import { readAll, fileOf, linesOf } from "../trace/bytes.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hash = (text: string): string =>
  createHmac("sha256", "salt").update(text).digest("hex").slice(0, 16);

function setOf(text: string): AssembledSet {
  const assembled = assembleSet([{ file: "p.yaml", text }], {
    readBeside: () => ({ fault: "none" }),
    sha256,
  });
  expect(assembled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return assembled;
}

const policy = (rules: string, session = ""): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n${session}rules:\n${rules}`;
const rule = (when: string): string =>
  policy(`  - { id: r, effect: allow, when: ${JSON.stringify(when)} }\n`);

describe("how policies read paths", () => {
  test.each([
    ["args.amount < 5.0", ["args.amount"], []],
    ["args.to == 'x'", ["args.to"], []],
    ["args.to == context.owner", [], ["args.to", "context.owner"]],
    ["args.to in context.friends", [], ["args.to", "context.friends"]],
    ["args.to == context.owner && args.to.startsWith('a')", ["args.to", "context.owner"], []],
    ["has(args.note)", [], []],
    ["args.list.all(x, x == context.owner)", [], ["args.list", "context.owner"]],
    ["args.list.all(x, x.name == 'y')", ["args.list.name"], []],
    ["args['key'] == 1.0", ["args.key"], []],
    ["cel.bind(a, args.x, a == context.y)", [], ["args.x", "context.y"]],
    ["size(args.list) > 3", ["args.list"], []],
  ])("%s", (when, kept, compared) => {
    const uses = pathUses(setOf(rule(when)).documents);
    const own = (paths: ReadonlyMap<string, readonly string[]>): string[] =>
      [...paths].filter(([, by]) => by.some((name) => name !== "the engine")).map(([path]) => path);
    expect([own(uses.kept), own(uses.compared)]).toEqual([kept, compared]);
  });

  test("values of a session are held against what is read in them", () => {
    const session = "session:\n  values:\n    - { name: seen, add: args.order }\n";
    const compared = pathUses(
      setOf(
        policy('  - { id: r, effect: allow, when: "args.ref in session.values.seen" }\n', session),
      ).documents,
    );
    expect([...compared.compared.keys()]).toEqual(["args.order", "args.ref"]);
    const kept = pathUses(
      setOf(
        policy(
          "  - { id: r, effect: allow, when: \"args.ref in session.values.seen && args.ref != 'x'\" }\n",
          session,
        ),
      ).documents,
    );
    expect(kept.kept.has("args.order")).toBe(true);
  });
});

/** Whether one call is permitted by a rule with that condition. */
function permits(when: string, event: JsonObject): boolean {
  const { set } = setOf(rule(when));
  if (set === undefined) throw new Error("it does not load");
  const effects: boolean[] = [];
  const walk = new ReplayWalk(
    { baseline: undefined, candidate: set },
    { history: "counterfactual", approvals: "recorded", idle: 1 },
    [{ call: ({ candidate }) => void effects.push(candidate.permitted) }],
  );
  const { args, context } = event;
  walk.take({
    id: "1",
    type: "call",
    file: "f",
    line: 1,
    request: {
      action: { name: "x" },
      complete: ["context"],
      subject: { type: "agent", id: "a" },
      ...(isJsonObject(args) && { args }),
      ...(isJsonObject(context) && { context }),
    },
  });
  return effects[0] === true;
}

describe("a call is permitted after redaction as before", () => {
  const ann = { name: "ann", mail: "ann@shop.example" };
  test.each<[string, JsonObject]>([
    [
      "args.to in context.friends",
      { args: { to: "ann" }, context: { friends: { ann: 1, bob: 2 } } },
    ],
    ["args.to in context.friends", { args: { to: "ann" }, context: { friends: ["bob", "ann"] } }],
    [
      "args.to in context.friends && has(context.friends.ann)",
      { args: { to: "ann" }, context: { friends: { ann: 1 } } },
    ],
    [
      "args.to == context.owner && args.to.name == 'ann'",
      { args: { to: ann }, context: { owner: ann } },
    ],
    [
      "args.to == context.owner && context.owner == context.boss && args.to.name == 'ann'",
      { args: { to: ann }, context: { owner: ann, boss: ann } },
    ],
    [
      "args.to.name == context.owner && args == context.copy",
      { args: { to: ann }, context: { owner: "ann", copy: { to: ann } } },
    ],
    [
      "args.list.exists(x, x.name == context.owner)",
      { args: { list: [{ name: "bob" }, ann] }, context: { owner: "ann" } },
    ],
    ["args.n == context.m", { args: { n: 1 }, context: { m: 1.0 } }],
    ["has(args.note) && !has(args.other)", { args: { note: "x" } }],
  ])("%s %#", (when, event) => {
    const redactor = new Redactor({
      uses: pathUses(setOf(rule(when)).documents),
      strict: false,
      hash,
    });
    expect([permits(when, event), permits(when, redactor.redact(event))]).toEqual([true, true]);
  });

  test("names of members that tell of a person or hold a secret are hashed, too", () => {
    const redactor = new Redactor({
      uses: pathUses(setOf(rule("args.n == 1.0")).documents),
      strict: false,
      hash,
    });
    const shown = redactor.redact({
      id: "1",
      args: { n: 1, rights: { "ann@shop.example": "read", plain: "x" } },
    });
    expect(JSON.stringify(shown)).not.toContain("shop.example");
    expect(Object.keys(Object(shown["args"]).rights)).toEqual([
      expect.stringMatching(/^h:/),
      "plain",
    ]);
  });
});

describe("redaction", () => {
  const uses = pathUses(setOf(rule("args.amount < 5.0 && args.to == context.owner")).documents);
  const event: JsonObject = {
    id: "1",
    session: "s",
    time: "2026-01-01T00:00:00Z",
    subject: { type: "agent", id: "a", note: "x" },
    action: { server: "crm", name: "pay" },
    args: { amount: 3, to: "ann", memo: "secret plan", deep: { list: ["x", 1] } },
    context: { owner: "ann", request: "pay ann" },
    decision: { effect: "allow" },
  };

  test("keeps what is compared with literals, and names; hashes the rest, alike where it is alike", () => {
    const redacted = new Redactor({ uses, strict: false, hash }).redact(event);
    expect(redacted).toMatchObject({
      time: event["time"],
      subject: { type: "agent", id: "a" },
      action: { server: "crm", name: "pay" },
      args: { amount: 3 },
      decision: { effect: "allow" },
    });
    expect(JSON.stringify(redacted)).not.toMatch(/ann|secret|"s"/);
    expect(Object(redacted["args"]).to).toBe(Object(redacted["context"]).owner);
    expect(Object(redacted["args"]).deep.list).toHaveLength(2);
  });

  test("--strict makes it unrecorded instead, and lists it", () => {
    const redactor = new Redactor({ uses, strict: true, hash });
    expect(redactor.redact(event)).toMatchObject({
      unrecorded: ["args.amount"],
      subject: { id: "a" },
    });
    expect(redactor.unrecorded).toBe(1);
  });

  test("a secret in a kept value is made unrecorded; personal data is listed", () => {
    const redactor = new Redactor({
      uses: pathUses(setOf(rule("args.text.contains('x') && args.mail.contains('y')")).documents),
      strict: false,
      hash,
    });
    expect(
      redactor.redact({
        id: "1",
        args: { text: "key AKIAIOSFODNN7EXAMPLE", mail: "ann@shop.example" },
      }),
    ).toMatchObject({ args: { mail: "ann@shop.example" }, unrecorded: ["args.text"] });
    expect(redactor.detected()).toEqual([
      { path: "args.mail", kind: "personal/email", values: 1, became: "kept" },
      { path: "args.text", kind: "secret/aws-access-key", values: 1, became: "unrecorded" },
    ]);
  });

  test("a secret is found wherever it stands in a long value", () => {
    const redactor = new Redactor({
      uses: pathUses(setOf(rule("args.text.contains('x')")).documents),
      strict: false,
      hash,
    });
    for (const before of [0, 54_990, 59_990, 65_530, 200_000])
      expect(
        redactor.redact({
          id: "1",
          args: { text: `${"x ".repeat(before / 2)}AKIAIOSFODNN7EXAMPLE ${"y ".repeat(50_000)}` },
        }),
        String(before),
      ).toMatchObject({ args: {}, unrecorded: ["args.text"] });
  });

  test("what is secret by its name is, also where a policy reads it or an approval binds to it", () => {
    const redactor = new Redactor({
      uses: pathUses(setOf(rule("args.password.size() > 8 && args.pages > 1.0")).documents),
      strict: false,
      hash,
    });
    const args = { password: "hunter2", pages: 3 };
    expect(redactor.redact({ id: "1", args })).toMatchObject({
      ...{ args: { pages: 3 }, unrecorded: ["args.password"] },
    });
    expect(redactor.detected()).toEqual([
      { path: "args.password", kind: "secret/password", values: 1, became: "unrecorded" },
    ]);
    const approvals = [{ by: "human:x", digest: "sha256:0" }];
    const bound = redactor.redact({
      id: "2",
      args: { ...args, token: "t0ps" },
      context: { approvals },
    });
    expect(JSON.stringify(bound)).not.toMatch(/hunter2|t0ps/);
  });

  test("arguments to whose digest an approval binds stay", () => {
    const redactor = new Redactor({ uses, strict: false, hash });
    expect(
      redactor.redact({
        ...event,
        context: { approvals: [{ by: "human:x", digest: "sha256:0" }] },
      }),
    ).toMatchObject({ args: { memo: "secret plan" } });
    expect(redactor.bound).toBe(1);
  });
});

test("conditions have the detectors as a function", () => {
  const { set } = setOf(rule("detect(args.body).exists(kind, kind.startsWith('secret/'))"));
  if (set === undefined) throw new Error("it does not load");
  const run = (body: string): boolean => {
    const effects: boolean[] = [];
    const walk = new ReplayWalk(
      { baseline: undefined, candidate: set },
      { history: "counterfactual", approvals: "recorded", idle: 1 },
      [{ call: ({ candidate }) => void effects.push(candidate.permitted) }],
    );
    const request = { action: { name: "x" }, subject: { type: "agent", id: "a" }, args: { body } };
    walk.take({ id: "1", type: "call", file: "f", line: 1, request });
    return effects[0] === true;
  };
  expect([run("-----BEGIN PRIVATE KEY-----"), run("hello")]).toEqual([true, false]);
});

const root = resolve(import.meta.dirname, "../..");
describe("the sample", () => {
  const load = (folders: readonly string[]): AssembledSet => {
    const files = folders.flatMap((path) =>
      path.endsWith(".yaml")
        ? [path]
        : readdirSync(join(root, path)).map((name) => join(path, name)),
    );
    const sources = files.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
    return assembleSet(sources, {
      readBeside: (file, path) => ({
        source: { file: path, text: readFileSync(join(root, dirname(file), path), "utf8") },
      }),
      sha256,
    });
  };
  const decide = async (
    text: string,
    baseline: AssembledSet,
    candidate: AssembledSet,
  ): Promise<unknown[]> => {
    const results: unknown[] = [];
    const call = ({
      event,
      class: change,
      direct,
      baseline: before,
      candidate: after,
    }: CallResult): void =>
      void results.push([
        event.time,
        change,
        direct,
        ...[before, after].map(({ effect, permitted, indeterminate, rules }) => [
          effect,
          permitted,
          indeterminate,
          rules,
        ]),
      ]);
    if (candidate.set === undefined || baseline.set === undefined)
      throw new Error("the sample does not load");
    const walk = new ReplayWalk(
      { baseline: baseline.set, candidate: candidate.set },
      { history: "counterfactual", approvals: "recorded", idle: 86_400_000 },
      [{ call }],
    );
    for (const event of (await readAll([fileOf("t", text)])).events) walk.take(event);
    return results;
  };

  test("a redacted trace gives the same replay, but for the hashes", async () => {
    const [baseline, candidate] = [
      load(["policies/catalog.yaml", "policies/baseline"]),
      load(["policies/catalog.yaml", "policies/candidate"]),
    ];
    const text = readFileSync(join(root, "traces/sample.jsonl"), "utf8");
    const redactor = new Redactor({
      uses: pathUses([...baseline.documents, ...candidate.documents]),
      strict: false,
      hash,
    });
    const redacted = linesOf(
      text
        .trim()
        .split("\n")
        .map((line) => redactor.redact(JSON.parse(line))),
    );
    expect(redactor.hashed).toBeGreaterThan(1000);
    expect(await decide(redacted, baseline, candidate)).toEqual(
      await decide(text, baseline, candidate),
    );
  });
});
