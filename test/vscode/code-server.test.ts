import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { freePort } from "../free-port.ts";
import { CHROMIUM, CODE_SERVER, lacks } from "../needs.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PATIENCE = 100_000;
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - id: x
    efect: allow
  - id: y
    effect: deny
    when: args.amount >
`;
const SETTINGS = {
  "agentz.command": join(ROOT, "bin/agentz.js"),
  "chat.disableAIFeatures": true,
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
};

describe.skipIf(lacks("vscode-packages") || lacks("code-server"))(
  "the extension in VS Code",
  () => {
    let browser: Browser;
    let server: ChildProcess;
    let page: Page;

    beforeAll(async () => {
      const folder = scratch({
        "work/p.yaml": POLICY,
        "work/agentz.yaml": "candidate: [p.yaml]\n",
        "data/User/settings.json": JSON.stringify(SETTINGS),
      });
      const file = join(folder, "agentz.vsix");
      execFileSync(process.execPath, [join(ROOT, "scripts/vsix.mjs"), file], { stdio: "pipe" });
      const own = ["--extensions-dir", join(folder, "extensions")];
      own.push("--user-data-dir", join(folder, "data"), "--config", join(folder, "config.yaml"));
      writeFileSync(join(folder, "config.yaml"), "auth: none\n");
      const env = { ...process.env, HOME: folder };
      const installed = execFileSync(CODE_SERVER, [...own, "--install-extension", file], { env });
      expect(installed.toString()).toContain("was successfully installed");
      const port = await freePort();
      const options = ["--bind-addr", `127.0.0.1:${port}`, "--disable-workspace-trust"];
      options.push("--disable-telemetry", "--disable-update-check");
      server = spawn(CODE_SERVER, [...own, ...options], { env, stdio: ["ignore", "pipe", "pipe"] });
      for (let said = ""; !said.includes("HTTP server listening"); )
        said += String((await once(server.stdout ?? server, "data"))[0]);
      browser = await chromium.launch({
        executablePath: CHROMIUM ?? "",
        args: ["--headless", "--no-sandbox", "--disable-gpu"],
      });
      page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
      page.setDefaultTimeout(PATIENCE);
      await page.goto(`http://127.0.0.1:${port}/?folder=${join(folder, "work")}`);
      await page
        .locator(".explorer-folders-view .monaco-list-row", { hasText: "p.yaml" })
        .dblclick();
    }, PATIENCE);
    afterAll(async () => {
      await browser?.close();
      server?.kill();
    });

    it(
      "shows what the server finds, and no longer what somebody mends",
      async () => {
        await page.locator(".squiggly-error").first().waitFor();
        await page.keyboard.press("Control+Shift+M");
        const problems = page.locator(".markers-panel");
        await problems.getByText("unknown-field").waitFor();
        const text = await problems.innerText();
        expect(text).toContain("a rule has no field `efect`");
        expect(text).toContain("help: did you mean `effect`?");
        expect(text).toContain("condition-syntax");
        const editor = page.locator(".editor-instance .view-lines");
        await editor.getByText("efect").dblclick();
        await page.keyboard.type("effect");
        await problems.getByText("unknown-field").waitFor({ state: "detached" });
        expect((await editor.innerText()).replaceAll("\u00a0", " ")).toContain("    effect: allow");
      },
      PATIENCE,
    );

    it(
      "completes what a condition may read, with its type",
      async () => {
        await page.locator(".editor-instance .view-lines").getByText("amount").click();
        await page.keyboard.press("End");
        await page.keyboard.type(" subject.");
        const list = page.locator(".suggest-widget .monaco-list-row");
        await list.filter({ hasText: "credential" }).first().waitFor();
        expect(await list.count()).toBeGreaterThan(3);
      },
      PATIENCE,
    );
  },
);
