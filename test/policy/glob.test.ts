import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compileActionGlob,
  compileEntityGlob,
  isExactGlob,
  literalLength,
} from "../../src/policy/glob.ts";

describe("design 2.4: patterns on `type:id`", () => {
  it.each<[string, string, string, boolean]>([
    ["agent:a", "agent", "a", true],
    ["agent:a", "agent", "A", false],
    ["agent:a", "agent", "ab", false],
    ["agent:a", "human", "a", false],
    ["agent:*", "agent", "spiffe://x/y", true],
    ["agent:support-*", "agent", "support-eu", true],
    ["agent:support-*", "agent", "support-eu/x", false],
    ["agent:support-**", "agent", "support-eu/x", true],
    ["agent:support-*", "agent", "xsupport-eu", false],
    ["file:/data/*", "file", "/data/a", true],
    ["file:/data/*", "file", "/data/a/b", false],
    ["file:/data/**", "file", "/data/a/b", true],
    ["file:/data/**", "file", "/database", false],
    ["file:/data/**/c", "file", "/data/a/b/c", true],
    ["file:/data/**/c", "file", "/data/a/b/d", false],
    ["file:/*/b/**/c*", "file", "/a/b/x/y/cd", true],
    ["file:/*/b/**/c*", "file", "/a/b/x/y/cd/e", false],
    ["file:**/*.txt", "file", "a/b.txt", true],
    ["url:https://a:80/*", "url", "https://a:80/x", true],
    ["a.b:*", "axb", "c", false],
    ["*:root", "human", "root", true],
    ["**", "anything", "a/b:c", true],
    ["agent:a?", "agent", "ab", false],
  ])("%s on %s:%s is %s", (pattern, type, id, fits) => {
    expect(compileEntityGlob(pattern).fits(type, id)).toBe(fits);
  });

  it("says unknown only where an unknown part decides", () => {
    expect(compileEntityGlob("agent:*").fits("agent", undefined)).toBe(true);
    expect(compileEntityGlob("agent:a*").fits("agent", undefined)).toBe(undefined);
    expect(compileEntityGlob("agent:a*").fits("human", undefined)).toBe(false);
    expect(compileEntityGlob("agent:a*").fits(undefined, "b")).toBe(false);
    expect(compileEntityGlob("agent:a*").fits(undefined, "ab")).toBe(undefined);
    expect(compileEntityGlob("*:a*").fits(undefined, "ab")).toBe(true);
    expect(compileEntityGlob("**").fits(undefined, undefined)).toBe(true);
  });
});

describe("design 2.4: patterns on `server/name`", () => {
  it.each<[string, string, string, boolean]>([
    ["crm/lookup", "crm", "lookup", true],
    ["crm/lookup", "CRM", "lookup", false],
    ["lookup", "any", "lookup", true],
    ["lookup", "any", "look", false],
    ["look*", "any", "lookup", true],
    ["look*", "any", "look/up", false],
    ["look**", "any", "look/up", true],
    ["*", "any", "a/b", true],
    ["crm/*", "crm", "a/b", true],
    ["crm/*", "crm2", "a", false],
    ["*/send", "mail", "send", true],
    ["crm-*/send", "crm-eu", "send", true],
    ["crm/a/b", "crm", "a/b", true],
    ["**", "x", "y/z", true],
  ])("%s on %s/%s is %s", (pattern, server, name, fits) => {
    expect(compileActionGlob(pattern).fits(server, name)).toBe(fits);
  });

  it("says unknown only where an unknown part decides", () => {
    expect(compileActionGlob("crm/*").fits("crm", undefined)).toBe(true);
    expect(compileActionGlob("crm/x").fits(undefined, "x")).toBe(undefined);
    expect(compileActionGlob("x").fits(undefined, "x")).toBe(true);
    expect(compileActionGlob("x").fits(undefined, "y")).toBe(false);
  });
});

/** The obvious, exponential meaning of stars in an id. */
function naive(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern.startsWith("**"))
    return naive(pattern.slice(2), text) || (text !== "" && naive(pattern, text.slice(1)));
  if (pattern.startsWith("*"))
    return (
      naive(pattern.slice(1), text) ||
      (text !== "" && text[0] !== "/" && naive(pattern, text.slice(1)))
    );
  return text[0] === pattern[0] && naive(pattern.slice(1), text.slice(1));
}

describe("matching", () => {
  it("is what the stars mean", () => {
    const pattern = fc
      .array(fc.constantFrom("a", "b", "/", "*", "**"), { maxLength: 7 })
      .map((parts) => parts.join("").replace(/\*{3,}/g, "**"));
    const text = fc
      .array(fc.constantFrom("a", "b", "/"), { maxLength: 7 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(pattern, text, (one, id) => {
        const expected = /^\*+$/.test(one) ? true : naive(one, id);
        expect(compileEntityGlob(`t:${one}`).fits("t", id)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it("stays linear in the text under patterns made to backtrack", () => {
    const glob = compileEntityGlob(`t:${"a*".repeat(30)}b**${"a*".repeat(30)}c`);
    expect(glob.fits("t", "a".repeat(50_000))).toBe(false);
  });

  it("design 2.5: weighs by literal characters", () => {
    expect(["a:*", "a:b*", "a:b", "**", "a:*/b/**"].map(literalLength)).toEqual([2, 3, 3, 0, 5]);
    expect(["a:*", "a:b"].map(isExactGlob)).toEqual([false, true]);
  });
});
