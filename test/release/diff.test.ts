import { describe, expect, it } from "vitest";
import { decideWithState } from "../../src/engine/decide-with-state.ts";
import { diffSets, type LoadedSet } from "../../src/release/diff.ts";
import { diff as diffPolicies, loadPolicies } from "../../src/index.ts";
import { readRequest } from "../../src/api/request-document.ts";
import { formatsOf } from "../../src/report/formats.ts";
import { renderAs } from "../../src/api/render.ts";
import { sourceLines } from "../../src/report/diff/words.ts";
import type { DiffResult, Witness } from "../../src/documents/diff-result.ts";
import { catalogText, policyText, setOf, sha256 } from "./sets.ts";

function loaded(text: string): LoadedSet {
  const set = setOf(text);
  if (set.set === undefined) throw new Error("does not load");
  return { ...set, set: set.set };
}

function diff(before: string, after: string): ReturnType<typeof diffSets> {
  return diffSets(loaded(policyText(before)), loaded(policyText(after)), sha256);
}

function verify(witness: Witness, before: string, after: string): void {
  const { request, state } = readRequest(JSON.stringify(witness.request), "witness");
  for (const [text, side] of [
    [before, witness.before],
    [after, witness.after],
  ] as const) {
    const { decision } = decideWithState(loaded(policyText(text)).set, request, state);
    expect([decision.effect, decision.rules]).toEqual([side.effect, side.rules]);
  }
}

const SPLIT = (bound: number, quorum: number): string =>
  `- { id: small, effect: allow, actions: [payments/refund], when: "args.amount <= ${bound}.0" ` +
  `}\n- { id: large, effect: require_approval, actions: [payments/refund], when: "args.amount ` +
  `> ${bound}.0", approval: { quorum: ${quorum} } }`;

describe("design 10.2: diff", () => {
  it("a version and itself: nothing", () => {
    expect(diff(SPLIT(100, 1), SPLIT(100, 1))).toEqual({
      changed: false,
      required: "none",
      stopsAll: false,
      outcomes: [],
      changes: [],
    });
  });

  it.each(["a", "z"])(
    "a denial that is gone widens where another policy allows the call, whatever its name: %s",
    (name) => {
      const before = policyText(
        '- { id: cloud, effect: allow, subjects: ["agent:coder"], actions: ["cloud/*"] }\n' +
          "- { id: no-delete, effect: deny, actions: [cloud/delete], when: args.env == 'prod' }",
      );
      const after = policyText('- { id: all, effect: allow, actions: ["*"] }').replace(
        "name: p",
        `name: ${name}`,
      );
      const { changes } = diffSets(loaded(before), loaded(after), sha256);
      const gone = changes.find(({ about }) => about === "rule p/no-delete");
      expect(gone?.effect).toBe("widens");
      expect(gone?.witness).toMatchObject({
        before: { effect: "deny", rules: ["p/no-delete"] },
        after: { effect: "allow", rules: [`${name}/all`] },
      });
    },
  );

  it.each([
    ["{ id: a, effect: allow }", []],
    ["{ id: a, effect: allow, subjects: ['agent:*'], actions: ['*'], when: 'true' }", []],
    ["{ id: a, effect: deny, subjects: ['agent:x'] }", ["subjects"]],
    ["{ id: a, effect: deny, subjects: ['agent:*'] }", ["subjects"]],
    ["{ id: a, effect: deny, actions: ['**'], resources: ['**'] }", ["resources"]],
    ["{ id: a, effect: allow, actions: [x/y], resources: [t:1] }", ["actions", "resources"]],
    ["{ id: a, effect: allow, when: args.n == 1.0 }", ["condition"]],
  ])("what limits a changed rule, which is absent where nothing moves: %s", (rule, limits) => {
    const [was, shadow] = ["- { id: b, effect: deny, actions: [x/y] }", "mode: shadow, id: a"];
    const of = (after: string): unknown =>
      diff(was, `${was}\n- ${after}`).changes.find(({ about }) => about === "rule p/a")?.rule;
    const effect = /effect: (\w+)/.exec(rule)?.[1];
    const stops = effect === "allow" ? ["rules"] : [];
    expect(of(rule)).toEqual({ before: null, after: { effect, limits, stops } });
    expect(of(rule.replace("id: a", shadow))).toBe(undefined);
  });

  it("refunds between 100 and 500 now need two approvals", () => {
    const [before, after] = [SPLIT(500, 2), SPLIT(100, 2)];
    const result = diff(before, after);
    expect(result.required).toBe("minor");
    expect(result.outcomes.map(({ sentence }) => sentence)).toEqual([
      "calls of `payments/refund` with `args.amount` above 100 and up to 500, by anyone, now need " +
        "two approvals, and were allowed (no approval recorded yet)",
    ]);
    for (const { witness } of result.outcomes) verify(witness, before, after);
    expect(result.changes.map(({ sentence }) => sentence)).toEqual([
      "rule `p/large`: it now applies to `args.amount` above 100 instead of 500",
      "rule `p/small`: it now applies to `args.amount` up to 100 instead of 500",
    ]);
  });

  /** A bound on a price; an exception with a date, and a condition of another attribute. */
  const DATED = (small: number, large: number, beside = ""): string =>
    `- { id: small, effect: allow, actions: [shop/order], when: "args.price <= ${small}.0${beside}", ` +
    "exceptions: [{ when: \"args.isbn.startsWith('979')\", reason: by hand, owner: a, expires: 2027-03-01 }] }\n" +
    `- { id: large, effect: require_approval, actions: [shop/order], when: "args.price > ${large}.0" }`;
  const MADE_UP = "; which ones may depend on `args.isbn` and the time";
  it("never tells a value that it made up as the condition of a sentence", () => {
    const [before, after] = [DATED(50, 50), DATED(60, 500)];
    const { outcomes } = diff(before, after);
    const some = "some calls of `shop/order` with `args.price` above";
    const was = "were held for one approval (no approval recorded yet)";
    expect(outcomes.map(({ sentence }) => sentence)).toEqual([
      `${some} 50 and up to 60, by anyone, are now allowed, and ${was}${MADE_UP}`,
      `${some} 60 and up to 500, by anyone, are now denied, and ${was}${MADE_UP}`,
      `${some} 50 and up to 500, by anyone, are now denied, and ${was}${MADE_UP}`,
    ]);
    for (const { witness, conditions } of outcomes) {
      verify(witness, before, after);
      expect(conditions.when).toMatch(/args\.isbn.* && now == timestamp\(/);
    }
  });

  it.each([
    ["a text that is needed", " && args.shop == 'own'", ', where `args.shop == "own"`', ""],
    ["a truth that is needed", " && args.stock == true", ", where `args.stock == true`", ""],
    [
      "a text that is not needed",
      " && (args.shop == 'own' || args.price > 0.0)",
      "",
      "`args.shop`",
    ],
    ["a text that begins", " && args.shop.startsWith('own')", "", "`args.shop`"],
  ])("tells a condition only where other values come out otherwise: %s", (_, when, where, made) => {
    const version = (bound: number): string =>
      `- { id: a, effect: allow, actions: [shop/order], when: "args.price <= ${bound}.0${when}" }`;
    const sentences = diff(version(50), version(60)).outcomes.map(({ sentence }) => sentence);
    expect(sentences).toContain(
      `${made === "" ? "" : "some "}calls of \`shop/order\` with \`args.price\` above 50 and up to 60, ` +
        `by anyone, are now allowed, and were denied${where}` +
        (made === "" ? "" : `; which ones may depend on ${made}`),
    );
  });

  const OTHERS =
    '- { id: people, effect: allow, actions: ["orders/*"], subjects: ["human:*"] }\n' +
    '- { id: bad, effect: deny, actions: ["*"], subjects: ["agent:bad"] }';
  const AGENTS = "agents: [{ id: shop, owner: sales, status: commissioned }]";
  it.each<[name: string, beside: string, subjects: string, agents: string, callers: string]>([
    ["a rule for everybody", "", "", "", ", by anyone,"],
    ["rules for others beside", OTHERS, "", "", ", by anyone except `agent:bad` and `human:*`,"],
    ["a rule for one", OTHERS, 'subjects: ["agent:shop"], ', "", ", by `agent:shop`,"],
    ["a pattern", OTHERS, 'subjects: ["agent:*"], ', "", ", by `agent:*` except `agent:bad`,"],
    ["agents are listed", "", "", AGENTS, ", by every caller that the catalog allows,"],
    [
      "a condition reads the caller",
      "- { id: eu, effect: deny, actions: [orders/cancel], when: subject.id == 'eve' }",
      "",
      AGENTS,
      " (e.g. by agent:shop)",
    ],
    [
      "a condition reads a caller whom nobody knows",
      "- { id: eu, effect: deny, actions: [orders/cancel], when: subject.id == 'eve' }",
      "",
      "",
      " (e.g. by an agent that no rule names)",
    ],
  ])(
    "whose calls change is what is proved: %s",
    (_name, ...[beside, subjects, agents, callers]) => {
      const version = (bound: number): LoadedSet =>
        loaded(
          policyText(
            `- { id: cancel, effect: allow, ${subjects}actions: [orders/cancel], when: "args.amount ` +
              `<= ${bound}.0" }\n${beside}`,
          ) + (agents === "" ? "" : `---\n${catalogText(agents)}`),
        );
      const { outcomes } = diffSets(version(100), version(150), sha256);
      expect(outcomes.map(({ sentence }) => sentence)).toEqual([
        `calls of \`orders/cancel\` with \`args.amount\` above 100 and up to 150${callers} are now ` +
          "allowed, and were denied",
      ]);
    },
  );

  it.each<[string, string, string, string, string]>([
    [
      "an effect",
      "- { id: a, effect: allow, actions: [x/y] }",
      "- { id: a, effect: deny, actions: [x/y] }",
      "narrows",
      "it now denies where it allowed",
    ],
    [
      "a scope",
      "- { id: a, effect: allow, actions: [x/y] }",
      "- { id: a, effect: allow, actions: [x/y, x/z] }",
      "widens",
      "it now also applies to the actions `x/z`",
    ],
    [
      "a quorum",
      "- { id: a, effect: require_approval, actions: [x/y] }",
      "- { id: a, effect: require_approval, actions: [x/y], approval: { quorum: 2 } }",
      "narrows",
      "it now needs 2 approvals instead of 1",
    ],
    [
      "a window",
      "- { id: a, effect: require_approval, actions: [x/y], approval: { within: 1h } }",
      "- { id: a, effect: require_approval, actions: [x/y], approval: { within: 2h } }",
      "widens",
      "an approval is now valid for 2h, before for 1h",
    ],
    [
      "an obligation",
      "- { id: a, effect: allow, actions: [x/y], obligations: { log: true } }",
      "- { id: a, effect: allow, actions: [x/y] }",
      "widens",
      "it no longer has the obligation `log`",
    ],
    [
      "a conjunct",
      "- { id: a, effect: allow, actions: [x/y] }",
      "- { id: a, effect: allow, actions: [x/y], when: args.ok }",
      "narrows",
      "it now also needs `args.ok`",
    ],
  ])("%s is a sentence with a call that shows it", (_name, ...[before, after, effect, words]) => {
    const [change, ...rest] = diff(before, after).changes;
    expect(rest).toEqual([]);
    expect(change).toMatchObject({ effect, sentence: `rule \`p/a\`: ${words}` });
    expect(change?.witness).not.toBeNull();
    if (change?.witness) verify(change.witness, before, after);
  });

  it("says of each rule of the sample what it does in the whole change", async () => {
    const policies = [];
    for (const name of ["baseline", "candidate"])
      policies.push(await loadPolicies([`policies/${name}`, "policies/catalog.yaml"]));
    const [before, after] = policies;
    if (before === undefined || after === undefined) throw new Error("two versions");
    const { changes } = diffPolicies(before, after);
    const added = changes.filter(({ sentence }) => / is new: it allows /.test(sentence));
    expect(added.length).toBeGreaterThan(8);
    expect(added.filter(({ effect }) => effect === "narrows")).toEqual([]);
    const effects = new Map(changes.map((change) => [change.about, change]));
    expect(effects.get("rule coding/read-the-web")).toMatchObject({
      effect: "none",
      together: ["coding/workspace"],
    });
    expect(effects.get("rule coding/development-cloud")?.effect).toBe("widens");
    expect(effects.get("rule coding/shell")?.effect).toBe("narrows");
    const shared = changes.filter(({ effect }) => effect === "both" || effect === "moves");
    expect(shared.filter(({ together }) => together.length === 0)).toEqual([]);
  });

  it("a rule that moves to another policy is a patch", () => {
    const rule = "- { id: a, effect: allow, actions: [x/y] }";
    const other = "- { id: b, effect: deny, actions: [x/z] }";
    const set = (p: string, q: string): LoadedSet =>
      loaded(`${policyText(p)}---\n${policyText(q).replace("name: p", "name: q")}`);
    const result = diffSets(
      set(`${rule}\n${other}`, other),
      set(other, `${other}\n${rule}`),
      sha256,
    );
    expect([result.required, result.outcomes]).toEqual(["patch", []]);
    expect(result.changes.map(({ effect }) => effect)).toEqual(["none", "none"]);
  });

  it.each([
    [
      "everything is denied",
      "- { id: a, effect: deny }",
      "a minor change: it widens nothing, and stops all calls that were allowed",
    ],
    [
      "nothing is allowed",
      "- { id: a, effect: deny, actions: [x/z] }",
      "a minor change: it widens nothing, and stops all calls that were allowed",
    ],
    [
      "something stays",
      "- { id: a, effect: allow, actions: [x/y], when: args.ok }",
      "a minor change: it widens nothing, and may stop or restrict calls",
    ],
    [
      "more is allowed",
      '- { id: a, effect: allow, actions: ["x/*"] }',
      "a major change: it may widen",
    ],
    [
      "only words change",
      "- { id: a, effect: allow, actions: [x/y] }\n- { id: b, effect: allow, actions: [x/y] }",
      "a patch change: no decision changes",
    ],
  ])("design 10.2: the first line says what the bump means: %s", async (_name, after, words) => {
    const found = diff("- { id: a, effect: allow, actions: [x/y] }", after);
    const info = { source: null, ref: "a", digest: null };
    const result = { ...found, before: info, after: { ...info, ref: "b" } };
    const text = await renderAs(
      "diff",
      { schemaVersion: 1, command: "diff", tool: { version: "0" }, ...result },
      { format: "pretty", details: false },
    );
    expect(text.split("\n").slice(0, 2)).toEqual([words, "  from a to b"]);
  });

  it("gives the two sources of a rule", () => {
    const [change] = diff(
      "- { id: a, effect: allow, actions: [x/y] }",
      "- { id: a, effect: allow, actions: [x/y], when: args.ok }",
    ).changes;
    expect([change?.before, change?.after]).toEqual([
      "{ id: a, effect: allow, actions: [x/y] }",
      "{ id: a, effect: allow, actions: [x/y], when: args.ok }",
    ]);
  });

  it("sets sources side by side line by line", () => {
    expect(sourceLines("a\nb\nc", "a\nx\nc\nd")).toEqual(["  a", "- b", "+ x", "  c", "+ d"]);
    expect(sourceLines(null, "a")).toEqual(["+ a"]);
    expect(sourceLines("a", null)).toEqual(["- a"]);
  });

  it("every reporter renders the empty and the hostile result", async () => {
    const info = { source: null, ref: "a", digest: null };
    const empty: DiffResult = {
      schemaVersion: 1,
      command: "diff",
      tool: { version: "0" },
      before: info,
      after: info,
      changed: false,
      required: "none",
      stopsAll: false,
      outcomes: [],
      changes: [],
    };
    const hostile: DiffResult = {
      ...empty,
      changed: true,
      required: "major",
      changes: [
        {
          document: { kind: "Policy", name: "p" },
          about: "rule p/<b>",
          sentence: "rule `p/\u001b[31m<script>@all`: ```",
          effect: "unknown",
          together: [],
          before: "```\n</details>",
          after: null,
          witness: null,
        },
      ],
    };
    for (const name of formatsOf("diff")) {
      for (const result of [empty, hostile]) {
        const text = await renderAs("diff", result, { format: name, details: true });
        expect(text.endsWith("\n"), name).toBe(true);
        expect(text, name).not.toContain("\u001b");
        if (name === "markdown")
          expect(text.replace(/~~~~~~~~diff[\s\S]*?~~~~~~~~/g, "")).not.toMatch(/<script>|@all/);
      }
    }
  });
});
