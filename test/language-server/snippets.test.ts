import { afterEach, describe, expect, it } from "vitest";
import {
  InsertTextFormat,
  InsertTextMode,
  type ClientCapabilities,
  type CompletionItem,
} from "vscode-languageserver-protocol/node";
import { agentz, scratch } from "../e2e/agentz.ts";
import { Editor, folderWith, positionOf } from "./editor.ts";

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: trips
version: 1.0.0
tools:
  - name: book
    server: trips
    effects: [pay]
    args: { type: object, properties: { price: { type: number } } }
    resource: none
agents:
  - id: booker
    owner: travel-desk
    purpose: books trips
    status: commissioned
people: [{ id: ana, roles: [travel-lead] }]
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: trips
version: 1.0.0
owner: travel-desk
rules:
  - id: booking
    effect: allow
    actions: [trips/book]
    when: args.price <= 300.0
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: trips
tests:
  - name: a cheap trip
    call: { subject: { type: agent, id: booker }, action: { server: trips, name: book }, args: { price: 10 } }
    expect: { effect: allow, rule: booking }
`;
const FILES = {
  "agentz.yaml": "candidate: [policies]\ntests: [tests]\n",
  "policies/catalog.yaml": CATALOG,
  "policies/trips.yaml": POLICY,
  "tests/trips.yaml": SUITE,
};
type File = keyof typeof FILES;

/** What VS Code says of itself. */
const ABLE: ClientCapabilities = {
  textDocument: {
    completion: {
      completionItem: {
        snippetSupport: true,
        insertTextModeSupport: {
          valueSet: [InsertTextMode.asIs, InsertTextMode.adjustIndentation],
        },
      },
    },
  },
};
const opened: Editor[] = [];

async function editorWith(capabilities: ClientCapabilities): Promise<Editor> {
  const editor = new Editor(folderWith(FILES));
  opened.push(editor);
  await editor.start(capabilities);
  return editor;
}

afterEach(async () => {
  for (const editor of opened.splice(0)) expect(await editor.end()).toBe(0);
});

/** What is offered where a text is marked, once the text is open. */
async function offered(
  editor: Editor,
  file: File,
  marked: string,
): Promise<readonly CompletionItem[]> {
  const offset = marked.indexOf("‸");
  const text = marked.replace("‸", "");
  await editor.open(file, text);
  return editor.complete(file, positionOf(text, offset));
}

/** The text with an item in it, as an editor writes one whose places nobody fills in. */
function accepted(marked: string, item: CompletionItem | undefined): string {
  const edit = item?.textEdit;
  if (item === undefined || edit === undefined || !("range" in edit))
    throw new Error("nothing was offered");
  const lines = marked.replace("‸", "").split("\n");
  const { start, end } = edit.range;
  const line = lines[start.line] ?? "";
  const blanks = /^\s*/.exec(line)?.[0] ?? "";
  const isSnippet = item.insertTextFormat === InsertTextFormat.Snippet;
  const isAdjusted = item.insertTextMode !== InsertTextMode.asIs;
  const plain = edit.newText
    .replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, "$1")
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replace(/\$\d+/g, "");
  const written = isSnippet ? plain : edit.newText;
  const shown = isAdjusted ? written.replaceAll("\n", `\n${blanks}`) : written;
  lines[start.line] = line.slice(0, start.character) + shown + line.slice(end.character);
  return lines.join("\n");
}

describe("snippets", () => {
  it.each([
    ["a rule that allows", "policies/trips.yaml", `${POLICY}  - ‸\n`, "allow rule"],
    ["a rule that denies, half named", "policies/trips.yaml", `${POLICY}  - den‸\n`, "deny rule"],
    ["a rule without its dash", "policies/trips.yaml", `${POLICY}  ‸\n`, "approval rule"],
    ["a test", "tests/trips.yaml", `${SUITE}  - ‸\n`, "test"],
    ["a test of a session", "tests/trips.yaml", `${SUITE}  -   ‸\n`, "session test"],
    ["a tool", "policies/catalog.yaml", CATALOG.replace("agents:", "  - ‸\nagents:"), "tool"],
    ["an agent", "policies/catalog.yaml", CATALOG.replace("people:", "  - ‸\npeople:"), "agent"],
  ] as const)("writes %s that loads before anybody fills it in", async (...asked) => {
    const [, file, marked, label] = asked;
    const editor = await editorWith(ABLE);
    const items = await offered(editor, file, marked);
    const item = items.find((one) => one.label === label);
    const text = accepted(marked, item);
    expect(text.split("\n").length).toBeGreaterThan(marked.split("\n").length + 1);
    const cwd = scratch({ ...FILES, [file]: text });
    expect(agentz(["lint"], { cwd })).toMatchObject({ status: 0 });
    expect(agentz(["test", "--format", "json"], { cwd }).status).toBeLessThan(2);
  });

  it("stand behind the fields, and allow nothing before somebody names a tool", async () => {
    const editor = await editorWith(ABLE);
    const items = await offered(editor, "policies/trips.yaml", `${POLICY}  - ‸\n`);
    const sorted = [...items].sort((a, b) => ((a.sortText ?? "") < (b.sortText ?? "") ? -1 : 1));
    const last = sorted.slice(-3).map(({ label }) => label);
    expect(last).toEqual(["allow rule", "approval rule", "deny rule"]);
    for (const label of ["allow rule", "approval rule"])
      expect(items.find((one) => one.label === label)?.textEdit?.newText).toContain(
        "actions: [${2|server/tool,",
      );
  });

  it("are for editors that know tab stops, and for items in block style", async () => {
    const plain = await editorWith({});
    expect(
      (await offered(plain, "policies/trips.yaml", `${POLICY}  - ‸\n`)).map((one) => one.label),
    ).not.toContain("deny rule");
    const able = await editorWith(ABLE);
    for (const marked of [
      POLICY.replace(/rules:[^]*/, "rules: [ ‸"),
      `${POLICY}    reason: ‸`,
      `${POLICY}    ‸`,
      POLICY.replace(/rules:[^]*/, "rules: ‸"),
    ]) {
      const labels = (await offered(able, "policies/trips.yaml", marked)).map((one) => one.label);
      expect(labels).not.toContain("deny rule");
    }
  });
});

describe("a field of several lines", () => {
  it("keeps its indentation in an editor that would add its own", async () => {
    const marked = `${POLICY}    ‸\n`;
    const able = await editorWith(ABLE);
    const item = (await offered(able, "policies/trips.yaml", marked)).find(
      (one) => one.label === "match",
    );
    expect(item?.insertTextMode).toBe(InsertTextMode.asIs);
    expect(accepted(marked, item)).toContain("\n    match:\n      - \n");
  });
});
