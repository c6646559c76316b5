import { expect, test } from "vitest";
import { runInProcess } from "../e2e/in-process.ts";
import { scratch } from "../e2e/agentz.ts";

const SET = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
owner: o
description: d
session: { labels: [{ name: seen, when: "action.name == 'read'" }, { name: idle, when: "action.name == 'read'" }] }
rules: [{ id: r, effect: allow, actions: [files/read, mail/send], subjects: ["agent:a"], reason: x }]
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
agents: [{ id: a, owner: o, status: commissioned, reviewed: 2026-05-01 }]
tools:
  - { name: read, server: files, effects: [read], resource: none }
  - { name: send, server: mail, effects: [send], resource: none }
---
apiVersion: agentz/v1
kind: Invariant
name: i
version: 1.0.0
rules:
  - { id: stays, after: { label: seen }, never: { actions: [mail/sent] } }
  - { id: only, only_by: { actions: [mail/send], subjects: ["agent:b"] } }
`;

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

async function findings(): Promise<readonly Finding[]> {
  const { stdout } = await runInProcess(scratch({ "set.yaml": SET }), {}, [
    "lint",
    "set.yaml",
    "--now",
    "2026-05-18",
    "--format",
    "json",
  ]);
  return JSON.parse(stdout).findings;
}

test("design 17.1: lint reads invariants as it reads policies", async () => {
  const found = (await findings()).map(({ code, message, path }) => [code, message, path]);
  expect(found).toContainEqual([
    "unknown-tool",
    "`mail/sent` fits no tool that a catalog declares",
    "$.rules[0].never.actions[0]",
  ]);
  expect(found).toContainEqual([
    "unknown-agent",
    "`agent:b` fits no agent that a catalog lists",
    "$.rules[1].only_by.subjects[0]",
  ]);
  // a label that only `after` names is read; the other one is not
  const unused = found.filter(([code]) => code === "unused-declaration");
  expect(unused.map(([, message]) => message)).toEqual([
    "no condition reads the session label `idle`",
  ]);
});
