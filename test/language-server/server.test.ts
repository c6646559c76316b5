import { afterEach, describe, expect, it } from "vitest";
import { agentzProcess } from "../e2e/agentz.ts";
import { Editor, findingOf, folderWith, hoverText, positionOf, textIn } from "./editor.ts";

const CONFIG = "candidate: [policies]\ntests: [tests]\ntrace: [trace.jsonl]\n";
const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents: [{ id: support, owner: o, purpose: answers, status: commissioned }]
tools:
  - name: refund
    server: payments
    effects: [pay]
    args:
      type: object
      properties: { amount: { type: number }, note: { type: string } }
      additionalProperties: false
    resource: none
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
owner: payments
description: what support may do
rules:
  - id: small
    effect: allow
    subjects: ["agent:support"]
    actions: [payments/refund]
    when: args.amount <= 100.0 && args.note != ''
    match: [{ args: { amount: 1, note: x } }]
`;
const EVENTS = [40, 41].map((amount) =>
  JSON.stringify({
    id: `e-${amount}`,
    time: "2026-05-18T09:00:00Z",
    subject: { type: "agent", id: "support" },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args: {
      amount,
      note:
        "![x](http://evil.example/a.png) <img src=x> ```\n[click](command:x) " +
        "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    },
  }),
);

const FILES = {
  "agentz.yaml": CONFIG,
  "policies/catalog.yaml": CATALOG,
  "policies/refunds.yaml": POLICY,
  "tests/x.yaml": "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests: []\n",
  "trace.jsonl": `${EVENTS.join("\n")}\n`,
};
const FILE = "policies/refunds.yaml";

const open: Editor[] = [];

async function editorIn(files: Readonly<Record<string, string>> = FILES): Promise<Editor> {
  const editor = new Editor(folderWith(files));
  open.push(editor);
  await editor.start();
  return editor;
}

afterEach(async () => {
  for (const editor of open.splice(0)) expect(await editor.end()).toBe(0);
});

function behind(text: string, part: string): { line: number; character: number } {
  return positionOf(text, text.indexOf(part) + part.length);
}

describe("the language server", () => {
  it("ends when nobody talks to it any more", () => {
    expect(agentzProcess(["lsp"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  it("shows what the loader and lint find at its place, and takes it back when it is fixed", async () => {
    const editor = await editorIn();
    const broken = POLICY.replace("args.amount <=", "args.amuont <=").replace(
      "owner: payments\n",
      "",
    );
    await editor.open(FILE, broken);
    const found = await editor.until(FILE, (all) =>
      all.some(({ code }) => code === "unknown-attribute"),
    );
    const typo = findingOf(found, "unknown-attribute");
    expect(typo).toMatchObject({ severity: 1, source: "agentz" });
    expect(textIn(broken, typo.range)).toBe("args.amuont");
    expect(typo.message).toContain("did you mean `args.amount`?");
    expect(typo.codeDescription?.href).toMatch(/^file:.*docs\/lint\/unknown-attribute\.md$/);
    await editor.type(FILE, POLICY);
    await editor.until(FILE, (all) => all.every(({ code }) => code !== "unknown-attribute"));
  });

  it("tells at once what reading a document finds", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("effect: allow", "efect: allow");
    await editor.open(FILE, text);
    const found = await editor.until(FILE, () => true);
    expect(editor.published.filter(({ uri }) => uri === editor.uri(FILE))).toHaveLength(1);
    expect(textIn(text, findingOf(found, "unknown-field").range)).toBe("efect");
  });

  it("lets go of the findings of a file that is gone", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const other = "policies/other.yaml";
    const text = POLICY.replace("name: refunds", "name: other").replace("/refund]", "/refnud]");
    await editor.open(other, text);
    await editor.until(other, (found) => found.some(({ code }) => code === "unknown-tool"));
    await editor.close(other);
    await editor.until(other, (found) => found.length === 0);
  });

  it("completes on the text as it stands, unsaved catalogs included", async () => {
    const editor = await editorIn();
    await editor.open("policies/catalog.yaml", CATALOG.replace("note: {", "purpose: {"));
    const text = `${POLICY}  - id: big\n    effect: deny\n    actions: [payments/refund]\n    when: args.`;
    await editor.open(FILE, text);
    const items = await editor.complete(FILE, positionOf(text, text.length));
    expect(items.map(({ label }) => label).sort()).toEqual(["amount", "purpose"]);
    expect(items.find(({ label }) => label === "amount")).toMatchObject({
      detail: "double: an argument of payments/refund, as the catalog declares",
    });
  });

  it("tells type, source and the last recorded value of an attribute", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const told = hoverText(await editor.hover(FILE, behind(POLICY, "when: args.am")));
    expect(told).toContain("args.amount: double");
    expect(told).toContain("payments/refund");
    expect(told).toContain("```json\n41\n```");
  });

  it("says what a macro gives", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("args.note != ''", "[args.note].all(one, one != '')");
    await editor.open(FILE, text);
    const told = hoverText(await editor.hover(FILE, behind(text, "].al")));
    expect(told).toContain("holds for every item");
  });

  it("says what a function gives", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("args.note != ''", "args.note.startsWith('x')");
    await editor.open(FILE, text);
    const told = hoverText(await editor.hover(FILE, behind(text, "note.starts")));
    expect(told).toContain("startsWith(string) → bool");
    expect(told).toContain("begins with the other one");
  });

  it("tells which tools a pattern fits, and what a field and its value mean", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("actions: [payments/refund]", 'actions: ["payments/*"]');
    await editor.open(FILE, text);
    const pattern = hoverText(await editor.hover(FILE, behind(text, "payments/")));
    expect(pattern).toContain("Fits 1 tool: payments/refund.");
    const value = hoverText(await editor.hover(FILE, behind(text, "effect: al")));
    const field = hoverText(await editor.hover(FILE, behind(text, "    eff")));
    expect(value).toContain("```cel\neffect: allow\n```\n\nThe call may run, unless");
    expect(value).toContain("What happens to the calls that the rule matches");
    expect(field).toBe("```cel\neffect\n```\n\nWhat happens to the calls that the rule matches.");
  });

  it("shows nothing of a trace as Markdown, and no secret", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const told = hoverText(await editor.hover(FILE, behind(POLICY, "&& args.no")));
    expect(told).toContain("evil.example");
    expect(told).not.toContain("ghp_0123456789");
    const [, fence = "", shown = ""] = /\n(`{4,})json\n([^\n]*)\n\1$/.exec(told) ?? [];
    expect(fence).toBe("````");
    expect(shown).toContain("<img src=x>");
  });

  it("counts in bytes where the client offers it", async () => {
    const folder = folderWith(FILES);
    const editor = new Editor(folder);
    open.push(editor);
    const { capabilities } = await editor.start({
      general: { positionEncodings: ["utf-8", "utf-16"] },
    });
    expect(capabilities.positionEncoding).toBe("utf-8");
    const text = POLICY.replace("what support may do", "für 🙂 x").replace(
      "args.amount <=",
      "args.note != 'é🙂' && args.amuont <=",
    );
    await editor.open(FILE, text);
    const found = await editor.until(FILE, (all) =>
      all.some(({ code }) => code === "unknown-attribute"),
    );
    const { range } = findingOf(found, "unknown-attribute");
    const line = Buffer.from(text.split("\n")[range.start.line] ?? "");
    expect(line.subarray(range.start.character, range.end.character).toString()).toBe(
      "args.amuont",
    );
    const at = { line: range.start.line, character: range.end.character };
    await editor.edit(FILE, [
      { range: { start: { ...at, character: at.character - 6 }, end: at }, text: "amount" },
    ]);
    await editor.until(FILE, (all) => all.every(({ code }) => code !== "unknown-attribute"));
  });

  it("leaves other YAML alone, and judges a text that is in no file by itself", async () => {
    const editor = await editorIn();
    await editor.open("other.yaml", "kind: Deployment\nspec: [\n");
    await editor.open("untitled:Untitled-1", POLICY.replace("effect: allow", "efect: allow"));
    await editor.until("untitled:Untitled-1", (all) => all.length > 0);
    expect(editor.shown("other.yaml")).toEqual([]);
  });

  it("leaves the version alone with which an editor compares a file", async () => {
    const editor = await editorIn();
    const old = "git:/w/policies/refunds.yaml?%7B%22ref%22%3A%22HEAD%22%7D";
    const mistake = POLICY.replace("effect: allow", "efect: allow");
    await editor.open(old, mistake);
    expect(await editor.complete(old, positionOf(mistake, mistake.length))).toEqual([]);
    await editor.open("untitled:Untitled-2", mistake);
    await editor.until("untitled:Untitled-2", (all) => all.length > 0);
    expect(editor.published.map(({ uri }) => uri)).not.toContain(old);
  });

  it("clears what it showed when a document is closed, and says why agentz.yaml is not used", async () => {
    const editor = await editorIn({ ...FILES, "agentz.yaml": "candidates: [policies]\n" });
    await editor.open(FILE, POLICY.replace("effect: allow", "efect: allow"));
    await editor.until(FILE, (all) => all.length > 0);
    expect(editor.told.join("\n")).toContain("there is no field `candidates`");
    await editor.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: editor.uri(FILE) },
    });
    await editor.until(FILE, (all) => all.length === 0);
  });

  it("keeps several folders apart, each with its own configuration", async () => {
    const editor = await editorIn({
      "a/agentz.yaml": "candidate: [.]\nlint: { rules: { missing-owner: error } }\n",
      "a/p.yaml": POLICY,
      "b/agentz.yaml":
        "candidate: [.]\nlint: { rules: { missing-owner: off, missing-description: error } }\n",
      "b/p.yaml": POLICY,
    });
    const text = POLICY.replace("owner: payments\n", "").replace(/description.*\n/, "");
    await editor.open("a/p.yaml", text);
    await editor.open("b/p.yaml", text);
    const first = await editor.until("a/p.yaml", (all) =>
      all.some(({ code }) => code === "missing-owner"),
    );
    expect(first.find(({ code }) => code === "missing-owner")?.severity).toBe(1);
    const other = await editor.until("b/p.yaml", (all) =>
      all.some(({ code }) => code === "missing-description"),
    );
    expect(other.some(({ code }) => code === "missing-owner")).toBe(false);
  });
});
