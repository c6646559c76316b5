import { describe, expect, it } from "vitest";
import { bumpBetween, compareVersions, nextVersion } from "../../src/release/semver.ts";
import { checkVersions } from "../../src/release/version-check.ts";
import { editVersions } from "../../src/release/version-edit.ts";
import { catalogText, policyText, setOf, sha256 } from "./sets.ts";

const RULES = `- { id: a, effect: allow, actions: [x/y], when: "args.n <= 100.0" }`;

function check(before: string, after: string): ReturnType<typeof checkVersions> {
  return checkVersions(setOf(before).documents, setOf(after).documents, sha256);
}

describe("design 10.2, 12: version check", () => {
  it("the same meaning needs nothing, whatever else changes", () => {
    const result = check(
      policyText(RULES),
      `# a note\n${policyText(RULES, "owner: someone\ndescription: else\n")}`,
    );
    expect(result).toEqual({
      changed: false,
      required: "none",
      ok: true,
      notes: [],
      documents: [
        {
          kind: "Policy",
          name: "p",
          changed: false,
          declared: { from: "1.0.0", to: "1.0.0" },
          required: "none",
          ok: true,
          why: [],
        },
      ],
    });
  });

  it.each<[string, string, string, string, boolean]>([
    ["a wider bound, no bump", RULES.replace("100.0", "500.0"), "1.0.0", "major", false],
    ["a wider bound, a minor bump", RULES.replace("100.0", "500.0"), "1.1.0", "major", false],
    ["a wider bound, a major bump", RULES.replace("100.0", "500.0"), "2.0.0", "major", true],
    ["a narrower bound, a patch", RULES.replace("100.0", "50.0"), "1.0.1", "minor", false],
    ["a narrower bound, a minor bump", RULES.replace("100.0", "50.0"), "1.1.0", "minor", true],
    ["another name, no bump", RULES.replace("id: a", "id: b"), "1.0.0", "patch", false],
    ["another name, a patch", RULES.replace("id: a", "id: b"), "1.0.1", "patch", true],
    ["the same meaning, a lower version", RULES, "0.9.0", "none", false],
  ])("%s", (_name, ...[rules, version, required, ok]) => {
    const result = check(policyText(RULES), policyText(rules, "", version));
    expect([result.required, result.ok]).toEqual([required, ok]);
    if (!ok) expect(result.documents[0]?.why.length).toBeGreaterThan(0);
  });

  it("tells of a rule that is gone whose calls it denied, its policy's target included", () => {
    const target = 'target: { subjects: ["agent:planner"] }\n';
    const rules = "- { id: no, effect: deny, when: args.n > 1.0 }";
    const result = check(
      policyText(`${RULES}\n${rules}`, target),
      policyText(RULES, target, "2.0.0"),
    );
    expect(result.documents[0]?.why.join()).toContain(
      "it was a rule that denies every action of `agent:planner` where `args.n > 1.0`",
    );
  });

  it.each([
    ["policy", "[{ id: a, owner: o }]", "minor"],
    // somebody unknown may be the one who is suspended, and is denied: nothing moves
    ["policy", "[{ id: a, owner: o, status: suspended }]", "patch"],
    ["deny", "[{ id: a, owner: o }]", "patch"],
  ])(
    "a rule of callers that nobody can be matters for an unrecorded one: %s %s",
    (...[what, agents, bump]) => {
      const version = (duty: string): string =>
        policyText(
          `- { id: s, effect: allow, subjects: ["agent:boss"]${duty} }`,
          'target: { subjects: ["agent:team/*"] }\n',
        ) +
        `---\n${policyText("- { id: all, effect: allow }").replace("name: p", "name: q")}` +
        `---\n${catalogText(`unregistered: ${what}\nagents: ${agents}`)}`;
      expect(check(version(""), version(", obligations: { log: true }")).required).toBe(bump);
    },
  );

  it("says first what may widen, then what narrows, then what belongs to these", () => {
    const before =
      '- { id: d, effect: allow, actions: ["x/*"] }\n- { id: z, effect: deny, actions: [y/y] }';
    const after =
      "- { id: a, effect: allow, actions: [x/y], when: args.ok }\n- { id: q, effect: allow, actions: [y/y] }";
    expect(check(policyText(before), policyText(after, "", "2.0.0")).documents[0]?.why).toEqual([
      "rule `p/q` is new: it allows `y/y` (this may widen)",
      "rule `p/z` was removed: it was a rule that denies `y/y` (this may widen)",
      "rule `p/d` was removed: it was a rule that allows `x/*` (this only narrows)",
      "rule `p/a` is new: it allows `x/y` where `args.ok` (this is part of other changes)",
    ]);
  });

  it("each document is checked by its own digest against its own version; the top is the strictest", () => {
    const catalog = catalogText("people: [{ id: lea }]");
    const result = check(
      `${policyText(RULES)}---\n${catalog}`,
      `${policyText(RULES.replace("100.0", "50.0"), "", "1.1.0")}---\n${catalog}`,
    );
    expect(
      result.documents.map(({ name, changed, required, ok }) => [name, changed, required, ok]),
    ).toEqual([
      ["c", false, "none", true],
      ["p", true, "minor", true],
    ]);
    expect([result.required, result.ok]).toEqual(["minor", true]);
  });

  it("a document that is new or gone declares no bump, and tells what it can do", () => {
    const two =
      `${policyText(RULES)}---\n` +
      `${policyText("- { id: z, effect: allow, actions: [z/z] }").replace("name: p", "name: q")}`;
    expect(check(policyText(RULES), two).documents[1]).toMatchObject({
      name: "q",
      declared: { from: null, to: "1.0.0" },
      required: "major",
      ok: true,
    });
    expect(check(two, policyText(RULES)).documents[1]).toMatchObject({
      name: "q",
      declared: { from: "1.0.0", to: null },
      required: "minor",
      ok: true,
    });
  });

  const called = (name: string, text: string): string => text.replace("name: p", `name: ${name}`);

  it("a policy that only got another name is renamed: nothing is new or gone, no bump is asked for", () => {
    const full = policyText(
      RULES,
      'delegation: agents\nsession: { labels: [{ name: seen, when: "true" }] }\n',
      "2.0.0",
    );
    const renamed = called("a", full.replace("2.0.0", "1.0.0").replace("id: a", "id: b"));
    expect(check(full, `${renamed}description: anew\n`)).toMatchObject({
      changed: true,
      required: "patch",
      ok: true,
      documents: [
        {
          name: "a",
          declared: { from: null, to: "1.0.0" },
          required: "patch",
          why: [
            "policy `p` is now called `a` (this changes no decision)",
            "rule `a/a` is now called `a/b` (this changes no decision)",
          ],
        },
      ],
    });
  });

  it.each([
    ["another delegation", policyText(RULES, "delegation: agents\n"), "minor"],
    [
      "other state",
      policyText(RULES, 'session: { labels: [{ name: x, when: "true" }] }\n'),
      "patch",
    ],
    ["another bound", policyText(RULES.replace("100.0", "500.0")), "major"],
  ])("a policy with %s is another one, whatever its name", (_name, text, required) => {
    const result = check(policyText(RULES), called("q", text));
    expect(result.required).toBe(required);
    expect(result.documents.map(({ name, declared }) => [name, declared.to])).toEqual([
      ["p", null],
      ["q", "1.0.0"],
    ]);
  });

  it("of two policies alike, one that is renamed and one that is gone are told apart", () => {
    const two = `${policyText(RULES)}---\n${called("o", policyText(RULES))}`;
    const result = check(two, called("q", policyText(RULES)));
    expect(result.required).toBe("patch");
    expect(
      result.documents.map(({ name, declared }) => [name, declared.from, declared.to]),
    ).toEqual([
      ["o", "1.0.0", null],
      ["q", null, "1.0.0"],
    ]);
  });

  it("what is declared of state and read is not told, and taken as widening", () => {
    const session = (within: string): string =>
      `session: { counters: [{ name: spent, add: args.n, within: ${within} }, { name: idle, ` +
      `add: "1", within: ${within} }] }\n`;
    const rules = `- { id: a, effect: allow, actions: [x/y], when: "session.counters.spent < 5.0" }`;
    const result = check(
      policyText(rules, session("1h")),
      policyText(rules, session("2h"), "1.0.1"),
    );
    expect(result.required).toBe("major");
    expect(result.documents[0]?.why.join("\n")).toContain(
      "session counter `spent`: its `within` goes from 1h to 2h (agentz cannot classify what " +
        "this does to decisions, so it is reported as widening)",
    );
    expect(result.documents[0]?.why.join("\n")).toContain(
      "session counter `idle`: its `within` goes from 1h to 2h (this changes no decision)",
    );
  });

  it("a delegation that looks at less widens, at more narrows", () => {
    expect(check(policyText(RULES, "delegation: agents\n"), policyText(RULES)).required).toBe(
      "major",
    );
    expect(check(policyText(RULES), policyText(RULES, "delegation: user\n")).required).toBe(
      "minor",
    );
    const target = (glob: string): string =>
      `delegation: user\ntarget: { subjects: ["${glob}"] }\n`;
    expect(
      check(
        policyText("", target("agent:a*")).replace("rules:\n  \n", "rules: []\n"),
        policyText("", target("agent:*")).replace("rules:\n  \n", "rules: []\n"),
      ).required,
    ).toBe("minor");
  });
});

const AGENT = (more: string, reviewed = "2026-04-01"): string =>
  `agents:\n  - { id: bot, reviewed: ${reviewed}, status: commissioned, ${more} }`;
const MANIFEST = (tools: string, more = ""): string => `manifest: { tools: [${tools}]${more} }`;
const BASE = policyText(RULES);

function catalogs(before: string, after: string, policy = BASE): ReturnType<typeof checkVersions> {
  return check(`${policy}---\n${catalogText(before)}`, `${policy}---\n${catalogText(after)}`);
}

describe("design 10.2: catalogs", () => {
  it.each<[string, string, string]>([
    [
      "a tool more in a manifest",
      AGENT(MANIFEST("{ name: x/y }")),
      AGENT(MANIFEST("{ name: x/y }, { name: x/z }")),
    ],
    [
      "a manifest's larger argument",
      AGENT(MANIFEST("{ name: x/y, args: { properties: { n: { maximum: 5 } } } }")),
      AGENT(MANIFEST("{ name: x/y, args: { properties: { n: { maximum: 9 } } } }")),
    ],
    [
      "more calls",
      AGENT(MANIFEST("{ name: x/y }", ", max_calls: 5")),
      AGENT(MANIFEST("{ name: x/y }", ", max_calls: 6")),
    ],
    ["no manifest", AGENT(MANIFEST("{ name: x/y }")), AGENT("owner: o")],
    [
      "a data class more",
      AGENT("data_classes: [public]"),
      AGENT("data_classes: [public, internal]"),
    ],
    [
      "an agent more",
      AGENT("owner: o"),
      `${AGENT("owner: o")}\n  - { id: other, status: commissioned }`,
    ],
    ["unregistered agents let in", AGENT("owner: o"), `unregistered: policy\n${AGENT("owner: o")}`],
  ])("%s widens, and the reverse narrows", (_name, before, after) => {
    expect(catalogs(before, after).required).toBe("major");
    expect(catalogs(after, before).required).toBe("minor");
  });

  it.each<[string, string, string]>([
    ["an owner that nothing reads", AGENT("owner: a"), AGENT("owner: b")],
    [
      "a decision point",
      "decision_points: []",
      "decision_points: [{ id: g, external: true, surfaces: [s] }]",
    ],
    [
      "a class that nothing reads",
      "resources: [{ match: 'order:*', classification: public }]",
      "resources: [{ match: 'order:*', classification: restricted }]",
    ],
    [
      "a role that approves nothing",
      "people: [{ id: lea, roles: [a] }]",
      "people: [{ id: lea, roles: [b] }]",
    ],
    ["data that nothing reads", "data: { x: [a] }", "data: { x: [b] }"],
  ])("%s moves no decision", (_name, before, after) =>
    expect(catalogs(before, after).required).toBe("patch"),
  );

  it.each<[string, string, string, string]>([
    [
      "an attribute that a condition reads",
      "resource.classification == 'public'",
      "resources: [{ match: 'order:*', classification: public }]",
      "resources: [{ match: 'order:*', classification: restricted }]",
    ],
    [
      "a tool's effects that a condition reads",
      "'read' in action.effects",
      "tools: [{ name: y, server: x, effects: [read] }]",
      "tools: [{ name: y, server: x, effects: [] }]",
    ],
  ])("%s cannot be told", (_name, when, before, after) => {
    expect(
      catalogs(
        before,
        after,
        policyText(`- { id: a, effect: allow, actions: [x/y], when: "${when}" }`),
      ).required,
    ).toBe("major");
  });

  it.each<[string, string, string, string]>([
    ["a longer list that an allow asks", "allow", "args.s in data.known", "major"],
    ["a longer list that a deny asks", "deny", "args.s in data.known", "minor"],
    ["a longer list that an allow asks not to hold", "allow", "!(args.s in data.known)", "minor"],
    [
      "a longer list that all have to be in",
      "allow",
      "args.to.all(a, host(a) in data.known)",
      "major",
    ],
    [
      "a longer list that one may be in, denied",
      "deny",
      "args.to.exists(a, a in data.known) && args.n > 5.0",
      "minor",
    ],
  ])("%s", (_name, effect, when, required) => {
    const policy = policyText(`- { id: a, effect: ${effect}, actions: [x/y], when: "${when}" }`);
    expect(
      catalogs("data: { known: [a.example] }", "data: { known: [a.example, b.example] }", policy)
        .required,
    ).toBe(required);
  });

  it("a changed list is told with the rules that read it, and not with those that only watch", () => {
    const reads = (id: string, more = ""): string =>
      `- { id: ${id}, effect: allow, actions: [x/${id}], when: "args.s in data.known"${more} }`;
    const policy = policyText(
      [...["a", "b", "c", "d"].map((id) => reads(id)), reads("e", ", mode: shadow")].join("\n"),
    );
    const said = catalogs("data: { known: [a] }", "data: { known: [a, b] }", policy);
    expect(JSON.stringify(said)).toContain(
      "data `known` gains `b` (read by `p/a`, `p/b`, `p/c` and 1 more)",
    );
  });

  it("an agent that may do more while `reviewed` stands still is told, and not one that was reviewed", () => {
    const [small, large] = [MANIFEST("{ name: x/y }"), MANIFEST("{ name: x/y }, { name: x/z }")];
    expect(catalogs(AGENT(small), AGENT(large)).notes).toEqual([
      "agent `bot` may do more (its manifest gains `x/z`), and `reviewed` is still 2026-04-01",
    ]);
    expect(catalogs(AGENT(small), AGENT(large, "2026-05-01")).notes).toEqual([]);
    expect(catalogs(AGENT(large), AGENT(small)).notes).toEqual([]);
  });
});

describe("design 10.2: versions", () => {
  it.each<[string, string, string]>([
    ["1.2.3", "1.2.4", "patch"],
    ["1.2.3", "1.3.0", "minor"],
    ["1.2.3", "2.0.0", "major"],
    ["1.2.3", "1.2.3", "none"],
    ["1.2.3", "1.2.2", "none"],
    ["1.2.3", "2.0.0-rc.1", "major"],
    ["2.0.0-rc.1", "2.0.0-rc.2", "major"],
    ["2.0.0-rc.1", "2.0.0", "major"],
    ["1.2.0-a", "1.2.0", "minor"],
    ["1.2.3-a", "1.2.3", "patch"],
    ["1.0.0+a", "1.0.0+b", "none"],
  ])("from %s to %s is a %s bump", (from, to, bump) => expect(bumpBetween(from, to)).toBe(bump));

  it("orders pre-releases as semver does", () => {
    const order = [
      "1.0.0-alpha",
      "1.0.0-alpha.1",
      "1.0.0-alpha.beta",
      "1.0.0-beta",
      "1.0.0-beta.2",
      "1.0.0-beta.11",
      "1.0.0-rc.1",
      "1.0.0",
    ];
    expect([...order].reverse().sort(compareVersions)).toEqual(order);
  });

  it.each<[string, "major" | "minor" | "patch", string]>([
    ["1.2.3", "major", "2.0.0"],
    ["1.2.3", "minor", "1.3.0"],
    ["1.2.3", "patch", "1.2.4"],
    ["2.0.0-rc.1", "major", "2.0.0"],
    ["1.2.3-a", "patch", "1.2.3"],
    ["1.2.3-a", "major", "2.0.0"],
  ])("the next %s of %s", (version, bump, next) => expect(nextVersion(version, bump)).toBe(next));

  it("writes a version and leaves every other character", () => {
    const text =
      `# top\napiVersion: agentz/v1\nkind: Policy # kept\nname:   "p"\nversion:  '1.0.0'   # ` +
      "why\nrules: []\n---\napiVersion: agentz/v1\nkind: Policy\nname: q\nversion: 1.0.0\nrules: " +
      "[]\n";
    const [edited] = editVersions(
      [{ file: "a.yaml", text }],
      [
        { kind: "Policy", name: "p", to: "2.0.0" },
        { kind: "Policy", name: "q", to: "1.1.0" },
      ],
    );
    expect(edited?.text).toBe(
      text.replace("'1.0.0'", "'2.0.0'").replace("version: 1.0.0\nrules", "version: 1.1.0\nrules"),
    );
    expect(edited?.bumped.map(({ name, from, to }) => [name, from, to])).toEqual([
      ["p", "1.0.0", "2.0.0"],
      ["q", "1.0.0", "1.1.0"],
    ]);
  });
});
