import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadDocuments } from "../../src/policy/load.ts";
import {
  CATALOG_HEAD,
  findings,
  load,
  POLICY_HEAD,
  ruleText,
  seen,
  type Seen,
} from "./underlined.ts";

const COMPLETE = readFileSync(new URL("fixtures/complete.yaml", import.meta.url), "utf8");

describe("design 2.1: every mistake at its place", () => {
  it("says which version to begin with", () => {
    const [missing] = load("apiVersion: agentz/v1\nkind: Catalog\nname: c\n").diagnostics;
    expect(missing?.help).toBe("begin with `version: 1.0.0`");
  });

  it("names the configuration, which is no document", () => {
    const given = loadDocuments([{ file: "x/agentz.yaml", text: "candidate: policies\n" }]);
    expect([given.documents, given.diagnostics.map(({ message }) => message)]).toEqual([
      [],
      ["this is the configuration of agentz, not a policy"],
    ]);
  });

  const ALLOW = "effect: allow";
  const table: readonly (readonly [name: string, text: string, expected: Seen])[] = [
    ["yaml that breaks off", "apiVersion: agentz/v1\nkind: 'Policy\n", ["yaml-syntax", "'", "$"]],
    ["another YAML version", `%YAML 1.1\n---\n${POLICY_HEAD}`, ["yaml-syntax", "%YAML 1.1", "$"]],
    ["no kind", "apiVersion: agentz/v1\nname: x\n", ["unknown-document", "apiVersion", "$"]],
    [
      "a kind misspelled",
      "apiVersion: agentz/v1\nkind: policy\n",
      ["unknown-document", "policy", "$.kind"],
    ],
    ["no apiVersion", "kind: Suite\nname: x\n", ["unknown-document", "kind", "$"]],
    [
      "another apiVersion",
      "apiVersion: agentz/v2\nkind: Suite\nname: x\n",
      ["unknown-document", "agentz/v2", "$.apiVersion"],
    ],
    ["not a map", "- a\n", ["unknown-document", "- a\n", "$"]],
    ["a key twice", `${POLICY_HEAD}owner: a\nowner: b\n`, ["duplicate-key", "owner", "$.owner"]],
    ["an unknown field", ruleText(ALLOW, "wen: true"), ["unknown-field", "wen", "$.rules[0].wen"]],
    [
      "an unknown field of a document",
      `${POLICY_HEAD}rule: []\n`,
      ["unknown-field", "rule", "$.rule"],
    ],
    [
      "a merge key",
      ruleText(ALLOW, "<<: { when: true }"),
      ["unknown-field", "<<", '$.rules[0]["<<"]'],
    ],
    [
      "a merge key in a free map",
      `${CATALOG_HEAD}agents:\n  - { id: a, attributes: { <<: { b: 1 } } }\n`,
      ["unknown-field", "<<", '$.agents[0].attributes["<<"]'],
    ],
    [
      "a number that JSON lacks",
      `${CATALOG_HEAD}data: { a: [.nan] }\n`,
      ["unsupported-value", ".nan", "$.data.a[0]"],
    ],
    ["infinity", `${CATALOG_HEAD}data: { a: -.inf }\n`, ["unsupported-value", "-.inf", "$.data.a"]],
    [
      "a number beyond doubles",
      `${CATALOG_HEAD}data: { a: 1e999 }\n`,
      ["unsupported-value", "1e999", "$.data.a"],
    ],
    [
      "a timestamp tag",
      `${CATALOG_HEAD}data: { a: !!timestamp 2001-01-01 }\n`,
      ["unsupported-value", "!!timestamp 2001-01-01", "$.data.a"],
    ],
    [
      "binary",
      `${CATALOG_HEAD}data: { a: !!binary aGk= }\n`,
      ["unsupported-value", "!!binary aGk=", "$.data.a"],
    ],
    [
      "a custom tag on a map",
      `${CATALOG_HEAD}data: { a: !x { b: 1 } }\n`,
      ["unsupported-value", "!x { b: 1 }", "$.data.a"],
    ],
    [
      "a tag that does not fit",
      `${CATALOG_HEAD}data: { a: !!int abc }\n`,
      ["unsupported-value", "!!int abc", "$.data.a"],
    ],
    [
      "a number as key",
      `${CATALOG_HEAD}data: { a: { 1: b } }\n`,
      ["unsupported-value", "1", "$.data.a"],
    ],
    [
      "a list as key",
      `${CATALOG_HEAD}data:\n  ? [a]\n  : b\n`,
      ["unsupported-value", "[a]", "$.data"],
    ],
    [
      "a cyclic alias",
      `${CATALOG_HEAD}data: { a: &x [*x] }\n`,
      ["alias-limit", "*x", "$.data.a[0]"],
    ],
    ["an alias of nothing", `${CATALOG_HEAD}data: { a: *x }\n`, ["yaml-syntax", "*x", "$.data.a"]],
    [
      "no version",
      "apiVersion: agentz/v1\nkind: Policy\nname: p\n",
      ["missing-field", "apiVersion", "$"],
    ],
    [
      "a version that is a number",
      POLICY_HEAD.replace("1.0.0", "1.0"),
      ["invalid-value", "1.0", "$.version"],
    ],
    [
      "a version of two parts",
      POLICY_HEAD.replace("1.0.0", "v1.0"),
      ["invalid-value", "v1.0", "$.version"],
    ],
    [
      "a reserved name",
      POLICY_HEAD.replace("name: p", "name: manifest"),
      ["invalid-value", "manifest", "$.name"],
    ],
    [
      "a name with a slash",
      POLICY_HEAD.replace("name: p", "name: a/b"),
      ["invalid-value", "a/b", "$.name"],
    ],
    [
      "a rule id with a blank",
      `${POLICY_HEAD}rules: [{ id: a b, effect: deny }]\n`,
      ["invalid-value", "a b", "$.rules[0].id"],
    ],
    [
      "an invisible character",
      `${POLICY_HEAD}rules: [{ id: "a\u200bb", effect: deny }]\n`,
      ["invalid-value", '"a\u200bb"', "$.rules[0].id"],
    ],
    ["no effect", ruleText("when: true"), ["missing-field", "id", "$.rules[0]"]],
    ["an unknown effect", ruleText("effect: alow"), ["invalid-value", "alow", "$.rules[0].effect"]],
    [
      "text for a list",
      ruleText(ALLOW, "actions: a/b"),
      ["wrong-type", "a/b", "$.rules[0].actions"],
    ],
    ["an empty field", ruleText(ALLOW, "when:"), ["wrong-type", "", "$.rules[0].when"]],
    [
      "an empty list",
      ruleText(ALLOW, "subjects: []"),
      ["invalid-value", "[]", "$.rules[0].subjects"],
    ],
    [
      "a pattern without type",
      ruleText(ALLOW, 'subjects: ["support-*"]'),
      ["invalid-glob", '"support-*"', "$.rules[0].subjects[0]"],
    ],
    [
      "an empty pattern",
      ruleText(ALLOW, 'actions: [a/b, ""]'),
      ["invalid-glob", '""', "$.rules[0].actions[1]"],
    ],
    [
      "half an action",
      ruleText(ALLOW, "actions: [crm/]"),
      ["invalid-glob", "crm/", "$.rules[0].actions[0]"],
    ],
    [
      "approval on allow",
      ruleText(ALLOW, "approval: { quorum: 2 }"),
      ["invalid-value", "approval", "$.rules[0].approval"],
    ],
    [
      "on_deny on allow",
      ruleText(ALLOW, "on_deny: block_tool"),
      ["invalid-value", "on_deny", "$.rules[0].on_deny"],
    ],
    [
      "obligations on deny",
      ruleText("effect: deny", "obligations: { log: true }"),
      ["invalid-value", "obligations", "$.rules[0].obligations"],
    ],
    [
      "a quorum of none",
      ruleText("effect: require_approval", "approval: { quorum: 0 }"),
      ["invalid-value", "0", "$.rules[0].approval.quorum"],
    ],
    [
      "half a person",
      ruleText("effect: require_approval", "approval: { quorum: 1.5 }"),
      ["invalid-value", "1.5", "$.rules[0].approval.quorum"],
    ],
    [
      "nobody to approve",
      ruleText("effect: require_approval", "approval: { approvers: [] }"),
      ["invalid-value", "[]", "$.rules[0].approval.approvers"],
    ],
    [
      "yes for true",
      ruleText(ALLOW, "obligations: { log: yes }"),
      ["wrong-type", "yes", "$.rules[0].obligations.log"],
    ],
    [
      "an empty redact",
      ruleText(ALLOW, "obligations: { redact: {} }"),
      ["invalid-value", "{}", "$.rules[0].obligations.redact"],
    ],
    [
      "a unit misspelled",
      ruleText("effect: require_approval", "approval: { within: 1hour }"),
      ["invalid-value", "1hour", "$.rules[0].approval.within"],
    ],
    [
      "a duration without unit",
      ruleText("effect: require_approval", "approval: { within: 60 }"),
      ["invalid-value", "60", "$.rules[0].approval.within"],
    ],
    [
      "no duration at all",
      ruleText("effect: require_approval", "approval: { within: 0s }"),
      ["invalid-value", "0s", "$.rules[0].approval.within"],
    ],
    [
      "30 February",
      `${CATALOG_HEAD}agents: [{ id: a, expires: 2027-02-30 }]\n`,
      ["invalid-value", "2027-02-30", "$.agents[0].expires"],
    ],
    [
      "a time without offset",
      `${CATALOG_HEAD}agents: [{ id: a, expires: 2027-02-20T10:00:00 }]\n`,
      ["invalid-value", "2027-02-20T10:00:00", "$.agents[0].expires"],
    ],
    [
      "an exception of everything",
      ruleText("effect: deny", "exceptions: [{ reason: a, owner: b }]"),
      ["missing-field", "reason", "$.rules[0].exceptions[0]"],
    ],
    [
      "an unknown field of an example",
      ruleText(ALLOW, "match: [{ arg: {} }]"),
      ["unknown-field", "arg", "$.rules[0].match[0].arg"],
    ],
    [
      "a condition cut short",
      ruleText(ALLOW, 'when: "args.a =="'),
      ["condition-syntax", "", "$.rules[0].when"],
    ],
    [
      "a negative count",
      `${CATALOG_HEAD}agents: [{ id: a, manifest: { max_calls: -1 } }]\n`,
      ["invalid-value", "-1", "$.agents[0].manifest.max_calls"],
    ],
    [
      "a class misspelled",
      `${CATALOG_HEAD}resources: [{ match: "a:*", classification: secret }]\n`,
      ["invalid-value", "secret", "$.resources[0].classification"],
    ],
    [
      "a form for one resource",
      `${CATALOG_HEAD}resources: [{ match: "a:b", form: path }]\n`,
      ["invalid-value", "form", "$.resources[0].form"],
    ],
    [
      "an attribute that is a field",
      `${CATALOG_HEAD}agents: [{ id: a, attributes: { status: x } }]\n`,
      ["invalid-value", "status", "$.agents[0].attributes.status"],
    ],
    [
      "an unknown type",
      `${CATALOG_HEAD}attributes: { context.a: text }\n`,
      ["invalid-value", "text", '$.attributes["context.a"]'],
    ],
    [
      "a path of no root",
      `${CATALOG_HEAD}attributes: { args.a: string }\n`,
      ["invalid-value", "args.a", '$.attributes["args.a"]'],
    ],
    [
      "a data file elsewhere",
      `${CATALOG_HEAD}data: { a: { file: ../a.csv } }\n`,
      ["invalid-value", "../a.csv", "$.data.a.file"],
    ],
    [
      "a schema keyword misspelled",
      `${CATALOG_HEAD}tools: [{ name: a, args: { type: object, properties: { b: { maximun: 1 } } } }]\n`,
      ["invalid-schema", "maximun", "$.tools[0].args.properties.b.maximun"],
    ],
    [
      "a schema type misspelled",
      `${CATALOG_HEAD}tools: [{ name: a, args: { type: objekt } }]\n`,
      ["invalid-schema", "objekt", "$.tools[0].args.type"],
    ],
    [
      "a suite without name",
      "apiVersion: agentz/v1\nkind: Suite\n",
      ["missing-field", "apiVersion", "$"],
    ],
    [
      "two rules of one id",
      `${POLICY_HEAD}rules: [{ id: a, effect: deny }, { id: a, effect: allow }]\n`,
      ["duplicate-id", "a", "$.rules[1]"],
    ],
    ["two policies of one name", `${POLICY_HEAD}---\n${POLICY_HEAD}`, ["duplicate-id", "p", "$"]],
    [
      "two agents",
      `${CATALOG_HEAD}agents: [{ id: a }, { id: a }]\n`,
      ["duplicate-id", "a", "$.agents[1]"],
    ],
    [
      "two tools",
      `${CATALOG_HEAD}tools: [{ name: a, server: s }, { name: a, server: s }]\n`,
      ["duplicate-id", "a", "$.tools[1]"],
    ],
    [
      "two counters",
      `${POLICY_HEAD}session: { counters: [{ name: a, add: 1 }, { name: a, add: 2 }] }\n`,
      ["duplicate-id", "a", "$.session.counters[1]"],
    ],
    [
      "entries that disagree",
      `${CATALOG_HEAD}resources: [{ match: "a:*", tenant: b }, { match: "a:**", tenant: c }]\n`,
      ["conflicting-attribute", '"a:**"', "$.resources[1]"],
    ],
  ];
  it.each(table)("%s", (_name, text, expected) => {
    expect(seen(findings(text), text)).toEqual([expected]);
  });

  it("asks what was meant", () => {
    expect(findings(ruleText("effect: allow", "wen: true"))[0]?.help).toBe("did you mean `when`?");
    expect(findings("apiVersion: agentz/v1\nkind: policy\n")[0]?.help).toBe(
      "did you mean `Policy`?",
    );
    expect(findings(ruleText("effect: alow"))[0]?.help).toBe("did you mean `allow`?");
  });

  it("finds ten mistakes of one file in one go, in the order of the text", () => {
    const text = `${POLICY_HEAD.replace("1.0.0", "1")}ownr: me
target: { subjects: ["stock"] }
session:
  counters: [{ name: a, add: "args.total +", within: 1x }]
rules:
  - id: one
    effect: permit
  - effect: deny
    actions: []
  - id: three
    effect: allow
    when: |
      args.total > 1.0
      && args.sku ==== 'a'
    on_deny: block_tool
  - id: sound
    effect: deny
`;
    expect(seen(findings(text), text)).toEqual([
      ["invalid-value", "1", "$.version"],
      ["unknown-field", "ownr", "$.ownr"],
      ["invalid-glob", '"stock"', "$.target.subjects[0]"],
      ["condition-syntax", "", "$.session.counters[0].add"],
      ["invalid-value", "1x", "$.session.counters[0].within"],
      ["invalid-value", "permit", "$.rules[0].effect"],
      ["missing-field", "effect", "$.rules[1]"],
      ["invalid-value", "[]", "$.rules[1].actions"],
      ["condition-syntax", "==", "$.rules[2].when"],
      ["invalid-value", "on_deny", "$.rules[2].on_deny"],
    ]);
    const [policy] = load(text).documents;
    expect(policy?.kind === "Policy" && policy.rules.map((rule) => rule.id)).toEqual(["sound"]);
  });

  it("reads on behind a document that is not well-formed, even an open quote", () => {
    const text =
      `${POLICY_HEAD}owner: 'open\n---\n${CATALOG_HEAD}agnts: []\n---\n[\n---\n` +
      `${POLICY_HEAD.replace("name: p", "name: q")}`;
    const loaded = load(text);
    expect(loaded.documents.map((document) => document.name)).toEqual(["c", "q"]);
    expect(
      loaded.diagnostics.map(({ code }) => code).filter((code) => code !== "yaml-syntax"),
    ).toEqual(["unknown-field"]);
    expect(loaded.complete).toBe(false);
  });
});

describe("design 2.1: YAML 1.2 core", () => {
  it("keeps `no` and `on` as text and tolerates a BOM, CRLF, comments and empty documents", () => {
    const text =
      `\uFEFF# about\r\n---\r\n${CATALOG_HEAD.replaceAll("\n", "\r\n")}data: { no: [on, yes, ` +
      `0o17] }\r\n---\r\n# nothing\r\n---\r\n...\r\n`;
    const loaded = load(text);
    expect(loaded.diagnostics).toEqual([]);
    expect(loaded.documents).toHaveLength(1);
    const [catalog] = loaded.documents;
    expect(
      catalog?.kind === "Catalog" && catalog.data.map(({ name, value }) => [name, value]),
    ).toEqual([["no", ["on", "yes", 15]]]);
  });

  it("counts lines from the file's start, behind a BOM too", () => {
    const text = `\uFEFF${POLICY_HEAD}ownr: x\n`;
    expect(seen(load(text).diagnostics, text)).toEqual([["unknown-field", "ownr", "$.ownr"]]);
  });

  it("expands up to 100 aliases, and no bomb", () => {
    const aliases = (count: number): string =>
      `${CATALOG_HEAD}data:\n  a: &a [x]\n  b: [${Array.from({ length: count }, () => "*a").join(", ")}]\n`;
    expect(load(aliases(100)).diagnostics).toEqual([]);
    expect(load(aliases(101)).diagnostics.map(({ code }) => code)).toEqual(["alias-limit"]);
    const bomb = Array.from(
      { length: 30 },
      (_, i) =>
        `  a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(", ")}]\n`,
    ).join("");
    expect(
      load(`${CATALOG_HEAD}data:\n  a0: &a0 [x]\n${bomb}`).diagnostics.map(({ code }) => code),
    ).toEqual(["alias-limit"]);
  });

  it.each([
    ["lists in brackets", `${CATALOG_HEAD}data: ${"[".repeat(10_000)}${"]".repeat(10_000)}\n`],
    ["maps in braces", `${CATALOG_HEAD}data: ${"{a: ".repeat(10_000)}${"}".repeat(10_000)}\n`],
    ["lists of dashes", `${CATALOG_HEAD}data:\n  a:\n    ${"- ".repeat(500_000)}a\n`],
    [
      "maps in blocks",
      CATALOG_HEAD +
        "data:\n" +
        Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i + 1)}a:\n`).join(""),
    ],
    ["never closed", "[".repeat(1_000_000)],
  ])("refuses deep nesting: %s", (_name, text) => {
    expect(load(text).diagnostics.map(({ code }) => code)).toEqual(["nesting-limit"]);
  });

  it("refuses depth that aliases add up to", () => {
    const chain = Array.from(
      { length: 90 },
      (_, i) => `  a${i + 1}: &a${i + 1} ${"[".repeat(80)}*a${i}${"]".repeat(80)}\n`,
    ).join("");
    const codes = new Set(
      load(`${CATALOG_HEAD}data:\n  a0: &a0 [x]\n${chain}`).diagnostics.map(({ code }) => code),
    );
    expect(codes).toContain("nesting-limit");
  });

  it("treats `__proto__` and `constructor` as keys like any other", () => {
    const loaded = load(`${CATALOG_HEAD}data: { __proto__: [a], constructor: { __proto__: b } }\n`);
    const [catalog] = loaded.documents;
    expect(catalog?.kind === "Catalog" && catalog.data.map(({ name }) => name)).toEqual([
      "__proto__",
      "constructor",
    ]);
    const value = catalog?.kind === "Catalog" ? catalog.data[1]?.value : undefined;
    expect(JSON.stringify(value)).toBe('{"__proto__":"b"}');
    expect(findings(`${POLICY_HEAD}__proto__: 1\n`).map(({ code }) => code)).toEqual([
      "unknown-field",
    ]);
  });
});

describe("design 13: the grammar", () => {
  it("loads one of everything without a word", () => {
    expect(findings(COMPLETE)).toEqual([]);
  });

  it("reads what it says", () => {
    const { documents } = load(COMPLETE);
    const [policy, catalog, suite] = documents;
    expect(policy).toMatchObject({
      kind: "Policy",
      name: "warehouse",
      delegation: "agents",
      target: { subjects: ["agent:stock-*"] },
      session: {
        labels: [{ name: "saw_prices", on: "attempted", key: { by: "session" } }],
        counters: [
          { name: "ordered", within: 86_400_000, key: { by: "subject" } },
          { name: "calls", add: { text: "1" } },
        ],
        values: [
          { name: "seen", on: "completed", max: 50, key: { by: "on_behalf_of" } },
          { name: "plain", max: 1000, key: { by: "condition" } },
        ],
      },
    });
    const rules = policy?.kind === "Policy" ? policy.rules : [];
    expect(rules[0]?.obligations).toEqual({
      redact: { fields: ["outcome.price"], above: "internal" },
      log: true,
      notify: ["role:auditor"],
    });
    expect(rules[1]?.match[0]).toMatchObject({
      request: { args: { sku: "a1", total: 5 }, time: "2026-01-01T00:00:00Z" },
      session: { labels: [], counters: {}, values: { seen: ["a1"] } },
    });
    expect(rules[2]).toMatchObject({
      approval: { approvers: ["role:buyer", "human:*"], quorum: 2, within: 3_600_000 },
      obligations: { redact: { fields: ["outcome.price"] }, log: false, notify: [] },
    });
    expect(rules[3]).toMatchObject({
      approval: { quorum: 1 },
      when: { text: "true" },
      mode: "enforce",
      labels: [],
    });
    expect(rules[4]).toMatchObject({
      mode: "shadow",
      onDeny: "block_tool",
      exceptions: [{ reason: "known", expires: Date.UTC(2026, 6, 2) - 1 }],
    });
    expect(catalog).toMatchObject({
      unregistered: "policy",
      agents: [
        {
          id: "stock-eu",
          expires: Date.UTC(2027, 6, 1) - 1,
          expiresText: "2027-06-30",
          reviewed: { time: Date.UTC(2026, 3, 1, 8) },
          reviewEvery: 90 * 86_400_000,
          manifest: { maxCalls: 200, maxDuration: 3_600_000 },
        },
      ],
      tools: [
        {
          server: "stock",
          openWorld: false,
          resource: { type: "order", id: { text: "args.sku" } },
        },
        {},
        { effects: [], resource: "none" },
      ],
      resources: [{ retain: 30 * 86_400_000, fields: { card: "restricted" } }, { form: "path" }],
      data: [
        { name: "own_domains", value: ["shop.example"] },
        { name: "limits" },
        { name: "payees", file: { path: "payees.csv", column: "iban" } },
      ],
    });
    expect(suite).toMatchObject({ kind: "Suite", name: "orders" });
  });

  it("finds places again by path", () => {
    const { documents, locate } = load(COMPLETE);
    const [policy, , suite] = documents;
    const at = (span: { start: number; end: number } | undefined): string =>
      COMPLETE.slice(span?.start, span?.end);
    expect(policy && at(locate(policy, "$.rules[1].actions[0]").span)).toBe("stock/order");
    expect(policy && at(policy.place.span)).toBe("warehouse");
    expect(suite?.kind === "Suite" && at(suite.locate("$.tests[0].call.use.deeper[3]").span)).toBe(
      "find",
    );
    expect(suite?.kind === "Suite" && at(suite.locate('$.tests[0].matrix["args.sku"]').span)).toBe(
      "[a1, b2]",
    );
  });

  it("says of an agent without server that it is the host's, and that an expiry of a day ends with it", () => {
    const [catalog] = load(
      `${CATALOG_HEAD}tools: [{ name: Bash }]\nagents: [{ id: spiffe://a.example/b, expires: ` +
        `"2026-02-28T23:00:00.5-01:30" }]\n`,
    ).documents;
    expect(catalog).toMatchObject({
      tools: [{ name: "Bash", server: "host" }],
      agents: [{ status: "commissioned", expires: Date.UTC(2026, 2, 1, 0, 30, 0, 500) }],
    });
  });
});

describe("hostile documents", () => {
  it("reads a megabyte of rules", () => {
    const rule = (i: number): string =>
      `  - id: r${i}\n    effect: allow\n    actions: [crm/lookup]\n    when: "args.amount > ` +
      `0.0 && args.order in ['a', 'b']"\n`;
    const text = `${POLICY_HEAD}rules:\n${Array.from({ length: 9000 }, (_, i) => rule(i)).join("")}`;
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(findings(text)).toEqual([]);
  });

  it("never throws on a mutated document", () => {
    const noise = fc.constantFrom(
      "",
      ":",
      "- ",
      "\n",
      "  ",
      "'",
      '"',
      "[",
      "}",
      "&a ",
      "*a",
      "!!x ",
      "|",
      ">-",
      "#",
      "---\n",
      "\t",
      "\u0000",
      "~",
      "<<: ",
      "? ",
      "%",
      "@",
      "\uD800",
      "\r",
    );
    const cut = fc.record({ at: fc.nat(COMPLETE.length), length: fc.nat(40), noise });
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 6 }), (cuts) => {
        const text = cuts.reduce(
          (now, { at, length, noise: put }) => now.slice(0, at) + put + now.slice(at + length),
          COMPLETE,
        );
        for (const { span } of findings(text))
          expect(span.start >= 0 && span.start <= span.end && span.end <= text.length).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("an argument where keywords of a schema stand", () => {
  it.each([
    ["{ amount: number }", "write `{ type: object, properties: { amount: { type: number } } }`"],
    ["{ amount: { type: number } }", "write `{ type: object, properties: { amount: { … } } }`"],
    ["{ typ: object }", "did you mean `type`?"],
    ["{ wibble: 3 }", "the usual keywords are `type`, `properties`"],
  ])("%s", (args, help) => {
    const text = `${CATALOG_HEAD}tools: [{ name: pay, server: bank, args: ${args} }]\n`;
    const [found] = findings(text);
    expect(found?.code).toBe("invalid-schema");
    expect(found?.help).toContain(help);
  });
});
