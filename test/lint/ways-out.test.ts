import { describe, expect, test } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { runLint } from "../../src/lint/run-lint.ts";
import { TODAY } from "./pages.ts";

const HEAD = "apiVersion: agentz/v1\nversion: 1.0.0\nname: x\n";
const POLICY = `${HEAD}kind: Policy\n`;
const CATALOG = `---\n${HEAD}kind: Catalog\n`;

/** What lint says of a file: each message, and its way out behind a bar. */
function said(text: string): readonly string[] {
  const assembled = assembleSet([{ file: "p.yaml", text }], {
    readBeside: () => ({ fault: "it cannot be read" }),
    sha256: () => "0",
  });
  return runLint(assembled, { levels: new Map(), today: TODAY }).findings.map(
    ({ message, help }) => `${message} | ${help ?? ""}`,
  );
}

function rule(fields: string): string {
  return `${POLICY}rules:\n  - id: r\n    effect: require_approval\n    actions: [a/b]\n    ${fields}\n`;
}

test.each([
  [`when: "args.x == "a""`, `when: 'args.x == "a"'`],
  [`when: 'args.x == 'a''`, `when: "args.x == 'a'"`],
  [`when: 'args.x == 'a' && args.y'`, `when: "args.x == 'a' && args.y"`],
  [`when: "args.x in ["a", "b"]"`, `when: 'args.x in ["a", "b"]'`],
  [`when: 'args.x == "it's"'`, `when: 'args.x == "it''s"'`],
  [`when: 'args.x == 'a'`, `when: "args.x == 'a'"`],
  [`when: 'args.x == \\'a\\''`, `when: "args.x == 'a'"`],
  [`when: 'a' == args.x`, `when: "'a' == args.x"`],
  [`when: "a" in args.x`, `when: '"a" in args.x'`],
  [`when: "args.x.matches("^a$")"`, `when: 'args.x.matches("^a$")'`],
  [`reason: 'it's closed'`, `reason: "it's closed"`],
  [`reason: "he said "no""`, `reason: 'he said "no"'`],
])("quotes in %s: the line that is given loads", (fields, fixed) => {
  expect(said(rule(fields)).map((row) => row.split(" | ")[1])).toContain(`write \`${fixed}\``);
  expect(said(rule(fixed)).filter((row) => /YAML|syntax|quote/.test(row))).toEqual([]);
});

test.each([
  [
    `when: 'args.x == 'it's''`,
    "write the condition as a block (`when: >-`), or each `'` within it as `''`",
  ],
  [
    `reason: 'it's closed' # why`,
    "write the text as a block (`reason: >-`), or each `'` within it as `''`",
  ],
  [
    `when: "args.x == "a""\n      && args.y`,
    'write the condition as a block (`when: >-`), or each `"` within it as `\\"`',
  ],
  [`when: "args.x == \\'a\\'"`, "write `'` without a backslash"],
])("quotes in %s, where no line can be given", (fields, help) => {
  expect(said(rule(fields)).map((row) => row.split(" | ")[1])).toContain(help);
});

test.each([
  [
    rule("approval: { approvers: [human:x], within: 30 }"),
    "`30` is not a duration | a duration is a whole number and a unit: `90d`, `1h`, `30m`, `30s`, `500ms`",
  ],
  [
    rule("").replace("version: 1.0.0", "version: 1.0"),
    "`1.0` is not a semantic version | write it as `1.0.0`",
  ],
  [
    rule("").replace("version: 1.0.0", 'version: "2"'),
    "`2` is not a semantic version | write it as `2.0.0`",
  ],
  [
    rule("").replace("version: 1.0.0", "version: new"),
    "`new` is not a semantic version | write it as `1.2.0`",
  ],
  [
    rule("").replace("version: 1.0.0", "version: 01"),
    "`01` is not a semantic version | write it as `1.2.0`",
  ],
  [
    `${rule("")}  - { id: r, effect: deny, actions: [c/d] }\n`,
    "two rules of one policy have the name `r` | ",
  ],
  [
    rule("when: args.x in data.known"),
    "there is no attribute `data.known` | no catalog that is loaded has `data`: " +
      "give the path of the catalog too, or declare it there",
  ],
])("a value and its way out: %#", (text, finding) => {
  expect(said(text)).toContain(finding);
});

const PEOPLE = `${CATALOG}people: [{ id: p, roles: [boss] }]\n`;

describe("unknown-approver: what follows from a name that nobody has", () => {
  test.each([
    ['approval: { approvers: ["role:bos", "role:boss"] }', "so only others can approve"],
    ['approval: { approvers: ["role:bos"] }', "so nobody can approve"],
    ['obligations: { notify: ["role:bos", "role:boss"] }', "so only others are notified"],
    ['obligations: { notify: ["role:bos"] }', "so nobody is notified"],
  ])("%s", (fields, so) => {
    expect(said(rule(fields) + PEOPLE)).toContainEqual(
      `nobody in the catalog is \`role:bos\`, ${so} | did you mean \`role:boss\`?`,
    );
  });

  test("a single person who may approve is listed, too; who is notified need not be", () => {
    const mira = `${CATALOG}people: [{ id: mira, roles: [boss] }]\n`;
    expect(said(rule('approval: { approvers: ["human:mirra"] }') + mira)).toContainEqual(
      "nobody in the catalog is `human:mirra`, so nobody can approve | did you mean `human:mira`?",
    );
    for (const right of [
      rule('approval: { approvers: ["human:mira"] }') + mira,
      rule('obligations: { notify: ["human:mirra"] }') + mira,
      rule('approval: { approvers: ["human:mirra"] }') + CATALOG,
    ])
      expect(said(right).filter((text) => text.includes("nobody in the catalog"))).toEqual([]);
  });
});

describe("dead-pattern: a type in the catalog's resources", () => {
  const tool = `tools: [{ name: b, server: a, resource: { type: chart, id: args.x } }]\n`;
  const entry = 'resources: [{ match: "charts:vip-*", classification: restricted }]\n';
  const finding =
    "the pattern `charts:vip-*` fits nothing: `charts` is not a type of resource that a tool declares" +
    " | did you mean `chart:vip-*`?";

  test("a slip for the type of a declared tool", () => {
    expect(said(rule("") + CATALOG + tool + entry)).toContain(finding);
  });

  test("not where a rule names the type too, or where it is like none", () => {
    const own = rule('resources: ["charts:**"]');
    expect(said(own + CATALOG + tool + entry)).not.toContain(finding);
    const other = said(rule("") + CATALOG + tool + entry.replace("charts", "ledger"));
    expect(other.filter((row) => row.includes("ledger"))).toEqual([]);
  });
});

describe("unknown-tool: a surface of a decision point", () => {
  const pointOf = (surface: string): string =>
    `tools: [{ name: b, server: pharmacy }, { name: c, server: mail }]
decision_points: [{ id: gw, external: true, surfaces: [${surface}, mail-mcp] }]\n`;
  const surfaces = (surface: string): readonly string[] =>
    said(rule("") + CATALOG + pointOf(surface)).filter((row) => row.includes("has the server"));

  test("a slip for a declared server, as such or as an MCP server", () => {
    expect(surfaces("pharmcy-mcp")).toEqual([
      "no tool that a catalog declares has the server `pharmcy-mcp` | did you mean `pharmacy-mcp`?",
    ]);
    expect(surfaces("pharmcy")).toEqual([
      "no tool that a catalog declares has the server `pharmcy` | did you mean `pharmacy`?",
    ]);
  });

  test("nothing else", () => {
    for (const name of ["pharmacy", "pharmacy-mcp", "pharmacy-gateway", "pharm", "warehouse-mcp"])
      expect(surfaces(name)).toEqual([]);
  });
});

describe("unknown-input: the agent of an example", () => {
  const agent = (id: string): string =>
    rule(`match: [{ subject: { type: agent, id: ${id} }, action: { server: a, name: b } }]`);
  const agents = `agents: [{ id: wardbot, owner: o, status: commissioned }]\n`;
  const finding = "no catalog lists the agent `wrdbot` | did you mean `wardbot`?";

  test("a slip for a listed agent", () => {
    expect(said(agent("wrdbot") + CATALOG + agents)).toContain(finding);
  });

  test("not a stranger, and nobody where others than listed agents are known", () => {
    expect(said(agent("stranger") + CATALOG + agents).join("\n")).not.toContain("lists the agent");
    const open = `unregistered: policy\n${agents}`;
    expect(said(agent("wrdbot") + CATALOG + open)).not.toContain(finding);
  });
});
