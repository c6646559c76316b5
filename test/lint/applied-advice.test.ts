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

describe("what is said of a condition can be written into it, and it then loads", () => {
  test.each([
    "args.amount == '5'",
    "args.amount > '5'",
    "args.text == 5",
    "args.amount + args.text == 'x'",
    "'id-' + args.amount == 'x'",
    "args.tags == 'a'",
    "args.tags != 'a'",
    "args.tags > 3",
    "args.tags.contains('a')",
    "args.tags.startsWith('a')",
    "args.tags + 'a' == ['b']",
    "'a' in args.text",
    "args.text in 'abc'",
    "args.amount in ['1', '2']",
    "args.text in [1, 2]",
    "args.tags in ['a']",
    "now > '2026-01-31'",
    "now + 5 > now",
    "now - timestamp('2026-01-31T00:00:00Z') > '30d'",
    "args.flag == 'true'",
    "args.flag + 1 > 2",
    "1 < args.amount < 5",
    "args.amount % 2 == 0",
    "args.amount % 2.0 == 0",
    "args.amount",
    "args.text",
    "args.tags",
    "size(args.text)",
    "'true'",
    "'args.amount > 5.0'",
    "args.amount && args.flag",
    "!args.amount",
    "-args.text > 1",
    "args.text[0] == 'a'",
    "args.names[1] == 'x'",
    "args.tags.length > 3",
    "args.text.length() > 3",
    "len(args.text) > 3",
    "startsWith(args.text, 'a')",
    "contains(args.text, 'x')",
    "args.text.host() == 'a'",
    "args.amount.startsWith('1')",
    "args.text.contains(1)",
    "args.text.contains(args.amount)",
    "args.text.startswith('a')",
    "args.text.toLowerCase() == 'a'",
    "lower(args.text) == 'a'",
    "args.tags.any(x, x == 'a')",
    "any(args.tags, x, x == 'a')",
    "all(args.tags, x, x == 'a')",
    "now.hour() > 18",
    "args.tex == 'a'",
    "args.amount = 5",
    "args.amount > 5 and args.flag",
    "args.amount > 5 & args.flag",
    "args.amount > 5 | args.flag",
    "resource.classification > 'public'",
    "subject == 'agent:bot'",
    "subject != 'agent:bot'",
    "context.on_behalf_of == 'human:x'",
    "subject.type == 'user'",
  ])("%s", (when) => {
    const found = said(when).filter(({ code }) => /syntax|type|attribute|value/.test(code));
    expect(found.length).toBeGreaterThan(0);
    const [{ at, help } = { at: "", help: "" }] = found;
    const written = [...help.matchAll(/`([^`]+)`/g)].map(([, text]) => text ?? "");
    // advice names first what it is about, then what to write
    const candidates = written.flatMap((text) => [
      when.replace(at, text),
      when.replace(at, `'${text}'`),
      // an operand alone, where only that is written
      ...(/^\w+\((.+)\)$/.exec(text)?.slice(1) ?? []).map((operand) => when.replace(operand, text)),
    ]);
    const left = candidates.map((text) => assemble(set(text)).diagnostics.map((d) => d.message));
    expect(left, help).toContainEqual([]);
  });

  test.each([
    ["args.amount > 1,000", "numbers cannot contain `,`: write only the digits"],
    ["args.amount > 100 EUR", "write the number alone: a condition has no units"],
    ["args.text in ('a', 'b')", "a list stands in brackets: `[a, b]`"],
    ["args.amount <> 5", "write `!=`"],
    ["not args.flag", "write `!`"],
    ["args.text not in ['a']", "write `!(x in list)`"],
    ["args.text like 'a%'", "write `x.contains('a')`, or `x.matches('^a$')`"],
    ["args.amount between 1 and 5", "write `1.0 <= x && x <= 5.0`"],
    ["if args.flag then true", "write `condition ? a : b`, or join conditions with `&&`"],
    ["args.text ~ 'a'", "to search by a pattern, write `x.matches('^a$')`"],
    ["$args.amount > 5", "names stand alone: write `args.amount`, without `$`"],
    ["1", "write a comparison, such as `args.amount > 100.0`"],
    ["args.tags.exists('a')", "write `args.tags.exists(x, condition)`"],
  ])("words of other languages: %s", (when, help) => {
    expect(said(when).map((one) => one.help)).toEqual([help]);
  });
});
