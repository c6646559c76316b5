import { describe, expect, test } from "vitest";
import { jsonl, scratch } from "../e2e/agentz.ts";
import { runInProcess } from "../e2e/in-process.ts";

const catalog = (purpose: string): string => `apiVersion: agentz/v1
kind: Catalog
name: ward
version: 1.0.0
agents:
  - { id: desk, owner: front, purpose: ${purpose}, status: commissioned, expires: 2030-12-31 }
tools:
  - { name: read, server: records, effects: [read], resource: { type: record, id: args.path } }
resources:
  - { match: "record:*", classification: confidential }
  - { match: "record:/psychiatry/*", classification: restricted }
`;
const policy = (name: string, bound: number): string => `apiVersion: agentz/v1
kind: Policy
name: ${name}
version: 1.0.0
rules:
  - { id: read, effect: allow, actions: [records/read], when: "args.pages <= ${bound}" }
`;

describe("what is gravest comes first", () => {
  test("version check: the documents that declare too little, the greatest change first", async () => {
    const cwd = scratch({
      "old/catalog.yaml": catalog("books"),
      "old/a.yaml": policy("a", 5),
      "old/b.yaml": policy("b", 5),
      "new/catalog.yaml": catalog("moves"),
      "new/a.yaml": policy("a", 4).replace("records/read", "records/move"),
      "new/b.yaml": policy("b", 50),
    });
    const args = ["version", "check", "--base", "old", "--candidate", "new"];
    const { stdout } = await runInProcess(cwd, {}, args);
    const needs = [...stdout.matchAll(/^FAILED .* needs a (\w+) version$/gm)].map(
      ([, what]) => what,
    );
    expect(needs[0]).toBe("major");
    expect(needs).toEqual([...needs].sort((x = "", y = "") => ORDER.indexOf(x) - ORDER.indexOf(y)));
    expect(needs.length).toBeGreaterThan(2);
    const ci = await runInProcess(cwd, {}, ["ci", "--baseline", "old", "--candidate", "new"]);
    expect(ci.stdout).toMatch(/document(?:s)? declares? too little: a \(/);
  });
});

const ORDER = ["major", "minor", "patch"];

test("blast-radius counts uses of the tool where rows are of one classification", async () => {
  const cwd = scratch({
    "p/catalog.yaml": catalog("books"),
    "p/a.yaml": policy("a", 5),
    "t.jsonl": jsonl([
      {
        id: "s/0",
        session: "s",
        time: "2026-05-01T10:00:00Z",
        subject: { type: "agent", id: "desk" },
        action: { kind: "mcp_request", server: "records", name: "read" },
        args: { path: "/psychiatry/x", pages: 1 },
      },
    ]),
  });
  const { stdout } = await runInProcess(cwd, {}, [
    "blast-radius",
    "--candidate",
    "p",
    "--trace",
    "t.jsonl",
  ]);
  expect(stdout.match(/records\/read on \w+ record .*the tool used 1 time/g)).toHaveLength(2);
});
