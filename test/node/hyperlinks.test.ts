import { expect, test } from "vitest";
import { render } from "../../src/api/render.ts";
import { showsHyperlinks } from "../../src/node/hyperlinks.ts";
import { textWidth, wrapText } from "../../src/report/wrap.ts";
import { scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

test.each([
  [{}, false],
  [{ TERM: "xterm-256color" }, false],
  [{ TERM_PROGRAM: "iTerm.app" }, true],
  [{ TERM_PROGRAM: "vscode" }, true],
  [{ TERM_PROGRAM: "Apple_Terminal" }, false],
  [{ WT_SESSION: "1" }, true],
  [{ VTE_VERSION: "6800" }, true],
  [{ VTE_VERSION: "4200" }, false],
  [{ TERM: "xterm-kitty" }, true],
  [{ TERM: "xterm-kitty", CI: "true" }, false],
  [{ TERM: "dumb", WT_SESSION: "1" }, false],
  [{ FORCE_HYPERLINK: "1" }, true],
  [{ FORCE_HYPERLINK: "0", TERM: "xterm-kitty" }, false],
])("a terminal with %j shows links: %s", (env, shows) => {
  expect(showsHyperlinks({ env })).toBe(shows);
});

test("a finding leads to its page, and the link takes no room", async () => {
  const cwd = scratch({
    "p.yaml":
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: [{ id: a, effect: allow, actons: [x] }]\n",
  });
  const { stdout } = await runInProcess(cwd, {}, ["lint", "p.yaml", "--format", "json"]);
  const document = JSON.parse(stdout);
  const pageOf = (code: string): string => `file:///pages/${code}.md`;
  const text = await render(document, "pretty", { pageOf, columns: 60 });
  expect(text).toMatch(
    /\u001b\]8;;file:\/\/\/pages\/([a-z-]+)\.md\u001b\\error\[\1\]\u001b\]8;;\u001b\\/,
  );
  const plain = text.replace(/\u001b\]8;;[^\u001b]*\u001b\\/g, "");
  expect(plain).toBe(await render(document, "pretty", { columns: 60 }));
  expect(textWidth(text.split("\n")[0] ?? "")).toBe(plain.split("\n")[0]?.length);
  expect(wrapText(text, 60).replace(/\u001b\]8;;[^\u001b]*\u001b\\/g, "")).toBe(
    wrapText(plain, 60),
  );
});
