import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";
import { git } from "../node/repositories.ts";

const policy = (quorum: number): string => `apiVersion: agentz/v1
kind: Policy
name: mail
version: 1.0.0
rules:
  - id: out
    effect: require_approval
    actions: [mail/send]
    approval: { approvers: ["human:*"], quorum: ${quorum}, within: 1h }
`;

test("blame says what a commit changed where the effect stays", async () => {
  const cwd = scratch({
    "p/mail.yaml": policy(1),
    "t.jsonl": jsonl([
      {
        id: "s/0",
        session: "s",
        time: "2026-05-01T10:00:00Z",
        subject: { type: "agent", id: "a" },
        action: { kind: "mcp_request", server: "mail", name: "send" },
        args: {},
      },
    ]),
  });
  git(cwd, "init", "-q", "-b", "main");
  git(cwd, "add", ".");
  git(cwd, "commit", "-qm", "one");
  writeFileSync(join(cwd, "p/mail.yaml"), policy(2));
  git(cwd, "commit", "-qam", "two");
  const args = ["blame", "s/0", "--candidate", "p", "--trace", "t.jsonl"];
  const { stdout } = await runInProcess(cwd, {}, args);
  expect(stdout).toContain(
    "    require_approval by mail/out -> require_approval by mail/out\n" +
      "      asks for 2 approvals instead of 1\n",
  );
  const { changes } = JSON.parse(
    (await runInProcess(cwd, {}, [...args, "--format", "json"])).stdout,
  );
  expect(changes.map((one: { demands?: string }) => one.demands)).toEqual([
    "asks for 2 approvals instead of 1",
    undefined,
  ]);
});
