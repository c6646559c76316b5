import { describe, expect, test } from "vitest";
import { renderAs } from "../../src/api/render.ts";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { firstScreen } from "./comment.ts";

const policy = (...rules: readonly string[]): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n${rules
    .map((rule) => `  - ${rule}\n`)
    .join("")}`;

const LOOK = "{ id: look, effect: allow, actions: [crm/lookup] }";
const STOP = '{ id: stop, effect: deny, when: "args.amount > 100.0" }';

/** A call that is labelled benign or an incident, with or without an amount. */
const call = (id: number, incident: boolean, args: object): object => ({
  id: `s/${id}`,
  time: "2026-05-01T10:00:00Z",
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "crm", name: "lookup" },
  args,
  labels: { incident },
});

interface Case {
  readonly before?: string;
  readonly after: string;
  readonly gate?: string;
  readonly calls: readonly object[];
}

/** The folder of a change, with its gate. */
const folder = ({ before = policy(LOOK), after, gate, calls }: Case): string =>
  scratch({
    "before.yaml": before,
    "after.yaml": after.replace("version: 1.0.0", "version: 2.0.0"),
    "t.jsonl": jsonl(calls),
    "agentz.yaml":
      "candidate: [after.yaml]\nbaseline: [before.yaml]\ntrace: [t.jsonl]\n" +
      (gate === undefined ? "" : `gate: ${gate}\n`),
  });

/** The heading of the comment, what it says to do, and the answer of the page of one change. */
async function verdicts(
  one: Case,
): Promise<{ readonly heading: string; readonly steps: readonly string[]; readonly page: string }> {
  const cwd = folder(one);
  const ci = await runInProcess(cwd, {}, ["ci", "--output", "json=-"]);
  const page = await runInProcess(cwd, {}, ["report", "--format", "json"]);
  const text = firstScreen(await renderAs("ci", JSON.parse(ci.stdout), { format: "markdown" }));
  const [, steps = ""] = text.split("**Before merging:**\n\n");
  const lines = steps.split("\n\n")[0]?.split("\n") ?? [];
  return {
    heading: text.split("\n")[1]?.replace("## agentz: ", "") ?? "",
    steps: lines.filter((line) => line !== ""),
    page: JSON.parse(page.stdout).verdict.answer,
  };
}

const BENIGN = Array.from({ length: 200 }, (_, i) => call(i, false, { amount: 5 }));
const denied = (count: number): readonly object[] => [
  ...BENIGN.slice(count),
  ...Array.from({ length: count }, (_, i) => call(1000 + i, false, { amount: 500 })),
];

describe("the comment and the page say the same of one change", () => {
  test("nothing is left: merge, ship", async () => {
    expect(
      await verdicts({ after: policy(LOOK), gate: "{ widened: 0 }", calls: BENIGN }),
    ).toMatchObject({
      heading: "✅ nothing stands against merging: the gate passes",
      steps: [],
      page: "ship",
    });
  });

  test("a little benign work stops, which no limit judges: after a look", async () => {
    const calls = denied(2);
    const after = policy(LOOK, STOP);
    expect(await verdicts({ after, gate: "{ widened: 0 }", calls })).toEqual({
      heading: "⚠️ the gate passes; 1 thing to do before merging",
      steps: [
        "- look at 2 benign calls that would be denied \\(before: 0\\): no limit judges that",
      ],
      page: "ship after",
    });
    const judged = await verdicts({ after, gate: "{ benign_broken: 0.02 }", calls });
    expect([judged.heading, judged.page]).toEqual([
      "✅ nothing stands against merging: the gate passes",
      "ship",
    ]);
  });

  test("more than 1 benign call in 100 stops: not yet, in the first words", async () => {
    const { heading, steps, page } = await verdicts({
      after: policy(LOOK, STOP),
      gate: "{ widened: 0 }",
      calls: denied(3),
    });
    expect([heading, page]).toEqual([
      "⚠️ do not merge yet: 3 of 200 benign calls would be denied (before: 0), " +
        "though this run passes: no limit judges that",
      "do not ship yet",
    ]);
    expect(steps).toEqual([
      "- change the rules so that the benign work can go on; begin with `p/stop` \\(3 calls\\)",
    ]);
  });

  test("a limit on benign work that fails hides no harm, and both are in percent", async () => {
    const one = { after: policy(LOOK, STOP), gate: "{ benign_broken: 0.01 }", calls: denied(23) };
    const { heading, page } = await verdicts(one);
    expect([heading, page]).toEqual([
      "❌ do not merge yet: 23 of 200 benign calls would be denied (before: 0); " +
        "gate failed (benign\\_broken is 11.5%, at most 1%)",
      "do not ship yet",
    ]);
    expect((await verdicts({ ...one, gate: "{ benign_broken: 0.2 }" })).heading).toBe(
      "✅ nothing stands against merging: the gate passes",
    );
  });

  test("an incident runs: not yet", async () => {
    const calls = [...BENIGN, call(9000, true, { amount: 900 })];
    const { heading, page } = await verdicts({
      after: policy(LOOK),
      gate: "{ widened: 0 }",
      calls,
    });
    expect([heading, page]).toEqual([
      "⚠️ do not merge yet: 1 of 1 incident call would run (before: 1), " +
        "though this run passes: no limit judges that",
      "do not ship yet",
    ]);
  });

  test("no gate: nobody decides, but where no decision can change there is nothing to decide", async () => {
    const { heading, page } = await verdicts({ after: policy(LOOK, STOP), calls: BENIGN });
    expect([heading, page]).toEqual([
      "ℹ️ decide before merging: no gate is set, so nothing limits what may change",
      "not decided",
    ]);
    const patch = { after: policy(LOOK, LOOK.replace("look", "again")), calls: BENIGN };
    expect(await verdicts(patch)).toMatchObject({
      heading: "✅ nothing stands against merging: no decision can change",
      page: "ship",
    });
  });

  test("a condition that fails on benign calls: with the rule, a call and what to do", async () => {
    const calls = [...BENIGN, call(900, false, { text: "none" })];
    const one: Case = { after: policy(LOOK, STOP), gate: "{ benign_broken: 0.02 }", calls };
    expect(await verdicts(one)).toEqual({
      heading: "⚠️ the gate passes; 1 thing to do before merging",
      steps: ["- fix the conditions of `p/stop`, which fail on 1 benign call"],
      page: "ship after",
    });
    const { stdout } = await runInProcess(folder(one), {}, ["ci", "--format", "markdown"]);
    expect(firstScreen(stdout)).toContain(
      "  - 1 benign call would be denied only because conditions fail: `p/stop` " +
        "\\(no such attribute: args.amount; see `agentz explain s/900`\\); " +
        "to fix: guard what a call may lack, for example with `has(args.x) && …`",
    );
    expect(firstScreen(stdout)).toContain(
      "crm/lookup: allow → deny, 1 call (benign), by errors of p/stop\n",
    );
  });
});

/** A call of a shell, whose condition fails on a line that nobody can read. */
const shell = (id: number, line: string): object => ({
  ...call(id, false, { command: line }),
  action: { server: "host", name: "shell" },
});
const SHELL = "{ id: shell, effect: allow, actions: [host/shell] }";
const CURL =
  "{ id: no-curl, effect: deny, actions: [host/shell], " +
  "when: \"commands(args.command).exists(words, words[0] == 'curl')\" }";

describe("rules whose conditions fail (design 7.6)", () => {
  /** The first screen of the comment, and what a replay says of benign calls. */
  const told = async (one: Case): Promise<readonly [comment: string, benign: string]> => {
    const cwd = folder(one);
    const ci = await runInProcess(cwd, {}, ["ci", "--format", "markdown"]);
    const replay = await runInProcess(cwd, {}, ["replay"]);
    return [
      firstScreen(ci.stdout),
      replay.stdout.split("\n").find((line) => line.includes("benign: of")) ?? "",
    ];
  };

  test("what a change makes fail, by its calls; what failed before is in the replay alone", async () => {
    const [comment, benign] = await told({
      before: policy(LOOK, SHELL, CURL),
      after: policy(LOOK, SHELL, CURL, STOP.replace("deny,", "deny, actions: [crm/*],")),
      calls: [
        shell(1, "eval $x"),
        ...[2, 3].map((id) => call(id, false, { text: "none" })),
        ...BENIGN.slice(10),
      ],
    });
    expect(comment).toContain(
      "  - 2 benign calls would be denied only because conditions fail: `p/stop` " +
        "\\(no such attribute: args.amount; see `agentz explain s/2`\\); " +
        "to fix: guard what a call may lack, for example with `has(args.x) && …`",
    );
    expect(benign.trim()).toBe(
      "benign: of 193 calls 3 denied (2 only because p/stop fails, e.g. on s/2: " +
        "no such attribute: args.amount; 1 because p/no-curl fails as before on s/1), " +
        "0 held (before: 1 denied, 0 held)",
    );
  });

  test("a value that nothing is missing of: nobody is told to guard it", async () => {
    const [comment, benign] = await told({
      before: policy(LOOK, SHELL),
      after: policy(LOOK, SHELL, CURL),
      calls: [...BENIGN, shell(1, "eval $x")],
    });
    const error = "cannot tell what this line runs: `eval` at column 1 runs text that is not known";
    expect(benign).toContain("(1 only because p/no-curl fails on s/1)");
    expect(comment).toContain(
      `1 benign call would be denied only because conditions fail: \`p/no-curl\` \\(${error}; ` +
        "see `agentz explain s/1`\\)\n",
    );
    expect(comment).toContain(
      "- decide whether 1 benign call may be denied because conditions of `p/no-curl` fail\n",
    );
    expect(comment).not.toContain("has(args.x)");
  });
});

test("a rule that allows everything is named in the heading, whatever passes", async () => {
  const { heading, steps, page } = await verdicts({
    after: policy("{ id: open, effect: allow }"),
    gate: "{ widened: 0 }",
    calls: BENIGN,
  });
  expect([heading, page]).toEqual([
    "⚠️ every agent may call every tool, without a condition; the gate passes",
    "ship after",
  ]);
  expect(steps).toEqual([
    "- decide whether every agent may call every tool, without a condition: rule `p/open`",
  ]);
});

test("a denial that is gone is somebody's to decide, though no recorded call shows it", async () => {
  const { heading, steps, page } = await verdicts({
    before: policy(LOOK, STOP),
    after: policy(LOOK),
    gate: "{ widened: 0 }",
    calls: BENIGN,
  });
  expect([heading, steps, page]).toEqual([
    "⚠️ the gate passes; 1 thing to do before merging",
    ["- decide whether calls may run that a rule denied \\(`p/stop`\\)"],
    "ship after",
  ]);
});

test("an approval that is gone is somebody's to decide on both", async () => {
  const ASK =
    "{ id: ask, effect: require_approval, when: args.amount > 100, approval: { approvers: ['role:x'] } }";
  const { steps, page } = await verdicts({
    before: policy(LOOK, ASK),
    after: policy(LOOK),
    gate: "{ widened: 0 }",
    calls: BENIGN,
  });
  expect([steps, page]).toEqual([
    ["- decide whether calls may run with less approval than before \\(`p/ask`\\)"],
    "ship after",
  ]);
});

test("the first sentence of the page names a rule that lets everything through, in every format", async () => {
  const cwd = folder({
    after: policy(LOOK, "{ id: open, effect: allow }"),
    gate: "{ widened: 0 }",
    calls: BENIGN,
  });
  const { stdout } = await runInProcess(cwd, {}, ["report", "--format", "json"]);
  for (const format of ["markdown", "pretty", "html"])
    expect(await renderAs("report", JSON.parse(stdout), { format, pin: () => "x" })).toContain(
      "By the rule p/open of the new policies every agent may call every tool, without a condition.",
    );
});

describe("a changed rule that stops or holds more, and that no recorded call shows", () => {
  const ASK = "{ id: ask, effect: require_approval, actions: [host/shell] }";
  const gate = "{ widened: 0 }";
  const shownOf = async (one: Case): Promise<{ lines: readonly string[]; reasons: unknown }> => {
    const cwd = folder({ gate, ...one });
    const { stdout } = await runInProcess(cwd, {}, ["ci", "--format", "markdown"]);
    const page = await runInProcess(cwd, {}, ["report", "--format", "json"]);
    const { verdict } = JSON.parse(page.stdout);
    const [, part = ""] = firstScreen(stdout).split("### What it stops or holds\n\n");
    return { lines: part.split("\n\n")[0]?.split("\n") ?? [], reasons: verdict.reasons };
  };

  test("is on the first screen, with what becomes of its calls, and on the page", async () => {
    const { lines, reasons } = await shownOf({
      before: policy(LOOK, ASK),
      after: policy(LOOK),
      calls: BENIGN,
    });
    const told =
      "tops more: rule `p/ask` was removed: it was a rule that requires approval of `host/shell` by 1 of " +
      "`human:*`; what no other rule allows or holds is denied now; no recorded call shows it";
    expect(lines).toContain(`- s${told}`);
    expect(reasons).toContain(`S${told}`);
  });

  test("is said by what it does: a denial, an approval", async () => {
    const { lines } = await shownOf({
      before: policy(LOOK, "{ id: shell, effect: allow, actions: [host/shell] }"),
      after: policy(LOOK, ASK.replace("id: ask", "id: shell"), STOP),
      calls: BENIGN,
    });
    expect(lines.filter((line) => line.endsWith("no recorded call shows it"))).toEqual([
      expect.stringMatching(/^- holds more: rule `p\/shell`/),
      expect.stringMatching(/^- stops more: rule `p\/stop` is new/),
    ]);
  });

  test("is not said where recorded calls show it; of many the others are named", async () => {
    const { lines, reasons } = await shownOf({ after: policy(LOOK, STOP), calls: denied(1) });
    expect(lines.join("\n")).not.toContain("stops more");
    expect(JSON.stringify(reasons)).not.toContain("tops more");
    const tools = ["a", "b", "c"].map(
      (tool) => `{ id: ${tool}, effect: allow, actions: [crm/${tool}] }`,
    );
    const many = await shownOf({
      before: policy(LOOK, ...tools),
      after: policy(LOOK),
      calls: BENIGN,
    });
    expect(many.lines.at(-1)).toBe(
      "- … 1 more change stops or holds more \\(`p/c`\\); no recorded call shows it",
    );
    expect(many.reasons).toContain(
      "1 more change stops or holds more (`p/c`); no recorded call shows it",
    );
  });
});

describe("a policy that is gone as a whole", () => {
  const SHELL = "{ id: shell, effect: allow, actions: [host/shell] }";
  const named = (name: string, ...rules: readonly string[]): string =>
    policy(...rules).replace("name: p", `name: ${name}`);
  const files = (kept: string): string =>
    scratch({
      "before/p.yaml": policy(LOOK, STOP),
      "before/q.yaml": named("q", SHELL),
      "after/q.yaml": kept,
      "t.jsonl": jsonl(BENIGN),
      "agentz.yaml": "candidate: [after]\nbaseline: [before]\ntrace: [t.jsonl]\n",
    });

  test("is named first among what stops", async () => {
    const { stdout } = await runInProcess(files(named("q", SHELL)), {}, [
      "ci",
      "--format",
      "markdown",
    ]);
    expect(firstScreen(stdout)).toContain(
      "### What it stops or holds\n\n- **policy p was removed** (2 rules): " +
        "what no other rule allows or holds is denied now\n",
    );
  });

  test("has an owner, who is asked to put it back", async () => {
    const owned = named("p", LOOK).replace("rules:", "owner: sales\nrules:");
    const cwd = scratch({
      "before/p.yaml": owned,
      "before/q.yaml": named("q", SHELL),
      "after/q.yaml": named("q", SHELL),
      "t.jsonl": jsonl(BENIGN),
      "agentz.yaml": "candidate: [after]\nbaseline: [before]\ntrace: [t.jsonl]\n",
    });
    const { stdout } = await runInProcess(cwd, {}, ["report", "--format", "json"]);
    const { verdict, gravest, replay } = JSON.parse(stdout);
    expect(verdict.before[0]).toMatch(/^let sales \(200 calls\) put policy `p` back, or change /);
    expect(gravest[0].byOwner).toEqual([{ owner: "sales", calls: 200 }]);
    expect(replay.groups[0].owners).toEqual(["sales"]);
  });

  test("stops nothing where its rules stand in another policy", async () => {
    const kept = named("q", SHELL, LOOK, STOP).replace("version: 1.0.0", "version: 1.1.0");
    const { stdout } = await runInProcess(files(kept), {}, ["ci", "--format", "markdown"]);
    expect(firstScreen(stdout)).toContain(
      "- **policy p was removed** (2 rules): its rules change no decision\n",
    );
  });

  test("and has another name now is renamed, in the comment and on the page", async () => {
    const cwd = scratch({
      "before/p.yaml": policy(LOOK, STOP),
      "after/p.yaml": named("company", LOOK, STOP).replace("version: 1.0.0", "version: 0.1.0"),
      "t.jsonl": jsonl(BENIGN),
      "agentz.yaml":
        "candidate: [after]\nbaseline: [before]\ntrace: [t.jsonl]\ngate: { widened: 0 }\n",
    });
    const { stdout } = await runInProcess(cwd, {}, ["ci", "--format", "markdown"]);
    const shown = firstScreen(stdout);
    expect(shown).toContain("✅ nothing stands against merging: the gate passes");
    expect(shown).toContain(
      "### Now allowed that was not\n\n" +
        "Nothing: policy `p` is now called `company`; no decision changes.\n",
    );
    expect(shown).not.toContain("was removed");
    const page = await runInProcess(cwd, {}, ["report", "--format", "json"]);
    const { verdict, widenings } = JSON.parse(page.stdout);
    expect([verdict.answer, verdict.reasons[0], widenings]).toEqual([
      "ship",
      "No decision can change: policy `p` is now called `company`",
      [],
    ]);
  });
});
