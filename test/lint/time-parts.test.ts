import { describe, expect, test } from "vitest";
import { lint } from "./pages.ts";

function codes(when: string): readonly string[] {
  const text = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: all, effect: allow, actions: ["a/*"] }
  - id: night
    effect: deny
    actions: [a/b]
    when: "${when}"
    reason: x
`;
  return lint(text)
    .findings.map(({ code }) => code)
    .filter((code) => /^(?:contradictory|constant)-condition$/.test(code));
}

describe("a denial by a time that no clock shows is an error: it would deny nothing", () => {
  test.each([
    "now.getHours() >= 24",
    "now.getHours('Europe/Berlin') == 24",
    "now.getDayOfWeek() == 7",
    "now.getDayOfWeek('+01:00') in [7, 8]",
    "now.getMonth() == 12",
    "now.getDate() == 0",
    "now.getDayOfMonth() == 31",
    "now.getDayOfYear() > 365",
    "now.getMinutes() >= 60",
    "timestamp('2026-01-01T00:00:00Z').getSeconds() > 59",
    "now.getHours() < 6 || now.getHours() >= 24",
  ])("%s", (when) => {
    expect(codes(when)).toEqual(["contradictory-condition"]);
  });

  test.each([
    "now.getHours() == 23",
    "now.getDayOfWeek() == 0 || now.getDayOfWeek() == 6",
    "now.getMonth() == 11",
    "now.getDate() == 31",
    "now.getDayOfYear() == 365",
    // the hours of a duration have no end
    "(now - timestamp('2026-01-01T00:00:00Z')).getHours() > 24",
    "duration('90h').getHours() > args.n",
  ])("a clock shows %s", (when) => {
    expect(codes(when)).toEqual([]);
  });

  test("what every clock shows is no condition", () => {
    expect(codes("now.getHours() <= 23")).toEqual(["constant-condition"]);
  });
});
