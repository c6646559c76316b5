import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import MarkdownIt from "markdown-it";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileTrace, makeReport, run, scratch } from "./report-page.ts";
import { CHROMIUM, lacks } from "../needs.ts";

const QUIET = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** As servers show comments: their sizes of text and spaces between parts. */
const COMMENT_STYLE = `<style>
  body { font: 14px/1.5 "Noto Sans", Helvetica, Arial, sans-serif; margin: 16px; }
  h2 { font-size: 1.5em; border-bottom: 1px solid; padding-bottom: .3em; }
  h3 { font-size: 1.25em; }
  h2, h3 { margin: 24px 0 16px; line-height: 1.25; }
  p, ul { margin: 0 0 16px; }
  ul { padding-left: 2em; }
  ul ul { margin: 0; }
  li + li { margin-top: .25em; }
  code { font-size: 85%; padding: .2em .4em; }
</style>`;

/** In CSS pixels. */
const MILLIMETRE = 96 / 25.4;

interface Opened {
  readonly page: Page;
  /** Console messages, page errors and requests but for the file itself. */
  readonly noise: readonly string[];
}

describe.skipIf(lacks("browser"))("the report in a real browser", () => {
  let browser: Browser;
  let sample: string;
  let hostile: string;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: QUIET });
    sample = await makeReport();
    const policy = scratch(
      "p.yaml",
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: x, " +
        "effect: allow, actions: ['x*'] }\n",
    );
    hostile = await makeReport(
      "--baseline",
      "recorded",
      "--candidate",
      policy,
      "--trace",
      scratch("h.jsonl", hostileTrace()),
      "--show-arguments",
    );
  });
  afterAll(() => browser?.close());

  async function open(
    file: string,
    options: {
      readonly width?: number;
      readonly dark?: boolean;
      readonly bypassCSP?: boolean;
    } = {},
  ): Promise<Opened> {
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1440, height: 900 },
      colorScheme: options.dark === true ? "dark" : "light",
      bypassCSP: options.bypassCSP === true,
    });
    const page = await context.newPage();
    const noise: string[] = [];
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    page.on(
      "request",
      (request) => void (request.url() === `file://${file}` || noise.push(request.url())),
    );
    await page.goto(`file://${file}`);
    return { page, noise };
  }

  it.each([390, 768, 1000, 1440])("shows everything at %i pixels, quietly", async (width) => {
    for (const file of [sample, hostile]) {
      const { page, noise } = await open(file, { width });
      const cut = await page.evaluate(
        "[...document.querySelectorAll('body *')].filter((node) => !node.closest('thead') && " +
          "node.getBoundingClientRect().right > innerWidth + 1).map((node) => " +
          "node.outerHTML.slice(0, 100))",
      );
      expect(cut).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(noise).toEqual([]);
      await page.context().close();
    }
  });

  it.each([
    [390, false],
    [1440, false],
    [1440, true],
  ])("is readable by everybody (axe-core) at %i pixels, dark: %s", async (width, dark) => {
    const { page } = await open(sample, { width, dark, bypassCSP: true });
    for (const button of await page.locator("button.open:visible").all())
      if ((await button.getAttribute("aria-expanded")) === "false") await button.click();
    await page.evaluate(AXE);
    const violations = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
    );
    expect(violations).toEqual([]);
    await page.context().close();
  });

  it("has room for a finger between whatever can be touched on a phone", async () => {
    const { page } = await open(sample, { width: 390 });
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    const low = await page.evaluate(
      "[...document.querySelectorAll('a, button, input, summary')].filter((one) => " +
        "one.offsetHeight > 0 && !one.closest('thead') && one.getBoundingClientRect().height < 35.5)" +
        ".map((one) => one.outerHTML.slice(0, 80))",
    );
    expect(low).toEqual([]);
    await page.context().close();
  });

  it("sorts, filters, and opens a group into its sessions", async () => {
    const { page, noise } = await open(sample);
    const part = page.locator("#changes");
    const count = await part.locator("tbody tr").count();
    await part.locator("th button.sort", { hasText: "calls" }).click();
    expect(await part.locator("th[aria-sort=descending]").textContent()).toBe("calls");
    const calls = (await part.locator("tbody tr:visible td:nth-child(5)").allTextContents()).map(
      Number,
    );
    expect(calls).toEqual([...calls].sort((a, b) => b - a));
    await part.locator("input.filter").fill("refund");
    expect(await part.locator(".count").textContent()).toMatch(
      new RegExp(`^\\d+ of ${count} rows$`),
    );
    expect(
      (await part.locator("tbody tr:visible").allTextContents()).every((text) =>
        text.includes("refund"),
      ),
    ).toBe(true);
    await part.locator("button.open:visible").first().click();
    await expect.poll(() => part.locator("ol.steps li:visible").count()).toBeGreaterThan(1);
    await page.locator("#theme").click();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it("design 11.5: hostile text in every field of a trace is shown, and nothing of it runs", async () => {
    const { page, noise } = await open(hostile);
    for (const button of await page.locator("button.open:visible").all()) await button.click();
    for (const session of await page.locator("details.session:not([open]) summary:visible").all())
      await session.click();
    expect(await page.locator("ol.steps pre:visible").first().textContent()).toContain(
      "window.hacked",
    );
    expect(
      await page.evaluate(
        "[typeof window.hacked, document.images.length, document.scripts.length, " +
          "document.querySelectorAll('[onload],[onerror],[onmouseover]').length]",
      ),
    ).toEqual(["undefined", 0, 2, 0]);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it("prints to A4 with every part open", async () => {
    const { page, noise } = await open(sample);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    const text = pdf.toString("latin1");
    expect(/\/MediaBox\s*\[\s*0 0 59\d(\.\d+)? 84\d(\.\d+)?\s*\]/.test(text)).toBe(true);
    expect(noise).toEqual([]);
    await page.context().close();
  });

  it("prints the rows that it names, in the order that a reader chose, or all", async () => {
    const { page } = await open(sample);
    const changed = page.locator("#changes");
    const printed = async (): Promise<number> => {
      await page.emulateMedia({ media: "print" });
      const shown = await changed.locator("tbody tr:visible").count();
      await page.emulateMedia({ media: "screen" });
      return shown;
    };
    const all = await changed.locator("tbody tr").count();
    const left = await changed.locator("tbody tr.left").count();
    expect(await printed()).toBe(all - left);
    await changed.getByRole("button", { name: "rules", exact: true }).click();
    expect(await printed()).toBe(all - left);
    await changed.locator("button.all").click();
    expect(await printed()).toBe(all);
    await page.emulateMedia({ media: "print" });
    expect(await changed.locator(".rest").isVisible()).toBe(false);
    await page.context().close();
  });

  it("has what a board needs on the first sheet, and heads that paper can repeat", async () => {
    const sheet = { width: Math.floor(186 * MILLIMETRE), height: Math.floor(266 * MILLIMETRE) };
    const { page } = await open(sample, { width: sheet.width });
    await page.emulateMedia({ media: "print" });
    const bottom = await page.evaluate(
      "document.querySelector('#number dl.words').getBoundingClientRect().top + scrollY",
    );
    // all but the words, which stay whole: they may stand on the next sheet
    expect(bottom).toBeLessThan(sheet.height);
    // a button within a head is left out where the head is printed again
    expect(
      await page.evaluate(
        "[...new Set([...document.querySelectorAll('th button')].map((one) => getComputedStyle(one).display))]",
      ),
    ).toEqual(["contents"]);
    // so that no page begins with the last row of a table; what is folded has no layout
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('tbody')].filter((body) => !body.closest('details:not([open])'))" +
          ".map((body) => [...body.rows].findLast((row) => row.offsetHeight > 0))" +
          ".filter((row) => getComputedStyle(row).breakBefore !== 'avoid').length",
      ),
    ).toBe(0);
    await page.context().close();
  });

  it("shows the comment of the sample, with a gate that fails, on one screen before its folds", async () => {
    const { stdout } = await run("ci", "--gate", "widened=0", "--output", "markdown=-");
    const page = await browser.newPage({ viewport: { width: 880, height: 900 } });
    await page.setContent(COMMENT_STYLE + new MarkdownIt({ html: true }).render(stdout));
    const top = await page.evaluate(
      "document.querySelector('details').getBoundingClientRect().top",
    );
    expect(top).toBeLessThan(900);
    await page.close();
  });
});
