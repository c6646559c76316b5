import { describe, expect, it } from "vitest";
import { gateFlag } from "../../src/cli/gate-flag.ts";
import { mergeGate, readGate } from "../../src/api/config/gate-config.ts";
import { shareFlag } from "../../src/cli/share.ts";
import { readTest } from "../../src/api/config/test-config.ts";
import { UserError } from "../../src/diagnostics/user-error.ts";
import { readYamlValue } from "../../src/api/yaml-value.ts";
import type { Json } from "../../src/request/json.ts";
import { LIMITS } from "../../src/replay/gate.ts";

/** What a piece of agentz.yaml is refused with; undefined: it is taken. */
function refused(yaml: string, read: (value: Json) => unknown = readGate): string | undefined {
  try {
    const { value } = readYamlValue({ name: "agentz.yaml", text: yaml, code: "config" });
    if (value === undefined) throw new Error("there is nothing to read");
    read(value);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return `${error.message}; ${error.help ?? ""}`;
    throw error;
  }
}

function flagRefused(value: string, before?: ReadonlyMap<string, number>): string | undefined {
  try {
    gateFlag(value, before);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "?";
  }
}

const SHARES = [...LIMITS].flatMap(([name, { kind }]) => (kind === "share" ? [name] : []));
const COUNTS = [
  ...[...LIMITS].flatMap(([name, { kind }]) => (kind === "count" ? [name] : [])),
  "widened.class:restricted",
  "widened.effect:pay",
  "widened.label:x",
];

it.each(["000000000000", "123456789012"])(
  "says how to write a group that reads as a number: %s",
  (group) => {
    const said = refused(
      `accepted: [{ group: ${group}, rules: r, reason: r, owner: o, expires: 2027-01-31 }]`,
    );
    expect(said).toContain("YAML reads `group` of an accepted change as a number");
    expect(said).toContain("put it in quotes");
  },
);

it("takes how many calls were accepted as a whole number, or not at all", () => {
  const calls = (text: string): string | undefined =>
    refused(`accepted: [{ group: g, rules: r, reason: r, owner: o, expires: 2027-01-31${text} }]`);
  expect([calls(""), calls(", calls: 0"), calls(", calls: 7")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  for (const wrong of ["-1", "1.5", "'7'", "null"])
    expect(calls(`, calls: ${wrong}`)).toContain("whole number");
});

describe("design 11.7: a limit that could never fail is refused", () => {
  it("knows each check's kind and direction", () => {
    expect(SHARES).toEqual([
      "narrowed_share",
      "indeterminate_share",
      "coverage.enforcement",
      "coverage.policy",
      "coverage.identity",
      "coverage.classification",
      "coverage.oversight",
      "coverage.attribution",
      "incidents_stopped",
      "benign_broken",
      "benign_held",
    ]);
    expect([...LIMITS].flatMap(([name, { atLeast }]) => (atLeast ? [name] : []))).toEqual([
      ...SHARES.filter((name) => name.startsWith("coverage.")),
      "incidents_stopped",
    ]);
  });

  it.each(SHARES)("a share outside of 0 to 1: %s", (name) => {
    for (const [value, meant] of [
      ["5", "did you mean 0.05?"],
      ["1.01", "did you mean 0.0101?"],
      ["95", "did you mean 0.95?"],
      ["1000", "write 0.05 for 5 percent"],
    ] as const) {
      expect([name, value, flagRefused(`${name}=${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining(meant),
      ]);
      expect([name, value, refused(`"${name}": ${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining(meant),
      ]);
    }
    for (const value of [
      "-0.1",
      "1e400",
      ".inf",
      ".nan",
      "true",
      "null",
      "",
      '"0.5"',
      "[0.5]",
      "5%",
      "0,05",
    ])
      expect([name, value, refused(`"${name}": ${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining(""),
      ]);
    for (const value of [
      "-0.1",
      "1e400",
      "1e-1",
      "Infinity",
      "NaN",
      "0x1",
      "0b1",
      "",
      " ",
      " 0.5",
      "0.5 ",
      "5%",
      "0,05",
      "+0.5",
      ".5",
      "1.",
      "--1",
      "½",
    ])
      expect([name, value, flagRefused(`${name}=${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining(""),
      ]);
    for (const value of ["0", "1", "0.05", "1.0"])
      expect([flagRefused(`${name}=${value}`), refused(`"${name}": ${value}`)]).toEqual([
        undefined,
        undefined,
      ]);
  });

  it.each(COUNTS)("a count that is no whole number: %s", (name) => {
    for (const value of ["0.5", "1.5", "9007199254740993", "99999999999999999999"]) {
      expect([name, value, flagRefused(`${name}=${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining("whole number, 0 or more"),
      ]);
      expect([name, value, refused(`"${name}": ${value}`)]).toEqual([
        name,
        value,
        expect.stringContaining(""),
      ]);
    }
    for (const value of ["-1", "1e400", ".inf", '"0"', "null", "{}"])
      expect([name, value, refused(`"${name}": ${value}`)]).toEqual([
        name,
        value,
        expect.any(String),
      ]);
    for (const value of ["-1", "1e3", "Infinity", "0x10", "", " "])
      expect([name, value, flagRefused(`${name}=${value}`)]).toEqual([
        name,
        value,
        expect.any(String),
      ]);
    for (const value of ["0", "12", "9007199254740991"])
      expect([flagRefused(`${name}=${value}`), refused(`"${name}": ${value}`)]).toEqual([
        undefined,
        undefined,
      ]);
  });

  it("a misspelt check, with what was meant", () => {
    for (const [name, meant] of [
      ["widend", "widened"],
      ["Widened", "widened"],
      ["coverage.polcy", "coverage.policy"],
      ["narrowed-share", "narrowed_share"],
      ["incident_stopped", "incidents_stopped"],
      ["undecided_event", "undecided_events"],
      ["unexercized", "unexercised"],
    ]) {
      expect([name, flagRefused(`${name}=0`)]).toEqual([
        name,
        expect.stringContaining(`did you mean \`${meant}\`?`),
      ]);
      expect([name, refused(`"${name}": 0`)]).toEqual([
        name,
        expect.stringContaining(`did you mean \`${meant}\`?`),
      ]);
    }
    expect(flagRefused("widened.class:restrictd=0")).toContain(
      "did you mean `widened.class:restricted`?",
    );
    expect(flagRefused("widened.effect:cash=0")).toContain("there are read, create");
    expect(refused("widened: { class: { secret: 0 } }")).toContain(
      "there are public, internal, confidential, restricted",
    );
    expect(refused("widened: { clas: { restricted: 0 } }")).toContain("did you mean `class`?");
    for (const empty of ["widened: {}", "widened: { class: {} }", "coverage: {}"])
      expect(refused(empty)).toContain("sets no limit");
    expect(flagRefused("latency=3")).toContain("there are widened, narrowed");
  });

  it("one that is given twice", () => {
    expect(refused('widened: 0\n"widened.class:restricted": 1\n')).toBeUndefined();
    expect(
      refused('widened: { class: { restricted: 0 } }\n"widened.class:restricted": 9\n'),
    ).toContain("given twice");
    expect(refused('coverage: { policy: 0.9 }\n"coverage.policy": 0\n')).toContain("given twice");
    expect(flagRefused("widened=9", new Map([["widened", 0]]))).toContain("given twice");
  });

  it("minimums of the tests", () => {
    const read = (yaml: string): string | undefined => refused(yaml, readTest);
    expect(read("min_coverage: 0.8\nmin_mutation: 1\n")).toBe(undefined);
    expect(read("{}")).toContain("it sets no minimum");
    expect(read("min_coverage: 80\n")).toContain("did you mean 0.8?");
    expect(read("min_mutation: -1\n")).toContain("from 0 to 1");
    expect(read('min_mutation: "1"\n')).toContain("has to be a number");
    expect(read("min_coverag: 1\n")).toContain("did you mean `min_coverage`?");
    expect(shareFlag("0.8")).toBe(0.8);
    for (const value of ["80", "1.1", "80%", "-1", "0x1", "", " ", "1e-1", "NaN"])
      expect(() => shareFlag(value)).toThrow();
  });
});

describe("design 11.1: a flag beats agentz.yaml, and what it replaces is told", () => {
  const config = readGate({ widened: 0, narrowed_share: 0.1, coverage: { policy: 0.9 } });
  const merged = (
    flags: readonly string[],
    failOn?: readonly string[],
    defaults?: readonly (readonly [string, number])[],
  ) =>
    Object.fromEntries(
      mergeGate({
        config,
        flags: flags.reduce<ReadonlyMap<string, number> | undefined>(
          (all, flag) => gateFlag(flag, all),
          undefined,
        ),
        failOn,
        defaults: new Map(defaults),
      }).limits,
    );

  it("whichever way it goes", () => {
    expect(
      merged(["widened=5", "narrowed_share=0.05", "coverage.policy=0.5", "malformed=0"]),
    ).toEqual({
      widened: {
        limit: 5,
        from: "--gate",
        replaces: { limit: 0, from: "agentz.yaml", looser: true },
      },
      narrowed_share: {
        limit: 0.05,
        from: "--gate",
        replaces: { limit: 0.1, from: "agentz.yaml", looser: false },
      },
      "coverage.policy": {
        limit: 0.5,
        from: "--gate",
        replaces: { limit: 0.9, from: "agentz.yaml", looser: true },
      },
      malformed: { limit: 0, from: "--gate" },
    });
    expect(merged(["coverage.policy=1"])["coverage.policy"]?.replaces?.looser).toBe(false);
    expect(merged(["widened=0"])["widened"]).toEqual({ limit: 0, from: "agentz.yaml" });
  });

  it("--fail-on is a limit of 0 that nothing loosens", () => {
    expect(merged(["widened=5"], ["widened", "narrowed"])).toMatchObject({
      widened: {
        limit: 0,
        from: "--fail-on",
        replaces: { limit: 5, from: "--gate", looser: false },
      },
      narrowed: { limit: 0, from: "--fail-on" },
    });
    expect(merged([], ["widened"])["widened"]).toEqual({ limit: 0, from: "agentz.yaml" });
  });

  it("what a command demands by itself is beaten by both", () => {
    expect(
      merged(
        ["malformed=2"],
        [],
        [
          ["malformed", 0],
          ["widened", 3],
          ["undecided_events", 0],
        ],
      ),
    ).toMatchObject({
      malformed: {
        limit: 2,
        from: "--gate",
        replaces: { limit: 0, from: "agentz ci", looser: true },
      },
      widened: {
        limit: 0,
        from: "agentz.yaml",
        replaces: { limit: 3, from: "agentz ci", looser: false },
      },
      undecided_events: { limit: 0, from: "agentz ci" },
    });
  });
});
