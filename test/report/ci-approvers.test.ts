import { expect, test } from "vitest";
import { renderAs } from "../../src/api/render.ts";
import type { CiResult } from "../../src/documents/ci-result.ts";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import type { ReportResult } from "../../src/documents/report-result.ts";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { firstScreen } from "./comment.ts";
import { pageText } from "./report-page.ts";

const policy = (approval: string): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: delete, effect: require_approval, actions: [cloud/delete], approval: ${approval} }
`;

const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ server: cloud, name: delete, effects: [delete] }]
people: [{ id: ann, roles: [sre] }, { id: bob, roles: [sre, lead] }]
agents: [{ id: a, owner: o, purpose: p }]
`;

/** A call that ann has approved. */
const APPROVED = {
  id: "s/1",
  time: "2026-05-01T10:00:00Z",
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "cloud", name: "delete" },
  args: {},
  context: {
    approvals: [{ id: "ap", by: "human:ann", at: "2026-05-01T09:59:00Z", decision: "granted" }],
  },
  complete: ["context"],
  labels: { incident: false },
};

interface Told {
  readonly ci: CiResult;
  readonly comment: string;
  readonly report: ReportResult;
  /** The text of the page. */
  readonly page: string;
  readonly terminal: string;
  /** What a replay of parts says. */
  readonly merged: ReplayResult;
  /** Of a run whose gate permits no widened call. */
  readonly junit: string;
}

/** What comment, page and terminal say where the approval of the one rule changes. */
async function told(before: string, after: string, effect = "require_approval"): Promise<Told> {
  const cwd = scratch({
    "before/p.yaml":
      effect === "allow"
        ? policy(before).replace(/require_approval(.*), approval: .* }/, "allow$1 }")
        : policy(before),
    "before/c.yaml": CATALOG,
    "after/p.yaml": policy(after).replace("1.0.0", "2.0.0"),
    "after/c.yaml": CATALOG,
    "t.jsonl": jsonl([APPROVED]),
    "agentz.yaml": "candidate: [after]\nbaseline: [before]\ntrace: [t.jsonl]\n",
  });
  const run = async (...args: readonly string[]): Promise<string> =>
    (await runInProcess(cwd, {}, args)).stdout;
  const ci: CiResult = JSON.parse(await run("ci", "--output", "json=-"));
  await run("part", "--trace", "t.jsonl", "--key", "session", "-o", "part.json");
  return {
    ci,
    comment: firstScreen(await renderAs("ci", ci, { format: "markdown" })).replaceAll("\\", ""),
    report: JSON.parse(await run("report", "--format", "json")),
    page: pageText(await run("report", "--format", "html")),
    terminal: await run("replay"),
    merged: JSON.parse(await run("merge", "part.json", "--format", "json")),
    junit: await run("ci", "--gate", "widened=0", "--output", "junit=-"),
  };
}

const NOBODY = "no recorded call is newly denied or held";

test("design 7.4: other approvers widen, but no call is permitted more, and what was permitted waits", async () => {
  const { ci, comment, report, terminal } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:lead'] }",
  );
  const waits = "1 benign call that was approved would wait, for role:lead";
  expect(ci.replay?.groups).toMatchObject([
    {
      class: "widened",
      newlyHeld: 1,
      benignNewlyHeld: 1,
      heldFor: ["role:lead"],
      otherApprovals: 1,
    },
  ]);
  expect(comment).toContain("### Decided as before, but other approvals are demanded");
  expect(comment).toContain(
    "- look at 1 call that would need other approvals: no limit judges that",
  );
  expect(comment).toContain("narrowed. 1 benign call that runs today would wait for role:lead.**");
  expect(comment).not.toContain(NOBODY);
  expect(comment).not.toContain("permitted more");
  expect(report.verdict.restsOn.split("; ")).toEqual(
    expect.arrayContaining(["0 permitted more, 1 with other approvals, 0 permitted less", waits]),
  );
  expect(report.verdict.reasons).toContain(
    "No limit judges this: 1 call would need other approvals",
  );
  expect(terminal).toContain(`\n  ${waits}\n`);
});

test("more approvers: less is asked, and nothing waits that did not", async () => {
  const { ci, comment, report } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:sre', 'role:lead'] }",
  );
  const [group] = ci.replay?.groups ?? [];
  expect(group).toMatchObject({ class: "widened", calls: 1 });
  expect(group).not.toHaveProperty("otherApprovals");
  expect(group).not.toHaveProperty("newlyHeld");
  expect(comment).toContain("### Decided as before, but less is demanded");
  expect(comment).toContain(NOBODY);
  expect(report.verdict.restsOn).toContain(
    "; 1 permitted more (1 of them only by approvers, redaction or logging), 0 permitted less; ",
  );
});

test("a call that is narrowed and keeps its effect waits, too", async () => {
  const { ci, comment, report } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:sre'], quorum: 2 }",
  );
  const waits = "1 benign call that was approved would wait, for role:sre";
  expect(ci.replay?.groups).toMatchObject([{ class: "narrowed", newlyHeld: 1 }]);
  expect(comment).toContain("narrowed. 1 benign call that runs today would wait for role:sre.**");
  expect(comment.slice(0, comment.indexOf("<details>"))).toMatch(
    /^- agent:\S+ \S+: needs an approval as before, but asks for 2 approvals .*1 call \(benign\).*\n {2}- rule `/m,
  );
  expect(comment).not.toContain(NOBODY);
  expect(report.verdict.restsOn).toContain(`; ${waits}; `);
});

test("other approvers are others, not less", async () => {
  const others = await told("{ approvers: ['role:sre'] }", "{ approvers: ['role:lead'] }");
  expect(others.ci.diff?.changes).toMatchObject([{ otherApprovals: true }]);
  expect(others.ci.diff?.changes[0]).not.toHaveProperty("nobodyApproves");
  expect(others.report.verdict.reasons[0]).toMatch(/^Asks others: approval rule `p\/delete`: /);
  expect(others.report.verdict.before[0]).toBe("decide whether others may approve (`p/delete`)");
  expect(others.comment).not.toContain("less");
  expect(others.page).toContain("others have to approve, neither fewer nor more");
  expect(others.page).not.toContain("more is permitted");
});

/** Approvers whom nobody is, as rules name them and as sentences do. */
const NOBODIES = [
  ["'role:board'", "role:board"],
  ["'human:eve'", "human:eve"],
  ["'agent:checker'", "agent:checker"],
  ["'role:board', 'human:eve'", "human:eve or role:board"],
] as const;

test.each(NOBODIES)(
  "design 6.1, 7.4: a call that nobody can approve (%s) can never run, as every format says",
  async (approvers, names) => {
    const { ci, comment, report, page, terminal, junit } = await told(
      "{ approvers: ['role:sre'] }",
      `{ approvers: [${approvers}] }`,
    );
    const never = "nobody can approve it, so it can never run";
    const waits = `could never run: nobody in the catalog is ${names}`;
    const step = "name an approver who is in the catalog (`p/delete`)";
    const reason =
      "Nobody in the catalog can approve what rule `p/delete` asks, so its calls can never run";
    expect(ci.diff?.changes).toMatchObject([{ otherApprovals: true, nobodyApproves: true }]);
    expect(ci.replay?.groups).toMatchObject([{ class: "widened", nobodyIs: names.split(" or ") }]);
    expect(comment).toContain(`1 would be widened (${never}) and 0 narrowed`);
    expect(comment).toContain(`**Before merging:**\n\n- ${step}\n`);
    expect(comment).toContain("- look at 1 call that nobody can approve: no limit judges that");
    expect(comment).toContain("### Decided as before, but nobody can approve it");
    expect(comment).toContain(
      `; nobody in the catalog is ${names}, so it can never run, 1 recorded call`,
    );
    expect(comment).toContain(`- **${reason}**: `);
    expect(comment).toContain(`1 benign call that runs today ${waits}.**`);
    expect(terminal).toContain(`: 1 call would be widened (${never})\n`);
    expect(terminal).toContain(`1 benign call that was approved ${waits}\n`);
    expect(terminal).toContain("(nobody in the catalog is one)");
    expect(junit).toContain(`message="widened is 1, maximum 0: ${never}"`);
    expect(junit).toContain(`1 call would be widened (${never})`);
    expect(report.verdict.before[0]).toBe(step);
    expect(report.verdict.reasons).toEqual([
      expect.stringMatching(new RegExp(`^${reason}: .* 1 recorded call shows it$`)),
      "No limit judges this: nobody could approve 1 call",
      expect.stringMatching(/^Nobody has set a limit/),
    ]);
    expect(report.verdict.restsOn).toContain(
      "; 0 permitted more, 1 that nobody can approve, 0 permitted less; ",
    );
    expect(page).toContain(`1 benign call that runs today ${waits}. `);
    expect(page).toContain(`1 call widened (${never}): `);
    expect(page).toContain("nobody in the catalog is one, so these calls can never run");
    const told_ = [comment, terminal, page].join("\n");
    expect(told_).not.toMatch(/more is permitted|would wait|other approvals|Asks others/);
    const diff = ci.diff === null ? "" : await renderAs("diff", ci.diff, { format: "pretty" });
    expect(diff).toContain("; nobody in the catalog can approve it: name an approver");
  },
);

test("a call that was allowed and that nobody can approve now is said to be stopped for good", async () => {
  const { page, terminal } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:board'] }",
    "allow",
  );
  expect(terminal).toContain(
    "no call is widened, 1 call narrowed (nobody can approve it, so it can",
  );
  expect(terminal).toContain(
    "allow -> require_approval; nobody in the catalog is role:board, so it can never run",
  );
  expect(page).toContain(
    "1 benign call that runs today could never run: nobody in the catalog is role:board. ",
  );
});

test("design 6.3: who would give more approvals leaves out whom nobody is", async () => {
  const { report, page, merged } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:board'] }",
  );
  expect(report.replay.approvals.candidate.byApprover).toMatchObject({
    "role:board": { nobody: true },
  });
  expect(report.replay.approvals.baseline.byApprover["role:sre"]).not.toHaveProperty("nobody");
  expect(page).not.toContain("already ask role:board");
  expect(merged.approvals).toEqual(report.replay.approvals);
  expect(merged.groups[0]?.nobodyIs).toEqual(["role:board"]);
});

test("one approver whom nobody is stops nothing where another can approve", async () => {
  const { ci } = await told(
    "{ approvers: ['role:sre'] }",
    "{ approvers: ['role:sre', 'role:board'] }",
  );
  expect(ci.diff?.changes[0]).not.toHaveProperty("nobodyApproves");
  expect(ci.diff?.changes[0]).not.toHaveProperty("otherApprovals");
});
