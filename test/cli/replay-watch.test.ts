import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { movedSince } from "../../src/cli/replay-watch.ts";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const SUBJECT = { type: "agent", id: "a" };
const call = (id: string, name: string, more: object): string =>
  JSON.stringify({
    id,
    time: "2026-05-18T10:00:00Z",
    session: "s",
    subject: SUBJECT,
    action: { server: "x", name },
    args: {},
    decision: { effect: "allow" },
    ...more,
  });
const APPROVALS = {
  on_behalf_of: { type: "human", id: "jo" },
  delegation: [],
  approvals: [{ id: "ap", by: "human:ann", at: "2026-05-18T09:59:00Z", decision: "granted" }],
};
const TRACE = [
  call("1", "pay", { context: APPROVALS }),
  call("2", "wipe", { labels: { incident: true } }),
  call("3", "read", { labels: { incident: false } }),
];

function policy(rules: readonly string[]): string {
  return (
    "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n" +
    `${rules.map((rule) => `  - ${rule}\n`).join("")}`
  );
}

const PAY = (quorum: number): string =>
  `{ id: pay, effect: require_approval, actions: [x/pay], approval: { quorum: ${quorum} } }`;
const OPEN = "{ id: open, effect: allow, actions: [x/wipe, x/read] }";

async function replayed(rules: readonly string[]): Promise<ReplayResult> {
  const folder = scratch({ "p.yaml": policy(rules), "t.jsonl": `${TRACE.join("\n")}\n` });
  return JSON.parse(
    (
      await run(
        folder,
        "replay",
        "--candidate",
        "p.yaml",
        "--baseline",
        "recorded",
        "--trace",
        join(folder, "t.jsonl"),
        "--format",
        "json",
      )
    ).stdout,
  );
}

describe("replay --watch says what a save moved", () => {
  const CASES: readonly (readonly [
    what: string,
    rules: readonly string[],
    moved: string | undefined,
  ])[] = [
    ["nothing", [PAY(1), OPEN], undefined],
    [
      "an approval that no longer suffices",
      [PAY(2), OPEN],
      "permitted 3 -> 2, approvals satisfied 1 -> 0, approvals a day 1 -> 2",
    ],
    [
      "an incident that is stopped",
      [PAY(1), OPEN, "{ id: no, effect: deny, actions: [x/wipe] }"],
      "narrowed 1 -> 2, permitted 3 -> 2, incidents stopped 0 -> 1, 1 new group",
    ],
    [
      "benign work that is denied",
      [PAY(1), OPEN, "{ id: no, effect: deny, actions: [x/read] }"],
      "narrowed 1 -> 2, permitted 3 -> 2, benign denied 0 -> 1, 1 new group",
    ],
    [
      "benign work that is held",
      [PAY(1), OPEN, "{ id: ask, effect: require_approval, actions: [x/read] }"],
      "narrowed 1 -> 2, permitted 3 -> 2, approvals required 1 -> 2, approvals a day 1 -> 2, " +
        "benign held 0 -> 1, 1 new group",
    ],
  ];

  it.each(CASES)("%s", async (_, rules, moved) => {
    expect(movedSince(await replayed([PAY(1), OPEN]), await replayed(rules))).toBe(moved);
  });

  it("the verdict, where a replay fails without a limit", async () => {
    const before = await replayed([OPEN]);
    const failed = {
      code: "vacuous",
      message: "the candidate has no rule",
      help: "add one",
    } as const;
    expect(movedSince(before, { ...before, error: failed })).toBe("gate none -> failed");
  });
});
