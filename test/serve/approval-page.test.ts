import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { CHROMIUM, lacks } from "../needs.ts";
import { ask, serve, type Running } from "./running.ts";

const QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
rules:
  - { id: refund, effect: require_approval, actions: [shop/refund], reason: refunds need a person,
      approval: { approvers: ["human:mia", "human:leo"] } }
`;
/** Turns around what stands behind it. */
const BIDI = "\u202e";
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

describe.skipIf(lacks("browser"))("the approvals page in a real browser", () => {
  let browser: Browser;
  let server: Running;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: QUIET });
    const credentials = "bearer pep\nbearer mia human:mia\nbearer eve human:eve\n";
    const folder = scratch({ "p.yaml": POLICY, credentials });
    const args = ["--candidate", "p.yaml", "--credentials", "credentials"];
    server = await serve(args, { cwd: folder });
  });
  afterAll(() => browser?.close());

  const call = async (order: string): Promise<ReturnType<typeof JSON.parse>> => {
    const body = {
      session: "s",
      subject: { type: "agent", id: "support-eu" },
      action: { server: "shop", name: "refund" },
      resource: { type: "order", id: order },
      args: {
        order,
        amount: 400,
        note: HOSTILE,
        to: `pay${BIDI}gpj`,
        items: ["a".repeat(200), { deep: [1, 2] }],
      },
      context: { on_behalf_of: { type: "human", id: "jane" } },
      complete: ["context"],
    };
    return (await ask(server.port, "/v1/decide", body, { Authorization: "Bearer pep" })).json();
  };

  async function open(
    token: string,
    of: { readonly width?: number; readonly dark?: boolean; readonly bypassCSP?: boolean } = {},
  ): Promise<{ readonly page: Page; readonly noise: readonly string[] }> {
    const context = await browser.newContext({
      viewport: { width: of.width ?? 1440, height: 900 },
      colorScheme: of.dark === true ? "dark" : "light",
      bypassCSP: of.bypassCSP === true,
    });
    const page = await context.newPage();
    const noise: string[] = [];
    const own = `http://127.0.0.1:${server.port}/`;
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    page.on(
      "request",
      (request) => void (request.url().startsWith(own) || noise.push(request.url())),
    );
    await page.goto(`${own}approvals`);
    await page.getByLabel("Your token").fill(token);
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByText(/^(?:\d+ calls? waits?|No call|It did not work)/).waitFor();
    return { page, noise };
  }

  test("shows what is asked and why, and takes the answer", async () => {
    await call("1");
    const { page, noise } = await open("mia");
    const card = page.getByRole("listitem").filter({ hasText: '"order": "1"' });
    expect(await card.getByRole("heading").textContent()).toBe("shop/refund");
    const text = (await card.textContent()) ?? "";
    for (const part of [
      "agent:support-eu",
      "human:jane",
      "refunds need a person",
      "1 of human:leo, human:mia",
      "pay\\u{202e}gpj",
    ])
      expect(text).toContain(part);
    expect(await page.evaluate("typeof window.hacked")).toBe("undefined");
    await card.getByRole("button", { name: "Approve" }).click();
    await page.getByText("You approved the call.").waitFor();
    expect(await page.evaluate("document.activeElement.id")).toBe("said");
    expect(noise).toEqual([]);
    await page.context().close();
    expect((await call("1")).decision).toBe(true);
    expect((await call("1")).decision).toBe(false);
  });

  test("a refusal denies, and who may not answer is told so", async () => {
    await call("2");
    const other = await open("eve");
    const first = other.page.getByRole("listitem").filter({ hasText: '"order": "2"' });
    await first.getByRole("button", { name: "Approve" }).click();
    await other.page
      .getByText("It did not work: `human:eve` may not answer this request")
      .waitFor();
    await other.page.context().close();
    const { page } = await open("mia");
    const card = page.getByRole("listitem").filter({ hasText: '"order": "2"' });
    await card.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("You refused the call.").waitFor();
    await page.context().close();
    expect((await call("2")).context.effect).toBe("deny");
  });

  test("a wrong token shows nothing", async () => {
    const { page } = await open("nobody");
    expect(await page.getByRole("status").textContent()).toContain("a known credential is needed");
    expect(await page.getByRole("listitem").count()).toBe(0);
    await page.context().close();
  });

  test.each([
    [390, true],
    [1440, false],
  ])("is readable by everybody (axe-core) at %i pixels, dark: %s", async (width, dark) => {
    await call("3");
    const { page } = await open("mia", { width, dark, bypassCSP: true });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    const shots = process.env["AGENTZ_PICTURES"];
    if (shots !== undefined)
      await page.screenshot({
        path: join(shots, `approvals-${width}-${dark}.png`),
        fullPage: true,
      });
    await page.evaluate(AXE);
    const violations = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
    );
    expect(violations).toEqual([]);
    await page.context().close();
  });
});
