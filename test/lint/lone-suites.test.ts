import { describe, expect, it } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
tests:
  - name: a
    call: { subject: { type: agent, id: a }, action: { server: x, name: y }, context: { foo: 1 } }
`;

describe("a suite that is linted without policies", () => {
  const lint = (text: string): { readonly status: number | null; readonly found: unknown } => {
    const cwd = scratch({ "tests.yaml": text });
    const { status, stdout } = agentz(["lint", "tests.yaml", "--format", "json"], { cwd });
    const { findings }: { readonly findings: readonly { code: string; line: number }[] } =
      JSON.parse(stdout);
    return { status, found: findings.map(({ code, line }) => [code, line]) };
  };

  it("is told its own mistakes", () => {
    expect(lint(`${SUITE}    expekt: { effect: allow }\n`)).toEqual({
      status: 1,
      found: [["unknown-field", 7]],
    });
    expect(lint(`${SUITE}    expect: { effect: alow }\n`)).toMatchObject({ status: 1 });
  });

  it("is not told what policies alone could tell, and keeps suppressions of that", () => {
    const suppressed = SUITE.replace(
      "    call:",
      "    # agentz-ignore unknown-input: read by the next version\n    call:",
    );
    for (const text of [SUITE, suppressed])
      expect(lint(`${text}    expect: { effect: allow }\n`)).toEqual({ status: 0, found: [] });
  });
});

describe("a suite that is linted with its policies", () => {
  it("is told the rules that it expects and that there are not", () => {
    const policy = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: small, effect: allow, actions: [x/y] }
`;
    const call = "call: { subject: { type: agent, id: a }, action: { server: x, name: y } }";
    const suite = (expect: string): string =>
      `apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - { name: a, ${call}, expect: ${expect} }\n`;
    const lint = (expect: string): readonly unknown[] => {
      const cwd = scratch({ "p.yaml": policy, "tests.yaml": suite(expect) });
      const { stdout } = agentz(["lint", ".", "--format", "json"], { cwd });
      const { findings }: { readonly findings: readonly { code: string; help: string }[] } =
        JSON.parse(stdout);
      return findings.filter(({ code }) => code === "unknown-input").map(({ help }) => help);
    };
    expect(lint("{ rule: p/smal }")).toEqual(["did you mean `p/small`?"]);
    expect(lint("{ rule: [small, smal] }")).toEqual(["did you mean `small`?"]);
    expect(lint("{ rule: small }")).toEqual([]);
    expect(lint("{ rule: default }")).toEqual([]);
  });
});
