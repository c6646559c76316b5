import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, test } from "vitest";
import { Figures } from "../../src/report/executive-report/figures.ts";
import { html, withBreaks } from "../../src/report/executive-report/html-text.ts";
import { hostileTrace, makeReport, run, scratch } from "./report-page.ts";

const POLICY =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: look, " +
  "effect: allow, actions: [crm/lookup] }\n";
const HOSTILE_FLAGS = ["--baseline", "recorded"] as const;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64");

const textOf = (file: string): string => readFileSync(file, "utf8");

function withoutScript(page: string): string {
  return page.split("<script>")[0] ?? "";
}

function hostile(): readonly string[] {
  return [
    ...HOSTILE_FLAGS,
    "--candidate",
    scratch("p.yaml", POLICY.replace("crm/lookup", "'x*'")),
    "--trace",
    scratch("hostile.jsonl", hostileTrace()),
  ];
}

test.each([
  ["agent:coder", "agent:coder"],
  ["payments/refund_order", "payments/<wbr>refund_<wbr>order"],
  [
    html`<span title="a/long/title/of/it">cloud/delete_volume</span>`,
    '<span title="a/long/title/of/it">cloud/<wbr>delete_<wbr>volume</span>',
  ],
  ["abcdefghijklmnopqrstuvwxyz&01", "abcdefghijklmnopqrstuvwx<wbr>yz&amp;01"],
])("a name breaks between its parts only: %s", (name, shown) => {
  expect(withBreaks(name).text).toBe(shown);
});

test("a name that is read from right to left does not move the numbers after it", () => {
  const owners = "צוות תמיכה (48), فريق-البرمجة (46)";
  const isolated = "\u2068צוות תמיכה\u2069 (48), \u2068فريق-البرمجة\u2069 (46)";
  expect(html`<p data-at="${owners}" title="of ${owners}">${[owners, 1]}</p>`.text).toBe(
    `<p data-at="${owners}" title="of ${owners}">${isolated}1</p>`,
  );
  expect(html`${"a\u2067b"}`.text).not.toContain("\u2067");
});

describe("the page of a report", () => {
  let page = "";
  let document: unknown;
  beforeAll(async () => {
    page = textOf(await makeReport());
    document = JSON.parse((await run("report", "--format", "json")).stdout);
  });

  it("every number in it equals the document's", () => {
    const numbers = [...page.matchAll(/<data value="([^"]*)" data-at="([^"]*)">([^<]*)<\/data>/g)];
    expect(numbers.length).toBeGreaterThan(100);
    const at = new Map(numbers.map(([, value = "", pointer = ""]) => [pointer, value]));
    const figures = Reflect.construct(Figures, [document]);
    for (const [pointer, value] of at)
      expect([pointer, figures.at(pointer)]).toEqual([pointer, Number(value)]);
    for (const [, value, , shown = ""] of numbers)
      expect(Number(shown.replaceAll(",", ""))).toBeCloseTo(Number(value), 3);
  });

  it("is one file with a policy that lets nothing in but its own script and style, by their hashes", () => {
    const policy =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/
        .exec(page)?.[1]
        ?.replaceAll("&#39;", "'") ?? "";
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? "";
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    expect(policy).toBe(
      `default-src 'none'; script-src 'sha256-${sha256(script)}'; style-src ` +
        `'sha256-${sha256(style)}'; base-uri 'none'; form-action 'none'`,
    );
    expect(page).not.toMatch(/\s(?:src|srcset|action|on\w+|style)=/);
    expect(
      [...page.matchAll(/href="([^"]*)"/g)].every(([, target = ""]) => target.startsWith("#")),
    ).toBe(true);
    expect(page).not.toMatch(/https?:|@import|url\(/);
  });

  it("has the parts that were asked for, each with a heading", () => {
    for (const id of [
      "number",
      "uncovered",
      "changes",
      "approvals",
      "identities",
      "controls",
      "risks",
      "points",
      "method",
    ])
      expect(page).toContain(`<section id="${id}"`);
    expect([...page.matchAll(/data-control="/g)]).toHaveLength(12);
    expect(page).toContain("OWASP Top 10 for Agentic Applications 2026");
  });

  it("prints every changed call that page one sends readers to, and says which it leaves out", () => {
    const [, part = ""] = page.split('<section id="changes"');
    const [rows = ""] = part.split("</section>");
    const left = [...rows.matchAll(/<tr class="more left">(.*?)<\/tr>/gs)].map(
      ([, row = ""]) => row,
    );
    expect(left.length).toBeGreaterThan(0);
    expect(
      left.filter((row) => /mark (?:widened|indeterminate)|narrowed<.*benign/s.test(row)),
    ).toEqual([]);
    expect(rows).toContain(`… and ${left.length} more rows, of calls that would be permitted less`);
    expect(rows.match(/<tr class="more end">/g)).toHaveLength(1);
  });

  it("says – where there is nothing to share, since “none” reads as 0%", () => {
    const [, part = ""] = page.split('<section id="uncovered"');
    const [tables = ""] = part.split("</section>");
    expect(tables).toContain("<div>–</div>");
    expect(tables).not.toContain("<div>none</div>");
  });

  it("design 11.5: nothing of a hostile trace is markup in it, or in Markdown", async () => {
    const page = textOf(await makeReport(...hostile()));
    const [body = ""] = page.split('<script type="application/json"');
    expect(body.match(/<script/g)).toBeNull();
    const tags = [...body.matchAll(/<[a-z!][^>]*>/gi)].map(([tag]) => tag.replace(/="[^"]*"/g, ""));
    expect(tags.filter((tag) => /^<img|\son/.test(tag))).toEqual([]);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/[\u202e\u0000\u001b\u2028]/);
    const { stdout } = await run("report", ...hostile(), "--format", "markdown");
    expect(stdout.replace(/<br>|<\/?(?:details|summary)>/g, "")).not.toMatch(/<[a-z!/]/i);
  });

  it("design 11.5: argument values are in no format unless they are asked for", async () => {
    for (const command of ["report", "coverage"]) {
      for (const format of [
        "json",
        "markdown",
        "pretty",
        ...(command === "report" ? ["html"] : []),
      ]) {
        expect([
          command,
          format,
          (await run(command, ...hostile(), "--format", format)).stdout.includes(
            "hunter2-argument-value",
          ),
        ]).toEqual([command, format, false]);
      }
    }
    expect(
      (await run("report", ...hostile(), "--format", "html", "--show-arguments")).stdout,
    ).toContain("hunter2-argument-value");
  });

  it("design 7.8: the same input gives the same bytes", async () => {
    expect(textOf(await makeReport())).toBe(page);
  });

  it("stands for an empty result and for one call too", async () => {
    const policy = scratch("one.yaml", POLICY);
    const prompt = scratch("empty.jsonl", '{"type":"prompt","session":"s"}\n');
    for (const format of ["html", "markdown", "json", "pretty"]) {
      const empty = await run(
        "report",
        "--candidate",
        policy,
        "--baseline",
        "recorded",
        "--trace",
        prompt,
        "--format",
        format,
      );
      expect([empty.status, empty.stdout.length > 100]).toEqual([1, true]);
      expect(withoutScript(empty.stdout)).not.toMatch(/NaN|undefined/);
    }
    const one = scratch(
      "one.jsonl",
      `${JSON.stringify({
        id: "1",
        subject: { type: "agent", id: "a" },
        action: { server: "crm", name: "lookup" },
      })}\n`,
    );
    const page = await run(
      "report",
      "--candidate",
      policy,
      "--baseline",
      "recorded",
      "--trace",
      one,
      "--format",
      "html",
    );
    expect(page.status).toBe(0);
    expect(withoutScript(page.stdout)).not.toMatch(/NaN|undefined/);
  });

  it("takes its format from the ending, and an earlier report of its own", async () => {
    const earlier = scratch("earlier.json", JSON.stringify(document));
    const { stdout, status } = await run("report", "--since-report", earlier, "--format", "json");
    expect([status, JSON.parse(stdout).since.moved]).toEqual([0, []]);
    expect((await run("coverage", "--since-report", earlier, "--format", "json")).status).toBe(0);
    expect((await run("coverage", "--since-report", scratch("bad.json", "[]"))).status).toBe(2);
    expect((await run("coverage", "--since-report", "nowhere.json")).stderr).toContain(
      "cannot be read",
    );
  });
});

describe("agentz coverage", () => {
  it("design 12: its document has the promised fields, and the numbers of the replay", async () => {
    const coverage = JSON.parse((await run("coverage", "--format", "json")).stdout);
    const replay = JSON.parse((await run("replay", "--format", "json")).stdout);
    expect(coverage).toMatchObject({
      schemaVersion: 1,
      command: "coverage",
      consequential: replay.coverage.candidate.consequential,
      metrics: replay.coverage.candidate.metrics,
    });
    expect(Object.keys(coverage.by)).toEqual(
      expect.arrayContaining(["agent", "surface", "server", "action", "class", "day"]),
    );
    expect(coverage.uncovered[0]).toMatchObject({
      subject: expect.any(String),
      action: expect.any(String),
      calls: expect.any(Number),
      why: expect.any(String),
    });
    expect(coverage.uncovered[0]).toHaveProperty("resourceClass");
  });

  it("design 9: a total of 0 prints none", async () => {
    const trace = scratch(
      "human.jsonl",
      `${JSON.stringify({
        id: "1",
        subject: { type: "human", id: "a" },
        action: { server: "crm", name: "lookup" },
      })}\n`,
    );
    const { stdout } = await run(
      "coverage",
      "--candidate",
      scratch("h.yaml", POLICY),
      "--baseline",
      "recorded",
      "--trace",
      trace,
    );
    expect(stdout).toContain("none");
    expect(stdout).not.toContain("100%");
  });

  it(
    "design 7.7: rules that name tools of which no call is one are a failure; rules that name " +
      "none are not",
    async () => {
      const trace = scratch(
        "else.jsonl",
        `${JSON.stringify({ id: "1", subject: { type: "agent", id: "a" }, action: { server: "x", name: "y" } })}\n`,
      );
      const at = async (actions: string): Promise<number> =>
        (
          await run(
            "coverage",
            "--candidate",
            scratch("c.yaml", POLICY.replace("crm/lookup", actions)),
            "--baseline",
            "recorded",
            "--trace",
            trace,
          )
        ).status;
      expect([await at("crm/lookup"), await at("'**'")]).toEqual([1, 0]);
    },
  );
});
