import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { checkCatalog } from "../../src/catalog-draft/check.ts";
import { guessTool } from "../../src/catalog-draft/guess.ts";
import { inferCatalog, leastPrivilege } from "../../src/catalog-draft/infer.ts";
import { TraceInventory } from "../../src/catalog-draft/sightings.ts";
import { canonicalJson } from "../../src/request/canonical-json.ts";
import type { Catalog } from "../../src/policy/model.ts";
import { fileOf, linesOf, readAll } from "../trace/bytes.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

async function sight(events: readonly object[]): Promise<TraceInventory> {
  const seen = new TraceInventory((definition) => `sha256:${sha256(canonicalJson(definition))}`);
  for (const event of (await readAll([fileOf("t", linesOf(events))])).events) seen.add(event);
  return seen;
}

function load(...texts: string[]): readonly Catalog[] {
  const assembled = assembleSet(
    texts.map((text, i) => ({ file: `${i}.yaml`, text })),
    { readBeside: () => ({ fault: "none" }), sha256 },
  );
  expect(assembled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return assembled.documents.filter((document) => document.kind === "Catalog");
}

const call = (server: string | undefined, name: string, more: object = {}): object => ({
  subject: { type: "agent", id: "bot" },
  action: { server, name },
  args: { order: "1", n: 2 },
  ...more,
});
const EVENTS = [
  call("crm", "get_order"),
  call("crm", "refundOrder", { decision: { effect: "deny" } }),
  call(undefined, "loose"),
  call("x y", "Search The *Web*!\u202e"),
  call("mail", "send", {
    subject: {
      type: "agent",
      id: "ann",
      credential: { id: "c1", kind: "user_token", expires: "2026-01-01T00:00:00Z" },
    },
    time: "2026-02-01T00:00:00Z",
    context: { on_behalf_of: { type: "human", id: "ann" } },
  }),
  call("mail", "send", {
    subject: { type: "agent", id: "late", credential: { id: "c1" } },
    time: "2026-02-01T00:00:00Z",
    resource: { type: "inbox", id: "1" },
    decision: { effect: "allow", pdp: "gw" },
  }),
  {
    type: "tool_definition",
    action: { server: "crm", name: "wipe" },
    context: {
      definition: {
        name: "wipe",
        inputSchema: { type: "object", properties: { id: { type: "string" } } },
        annotations: { destructiveHint: false, openWorldHint: false },
      },
    },
  },
  {
    type: "tool_definition",
    action: { server: "crm", name: "wipe" },
    context: { definition: { name: "wipe", annotations: { readOnlyHint: true } } },
  },
];

test("an inferred catalog and policy load, whatever names the trace has, and every guess is marked", async () => {
  const seen = await sight(EVENTS);
  const catalog = inferCatalog(seen, "inferred");
  const policy = leastPrivilege(seen, "recorded");
  const [loaded] = load(catalog, policy);
  expect(loaded?.agents?.map(({ id }) => id).sort()).toEqual(["ann", "bot", "late"]);
  expect(loaded?.tools.map(({ server, name, effects }) => [server, name, effects])).toEqual([
    ["crm", "get_order", ["read"]],
    ["crm", "refundOrder", ["pay"]],
    ["crm", "wipe", ["read"]],
    ["mail", "send", ["send"]],
  ]);
  expect(
    catalog
      .split("\n")
      .filter((line) => /^ {4}(effects|reversible|open_world):/.test(line))
      .every((line) => line.includes("# guess")),
  ).toBe(true);
  expect(catalog).toMatch(/# not listed: \?\/loose, 1 call: its server was not recorded/);
  expect(catalog).not.toContain("\u202e");
  expect(catalog).toMatch(/its definition changed in the trace: there are 2/);
});

test(
  "names that patterns give a meaning of their own are left out, with a comment, whichever kind " +
    "they name",
  async () => {
    const names = [
      ":",
      "a:b",
      "*",
      "a*",
      "{a,b}",
      "{",
      "[a]",
      "?",
      "!a",
      "a b",
      "a\nb",
      "-",
      "#",
      "&a",
      "'",
      '"',
      "\\",
      "%",
      "@",
      "",
      "\u0000",
      "é",
      "true",
      "1",
      "__proto__",
    ];
    const events = names.flatMap((name) => [
      call("crm", "get", { resource: { type: name, id: "1" } }),
      call("crm", name),
      call(name, "get"),
      call("crm", "get", { subject: { type: "agent", id: name } }),
      call("crm", "get", { decision: { effect: "allow", pdp: name } }),
    ]);
    const seen = await sight(events);
    const catalog = inferCatalog(seen, "inferred");
    load(catalog, leastPrivilege(seen, "recorded"));
    for (const type of [":", "a:b", "{a,b}", "*"])
      expect(catalog).toContain(
        `# not listed: resources of the type "${type}", 1 call: no policy can name it`,
      );
  },
);

test("least privilege allows what was recorded and permitted, and not what was denied", async () => {
  const policy = leastPrivilege(await sight(EVENTS), "recorded");
  expect(policy).toMatch(/"crm\/get_order"/);
  expect(policy).not.toMatch(/refundOrder/);
  expect(policy).toMatch(/"loose"/);
});

test("check finds what the catalog does not bear out", async () => {
  const seen = await sight(EVENTS);
  const catalogs = load(`apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: bot, status: suspended }
  - { id: late, expires: 2026-01-15 }
tools:
  - { name: get_order, server: crm, effects: [read] }
  - { name: send, server: mail, effects: [send], definition_digest: "sha256:0" }
`);
  const found = checkCatalog(seen, catalogs)
    .map(({ code, name }) => `${code} ${name}`)
    .sort();
  expect(found).toEqual([
    "agent-expired late",
    "agent-not-in-service bot",
    "agent-under-human-name ann",
    "agent-under-human-name c1",
    "credential-expired c1",
    "credential-shared c1",
    "definition-changed crm/wipe",
    "shadow-tool ?/loose",
    "shadow-tool crm/refundOrder",
    "shadow-tool crm/wipe",
    "shadow-tool x y/Search The *Web*!\u202e",
    "unknown-decision-point gw",
    "unregistered-agent ann",
  ]);
});

test.each([
  ["get_user", ["read"], true],
  ["deleteFile", ["delete"], false],
  ["transfer-money", ["pay"], false],
  ["frobnicate", [], undefined],
])("%s is guessed %j", (name, effects, reversible) =>
  expect(guessTool(name, undefined)).toMatchObject({ effects, reversible }),
);
