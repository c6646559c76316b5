import { expect, test } from "vitest";
import { jsonl } from "../e2e/agentz.ts";
import { comment, firstScreen } from "./comment.ts";

const policy = (...rules: readonly string[]): string =>
  `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nsession:\n  labels:\n` +
  `    - { name: looked, when: "action.name == 'look'", on: permitted }\nrules:\n${rules
    .map((rule) => `  - ${rule}\n`)
    .join("")}`;

const LOOK = "{ id: look, effect: allow, actions: [crm/look] }";
const PAY = "{ id: pay, effect: allow, actions: [crm/pay] }";
const BLIND = `{ id: blind, effect: deny, actions: [crm/pay], when: "!('looked' in session.labels)" }`;

/** A benign call; those of one session follow each other. */
const call = (session: number, at: number, name: string): object => ({
  id: `s${session}/${at}`,
  time: `2026-05-01T10:0${at}:00Z`,
  session: `s${session}`,
  subject: { type: "agent", id: "a" },
  action: { server: "crm", name },
  args: { amount: 5 },
  labels: { incident: false },
});

const trace = jsonl(
  [1, 2, 3].flatMap((session) => [call(session, 1, "look"), call(session, 2, "pay")]),
);

/** The lines of a change's comment up to the folds. */
const linesOf = async (before: string, after: string): Promise<readonly string[]> =>
  firstScreen(await comment(before, after, { trace }))
    .replaceAll("\\", "")
    .split("\n");

const NARROWER = LOOK.replace(" }", `, when: "args.amount > 100" }`);

test("a call that the default denies names the rule that decided it and what changed in it", async () => {
  const lines = await linesOf(policy(LOOK, PAY, BLIND), policy(NARROWER, PAY, BLIND));
  const at = lines.findIndex((line) => line.startsWith("- agent:a crm/look"));
  expect(lines.slice(at, at + 3)).toEqual([
    "- agent:a crm/look: allow → deny, 3 calls (benign), by default: p/look no longer matches; " +
      "e.g. s1/1",
    "  - rule `p/look`: it now also needs `args.amount > 100`",
    // design 7.5
    "- agent:a crm/pay: allow → deny, 3 calls (benign), by p/blind, only because earlier calls changed; " +
      "e.g. s1/2",
  ]);
});

test("a rule that is gone no longer decides", async () => {
  const lines = await linesOf(policy(LOOK, PAY), policy(PAY));
  expect(lines).toContain(
    "- agent:a crm/look: allow → deny, 3 calls (benign), by default: p/look no longer decides; " +
      "e.g. s1/1",
  );
  expect(lines).toContain("  - rule `p/look` was removed: it was a rule that allows `crm/look`");
});

/** The steps of a comment. */
const stepsOf = (lines: readonly string[]): readonly string[] => {
  const from = lines.indexOf("**Before merging:**");
  return from < 0 ? [] : lines.slice(from + 2, lines.indexOf("", from + 2));
};

test("where it says not to merge, or to decide, it says what to do", async () => {
  expect(stepsOf(await linesOf(policy(LOOK, PAY), policy(NARROWER, PAY)))).toEqual([
    "- change the rules so that the benign work can go on; begin with `p/look` (3 calls)",
  ]);
  const unrecorded = "{ id: mail, effect: allow, actions: [crm/mail] }";
  expect(stepsOf(await linesOf(policy(LOOK, PAY, unrecorded), policy(LOOK, PAY)))).toEqual([
    "- decide whether what changed may stop or hold more: rule `p/mail`",
  ]);
  const ask = PAY.replace("allow", "require_approval");
  expect(stepsOf(await linesOf(policy(LOOK, ask), policy(LOOK, PAY)))).toEqual([
    "- decide whether every agent may make these calls, without a condition: rule `p/pay`",
    "- look at 3 calls that would be permitted more: no limit judges that",
  ]);
});

test("incidents that would run: what lets them run is named", async () => {
  const stop = "{ id: stop, effect: deny, actions: [crm/pay] }";
  const bad = jsonl([
    { ...call(1, 1, "pay"), labels: { incident: true } },
    { ...call(2, 1, "look"), labels: { incident: false } },
  ]);
  const text = firstScreen(
    await comment(policy(LOOK, PAY, stop), policy(LOOK, PAY), { trace: bad }),
  );
  expect(text).toContain("do not merge yet: 1 of 1 incident call would run");
  expect(stepsOf(text.split("\n"))[0]).toBe(
    "- put back, or narrow, what lets incidents run: rule `p/stop`",
  );
});

test("what runs today and would wait is in the first sentence, with whom it waits for", async () => {
  const ask =
    "{ id: ask, effect: require_approval, actions: [crm/pay], approval: { approvers: ['role:lead'] } }";
  const [, , , sentence] = await linesOf(policy(LOOK, PAY), policy(LOOK, PAY, ask));
  expect(sentence).toContain(
    "**Of 6 recorded calls, 0 would be widened and 3 narrowed. " +
      "3 benign calls that run today would wait for role:lead.** ",
  );
});
