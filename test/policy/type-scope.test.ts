import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Scope as CheckScope } from "../../src/condition/check.ts";
import { typeText, type Type } from "../../src/condition/types.ts";
import { schemaType } from "../../src/policy/schema-type.ts";
import { typeScopes } from "../../src/policy/type-scope.ts";
import { CATALOG_HEAD, findings, load, POLICY_HEAD, seen } from "./underlined.ts";

const COMPLETE = readFileSync(new URL("fixtures/complete.yaml", import.meta.url), "utf8");

/** The type at a path, as text; records show their members, `…` where they may have more. */
function show(type: Type | undefined): string {
  if (type === undefined) return "nothing";
  if (type.kind === "list") return `list<${show(type.element)}>`;
  if (type.kind !== "struct") return typeText(type);
  const members = [...type.fields].map(([name, of]) => `${name}: ${show(of)}`).sort();
  return `{${[...members, ...(type.open ? ["…"] : [])].join(", ")}}`;
}

function typeAt(scope: CheckScope, path: string): string {
  const [root, ...rest] = path.split(".");
  let type = scope.variables.get(root ?? "");
  for (const name of rest)
    type =
      type?.kind === "struct"
        ? type.fields.get(name)
        : type?.kind === "map"
          ? type.value
          : undefined;
  return show(type);
}

describe("design 3.4: JSON Schema as a type", () => {
  it.each<[string, Parameters<typeof schemaType>[0], string]>([
    ["text", { type: "string", format: "date-time" }, "string"],
    ["integers are doubles", { type: "integer" }, "double"],
    ["null left out", { type: ["null", "boolean"] }, "bool"],
    ["several types", { type: ["string", "number"] }, "dyn"],
    ["a list", { type: "array", items: { type: "string" } }, "list<string>"],
    ["a list of anything", { type: "array" }, "list<dyn>"],
    [
      "a record",
      { type: "object", properties: { a: { type: "string" }, b: true } },
      "{a: string, b: dyn}",
    ],
    [
      "a record with more",
      { properties: { a: { type: "string" } }, additionalProperties: true },
      "{a: string, …}",
    ],
    ["a record with alternatives", { properties: { a: {} }, anyOf: [] }, "{a: dyn, …}"],
    ["a map", { type: "object", additionalProperties: { type: "number" } }, "map<string, double>"],
    ["any object", { type: "object" }, "dyn"],
    ["an enumeration", { enum: ["a", "b"] }, "string"],
    ["a mixed enumeration", { enum: ["a", 1] }, "dyn"],
    ["a reference", { $ref: "#/$defs/x" }, "dyn"],
    ["anything", true, "dyn"],
  ])("%s", (_name, schema, type) => {
    expect(show(schemaType(schema))).toBe(type);
  });
});

describe("design 3.4: what conditions are checked against", () => {
  const { documents } = load(COMPLETE);
  const scopes = typeScopes(documents);

  it.each<[string, readonly string[] | undefined, string]>([
    ["one declared tool", ["stock/order"], "{sku: string, total: double}"],
    ["two declared tools", ["stock/order", "stock/find"], "{sku: string, total: double}"],
    ["a declared tool without a schema", ["stock/order", "stock/ship"], "{…}"],
    ["an undeclared tool", ["stock/order", "stock/burn"], "{…}"],
    ["a pattern", ["stock/*"], "{…}"],
    [
      "a bare name, which another server can have too",
      ["order"],
      "{sku: string, total: double, …}",
    ],
    ["a bare name that no catalog declares", ["burn"], "{…}"],
    ["every tool", undefined, "{…}"],
  ])("the arguments of %s", (_name, actions, type) => {
    expect(typeAt(scopes.rule(actions === undefined ? {} : { actions }), "args")).toBe(type);
  });

  it("an exception sees the arguments of its own scope, else of its rule's", () => {
    expect(typeAt(scopes.rule({}, { actions: ["stock/find"] }), "args")).toBe("{sku: string}");
    expect(typeAt(scopes.rule({ actions: ["stock/find"] }, {}), "args")).toBe("{sku: string}");
  });

  it("two tools that disagree on a member leave it open", () => {
    const tools =
      `${CATALOG_HEAD}tools:\n  - { name: a, server: s, args: { properties: { x: { type: string ` +
      "}, y: { type: number } } } }\n  - { name: b, server: s, args: { properties: { x: { type: " +
      "number } } } }\n";
    expect(
      typeAt(typeScopes(load(tools).documents).rule({ actions: ["s/a", "s/b"] }), "args"),
    ).toBe("{x: dyn, y: double}");
  });

  it.each<[string, string]>([
    ["context.signals", "{injection: double, …}"],
    ["context.tags", "list<string>"],
    ["subject.level", "double"],
    ["subject.roles", "list<string>"],
    ["subject.credential.expires", "timestamp"],
    ["context.on_behalf_of.level", "double"],
    ["context.on_behalf_of.roles", "list<string>"],
    ["context.on_behalf_of.registered", "bool"],
    ["resource.zone", "string"],
    ["resource.retain", "duration"],
    ["data", "{limits: map<string, double>, own_domains: list<string>, payees: dyn}"],
    [
      "session",
      "{counters: {calls: double, ordered: double}, labels: list<string>, values: {plain: list<dyn>, seen: list<dyn>}}",
    ],
    ["now", "timestamp"],
    ["decision", "nothing"],
  ])("%s", (path, type) => {
    expect(typeAt(scopes.rule({}), path)).toBe(type);
  });

  it("session declarations see decision and outcome, a tool's resource only arguments", () => {
    expect(typeAt(scopes.session(), "decision")).toBe(
      "{approved: bool, effect: string, permitted: bool}",
    );
    expect(typeAt(scopes.session(), "outcome")).toBe(
      "{parts: map<string, dyn>, status: string, …}",
    );
    const tool = documents.flatMap((document) =>
      document.kind === "Catalog" ? document.tools : [],
    )[0];
    expect(tool && [...scopes.toolResource(tool).variables.keys()]).toEqual(["args"]);
  });

  it("leaves names open where a document could not be read", () => {
    const lenient = typeScopes(documents, { complete: false });
    expect(typeAt(lenient.rule({}), "data").endsWith("…}")).toBe(true);
    expect(typeAt(lenient.rule({}), "session.counters").endsWith("…}")).toBe(true);
  });

  it("finds labels that no policy declares", () => {
    const text =
      `${POLICY_HEAD}session: { labels: [{ name: tainted, when: "true" }] }\nrules:\n  - { id: ` +
      `r, effect: deny, when: "'taintd' in session.labels || 'tainted' in session.labels" }\n`;
    const found = findings(text);
    expect(seen(found, text)).toEqual([["unknown-attribute", "'taintd'", "$.rules[0].when"]]);
    expect(found[0]?.help).toBe("did you mean `tainted`?");
  });
});
