import { describe, expect, test as trick } from "vitest";
import { call, decide, load, policy, verdict } from "./world.ts";

/**
 * An allow rule and a deny rule over the same condition; the deny stands over an allow for
 * everything.
 */
function both(when: string, request: Parameters<typeof decide>[1]): readonly string[] {
  const allow = load(policy([{ id: "x", effect: "allow", when }]));
  const deny = load(
    policy([
      { id: "all", effect: "allow" },
      { id: "x", effect: "deny", when },
    ]),
  );
  return [verdict(decide(allow, request)), verdict(decide(deny, request))];
}

const UNRECORDED = call("t", {}, { unrecorded: ["args.x"] });
const ABSENT = call("t", {});

describe("how policies are fooled, 9: missing attributes", () => {
  for (const [name, when] of [
    ["!=", "args.x != 'a'"],
    ["<", "args.x < 5"],
    ["not in", "!(args.x in ['a'])"],
    ["negation", "!(args.x == 'a')"],
    ["not matches", "!args.x.matches('^a$')"],
    ["size", "size(args.x) < 3"],
  ] as const) {
    trick(
      `missing: under ${name} a missing attribute permits nothing, and a deny rule still denies`,
      () => {
        expect(both(when, ABSENT)).toEqual(["deny", "deny"]);
        expect(both(when, UNRECORDED)).toEqual(["deny?", "deny?"]);
      },
    );
  }
  trick(
    "missing: an unrecorded attribute of the subject, the resource or the context is unknown, not false",
    () => {
      for (const attribute of [
        "subject.tenant",
        "resource.classification",
        "context.signals.injection",
      ]) {
        expect([attribute, ...both(`${attribute} != 'x'`, ABSENT)]).toEqual([
          attribute,
          "deny?",
          "deny?",
        ]);
        expect([attribute, ...both(`has(${attribute})`, ABSENT)]).toEqual([
          attribute,
          "deny?",
          "deny?",
        ]);
      }
    },
  );
  trick("missing: a masked attribute never permits more than a recorded one", () => {
    const when = "args.x == 'a'";
    expect(both(when, call("t", { x: "a" }))).toEqual(["allow", "deny"]);
    expect(both(when, call("t", { x: "a" }, { unrecorded: ["args.x"] }))).toEqual([
      "deny?",
      "deny?",
    ]);
    expect(both(when, call("t", { x: "a" }, { unrecorded: ["args"] }))).toEqual(["deny?", "deny?"]);
  });
  trick("missing: the decision names the missing attributes and the rules that read them", () => {
    const { missing } = decide(
      load(policy([{ id: "x", effect: "allow", when: "args.x != 'a'" }])),
      UNRECORDED,
    );
    expect(missing).toEqual([{ attribute: "args.x", rules: ["p/x"] }]);
  });
});
