import { describe, expect, test as trick } from "vitest";
import { compileActionGlob, compileEntityGlob } from "../../src/policy/glob.ts";
import { call, decide, lint, load, policy, refusals, verdict } from "./world.ts";

const matching = (when: string, text: string): string =>
  verdict(decide(load(policy([{ id: "x", effect: "allow", when }])), call("t", { text })));

describe("how policies are fooled, 7: regular expressions and globs", () => {
  trick(
    "patterns: an unanchored expression matches anywhere, and lint reports it; globs are always anchored",
    async () => {
      expect([
        matching("args.text.matches('acme[.]example')", "https://evil.example/?acme.example"),
        matching(
          "args.text.matches('^https://acme[.]example/')",
          "https://evil.example/?acme.example",
        ),
      ]).toEqual(["allow", "deny"]);
      expect(
        await lint(
          policy([
            {
              id: "x",
              effect: "allow",
              actions: ["a/b"],
              when: "args.text.matches('acme[.]example')",
            },
          ]),
        ),
      ).toContain("unanchored-pattern");
      const glob = compileActionGlob("mail/send");
      expect([
        glob.fits("mail", "send"),
        glob.fits("mail", "sender"),
        glob.fits("webmail", "send"),
        compileEntityGlob("agent:a").fits("agent", "ab"),
      ]).toEqual([true, false, false, false]);
    },
  );
  trick(
    "patterns: a dot in an expression is any character; host() and under() compare names",
    () => {
      expect([
        matching("args.text.matches('^acme.example$')", "acmeXexample"),
        matching("host(args.text) == 'acme.example'", "acmeXexample"),
        matching("host(args.text) == 'acme.example'", "acme.example"),
      ]).toEqual(["allow", "deny", "allow"]);
      expect([
        compileEntityGlob("domain:acme.example").fits("domain", "acmeXexample"),
        compileActionGlob("a/b.c").fits("a", "bXc"),
        compileActionGlob("a/b?").fits("a", "bc"),
        compileActionGlob("a/[bc]").fits("a", "b"),
      ]).toEqual([false, false, false, false]);
    },
  );
  trick(
    "patterns: a negated class matches newlines and all of Unicode; commands() does not",
    () => {
      expect(
        ["ls; rm x", "ls\nrm x", "ls\uff1brm"].map((line) =>
          matching("args.text.matches('^ls[^;&|]*$')", line),
        ),
      ).toEqual(["deny", "allow", "allow"]);
      expect(
        ["ls; rm x", "ls\nrm x"].map((line) =>
          matching("commands(args.text).all(words, words[0] == 'ls')", line),
        ),
      ).toEqual(["deny", "deny"]);
    },
  );
  trick("patterns: no expression backtracks on any text", () => {
    for (const pattern of ["^(a+)+$", "^(a|a)*$", "^(.*a){20}$", "^([a-zA-Z]+)*$", "(x+x+)+y"])
      expect(matching(`args.text.matches('${pattern}')`, `${"a".repeat(60_000)}!`)).toBe("deny");
    // longer than is ever matched: an error, so neither yes nor no
    expect([
      matching("args.text.matches('a')", "a".repeat(70_000)),
      matching("!args.text.matches('b')", "a".repeat(70_000)),
    ]).toEqual(["deny", "deny"]);
    expect(
      refusals(policy([{ id: "x", effect: "allow", when: "args.text.matches('(?=a)')" }])),
    ).not.toEqual([]);
  });
  trick("patterns: no glob backtracks on any text", () => {
    const stars = compileEntityGlob(`file:${"*a".repeat(300)}`);
    expect([
      stars.fits("file", `${"a".repeat(20_000)}b`),
      stars.fits("file", "a".repeat(20_000)),
    ]).toEqual([false, true]);
  });
  trick("patterns: a newline before $ does not count as the end", () => {
    expect([
      matching("args.text.matches('^ok$')", "ok"),
      matching("args.text.matches('^ok$')", "ok\n"),
      matching("args.text.matches('^ok$')", "ok\nrm"),
      matching("args.text.matches('(?m)^ok$')", "ok\nrm"),
    ]).toEqual(["allow", "deny", "deny", "allow"]);
    expect(compileActionGlob("a/ok").fits("a", "ok\n")).toBe(false);
  });
});
