import { expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: web
version: 1.0.0
rules:
  - { id: all, effect: allow }
  - id: small
    effect: deny
    actions: [web/download]
    exceptions:
      - { reason: own, owner: o, subjects: ["agent:a"], when: args.size < 10.0 }
      - { reason: others, owner: o, subjects: ["agent:b"], when: args.size < 10.0 }
      - { reason: old, owner: o, expires: 2020-01-01, subjects: ["agent:a"] }
      - { reason: unrecorded, owner: o, when: context.urgent }
      - { reason: wrong, owner: o, when: args.missing == 1.0 }
`;
const REQUEST = `subject: { type: agent, id: a }
action: { server: web, name: download }
args: { size: 5 }
time: 2026-05-01T10:00:00Z
`;

test("design 2.2: explain says of each exception whether it applies, with its scope and condition", () => {
  const cwd = scratch({ "p.yaml": POLICY, "r.yaml": REQUEST });
  const argv = ["explain", "r.yaml", "--candidate", "p.yaml", "--show-arguments", "--details"];
  const { stdout } = agentz(argv, { cwd });
  const lines = stdout.split("\n");
  const first = lines.indexOf("    + own: the exception applies");
  expect(lines.slice(first, first + 12)).toEqual([
    "    + own: the exception applies",
    "      + subjects: [agent:a] true, where subject = agent:a",
    "      + args.size < 10.0 is true, where args.size = 5",
    "    - others: the exception does not apply",
    "      - subjects: [agent:b] does not fit, where subject = agent:a",
    "      + args.size < 10.0 is true, where args.size = 5",
    "    - old (expired): the exception does not apply",
    "      + subjects: [agent:a] true, where subject = agent:a",
    "    ? unrecorded: it is unknown whether the exception applies (unrecorded: context.urgent)",
    "      ? context.urgent is unknown (unrecorded: context.urgent), where context.urgent is unrecorded",
    "    ! wrong: the exception is an error (no such attribute: args.missing)",
    "      ! args.missing == 1.0 is an error (no such attribute: args.missing), where args.missing is absent",
  ]);
});
