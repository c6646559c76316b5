import { describe, expect, test } from "vitest";
import { loadPolicies, decide } from "../../src/index.ts";
import { scratch } from "../e2e/agentz.ts";
import { assemble, lint } from "./pages.ts";

const CATALOG = `---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools:
  - name: b
    server: a
    effects: [read]
    resource: none
    args:
      type: object
      additionalProperties: false
      properties:
        amount: { type: number }
        text: { type: string }
        path: { type: string }
        url: { type: string }
        mail: { type: string }
        domain: { type: string }
        flag: { type: boolean }
        tags: { type: array, items: { type: string } }
        names: { type: object, additionalProperties: { type: string } }
`;

function set(when: string): string {
  return `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - id: r
    effect: allow
    actions: [a/b]
    when: >-
      ${when}
${CATALOG}`;
}

interface Said {
  readonly code: string;
  readonly at: string;
  readonly help: string;
}

/** What is found in a condition, with the part that is underlined. */
function said(when: string): readonly Said[] {
  const text = set(when);
  const assembled = assemble(text);
  return lint(text, [], assembled).findings.map(({ code, span, help }) => ({
    code,
    at: text.slice(span.start, span.end),
    help: help ?? "",
  }));
}

/** The condition as the advice of its one finding of a code has it, in the place that is underlined. */
function advised(when: string, code: string): string {
  const found = said(when).filter((one) => one.code === code);
  expect(found.map(({ help }) => help)).toHaveLength(1);
  const [{ at, help } = { at: "", help: "" }] = found;
  const written = /`([^`]+)`/.exec(help)?.[1] ?? help;
  expect(when).toContain(at);
  return when.replace(at, written);
}

describe("sibling-prefix: what it says to write asks what was meant", () => {
  test.each([
    [
      "args.path.startsWith('/data')",
      ["/data", "/data/x", "/data/../data/y"],
      ["/database", "/data/../etc"],
    ],
    ["args.path.startsWith('~/work')", ["~/work/x"], ["~/workshop"]],
    [
      "args.url.startsWith('https://acme.example')",
      ["https://acme.example", "https://acme.example/x", "https://acme.example?x"],
      [
        "https://acme.example.evil.example/",
        "https://acme.example@evil.example/",
        "http://acme.example/",
      ],
    ],
    [
      "args.url.startsWith('https://acme.example/api')",
      ["https://acme.example/api", "https://acme.example/api/x"],
      ["https://acme.example/apis", "https://acme.example.evil.example/api"],
    ],
    [
      "args.url.startsWith('http://localhost:8080')",
      ["http://localhost:8080", "http://localhost:8080/x"],
      ["http://localhost:80801/x", "http://localhost:8080@evil.example/"],
    ],
    [
      "args.mail.endsWith('acme.example')",
      ["ann@acme.example", "Ann <ann@eu.acme.example>"],
      ["ann@evil-acme.example", "ann@acme.example.evil.example"],
    ],
    [
      "args.domain.endsWith('acme.example')",
      ["acme.example", "eu.acme.example"],
      ["evil-acme.example", "localhost"],
    ],
    [
      "host(args.url).endsWith('acme.example')",
      ["https://eu.acme.example/x"],
      ["https://evil-acme.example/x"],
    ],
  ])("%s", async (when, inside, outside) => {
    const fixed = advised(when, "sibling-prefix");
    expect(said(fixed)).toEqual([]);
    const folder = scratch({ "p.yaml": set(fixed) });
    const policies = await loadPolicies([`${folder}/p.yaml`]);
    const name = /args\.(\w+)/.exec(when)?.[1] ?? "";
    const isPermitted = (value: string): boolean =>
      decide(policies, {
        subject: { type: "agent", id: "x" },
        action: { kind: "tool_call", server: "a", name: "b" },
        args: { [name]: value },
        complete: ["context"],
      }).decision.permitted;
    expect(inside.map((value) => [value, isPermitted(value)])).toEqual(
      inside.map((value) => [value, true]),
    );
    expect(outside.map((value) => [value, isPermitted(value)])).toEqual(
      outside.map((value) => [value, false]),
    );
  });
});
