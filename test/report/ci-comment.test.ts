import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, test } from "vitest";
import { whyText } from "../../src/report/ci/version-why.ts";
import { markdownSentence } from "../../src/report/markdown.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { EVENTS, jsonl, POLICY, scratch } from "../e2e/agentz.ts";
import { comment, firstScreen } from "./comment.ts";

const INVARIANT = `---
apiVersion: agentz/v1
kind: Invariant
name: money
version: 1.0.0
rules:
  - { id: small, never: { actions: [payments/refund], when: "args.amount > 150.0" } }
`;

const REFUND = {
  subject: { type: "agent", id: "a" },
  action: { server: "payments", name: "refund" },
  args: { amount: 500 },
};

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
    const both = firstScreen(await comment(DENIED + INVARIANT + more, ALLOWED));
    expect(both).toContain(
      "### 2 invariants are gone\n\n- **money/small**: no longer asked\n" +
        "- **other/small**: no longer asked\n",
    );
    expect(await comment(ALLOWED + INVARIANT, ALLOWED + INVARIANT)).toMatch(
      /^### Not proved\n\n- \*\*money\/small\*\*: refuted/m,
    );
    expect(await comment(DENIED + INVARIANT, DENIED + INVARIANT)).not.toContain("### A proof");
  });

  test("design 7.6: which incidents would run and how much work would break, before all else", async () => {
    const labelled = (incident: boolean, id: string): object => ({
      ...REFUND,
      id,
      labels: { incident },
    });
    const trace = jsonl([labelled(true, "s/1"), labelled(false, "s/2"), labelled(false, "s/3")]);
    expect(await comment(DENIED, ALLOWED, { trace })).toContain(
      "## agentz: ⚠️ do not merge yet: 1 of 1 incident call would run (before: 0), " +
        "though this run passes: no limit judges that",
    );
    const stopped = await comment(ALLOWED, DENIED, { trace });
    expect(stopped).toContain(
      "## agentz: ⚠️ do not merge yet: all 2 benign calls would be denied (before: 0), " +
        "though this run passes: no limit judges that",
    );
    expect(stopped.split("\n")[3]).toMatch(/^\*\*Of 3 recorded calls/);
    expect(stopped).not.toContain("is labelled");
    const unlabelled = await comment(ALLOWED, DENIED);
    expect(unlabelled).toContain("- no recorded call is labelled an incident or benign, so");
    expect(unlabelled).not.toContain("would be denied (");
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
    expect(narrowed).toContain("<summary>Decided as before, but more is demanded</summary>");
    expect(firstScreen(narrowed)).toContain(
      "- no recorded call is newly denied or held\n" +
        "- … and 1 call under “Decided as before, but more is demanded”",
    );
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

  test("which changed rules no recorded call matches; the others folded", async () => {
    const more = (id: string): string =>
      `  - { id: ${id}, effect: deny, actions: [payments/refund], when: args.amount > 9000.0 }\n`;
    const [before, after] = [POLICY + more("a"), POLICY + more("a") + more("b")];
    const trace = jsonl(EVENTS.slice(0, 2));
    expect(firstScreen(await comment(before, after, { trace }))).toContain(
      "- no recorded call matches 1 changed rule: p/b\n",
    );
    const many = POLICY + ["a", "b", "c", "d"].map(more).join("");
    const text = await comment(POLICY, many, { trace });
    expect(firstScreen(text)).toContain("p/a, p/b, p/c and 1 more, under “The replay”");
    expect(text).toMatch(/Rules that no recorded call matches \(5 rules\)[^]*- p\/d/);
  });

  test("design 7.6: incidents that are no longer stopped first, with their sessions", async () => {
    const incident = { incident: true };
    const mark = (n: number): object => ({
      ...REFUND,
      id: `e-${n}`,
      session: `s-${n}`,
      labels: incident,
    });
    const trace = jsonl([1, 2, 3, 4, 5].map(mark));
    const text = await comment(DENIED, ALLOWED, { trace });
    const lines = text.split("\n");
    expect(lines[1]).toBe(
      "## agentz: ⚠️ do not merge yet: 5 of 5 incident calls would run (before: 0), " +
        "though this run passes: no limit judges that",
    );
    expect(lines[3]).toBe(
      "**5 calls labelled as incidents would no longer be stopped**: " +
        "sessions s\\-1, s\\-2, s\\-3, 2 more sessions.",
    );
    expect(text).toContain(
      "5 recorded calls (**all labelled as incidents, stopped before**), by p/pay; see",
    );
    expect(text).toContain("- of 5 incident calls, 0 denied and 0 held (before: 5 denied, 0 held)");
    const same = await comment(ALLOWED, ALLOWED, { trace });
    expect(same).not.toContain("no longer be stopped");
    expect(same).toContain("- of 5 incident calls, 0 denied and 0 held (as before)");
  });

  test("design 7.6: benign calls that break first, by id, before larger groups; which calls are labelled", async () => {
    const call = (n: number, labels: object, args: object): object => ({
      ...REFUND,
      id: `e-${n}`,
      labels,
      args,
    });
    const look = { action: { server: "crm", name: "lookup" } };
    const trace = jsonl([
      call(1, { incident: true }, { amount: 500 }),
      call(2, { incident: true }, { amount: 500 }),
      { ...call(3, { incident: false }, {}), ...look },
      { ...call(4, {}, {}), ...look },
    ]);
    const after = POLICY.replace(
      "effect: allow, actions: [crm/lookup]",
      "effect: deny, actions: [crm/lookup]",
    );
    const shown = firstScreen(await comment(ALLOWED, after, { trace }));
    const lines = shown.slice(shown.indexOf("### What it stops")).split("\n").slice(2, 6);
    expect(lines[0]).toBe(
      "- of 1 benign call, 1 would be denied (before: 0) and 0 held (as before); " +
        "of 2 incident calls, 0 denied and 2 held (before: 0 denied, 0 held); 1 call without a label",
    );
    expect(lines[1]).toContain("crm/lookup: allow → deny, 2 calls (1 benign), by");
    expect(lines[2]).toBe("  - rule `p/look`: it now denies where it allowed");
    expect(lines[3]).toContain("allow → require\\_approval, 2 calls (incident), by");
    expect(lines[1]).toContain("; e.g. e\\-3");
  });

  test("each of two rules that widen calls together", async () => {
    const trace = jsonl([{ ...REFUND, id: "e-1", session: "s" }]);
    const text = await comment(POLICY, POLICY.replaceAll("100.0", "600.0"), { trace });
    const shown = text.slice(text.indexOf("### Now allowed"), text.indexOf("<details>"));
    expect(shown).toMatch(/^ {2}- rule `p\/pay-little`/m);
    expect(shown).toMatch(/^- \*\*approval weakened\*\*: rule `p\/pay`/m);
  });

  test("which rules widen calls together, and not that one of them only narrows", () => {
    const group = { class: "widened" as const, fromRules: ["p/pay"], toRules: ["p/pay-little"] };
    const why = ["rule `p/pay`: less (this only narrows)", "rule `p/x`: y (this only narrows)"];
    expect(whyText(why, { replay: { groups: [group] } })).toBe(
      "rule `p/pay`: less (together with `p/pay-little` this widens recorded calls); " + why[1],
    );
  });

  test("a change of a rule once, whatever groups it widens, and no approvals a day without times", async () => {
    const calls = ["crm", "erp"].map((server, n) => ({
      ...REFUND,
      id: `e-${n}`,
      action: { server, name: "send" },
    }));
    const rule = (actions: string): string => POLICY.replace("[crm/lookup]", actions);
    const text = await comment(rule("[a/b]"), rule('["a/b", "*/send"]'), {
      trace: jsonl([...calls, { ...REFUND, id: "e-9" }]),
    });
    const shown = firstScreen(text);
    expect(shown.match(/^- \*\*agent:a/gm)).toHaveLength(2);
    expect(shown.match(/it now also applies to the actions/g)).toHaveLength(1);
    const held = firstScreen(
      await comment(ALLOWED, POLICY, { trace: jsonl([{ ...REFUND, id: "e-9" }]) }),
    );
    expect(held).toContain("- approvals: 0 → 1 in all, 0 → 1 calls that need one\n");
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

  test("what a test expects of a label, whose name would make a secret of the word behind it", async () => {
    const labels =
      'session: { labels: [{ name: read_secret, when: "args.amount > 9000.0" }] }\nrules:';
    const cwd = scratch({
      "agentz.yaml": "candidate: [p.yaml]\nbaseline: [p.yaml]\ntests: [tests]\n",
      "p.yaml": ALLOWED.replace("rules:", labels),
      "tests/t.yaml":
        "apiVersion: agentz/v1\nkind: Suite\nname: money\ntests:\n  - { name: reads, call: { subject: " +
        "{ type: agent, id: a }, action: { server: payments, name: refund }, args: { amount: 500 } }, " +
        "expect: { effect: allow, state: { labels: { read_secret: true } } } }\n",
    });
    const { stdout } = await runInProcess(cwd, {}, ["ci", "--output", "markdown=-"]);
    expect(stdout).toContain(": expected state.labels.read\\_secret `true`, got `false`");
  });

  test("failed tests after what is now allowed, with what was expected beside what came", async () => {
    const suite = (effects: readonly string[]): string =>
      "apiVersion: agentz/v1\nkind: Suite\nname: money\ntests:\n" +
      effects
        .map(
          (effect, n) =>
            `  - { name: "pays ${n}", call: { subject: { type: agent, id: a }, action: { server: ` +
            `payments, name: refund }, args: { amount: 500 } }, expect: { effect: ${effect} } }\n`,
        )
        .join("");
    const cwd = scratch({
      "agentz.yaml":
        "candidate: [after.yaml]\nbaseline: [before.yaml]\ntrace: [t.jsonl]\ntests: [tests]\n" +
        "gate: { widened: 0 }\n",
      "before.yaml": DENIED,
      "after.yaml": ALLOWED.replace("1.0.0", "2.0.0"),
      "t.jsonl": jsonl([{ ...REFUND, id: "e-1", session: "s" }]),
      "tests/money.yaml": suite(["deny", "deny", "deny", "allow"]),
    });
    const { stdout } = await runInProcess(cwd, {}, ["ci", "--output", "markdown=-"]);
    expect(stdout.split("\n")[1]).toBe("## agentz: ❌ do not merge yet: test and gate failed");
    const part = firstScreen(stdout).slice(stdout.indexOf("### What failed"));
    expect(part.split("\n").slice(2, 6)).toEqual([
      "- ❌ **test**: 1 of 4 passed",
      "  - tests/money.yaml:5: money &gt; pays 0: expected `deny`, got `allow`",
      "  - … and 2 more reasons, under “Tests”",
      "- ❌ **gate** (the limits on what may change): widened is 1, maximum 0",
    ]);
    expect(stdout.indexOf("### Now allowed")).toBeLessThan(stdout.indexOf("### What failed"));
  });
});

test("ci writes a format alone to stdout, as other commands do", async () => {
  const cwd = scratch({ "after.yaml": ALLOWED });
  const args = ["ci", "--candidate", "after.yaml", "--format"];
  const { stdout } = await runInProcess(cwd, {}, [...args, "markdown"]);
  expect(stdout.startsWith("<!-- agentz ci -->\n")).toBe(true);
  const { stderr, status } = await runInProcess(cwd, {}, [...args, "xml"]);
  expect([status, stderr.includes("markdown")]).toEqual([2, true]);
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
