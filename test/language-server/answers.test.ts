import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type {
  Diagnostic,
  CodeAction,
  CodeLens,
  DocumentSymbol,
  InlayHint,
  Location,
  Position,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { Editor, findingOf, folderWith, positionOf, textIn } from "./editor.ts";

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
agents: [{ id: support, owner: o, purpose: answers, status: commissioned }]
tools:
  - name: refund
    server: payments
    effects: [pay]
    args: { type: object, properties: { amount: { type: number } } }
    resource: none
`;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
owner: payments
session:
  labels:
    - { name: large, when: args.amount > 50.0 }
rules:
  - id: small
    effect: allow
    subjects: ["agent:support"]
    actions: [payments/refund]
    when: >-
      args.amount <= 100.0
      && !('large' in session.labels)
    match: [{ args: { amount: 1 }, session: { labels: [] } }]
  - id: nothing-after
    effect: deny
    actions: ["payments/refund"]
    when: "'large' in session.labels"
    reason: enough
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: refunds
fixtures:
  refund:
    subject: { type: agent, id: support }
    action: { kind: mcp_request, server: payments, name: refund }
    args: { amount: 40 }
tests:
  - name: small ones pass
    call: { use: refund }
    expect: { effect: allow, rule: small }
  - name: large ones do not
    call: { use: refund, args: { amount: 400 } }
    expect: { effect: allow, rule: refunds/small }
`;
const EVENTS = [40, 60, 70].map((amount, i) =>
  JSON.stringify({
    id: `e-${i}`,
    time: `2026-05-18T09:00:0${i}Z`,
    session: "s",
    subject: { type: "agent", id: "support" },
    action: { kind: "mcp_request", server: "payments", name: "refund" },
    args: { amount },
  }),
);
const FILES = {
  "agentz.yaml": "candidate: [policies]\ntests: [tests]\ntrace: [trace.jsonl]\n",
  "policies/catalog.yaml": CATALOG,
  "policies/refunds.yaml": POLICY,
  "tests/refunds.yaml": SUITE,
  "trace.jsonl": `${EVENTS.join("\n")}\n`,
};
const FILE = "policies/refunds.yaml";
const TESTS = "tests/refunds.yaml";

const open: Editor[] = [];

async function editorIn(files: Readonly<Record<string, string>> = FILES): Promise<Editor> {
  const editor = new Editor(folderWith(files));
  open.push(editor);
  await editor.start({ workspace: { inlayHint: { refreshSupport: true } } });
  return editor;
}

afterEach(async () => {
  for (const editor of open.splice(0)) expect(await editor.end()).toBe(0);
});

function at(text: string, part: string): Position {
  return positionOf(text, text.indexOf(part) + part.length);
}

/** A text with edits made in it. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const offset = (place: Position): number => {
    const lines = text.split("\n").slice(0, place.line);
    return lines.join("\n").length + (place.line > 0 ? 1 : 0) + place.character;
  };
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) =>
        now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

describe("names", () => {
  it.each([
    ["a rule", TESTS, "rule: sm", FILE, "small"],
    ["a rule by its full name", TESTS, "rule: refunds/sm", FILE, "small"],
    ["a fixture", TESTS, "use: ref", TESTS, "refund"],
    ["a tool", FILE, "actions: [pay", "policies/catalog.yaml", "refund"],
    ["an agent", FILE, "agent:supp", "policies/catalog.yaml", "support"],
    ["a label", FILE, "&& !('la", FILE, "large"],
    ["a call's tool", TESTS, "payments, name: ref", "policies/catalog.yaml", "refund"],
    ["a caller", TESTS, "id: supp", "policies/catalog.yaml", "support"],
  ] as const)("leads from %s to where it is declared", async (...asked) => {
    const [, file, part, other, name] = asked;
    const editor = await editorIn();
    await editor.open(file, FILES[file]);
    const found: readonly Location[] = await editor.ask("textDocument/definition", file, {
      position: at(FILES[file], part),
    });
    expect(found.map(({ uri, range }) => [uri, textIn(FILES[other], range)])).toEqual([
      [editor.uri(other), name],
    ]);
  });

  it("renames a rule in every file, in both forms", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const { changes = {} }: WorkspaceEdit = await editor.ask("textDocument/rename", FILE, {
      position: at(POLICY, "id: sm"),
      newName: "little",
    });
    expect(edited(POLICY, changes[editor.uri(FILE)] ?? [])).toBe(
      POLICY.replace("id: small", "id: little"),
    );
    expect(edited(SUITE, changes[editor.uri(TESTS)] ?? [])).toBe(
      SUITE.replace("rule: small", "rule: little").replace("refunds/small", "refunds/little"),
    );
  });

  it("renames a label in declarations, conditions and examples", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("labels: []", "labels: [large]");
    await editor.open(FILE, text);
    const { changes = {} }: WorkspaceEdit = await editor.ask("textDocument/rename", FILE, {
      position: at(text, "name: la"),
      newName: "big",
    });
    expect(edited(text, changes[editor.uri(FILE)] ?? [])).toBe(text.replaceAll("large", "big"));
  });

  it("renames a label to one with the signs that labels of standards have", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const rename = (newName: string): Promise<WorkspaceEdit> =>
      editor.ask("textDocument/rename", FILE, { position: at(POLICY, "name: la"), newName });
    const { changes = {} } = await rename("ASI02:2026");
    expect(edited(POLICY, changes[editor.uri(FILE)] ?? [])).toContain("name: ASI02:2026");
    await expect(rename("ASI02:")).rejects.toThrow("within it, `:`");
  });

  it.each([
    ["another rule has the name", "nothing-after", "there is already a rule `nothing-after`"],
    ["it is no name", "a b", "the name has to be letters"],
    ["YAML reads it as something else", "true", "the name has to be letters"],
  ])("refuses a name if %s", async (_, newName, why) => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const asked = editor.ask("textDocument/rename", FILE, {
      position: at(POLICY, "id: sm"),
      newName,
    });
    await expect(asked).rejects.toThrow(why);
  });

  it("renames nothing while a file of the set cannot be read, and no tool", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const tool = editor.ask("textDocument/prepareRename", FILE, { position: at(POLICY, "[pay") });
    await expect(tool).rejects.toThrow("a tool is known by its name outside");
    await editor.open(TESTS, `${SUITE}  - { name: "x\n`);
    const rule = editor.ask("textDocument/rename", FILE, {
      position: at(POLICY, "id: sm"),
      newName: "little",
    });
    await expect(rule).rejects.toThrow("tests/refunds.yaml is not well-formed");
  });

  it("lists what a document declares", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    await editor.open(TESTS, SUITE);
    const names = async (file: string): Promise<readonly string[]> =>
      (await editor.ask<readonly DocumentSymbol[]>("textDocument/documentSymbol", file, {})).map(
        ({ name }) => name,
      );
    expect(await names(FILE)).toEqual(["large", "refunds/small", "refunds/nothing-after"]);
    expect(await names(TESTS)).toEqual(["refund", "small ones pass", "large ones do not"]);
  });
});

describe("conditions and layout", () => {
  it("tells the tokens of conditions", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const { data }: SemanticTokens = await editor.ask("textDocument/semanticTokens/full", FILE, {});
    const lines = POLICY.split("\n");
    const told: string[] = [];
    let [line, character] = [0, 0];
    for (let i = 0; i < data.length; i += 5) {
      const [down = 0, right = 0, length = 0, kind = 0] = data.slice(i, i + 4);
      line += down;
      character = down > 0 ? right : character + right;
      told.push(`${kind} ${lines[line]?.slice(character, character + length)}`);
    }
    expect(told.slice(0, 4)).toEqual(["0 args", "1 amount", "7 >", "6 50.0"]);
    expect(told).toContain("5 'large'");
    expect(told).toContain("4 in");
  });

  it("lays a document out as fmt does", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("args.amount > 50.0", "args.amount>50.0");
    await editor.open(FILE, text);
    const edits: readonly TextEdit[] = await editor.ask("textDocument/formatting", FILE, {
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edited(text, edits)).toContain("when: args.amount > 50.0");
  });
});

async function actionsAt(
  editor: Editor,
  text: string,
  code: string,
): Promise<readonly CodeAction[]> {
  const found = await editor.until(FILE, (all) => all.some((one) => one.code === code));
  const diagnostic = findingOf(found, code);
  expect(textIn(text, diagnostic.range)).not.toBe("");
  return editor.ask("textDocument/codeAction", FILE, {
    range: diagnostic.range,
    context: { diagnostics: [diagnostic] },
  });
}

describe("actions", () => {
  it("fixes a finding, and suppresses it with a reason", async () => {
    const editor = await editorIn();
    const text = POLICY.replace('["payments/refund"]', '["payments/refund", "payments/refund"]');
    await editor.open(FILE, text);
    const actions = await actionsAt(editor, text, "redundant-pattern");
    const uri = editor.uri(FILE);
    const fix = actions.find(({ title }) => title.startsWith("Fix redundant-pattern"));
    expect(edited(text, fix?.edit?.changes?.[uri] ?? [])).toBe(POLICY);
    const all = actions.find(({ kind }) => kind === "source.fixAll.agentz");
    expect(edited(text, all?.edit?.changes?.[uri] ?? [])).toBe(POLICY);
    const suppress = actions.find(({ title }) => title.startsWith("Suppress"));
    const silent = edited(text, suppress?.edit?.changes?.[uri] ?? []);
    expect(silent).toContain("    # agentz-ignore redundant-pattern: \n    actions: [");
    // without a reason it has no effect
    await editor.type(FILE, silent);
    await editor.until(FILE, (found) => found.some(({ code }) => code === "bad-suppression"));
    await editor.type(FILE, silent.replace("pattern: \n", "pattern: both are meant\n"));
    await editor.until(FILE, (found) =>
      found.every(({ code }) => code !== "bad-suppression" && code !== "redundant-pattern"),
    );
  });

  it("leaves the cursor where the reason goes, if the editor takes snippets as edits", async () => {
    const editor = new Editor(folderWith(FILES));
    open.push(editor);
    await editor.start({
      workspace: { workspaceEdit: { documentChanges: true, snippetEditSupport: true } },
    });
    const text = POLICY.replace('["payments/refund"]', '["payments/refund", "payments/refund"]');
    await editor.open(FILE, text);
    const actions = await actionsAt(editor, text, "redundant-pattern");
    const suppress = actions.find(({ title }) => title.startsWith("Suppress"));
    expect(suppress?.edit?.documentChanges).toMatchObject([
      {
        textDocument: { uri: editor.uri(FILE) },
        edits: [
          { snippet: { kind: "snippet", value: "    # agentz-ignore redundant-pattern: $0\n" } },
        ],
      },
    ]);
  });

  it("suppresses a finding in a text of several lines above its field", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("args.amount <= 100.0\n", "(args.amount <= 100.0 || true)\n");
    await editor.open(FILE, text);
    const actions = await actionsAt(editor, text, "constant-condition");
    const suppress = actions.find(({ title }) => title.startsWith("Suppress"));
    const silent = edited(text, suppress?.edit?.changes?.[editor.uri(FILE)] ?? []);
    expect(silent).toContain("    # agentz-ignore constant-condition: \n    when: >-\n");
    await editor.type(FILE, silent.replace("condition: \n", "condition: on purpose\n"));
    await editor.until(FILE, (found) =>
      found.every(({ code }) => code !== "bad-suppression" && code !== "constant-condition"),
    );
  });

  it("offers no comment within a text, and no suppression of what keeps a set from loading", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("args.amount <= 100.0", "args.amuont <= 100.0");
    await editor.open(FILE, text);
    const actions = await actionsAt(editor, text, "unknown-attribute");
    expect(actions.filter(({ title }) => title.startsWith("Suppress"))).toEqual([]);
  });

  it("runs a test from its lens, on unsaved texts", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    await editor.open(TESTS, SUITE);
    const lenses: readonly CodeLens[] = await editor.ask("textDocument/codeLens", TESTS, {});
    expect(lenses.map(({ command }) => command?.title)).toEqual(["run this test", "run this test"]);
    const run = async (i: number): Promise<string> => {
      await editor.connection.sendRequest("workspace/executeCommand", lenses[i]?.command ?? {});
      return editor.told.at(-1) ?? "";
    };
    expect(await run(0)).toBe("passed: small ones pass");
    expect(await run(1)).toBe("failed: large ones do not");
    await editor.type(FILE, POLICY.replace("<= 100.0", "<= 1000.0"));
    expect(await run(1)).toBe("passed: large ones do not");
  });

  it("shows a failed test at its name until its text changes or it passes", async () => {
    const editor = new Editor(folderWith(FILES));
    open.push(editor);
    await editor.start({ workspace: { codeLens: { refreshSupport: true } } });
    let refreshes = 0;
    editor.connection.onRequest("workspace/codeLens/refresh", () => {
      refreshes++;
      return null;
    });
    const lenses = async (): Promise<readonly CodeLens[]> =>
      editor.ask<readonly CodeLens[]>("textDocument/codeLens", TESTS, {});
    const titles = async (): Promise<readonly (string | undefined)[]> =>
      (await lenses()).map(({ command }) => command?.title);
    const failedTests = (all: readonly Diagnostic[]): readonly Diagnostic[] =>
      all.filter(({ code }) => code === "test-failed");
    await editor.open(FILE, POLICY);
    await editor.open(TESTS, SUITE);
    const [, second] = await lenses();
    const run = (): Promise<unknown> =>
      editor.connection.sendRequest("workspace/executeCommand", second?.command ?? {});
    await run();
    const [found] = failedTests(await editor.until(TESTS, (all) => failedTests(all).length > 0));
    expect(found?.range).toEqual(second?.range);
    expect(String(found?.message).split("\n")).toEqual([
      "`large ones do not` failed",
      "effect, rule are not what the test expects",
      "expected effect: allow, got: deny",
      "expected rule: refunds/small, got: default",
      "decided by default",
    ]);
    expect(editor.told.join("\n")).toContain("FAIL refunds > large ones do not\n");
    expect(editor.told.join("\n")).toContain("nearest   refunds/small (allow)");
    expect(await titles()).toEqual(["run this test", "✗ failed: run again"]);
    expect(refreshes).toBe(1);
    // another text of the set: it may pass now
    await editor.type(FILE, POLICY.replace("<= 100.0", "<= 1000.0"));
    await editor.until(TESTS, (all) =>
      failedTests(all).some(({ message }) =>
        String(message).endsWith("\nnote: it ran before the last edit"),
      ),
    );
    expect(await titles()).toEqual(["run this test", "✗ failed before the last edit: run again"]);
    await run();
    await editor.until(TESTS, (all) => failedTests(all).length === 0);
    expect(await titles()).toEqual(["run this test", "✓ passed: run again"]);
    await editor.type(FILE, POLICY);
    await run();
    await editor.until(TESTS, (all) => failedTests(all).length > 0);
    await editor.type(TESTS, SUITE.replace("amount: 400", "amount: 40"));
    await editor.until(TESTS, (all) => failedTests(all).length === 0);
    expect(await titles()).toEqual(["run this test", "run this test"]);
  });

  it("runs only the test of the name, with all cases of its matrix", async () => {
    const editor = await editorIn();
    await editor.open(FILE, POLICY);
    const text = SUITE.replace("name: large ones do not", "name: small");
    await editor.open(TESTS, text);
    const lenses: readonly CodeLens[] = await editor.ask("textDocument/codeLens", TESTS, {});
    await editor.connection.sendRequest("workspace/executeCommand", lenses[1]?.command ?? {});
    expect(editor.told.at(-1)).toBe("failed: small");
  });

  it("runs tests, and counts, while examples fail, which stay errors", async () => {
    const editor = await editorIn();
    const text = POLICY.replace("<= 100.0", "<= 0.5").replace("labels: []", "labels: []");
    await editor.open(FILE, text);
    await editor.open(TESTS, SUITE);
    const found = await editor.until(FILE, (all) =>
      all.some(({ code }) => code === "example-failed"),
    );
    expect(findingOf(found, "example-failed").severity).toBe(1);
    const lenses: readonly CodeLens[] = await editor.ask("textDocument/codeLens", TESTS, {});
    await editor.connection.sendRequest("workspace/executeCommand", lenses[0]?.command ?? {});
    expect(editor.told.at(-1)).toBe("failed: small ones pass");
  });

  it("adds a test of a rule from the newest call of the trace, which then passes", async () => {
    const folder = folderWith(FILES);
    const editor = new Editor(folder);
    open.push(editor);
    await editor.start({ window: { showDocument: { support: true } } });
    const [applied, opened]: [WorkspaceEdit[], string[]] = [[], []];
    editor.connection.onRequest("window/showDocument", ({ uri }: { uri: string }) => {
      opened.push(uri);
      return { success: true };
    });
    editor.connection.onRequest("workspace/applyEdit", ({ edit }: { edit: WorkspaceEdit }) => {
      applied.push(edit);
      return { applied: true };
    });
    await editor.open(FILE, POLICY);
    const range = { start: at(POLICY, "id: nothing"), end: at(POLICY, "id: nothing") };
    const actions: readonly CodeAction[] = await editor.ask("textDocument/codeAction", FILE, {
      range,
      context: { diagnostics: [], only: ["refactor"] },
    });
    const [action] = actions;
    expect(action?.title).toContain("refunds/nothing-after");
    await editor.connection.sendRequest("workspace/executeCommand", action?.command ?? {});
    expect(opened).toEqual([editor.uri("tests/pinned.yaml")]);
    const [created, change] = applied[0]?.documentChanges ?? [];
    expect(created).toEqual({ kind: "create", uri: editor.uri("tests/pinned.yaml") });
    const text =
      change !== undefined && "edits" in change
        ? change.edits.map((one) => ("newText" in one ? one.newText : "")).join("")
        : "";
    expect(text).toContain("rule: refunds/nothing-after");
    await editor.open("tests/pinned.yaml", text);
    const [lens]: readonly CodeLens[] = await editor.ask(
      "textDocument/codeLens",
      "tests/pinned.yaml",
      {},
    );
    await editor.connection.sendRequest("workspace/executeCommand", lens?.command ?? {});
    expect(editor.told.at(-1)).toMatch(/^passed/);
    expect(() => readFileSync(join(folder, "tests/pinned.yaml"))).toThrow();
  });
});

describe("hints", () => {
  it("tells what the trace says of each rule, and counts anew for another text", async () => {
    const editor = await editorIn();
    let refreshed: () => void = () => undefined;
    editor.connection.onRequest("workspace/inlayHint/refresh", () => {
      refreshed();
      return null;
    });
    const range = { start: { line: 0, character: 0 }, end: positionOf(POLICY, POLICY.length) };
    const hints = async (): Promise<readonly string[]> => {
      const found: readonly InlayHint[] = await editor.ask("textDocument/inlayHint", FILE, {
        range,
      });
      return found.map(({ label }) => String(label));
    };
    const counted = async (): Promise<readonly string[]> => {
      const again = new Promise<void>((resolve) => (refreshed = resolve));
      await hints();
      await again;
      return hints();
    };
    await editor.open(FILE, POLICY);
    expect(await counted()).toEqual(["allowed 2 in the trace", "denied 1 in the trace"]);
    // an example that fails stops nothing
    await editor.type(FILE, POLICY.replace("<= 100.0", "<= 0.5"));
    expect(await counted()).toEqual(Array(2).fill("matches no call of the trace"));
    await editor.type(FILE, POLICY);
    expect(await counted()).toEqual(["allowed 2 in the trace", "denied 1 in the trace"]);
    await editor.type(FILE, POLICY.replace("> 50.0", "> 65.0").replace("id: nothing", "id: none"));
    const again = new Promise<void>((resolve) => (refreshed = resolve));
    // a rule that is new has none yet
    expect(await hints()).toEqual(["allowed 2 in the trace, before this edit"]);
    await again;
    expect(await hints()).toEqual(["allowed 3 in the trace", "matches no call of the trace"]);
  });

  it("says once why there are none if the trace cannot be read", async () => {
    const editor = await editorIn({ ...FILES, "trace.jsonl": "no trace\n" });
    const range = { start: { line: 0, character: 0 }, end: positionOf(POLICY, POLICY.length) };
    await editor.open(FILE, POLICY);
    const said = (): readonly string[] => editor.told.filter((one) => one.includes("no hints"));
    while (said().length === 0)
      expect(await editor.ask("textDocument/inlayHint", FILE, { range })).toEqual([]);
    expect(said()).toEqual([expect.stringContaining("trace.jsonl:1: the text is not JSON")]);
  });

  it("keeps what it showed until the next count, also over a save and of rules without calls", async () => {
    const folder = folderWith(FILES);
    const editor = new Editor(folder);
    open.push(editor);
    await editor.start({ workspace: { inlayHint: { refreshSupport: true } } });
    let refreshed: () => void = () => undefined;
    editor.connection.onRequest("workspace/inlayHint/refresh", () => {
      refreshed();
      return null;
    });
    const next = (): Promise<void> => new Promise((resolve) => (refreshed = resolve));
    const range = { start: { line: 0, character: 0 }, end: positionOf(POLICY, POLICY.length) };
    const hints = async (): Promise<readonly string[]> =>
      (await editor.ask<readonly InlayHint[]>("textDocument/inlayHint", FILE, { range })).map(
        ({ label }) => String(label),
      );
    const save = (): Promise<void> =>
      editor.connection.sendNotification("textDocument/didSave", {
        textDocument: { uri: editor.uri(FILE) },
      });
    const text = POLICY.replace("args.amount > 50.0", "args.amount > 500.0");
    await editor.open(FILE, text);
    const first = next();
    await hints();
    await first;
    const counted = ["allowed 3 in the trace", "matches no call of the trace"];
    expect(await hints()).toEqual(counted);
    await editor.type(FILE, `${text}# another text\n`);
    const second = next();
    expect(await hints()).toEqual(counted.map((hint) => `${hint}, before this edit`));
    await second;
    expect(await hints()).toEqual(counted);
    // a save asks for the hints again, as the trace may be another one, and shows the old until then
    writeFileSync(join(folder, "trace.jsonl"), `${EVENTS[0]}\n`);
    const asked = next();
    await save();
    await asked;
    const third = next();
    expect(await hints()).toEqual(counted);
    await third;
    expect(await hints()).toEqual(["allowed 1 in the trace", "matches no call of the trace"]);
    // of a trace that is gone nothing is shown
    rmSync(join(folder, "trace.jsonl"));
    const gone = next();
    await save();
    await gone;
    const last = next();
    await hints();
    await last;
    expect(await hints()).toEqual([]);
  });
});
