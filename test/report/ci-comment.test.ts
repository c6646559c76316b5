import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { renderAs } from "../../src/api/render.ts";
import { whyText } from "../../src/report/ci/version-why.ts";
import { markdownSentence } from "../../src/report/markdown.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { EVENTS, jsonl, POLICY, ROOT, scratch } from "../e2e/agentz.ts";

const INVARIANT = `---
apiVersion: agentz/v1
kind: Invariant
name: money
version: 1.0.0
rules:
  - { id: small, never: { actions: [payments/refund], when: "args.amount > 150.0" } }
`;

async function comment(
  before: string,
  after: string,
  { most, trace = jsonl(EVENTS) }: { readonly most?: number; readonly trace?: string } = {},
): Promise<string> {
  const cwd = scratch({ "before.yaml": before, "after.yaml": after, "t.jsonl": trace });
  const args = ["--baseline", "before.yaml", "--candidate", "after.yaml", "--trace", "t.jsonl"];
  const { stdout } = await runInProcess(cwd, {}, ["ci", ...args, "--output", "json=-"]);
  const options = { format: "markdown", ...(most !== undefined && { most }) };
  return renderAs("ci", JSON.parse(stdout), options);
}

const DENIED = POLICY.replace("require_approval, actions", "deny, actions");
const ALLOWED = POLICY.replace("require_approval, actions", "allow, actions");

describe("the comment says", () => {
  test("which proof fell, with the call that breaks it", async () => {
    const text = await comment(DENIED + INVARIANT, ALLOWED + INVARIANT);
    expect(text).toMatch(
      /^### A proof fell\n\n- \*\*money\/small\*\*: proved before, now refuted\n {2}- ./m,
    );
    const more = INVARIANT.replace("name: money", "name: other");
    expect(await comment(DENIED + INVARIANT + more, DENIED + more)).toContain(
      "- **money/small**: proved before, no longer asked",
    );
    expect(await comment(DENIED + INVARIANT, DENIED)).toContain(
      "- may allow more: invariant `money/small` was removed",
    );
    expect(await comment(ALLOWED + INVARIANT, ALLOWED + INVARIANT)).toMatch(
      /^### Not proved\n\n- \*\*money\/small\*\*: refuted/m,
    );
    expect(await comment(DENIED + INVARIANT, DENIED + INVARIANT)).not.toContain("### A proof");
  });

  test("what is now allowed, with its condition and one call", async () => {
    const text = await comment(DENIED, ALLOWED);
    const part = text.slice(text.indexOf("### Now allowed"), text.indexOf("### What it stops"));
    expect(part).toMatch(/payments.refund/);
    expect(part).toContain("one call: ");
    expect(await comment(DENIED, DENIED)).toContain(
      "Nothing: the policies mean the same as before.",
    );
  });

  test("design 7.4: which obligations differ of calls that run as before, apart from what it stops", async () => {
    const look = "actions: [crm/lookup] }";
    const with_ = (obligations: string): string =>
      POLICY.replace(look, `actions: [crm/lookup], obligations: ${obligations} }`);
    const [more, less] = [with_("{ redact: [ssn], log: true }"), with_("{ redact: [ssn] }")];
    const narrowed = await comment(POLICY, more);
    expect(narrowed).toContain("allowed as before, but now redacts ssn; now logs the call, 1 call");
    expect(narrowed).toContain("### Still allowed, but more is demanded");
    expect(narrowed).not.toContain("### What it stops");
    const widened = await comment(more, less);
    expect(widened).toMatch(
      /less is demanded\n\n- \*\*agent:a crm\/lookup\*\*: allowed as before, but no longer logs the call, 1 rec/,
    );
    expect(widened).toContain("### Now allowed that was not\n\nagentz found nothing");
  });

  test("design 7.4: which approvals differ", async () => {
    const asks = (approval: string): string =>
      POLICY.replace('when: "args.amount > 100.0" }', `approval: ${approval} }`);
    const [one, two] = [asks("{ quorum: 1 }"), asks("{ quorum: 2, within: 1h }")];
    const text = await comment(one, two);
    expect(text).toContain(
      "needs an approval as before, but asks for 2 approvals instead of 1; an approval is valid for 1h",
    );
  });

  test("what several rules say alike once, with how often", async () => {
    const rules = (subjects: string): string =>
      `apiVersion: agentz/v1\nkind: Policy\nname: q\nversion: 1.0.0\nrules:\n${[1, 2, 3, 4, 5, 6]
        .map((n) => `  - { id: r${n}, effect: allow, subjects: ${subjects}, actions: [x/t${n}] }\n`)
        .join("")}`;
    const text = await comment(rules('["agent:a"]'), rules('["agent:a*"]'));
    expect(text.match(/^- may allow more/gm)).toHaveLength(1);
    expect(text).toMatch(/6 times alike: also q\/r2, q\/r3, q\/r4, 2 more/);
  });

  test("design 7.6: incidents that are no longer stopped first, with their sessions", async () => {
    const incident = { incident: true };
    const mark = (n: number): object => ({
      id: `e-${n}`,
      session: `s-${n}`,
      subject: { type: "agent", id: "a" },
      action: { server: "payments", name: "refund" },
      args: { amount: 500 },
      labels: incident,
    });
    const trace = jsonl([1, 2, 3, 4, 5].map(mark));
    const text = await comment(DENIED, ALLOWED, { trace });
    const lines = text.split("\n");
    expect(lines[1]).toBe(
      "## agentz: ⚠️ 5 incident calls would no longer be stopped, though nothing failed",
    );
    expect(lines[3]).toBe(
      "**5 calls labelled as incidents would no longer be stopped**: " +
        "sessions s\\-1, s\\-2, s\\-3, 2 more sessions.",
    );
    expect(text).toContain("5 recorded calls (**all labelled as incidents, stopped before**), by");
    expect(text).toContain("- 0 of 5 calls labelled as incidents would be stopped (before: 5)");
    const same = await comment(ALLOWED, ALLOWED, { trace });
    expect(same).not.toContain("no longer be stopped");
    expect(same).toContain("- 0 of 5 calls labelled as incidents would be stopped (as before)");
  });

  test("each of two rules that widen calls together", async () => {
    const trace = jsonl([
      {
        id: "e-1",
        session: "s",
        subject: { type: "agent", id: "a" },
        action: { server: "payments", name: "refund" },
        args: { amount: 500 },
      },
    ]);
    const text = await comment(POLICY, POLICY.replaceAll("100.0", "600.0"), { trace });
    const shown = text.slice(text.indexOf("### Now allowed"), text.indexOf("<details>"));
    expect(shown).toMatch(/^ {2}- rule `p\/pay-little`/m);
    expect(shown).toMatch(/^ {2}- rule `p\/pay`/m);
  });

  test("which rules widen calls together, and not that one of them only narrows", () => {
    const group = { class: "widened" as const, fromRules: ["p/pay"], toRules: ["p/pay-little"] };
    const why = ["rule `p/pay`: less (this only narrows)", "rule `p/x`: y (this only narrows)"];
    expect(whyText(why, { replay: { groups: [group] } })).toBe(
      "rule `p/pay`: less (together with `p/pay-little` this widens recorded calls); " + why[1],
    );
  });

  test("which parts did not fit, and never more than the server takes", async () => {
    const whole = await comment(DENIED, ALLOWED);
    for (const most of [whole.length - 1, whole.length - 500, 1500]) {
      const text = await comment(DENIED, ALLOWED, { most });
      expect(text.length).toBeLessThanOrEqual(most);
      expect(text).toContain("left out: ");
    }
    expect(await comment(DENIED, ALLOWED, { most: whole.length + 500 })).toBe(whole);
  });

  test("fits one screen before its folds", () => {
    const text = readFileSync(`${ROOT}test/cases/a-refund-limit-is-lowered/expected/ci.md`, "utf8");
    expect(text.slice(0, text.indexOf("<details>")).split("\n").length).toBeLessThan(40);
  });
});

test("ci says how to write a format where other commands take --format", async () => {
  const { stderr, status } = await runInProcess(scratch({}), {}, ["ci", "--format", "json"]);
  expect(status).toBe(2);
  expect(stderr).toContain("say `--output json=PATH`");
});

test("a sentence shows names as code, and stays inert whatever it holds", () => {
  expect(markdownSentence("rule `a/b_c` is *new*")).toBe("rule `a/b_c` is \\*new\\*");
  expect(markdownSentence("a ` alone")).toBe("a \\` alone");
  const markdown = new MarkdownIt({ html: true, linkify: false });
  const hostile = fc.array(
    fc.constantFrom(
      "`",
      "``",
      "<b>",
      "[x](y)",
      "![",
      "*a*",
      "\\",
      "a",
      " ",
      "_b_",
      "&lt;",
      "\n",
      "# ",
    ),
    { maxLength: 14 },
  );
  fc.assert(
    fc.property(hostile, (parts) => {
      const made = markdown.render(`- x ${markdownSentence(parts.join(""), 400)} x`);
      expect(made.replace(/<\/?(?:ul|li|code)>/g, "")).not.toMatch(/<[a-z/!]/i);
    }),
  );
});
