import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { lacks, SEAM_PACKAGES } from "../needs.ts";

const PAGES = [
  "express",
  "fastify",
  "ai-sdk",
  "openai-agents",
  "langchain",
  "claude-agent-sdk",
] as const;
/** What the blocks of a page are called in its program. */
const FILES = ["guard", "app"] as const;
type Page = (typeof PAGES)[number];

/** The blocks of a page, as they stand there. */
function blocksOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, "docs/seams", `${page}.md`), "utf8");
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...text.matchAll(fence)].map(([, block = ""]) => block);
}

const POLICY = blocksOf("README", "yaml")[0] ?? "";
const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  allowJs: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
} satisfies ts.CompilerOptions;

/** Links to each package below `from`; what is there already stays. */
function link(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter((one) => !one.startsWith(".")))
    symlinkSync(join(from, name), join(to, name));
}

const folder = scratch({ "package.json": '{ "type": "module" }' });
beforeAll(() => {
  if (lacks("seam-packages")) return;
  link(SEAM_PACKAGES, join(folder, "node_modules"));
  symlinkSync(ROOT, join(folder, "node_modules/agentz"));
  for (const page of PAGES) {
    const own = join(folder, page);
    mkdirSync(join(own, "policies"), { recursive: true });
    writeFileSync(join(own, "policies/shop.yaml"), POLICY);
    for (const [index, block] of blocksOf(page, "ts").entries()) {
      const name = FILES[index] ?? String(index);
      writeFileSync(join(own, `${name}.ts`), block);
      writeFileSync(join(own, `${name}.js`), javaScriptOf(block));
    }
    cpSync(join(import.meta.dirname, page, "own.mjs"), join(own, "own.js"));
    cpSync(join(import.meta.dirname, page, "drive.mjs"), join(own, "drive.js"));
    cpSync(join(ROOT, "scripts/record/scripted-model.mjs"), join(own, "scripted-model.js"));
  }
});

function javaScriptOf(code: string): string {
  const compilerOptions = { ...OPTIONS, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

interface Driven {
  readonly ran: readonly string[];
  readonly told: unknown;
  readonly [other: string]: unknown;
}

/** What the program of a page did and was told, with the packages that the page names. */
function drive(page: Page): Driven {
  const cwd = join(folder, page);
  const said = execFileSync(process.execPath, ["drive.js"], { cwd, encoding: "utf8" });
  return JSON.parse(said.trim().split("\n").at(-1) ?? "");
}

const DENIED = "no rule permits this call";
const ASKED = "a lead has to approve a refund above 100";
const NOT_JSON = expect.stringContaining("which is not JSON");
/** What else the program of a page tells. */
const OTHERS = {
  "ai-sdk": { forged: expect.stringContaining("missing signature"), thrown: NOT_JSON },
  "openai-agents": { thrown: NOT_JSON },
  langchain: { unasked: expect.stringContaining("No checkpointer"), thrown: NOT_JSON },
} as const;
const deny = `deny by default: ${DENIED}`;
const open = `require_approval by shop/large-refund: ${ASKED}`;

test("docs/seams/README.md: fifteen lines decide", () => {
  const [block = ""] = blocksOf("README", "ts");
  const lines = block.split("\n").filter((line) => line.trim() !== "");
  expect(lines.length).toBeLessThanOrEqual(15);
  const own = scratch({
    "package.json": '{ "type": "module" }',
    "policies/shop.yaml": POLICY,
    "page.js": javaScriptOf(block),
    "run.js": `import { mayRun, mayStart } from "./page.js";
      const call = { subject: { type: "agent", id: "support" }, action: { server: "shop", name: "close" } };
      const refunds = [100, 100, 1, 400].map((amount) => mayRun("refund", { amount }));
      const starts = [true, false].map((mfa) => mayStart({ ...call, context: { mfa } }));
      console.log(JSON.stringify([...refunds, mayRun("close"), mayStart(call), ...starts]));`,
  });
  mkdirSync(join(own, "node_modules"));
  symlinkSync(ROOT, join(own, "node_modules/agentz"));
  const said = execFileSync(process.execPath, ["run.js"], { cwd: own, encoding: "utf8" });
  expect(said.trim().split("\n")).toEqual([
    `refund: ${deny}`,
    `refund: ${open}`,
    `close: ${deny}`,
    "[true,true,false,false,false,false,true,false]",
  ]);
});

describe.skipIf(lacks("seam-packages"))("a page with the real package", () => {
  test("compiles, and what it shows are all its blocks", () => {
    for (const page of PAGES) expect([page, blocksOf(page, "ts").length]).toEqual([page, 2]);
    const names = PAGES.flatMap((page) => FILES.map((name) => join(page, `${name}.ts`)));
    const compiled = ts.createProgram(
      names.map((name) => join(folder, name)),
      { ...OPTIONS, rootDir: folder },
      { ...ts.createCompilerHost(OPTIONS), getCurrentDirectory: () => folder },
    );
    const told = ts.getPreEmitDiagnostics(compiled).map(({ file, start, messageText }) => {
      const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0;
      return `${file?.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    expect(told).toEqual([]);
  });

  test.each(["express", "fastify"] as const)(
    "%s: a middleware stops what is not permitted",
    (page) => {
      const { ran, told } = drive(page);
      expect(ran).toEqual(["lookup", "refund 100", "refund 100"]);
      const refused = { effect: "deny", rules: ["default"], reason: DENIED };
      expect(told).toMatchObject({
        lookup: [200, { done: "lookup" }],
        small: [200, { done: "refund" }],
        second: [200, { done: "refund" }],
        third: [403, refused],
        large: [403, { effect: "require_approval", rules: ["shop/large-refund"], reason: ASKED }],
        unrecorded: [403, refused],
        unknown: [403, refused],
        list: [500, expect.anything()],
        text: [page === "express" ? 403 : 500, expect.anything()],
        unwritable: [500, expect.anything()],
      });
      const replayed = agentz(
        ["replay", "--candidate", "policies", "--baseline", "recorded", "--trace", "kept.jsonl"],
        { cwd: join(folder, page) },
      );
      expect([replayed.status, replayed.stdout]).toEqual([
        0,
        expect.stringContaining("no call is widened"),
      ]);
    },
  );

  const asked = { asked: true };
  test.each(["ai-sdk", "openai-agents", "langchain"] as const)(
    "%s: an approval of who may give it lets the call run, and no other",
    (page) => {
      const { ran, told, ...others } = drive(page);
      expect(ran).toEqual(["refund 100", "refund 100", "refund 401"]);
      expect(told).toMatchObject({
        small: { asked: false },
        second: { asked: false },
        third: { asked: false, said: deny },
        large: { ...asked, said: null },
        approved: asked,
        refused: asked,
        byAnother: { ...asked, said: open },
        byWhoAsked: { ...asked, said: open },
        tooLarge: { asked: false, said: deny },
      });
      expect(others).toEqual(OTHERS[page]);
    },
  );

  test.skipIf(lacks("claude-code"))("claude-agent-sdk: the hook decides each call", () => {
    const { ran, told, ...others } = drive("claude-agent-sdk");
    expect(ran).toEqual(["lookup", "refund 100", "refund 100", "refund 401"]);
    const stopped = expect.stringContaining(deny);
    expect(told).toEqual([
      "found",
      "refunded 100",
      "refunded 100",
      stopped,
      "refunded 401",
      `deny by shop/large-refund: ${ASKED}`,
      open,
      expect.stringContaining("nobody answers"),
      ...[stopped, stopped, stopped, stopped],
    ]);
    expect(others).toMatchObject({
      asked: [401, 402, 403, 404].map((amount) => `mcp__shop__refund ${amount}`),
      made: [],
      broken: {
        permissionDecision: "deny",
        permissionDecisionReason: expect.stringContaining("could not be decided"),
      },
    });
  });
});
