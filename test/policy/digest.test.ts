import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../src/request/canonical-json.ts";
import {
  canonicalDigest,
  canonicalRule,
  documentDigest,
  sourceDigest,
} from "../../src/policy/digest.ts";
import { load } from "./underlined.ts";

const COMPLETE = readFileSync(new URL("fixtures/complete.yaml", import.meta.url), "utf8");
const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

function digest(text: string): string {
  const { documents, diagnostics } = load(text);
  expect(diagnostics).toEqual([]);
  return canonicalDigest(documents, sha256);
}

describe("design 10.1: the canonical form", () => {
  it("is SHA-256 of RFC 8785 text", () => {
    expect(digest(COMPLETE)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(
      canonicalJson({
        b: [1e21, -0, 0.1, "é\u0001\n"],
        a: { "\u20ac": null, "\r": true, "1": false },
      }),
    ).toBe('{"a":{"\\r":true,"1":false,"€":null},"b":[1e+21,0,0.1,"é\\u0001\\n"]}');
  });

  it.each<[string, (text: string) => string]>([
    ["a version", (text) => text.replaceAll("1.4.0", "2.0.0")],
    ["a description", (text) => text.replace("what the stock agents may do", "else")],
    [
      "a policy's owner",
      (text) => text.replace("owner: logistics\ndescription", "owner: others\ndescription"),
    ],
    ["a reason", (text) => text.replace("prices were read in this session", "else")],
    [
      "an example",
      (text) =>
        text.replace(
          "sku: a1, total: 5 }, session: { values: { seen: [a1] } }, time",
          "sku: a1, total: 6 }, session: { values: { seen: [a1] } }, time",
        ),
    ],
    ["a comment", (text) => text.replace("# One of everything", "# Another")],
    [
      "the way a condition is written",
      (text) =>
        text.replace(
          "args.total > 0.0 && args.total <= 100.0",
          "(args.total>0.0)&&args.total<=1e2",
        ),
    ],
    ["a duration's unit", (text) => text.replace("within: 24h", "within: 1d")],
    [
      "a default written out",
      (text) =>
        text.replace(
          "when: args.total > 100.0",
          'when: args.total > 100.0\n    mode: enforce\n    subjects: ["**"]',
        ),
    ],
    [
      "order in a list",
      (text) => text.replace('["role:buyer", "human:*"]', '["human:*", "role:buyer", "human:**"]'),
    ],
    ["order of documents", (text) => text.split("---\n").reverse().join("---\n")],
    ["a suite", (text) => text.replace("finding is free", "else")],
    [
      "a word in a schema",
      (text) =>
        text.replace("{ type: string }, total", "{ type: string, description: which }, total"),
    ],
  ])("does not change with %s", (_name, change) => {
    expect(change(COMPLETE)).not.toBe(COMPLETE);
    expect(digest(change(COMPLETE))).toBe(digest(COMPLETE));
  });

  it.each<[string, string, string]>([
    ["a bound", "args.total <= 100.0", "args.total <= 100.5"],
    [
      "an effect",
      "effect: require_approval\n    actions: [stock/ship]",
      "effect: deny\n    actions: [stock/ship]",
    ],
    ["a rule's id", "id: large-order", "id: large"],
    ["a policy's name", "kind: Policy\nname: warehouse", "kind: Policy\nname: shop"],
    ["a quorum", "quorum: 2", "quorum: 3"],
    ["an exception's end", "2026-07-01", "2026-07-02"],
    ["a data value", "shop.example", "shop2.example"],
    ["a class", "classification: confidential", "classification: restricted"],
    ["a target", "agent:stock-*", "agent:stocks-*"],
    ["a resource scope", 'resources: ["order:*"]', 'resources: ["order:*", "file:*"]'],
  ])("changes with %s", (_name, from, to) => {
    const changed = COMPLETE.replace(from, to);
    expect(digest(changed)).not.toBe(digest(COMPLETE));
  });

  it("is the same however catalogs are cut", () => {
    const whole =
      "apiVersion: agentz/v1\nkind: Catalog\nname: a\nversion: 1.0.0\npeople: [{ id: x }, { id: y }]\n";
    const parts =
      whole.replace("[{ id: x }, { id: y }]", "[{ id: y }]") +
      "---\n" +
      whole.replace("name: a", "name: b").replace("[{ id: x }, { id: y }]", "[{ id: x }]");
    expect(digest(parts)).toBe(digest(whole));
  });

  it("digests sources by their bytes, wherever they lie", () => {
    const a = { file: "x/a.yaml", text: "a" };
    const b = { file: "x/b.yaml", text: "b" };
    expect(sourceDigest([a, b], sha256)).toBe(sourceDigest([{ ...b, file: "y" }, a], sha256));
    expect(sourceDigest([a, b], sha256)).not.toBe(sourceDigest([a, { ...b, text: "b " }], sha256));
  });
});

describe("design 7.4 and 10.2", () => {
  const of = (text: string): string => {
    const [policy] = load(text).documents;
    const rule = policy?.kind === "Policy" ? policy.rules[2] : undefined;
    return policy?.kind === "Policy" && rule !== undefined ? canonicalRule(rule, policy) : "";
  };

  it("a rule is the same by what it means, not by its name", () => {
    expect(of(COMPLETE.replace("id: large-order", "id: other"))).toBe(of(COMPLETE));
    expect(of(COMPLETE.replace("args.total > 100.0", "args.total > 101.0"))).not.toBe(of(COMPLETE));
    expect(of(COMPLETE.replace("agent:stock-*", "agent:*"))).not.toBe(of(COMPLETE));
  });

  it("each document has a digest of its own", () => {
    const digests = (text: string): readonly string[] =>
      load(text).documents.map((document) => documentDigest(document, sha256));
    const [policy, catalog] = digests(COMPLETE);
    const changed = digests(COMPLETE.replace("shop.example", "else.example"));
    expect(changed[0]).toBe(policy);
    expect(changed[1]).not.toBe(catalog);
  });
});
