import { expect, test } from "vitest";
import type { ReplayResult } from "../../src/documents/replay-result.ts";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { pageText } from "./report-page.ts";

const policy = (limit: number): string => `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: small, effect: allow, actions: [pay/refund], when: "args.amount <= ${limit}.0" }
  - { id: held, effect: require_approval, actions: [pay/refund] }
  - { id: never, effect: deny, actions: [pay/refund], when: "args.amount > 900.0" }
`;

test("a rule that matched calls before and matches none now is told as such, of parts too", async () => {
  const event = {
    id: "s/1",
    time: "2026-05-01T10:00:00Z",
    session: "s",
    subject: { type: "agent", id: "a" },
    action: { server: "pay", name: "refund" },
    args: { amount: 50 },
    complete: ["args"],
  };
  const cwd = scratch({
    "before.yaml": policy(100),
    "after.yaml": policy(10),
    "t.jsonl": jsonl([event]),
  });
  const versions = ["--baseline", "before.yaml", "--candidate", "after.yaml"];
  const run = async (...args: readonly string[]): Promise<string> =>
    (await runInProcess(cwd, {}, args)).stdout;
  const trace = [...versions, "--trace", "t.jsonl"];
  const replay: ReplayResult = JSON.parse(await run("replay", ...trace, "--format", "json"));
  expect(replay.neverMatched).toEqual(["p/never", "p/small"]);
  expect(replay.noLongerMatched).toEqual(["p/small"]);
  const comment = await run("ci", ...trace, "--output", "markdown=-");
  expect(comment.replaceAll("\\", "")).toContain("- p/small (matched calls before)\n- p/never\n");
  const page = pageText(await run("report", ...trace, "--format", "html"));
  expect(page).toContain(
    "2 rules matched no call and decided none: p/small (matched calls before), p/never",
  );
  await run("part", ...trace, "--key", "session", "-o", "parts.json");
  const merged: ReplayResult = JSON.parse(await run("merge", "parts.json", "--format", "json"));
  expect(merged.noLongerMatched).toEqual(["p/small"]);
});
