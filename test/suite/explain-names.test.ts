import { describe, expect, test } from "vitest";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const TOKEN = `ghp_${"abcdefghij0123456789".repeat(2)}`;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
delegation: agents
session:
  counters: [{ name: calls, add: 1.0, key: subject }]
  labels: [{ name: mailed, when: "action.name == 'mail'" }]
rules:
  - { id: refund, effect: allow, actions: [pay/refund], subjects: ["agent:*"],
      when: "subject.note != 'x' && subject.credential.token != 'x' && subject.tenant != 'zz' && args.amount < 100.0" }
  - { id: mail, effect: allow, actions: [pay/mail] }
  - { id: few, effect: deny, when: "session.counters.calls >= 2.0" }
  - { id: far, effect: deny, when: "subject.tenant == 'us'", reason: not from there }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: a, owner: o, status: commissioned, attributes: { tenant: eu } }
  - { id: boss, owner: o, status: commissioned, attributes: { tenant: us } }
  - { id: gone, owner: o, status: suspended }
  - { id: tight, owner: o, status: commissioned, attributes: { tenant: eu }, manifest: { tools: [{ name: pay/file }] } }
  - { id: senior, owner: o, status: commissioned, attributes: { tenant: eu } }
people: [{ id: jane, roles: [clerk], department: money }]
tools:
  - { name: refund, server: pay, effects: [pay], reversible: false }
  - { name: mail, server: pay, effects: [send], resource: none }
  - { name: file, server: pay, effects: [read], resource: { type: doc, id: args.doc } }
resources: [{ match: "order:*", classification: confidential }]
`;

const EVENT = {
  id: "e1",
  time: "2026-05-04T09:00:00Z",
  session: "s",
  subject: {
    type: "agent",
    id: "a",
    credential: { kind: "api_key", id: "KEYID", token: TOKEN, expires: "2026-06-01T00:00:00Z" },
    note: "SUBJECTNOTE",
    tenant: "SUBJECTTENANT",
    name: TOKEN,
  },
  action: { kind: "tool_call", server: "pay", name: "refund", input: "ACTIONINPUT" },
  args: { password: "ARGSECRET", amount: 41.5 },
  resource: { type: "order", id: "x-17", content: "RESOURCECONTENT", classification: "public" },
  context: {
    surface: "desk",
    request: "PROMPT",
    notes: { deep: "CONTEXTDEEP" },
    signals: { text: "SIGNALTEXT" },
    task: { id: "T-1", words: "TASKWORDS" },
    on_behalf_of: { type: "human", id: "jane", email: "PERSONMAIL" },
    approvals: [{ by: "human:jane", comment: "APPROVALWORDS" }],
  },
  decision: { effect: "allow", reason: "DECISIONREASON" },
  outcome: { result: "RESULT" },
};
type Part = { readonly [name: string]: unknown };

const SECRETS = new RegExp(
  String.raw`ghp_|KEYID|SUBJECTNOTE|SUBJECTTENANT|ACTIONINPUT|ARGSECRET|41\.5|20\.75|\b83\b` +
    String.raw`|RESOURCECONTENT|PROMPT|CONTEXTDEEP|SIGNALTEXT|TASKWORDS|PERSONMAIL` +
    String.raw`|APPROVALWORDS|DECISIONREASON|"RESULT"`,
);

async function explained(
  events: readonly Part[],
  id: string,
  ...flags: readonly string[]
): Promise<{ readonly result: ExplainResult; readonly text: string; readonly pretty: string }> {
  const folder = scratch({
    "p.yaml": POLICY,
    "t.jsonl": events.map((event) => `${JSON.stringify(event)}\n`).join(""),
    "agentz.yaml": "{}",
  });
  const argv = ["explain", id, "--candidate", "p.yaml", "--trace", `${folder}/t.jsonl`, ...flags];
  const json = await run(folder, ...argv, "--format", "json");
  const pretty = await run(folder, ...argv, "--details");
  return {
    result: JSON.parse(json.stdout),
    text: json.stdout + json.stderr,
    pretty: pretty.stdout + pretty.stderr,
  };
}

describe("design 11.5: an explanation shows names alone unless it is asked for more", () => {
  test("of a trace's event: no credential, no argument, no attribute that the call brings", async () => {
    const { result, text, pretty } = await explained([EVENT], "e1");
    expect(text).not.toMatch(SECRETS);
    expect(pretty).not.toMatch(SECRETS);
    expect(result.argumentsShown).toBe(false);
    expect(result.call).toMatchObject({
      subject: {
        type: "agent",
        id: "a",
        credential: {
          kind: "api_key",
          id: "(hidden)",
          token: "(hidden)",
          expires: "2026-06-01T00:00:00Z",
        },
        note: "(hidden)",
      },
      action: { kind: "tool_call", server: "pay", name: "refund", input: "(hidden)" },
      resource: { type: "order", id: "x-17", content: "(hidden)" },
      args: { password: expect.stringMatching(/^[(]hidden[)]$|^[*]+$/), amount: "(hidden)" },
      context: {
        surface: "desk",
        request: "(hidden)",
        notes: "(hidden)",
        signals: "(hidden)",
        task: { id: "T-1", words: "(hidden)" },
        on_behalf_of: { type: "human", id: "jane", email: "(hidden)" },
        approvals: [{ by: "human:jane", comment: "(hidden)" }],
      },
    });
  });

  test("of a request too", async () => {
    const { id: _, ...request } = EVENT;
    expect(_).toBe("e1");
    const folder = scratch({
      "p.yaml": POLICY,
      "r.json": JSON.stringify(request),
      "agentz.yaml": "{}",
    });
    for (const format of ["json", "pretty"]) {
      const { status, stdout, stderr } = await run(
        folder,
        "explain",
        "r.json",
        "--candidate",
        "p.yaml",
        "--format",
        format,
        "--details",
      );
      expect(status).toBe(0);
      expect(stdout + stderr).not.toMatch(SECRETS);
    }
  });

  test("all of it, where it is asked for", async () => {
    const { result, text } = await explained([EVENT], "e1", "--show-arguments");
    for (const value of [
      "SUBJECTNOTE",
      "ACTIONINPUT",
      "ARGSECRET",
      "RESOURCECONTENT",
      "PROMPT",
      "KEYID",
      TOKEN,
    ])
      expect(text).toContain(value);
    expect(result.argumentsShown).toBe(true);
  });

  test.each<readonly [string, Part, unknown]>([
    [
      "read off an argument",
      {
        action: { server: "pay", name: "file" },
        args: { doc: "ARGID" },
        resource: { type: "doc", id: "ARGID" },
      },
      "(hidden)",
    ],
    [
      "that stands in an argument",
      { args: { path: "dir/ARGID" }, resource: { type: "order", id: "ARGID" } },
      "(hidden)",
    ],
    [
      "that an argument stands in",
      { args: { order: "ARGID" }, resource: { type: "order", id: "/a/ARGID/b" } },
      "(hidden)",
    ],
    [
      "that an argument within another stands in, in another case",
      { args: { of: [{ order: "argid" }] }, resource: { type: "order", id: "/a/ARGID/b" } },
      "(hidden)",
    ],
    [
      "that is an argument's number",
      { args: { order: 20771 }, resource: { type: "order", id: "20771" } },
      "(hidden)",
    ],
    [
      "that a number stands in",
      { args: { order: 20771 }, resource: { type: "order", id: "o/20771/x" } },
      "(hidden)",
    ],
    ["of its own", { resource: { type: "order", id: "o-1" } }, "o-1"],
    [
      "that a short argument stands in",
      { args: { page: 1, kind: "ord" }, resource: { type: "order", id: "ord-1" } },
      "ord-1",
    ],
  ])("the id of a resource %s", async (_, part, id) => {
    const { result, text, pretty } = await explained([{ ...EVENT, ...part }], "e1");
    expect(result.call).toMatchObject({ resource: { id } });
    expect(text + pretty).not.toMatch(/ARGID|20771/);
  });

  test.each<readonly [string, Part]>([
    ["the id of an approval", { id: "ARGSECRET" }],
    ["a digest that is none", { digest: "ARGSECRET" }],
    ["a digest and more", { digest: `sha256:${"a".repeat(64)}ARGSECRET` }],
    ["ids of any type", { id: ["ARGSECRET"], digest: { of: "ARGSECRET" } }],
  ])("hidden is %s", async (_, part) => {
    const digest = `sha256:${"0a".repeat(32)}`;
    const approvals = [
      { by: "human:jane", ...part },
      { by: "human:bob", digest },
    ];
    const { text, pretty, result } = await explained([{ ...EVENT, context: { approvals } }], "e1");
    expect(text + pretty).not.toContain("ARGSECRET");
    expect(result.call).toMatchObject({
      context: { approvals: [{ by: "human:jane" }, { by: "human:bob", digest }] },
    });
  });

  test.each<readonly [string, unknown]>([
    ["resource.classification", "RESOURCECONTENT"],
    ["subject.status", "SUBJECTNOTE"],
    ["action.kind", "ACTIONINPUT"],
    ["subject.credential.kind", "KEYID"],
    ["context.delegation", [{ id: "a", words: "TASKWORDS" }]],
    ["subject.credential.expires", "KEYID"],
  ])("%s is shown where it is a word of its list, or a name", async (path, value) => {
    const [root = "", ...keys] = path.split(".");
    const changed: Part = Object(Reflect.get(EVENT, root));
    const inner = keys.reduceRight<unknown>(
      (below, key, i) => ({
        ...(i === 0 ? changed : Object(Reflect.get(changed, keys[0] ?? ""))),
        [key]: below,
      }),
      value,
    );
    const { text, pretty } = await explained([{ ...EVENT, [root]: inner }], "e1");
    expect(text + pretty).not.toMatch(SECRETS);
  });

  test("an internal error shows no credential, also with --debug", async () => {
    const folder = scratch({ "agentz.yaml": "{}" });
    const { stderr, stdout } = await run(
      folder,
      "explain",
      TOKEN,
      "--candidate",
      "none.yaml",
      "--format",
      "json",
      "--debug",
    );
    expect(stdout + stderr).not.toMatch(/ghp_/);
  });
});

describe("design 2.7: a value that the catalog overrules is shown as such", () => {
  test("claimed, the catalog's, and that it counts", async () => {
    const { result, pretty } = await explained([EVENT], "e1", "--show-arguments");
    expect(result.overruled).toEqual([
      {
        path: "subject.tenant",
        claimed: "SUBJECTTENANT",
        catalog: "eu",
        counted: "catalog",
        by: "catalog",
      },
      {
        path: "resource.classification",
        claimed: "public",
        catalog: "confidential",
        counted: "catalog",
        by: "catalog",
      },
    ]);
    expect(pretty).toContain(
      "subject.tenant: the call says SUBJECTTENANT; the catalog says eu, and that counts",
    );
    const values = JSON.stringify(result.tree);
    expect(values).toContain(
      '{"path":"subject.tenant","state":"value","value":"eu","from":"catalog","claimed":"SUBJECTTENANT"}',
    );
    expect(pretty).toContain("subject.tenant = eu (the catalog's; the call claims SUBJECTTENANT)");
  });

  test("hidden are claims that are no names, shown words of closed lists", async () => {
    const { result } = await explained([EVENT], "e1");
    expect(result.overruled.map(({ claimed, catalog }) => [claimed, catalog])).toEqual([
      ["(hidden)", "eu"],
      ["public", "confidential"],
    ]);
  });

  test.each<
    readonly [string, Part, string, { readonly claimed: unknown; readonly catalog: unknown }]
  >([
    [
      "a status",
      { subject: { type: "agent", id: "a", status: "suspended" } },
      "subject.status",
      { claimed: "suspended", catalog: "commissioned" },
    ],
    [
      "that somebody is registered",
      { subject: { type: "agent", id: "nobody", registered: true } },
      "subject.registered",
      { claimed: true, catalog: false },
    ],
    [
      "effects",
      { action: { server: "pay", name: "refund", effects: ["read"] } },
      "action.effects",
      { claimed: ["read"], catalog: ["pay"] },
    ],
    [
      "what can be undone",
      { action: { server: "pay", name: "refund", reversible: true } },
      "action.reversible",
      { claimed: true, catalog: false },
    ],
    [
      "a person's department",
      { context: { on_behalf_of: { type: "human", id: "jane", department: "art" } } },
      "context.on_behalf_of.department",
      { claimed: "art", catalog: "money" },
    ],
    [
      "the resource of a tool that has none",
      { action: { server: "pay", name: "mail" }, resource: { type: "order", id: "1" } },
      "resource.id",
      { claimed: "1", catalog: null },
    ],
    [
      "another resource than the arguments tell",
      {
        action: { server: "pay", name: "file" },
        args: { doc: "d-1" },
        resource: { type: "order", id: "d-2" },
      },
      "resource.type",
      { claimed: "order", catalog: "doc" },
    ],
    [
      "another id than the arguments tell",
      {
        action: { server: "pay", name: "file" },
        args: { doc: "d-1" },
        resource: { type: "doc", id: "d-2" },
      },
      "resource.id",
      { claimed: "d-2", catalog: "d-1" },
    ],
  ])("%s", async (_, part, path, expected) => {
    const { result } = await explained([{ ...EVENT, ...part }], "e1", "--show-arguments");
    expect(result.overruled.find((one) => one.path === path)).toMatchObject({
      ...expected,
      counted: "catalog",
    });
  });

  test("what agrees, and what the catalog does not know, is not overruled", async () => {
    const { result } = await explained(
      [
        {
          ...EVENT,
          subject: { type: "agent", id: "a", tenant: "eu", note: "mine" },
          resource: { type: "order", id: "x", classification: "confidential" },
        },
      ],
      "e1",
    );
    expect(result.overruled).toEqual([]);
  });
});

const step = (n: number, part: Part): Part => ({
  id: `s/${n}`,
  time: `2026-05-04T09:0${n}:00Z`,
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { kind: "tool_call", server: "pay", name: "mail" },
  args: {},
  context: { delegation: [] },
  outcome: { status: "ok" },
  ...part,
});

describe("design 4.5: under delegation the one is named whose record decides", () => {
  test.each<readonly [string, Part, readonly string[], readonly string[]]>([
    ["a rule for one above", { delegation: ["agent:boss"] }, ["p/far"], ["agent:boss"]],
    [
      "an agent above that is suspended",
      { delegation: ["agent:boss", "agent:gone"] },
      ["lifecycle/gone", "p/far"],
      ["agent:gone", "agent:boss"],
    ],
    ["a manifest above", { delegation: ["agent:tight"] }, ["manifest/tight"], ["agent:tight"]],
    ["everybody", { delegation: ["agent:other-a"] }, ["lifecycle/unregistered"], ["agent:other-a"]],
  ])("%s", async (_, context, rules, subjects) => {
    const call = step(1, { context });
    const { result, pretty } = await explained([call], "s/1");
    expect(result.decision).toMatchObject({ effect: "deny", rules });
    expect(result.deciding.map((one) => one.subjects)).toEqual(subjects.map((name) => [name]));
    for (const [i, rule] of rules.entries())
      expect(pretty).toMatch(new RegExp(`  by ${rule} for ${subjects[i] ?? ""}`));
    // only the tree of whom it was decided for is marked
    for (const tree of result.tree.filter(({ decided }) => decided))
      expect(subjects).toContain(tree.subject);
  });

  test("alone, nobody has to be named", async () => {
    const { result } = await explained([step(1, {})], "s/1");
    expect(result.deciding).toMatchObject([{ rule: "p/mail", subjects: [] }]);
  });
});

describe("design 5.3: the state shown is the one before the call", () => {
  const calls = [step(1, {}), step(2, {}), step(3, {})];

  test("what the call itself sets is not there yet", async () => {
    const first = await explained(calls, "s/1");
    expect(first.result.state).toEqual({ labels: [], counters: [], values: [] });
    const second = await explained(calls, "s/2");
    expect(second.result.state).toEqual({
      labels: [{ name: "mailed", value: true, setBy: ["s/1"] }],
      counters: [{ name: "calls", value: 1, setBy: ["s/1"] }],
      values: [],
    });
    const third = await explained(calls, "s/3");
    expect(third.result.decision.rules).toEqual(["p/few"]);
    expect(third.result.state.counters).toMatchObject([{ value: 2, setBy: ["s/1", "s/2"] }]);
  });

  test("an agent above reads its own state, which is shown for it", async () => {
    const above = [
      step(1, { subject: { type: "agent", id: "senior" } }),
      step(2, { subject: { type: "agent", id: "senior" } }),
      step(3, { context: { delegation: ["agent:senior"] } }),
    ];
    const { result, pretty } = await explained(above, "s/3");
    expect(result.decision.rules).toEqual(["p/few"]);
    expect(result.deciding).toMatchObject([{ subjects: ["agent:senior"] }]);
    expect(result.state.counters).toEqual([
      { name: "calls", value: 2, setBy: ["s/1", "s/2"], subject: "agent:senior" },
    ]);
    expect(pretty).toContain("counter calls for agent:senior: 2, set by s/1, s/2");
  });

  test(
    "in a failed test the conditions are shown as the call met them, also where a state after it " +
      "is expected",
    async () => {
      const suite =
        "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - name: t\n    session:\n      - " +
        "{ call: { subject: { type: agent, id: a }, action: { server: pay, name: mail } }, " +
        "expect: { effect: deny, rule: few, state: { counters: { calls: 1 } } }, repeat: 1 }\n";
      const folder = scratch({ "p.yaml": POLICY, "s.yaml": suite, "agentz.yaml": "{}" });
      const { stdout } = await run(folder, "test", "p.yaml", "s.yaml");
      expect(stdout).toContain(
        "session.counters.calls >= 2.0 is false, where session.counters.calls = 0",
      );
    },
  );
});
