import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideWithState } from "../../src/engine/decide-with-state.ts";
import { compareRules, verdictOf } from "../../src/release/compare-policies.ts";
import { policiesOf, policyText, setOf } from "../release/sets.ts";

const STATE = { labels: [], counters: {}, values: {} };

/** A policy that allows `x/y` where the condition holds. */
const allowing = (condition: string): string =>
  policyText(`- { id: a, effect: allow, actions: [x/y], when: ${JSON.stringify(condition)} }`);

/** What is said of going from one condition to the other. */
function said(
  before: string,
  after: string,
): { readonly widens: boolean; readonly narrows: boolean } {
  const { widens, narrows } = verdictOf(
    compareRules(policiesOf(allowing(before)), policiesOf(allowing(after))),
  );
  return { widens, narrows };
}

const NARROWS = { widens: false, narrows: true };
const WIDENS = { widens: true, narrows: false };
const BOTH = { widens: true, narrows: true };

describe("design 10.2: what is under a place is under all places round it", () => {
  it.each([
    ["under(args.p, '/repo')", "under(args.p, '/repo/src')", NARROWS],
    ["under(args.p, '/repo/src')", "under(args.p, '/repo')", WIDENS],
    [
      "under(args.p, '/repo')",
      "under(args.p, '/repo/./src/..')",
      { widens: false, narrows: false },
    ],
    ["under(args.p, '/')", "under(args.p, '/repo')", NARROWS],
    ["under(args.p, '.')", "under(args.p, './src')", NARROWS],
    ["under(args.p, '~/a')", "under(args.p, '~/a/b')", NARROWS],
    ["under(args.p, 'C:/a')", "under(args.p, 'c:\\\\a\\\\b')", NARROWS],
    ["!under(args.p, '/repo')", "!under(args.p, '/repo/src')", WIDENS],
    ["under(args.p, '/a') || under(args.p, '/b')", "under(args.p, '/a/x')", NARROWS],
    [
      "under(args.p, '/a')",
      "under(args.p, '/a') && !under(args.p, '/b')",
      { widens: false, narrows: false },
    ],
    ["under(host(args.p), 'acme.example')", "under(host(args.p), 'eu.acme.example')", NARROWS],
    // places of which neither holds the other, another kind of place, another text
    ["under(args.p, '/repo')", "under(args.p, '/repository')", BOTH],
    ["under(args.p, '/repo')", "under(args.p, 'repo/src')", BOTH],
    ["under(args.p, '/repo')", "under(args.q, '/repo/src')", BOTH],
    // of a text with a slash a domain is a path
    ["under(args.p, 'acme.example')", "under(args.p, 'eu.acme.example')", BOTH],
  ])("%s -> %s", (before, after, verdict) => {
    expect(said(before, after)).toEqual(verdict);
  });
});

const SEGMENTS = [
  "a",
  "b",
  "A",
  "..",
  ".",
  "",
  "a.b",
  "~",
  "%2e%2e",
  "%2f",
  "c:",
  "x y",
  "a.example",
];
const ROOTS = ["/", "", "~/", "~u/", "c:/", "C:\\", "d:/", "./", "//", "https://"];
const text = fc
  .tuple(fc.constantFrom(...ROOTS), fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 4 }))
  .map(([root, segments]) => root + segments.join("/"));
const domain = fc
  .array(fc.constantFrom("a", "b", "eu", "example", "xn--a", "1", "2"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((labels) => labels.join("."));

/** Whether the condition lets a call with this argument run. */
function runs(condition: string): (p: string) => boolean {
  const { set } = setOf(allowing(condition));
  if (set === undefined) throw new Error("the policy does not load");
  return (p) =>
    decideWithState(
      set,
      { action: { server: "x", name: "y" }, args: { p }, complete: ["action", "args"] },
      STATE,
    ).permitted;
}

/** Holds what is said of two conditions against what they decide. */
function isTrueOf(before: string, after: string, values: readonly string[]): void {
  const verdict = said(before, after);
  const [was, is] = [runs(before), runs(after)];
  for (const value of values) {
    if (was(value) && !is(value)) expect([before, after, value, verdict.narrows]).toContain(true);
    if (!was(value) && is(value)) expect([before, after, value, verdict.widens]).toContain(true);
  }
}

describe("what is said of places is true of every text that is tried", () => {
  const literal = (value: string): string => JSON.stringify(value);

  it.each(["under(args.p, %)", "!under(args.p, %)", "under(args.p, %) || args.p == 'z'"])(
    "paths: %s",
    (shape) => {
      const of = (place: string): string => shape.replace("%", () => literal(place));
      fc.assert(
        fc.property(text, text, fc.array(text, { maxLength: 30 }), (a, b, more) => {
          const near = [a, b].flatMap((one) => [one, `${one}/a`, `${one}/../b`, `${one}a`]);
          isTrueOf(of(a), of(b), [...near, ...more]);
        }),
        { numRuns: 150 },
      );
    },
  );

  it("domains, of hosts and of any text", () => {
    fc.assert(
      fc.property(domain, domain, fc.array(domain, { maxLength: 20 }), (a, b, more) => {
        const near = [a, b].flatMap((one) => [one, `a.${one}`, `${one}/x`, `https://b.${one}/x`]);
        for (const asked of ["args.p", "host(args.p)"])
          isTrueOf(`under(${asked}, '${a}')`, `under(${asked}, '${b}')`, [...near, ...more]);
      }),
      { numRuns: 150 },
    );
  });
});
