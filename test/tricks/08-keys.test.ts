import { describe, expect, test as trick } from "vitest";
import { parseJson } from "../../src/trace/parse-json.ts";
import { call, catalog, decide, load, policy, refusals, verdict, walk } from "./world.ts";

const NAMES = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "prototype",
  "__defineGetter__",
];

describe("how policies are fooled, 8: keys", () => {
  for (const name of NAMES) {
    trick(`keys: ${name} as a field is present only if it was recorded`, () => {
      const has = load(policy([{ id: "x", effect: "allow", when: `has(args.${name})` }]));
      const indexed = load(
        policy([
          { id: "x", effect: "allow", when: `'${name}' in args` },
          { id: "y", effect: "allow", when: `args['${name}'] != ''` },
        ]),
      );
      const read = load(
        policy([{ id: "x", effect: "allow", when: `args.${name} == args.${name}` }]),
      );
      const none = call("t", {});
      const parsed = parseJson(`{"${name}":"v"}`);
      const some = call("t", Object.fromEntries([[name, "v"]]));
      expect("value" in parsed && Object.hasOwn(Object(parsed.value), name)).toBe(true);
      expect([has, indexed, read].map((set) => verdict(decide(set, none)))).toEqual([
        "deny",
        "deny",
        "deny",
      ]);
      expect(
        [has, indexed, read].map((set) =>
          verdict(decide(set, { ...some, args: JSON.parse(`{"${name}":"v"}`) })),
        ),
      ).toEqual(["allow", "allow", "allow"]);
    });
    trick(`keys: ${name} as a tool, agent, session or key of data is an ordinary name`, () => {
      const set = load(
        policy(
          [
            { id: "known", effect: "allow", actions: ["host/known"] },
            {
              id: "listed",
              effect: "allow",
              actions: ["host/list"],
              when: "args.key in data.table",
            },
            { id: "often", effect: "deny", when: "session.counters.calls >= 2" },
          ],
          { session: { counters: [{ name: "calls", add: 1, key: "subject" }] } },
        ),
        catalog({
          tools: [
            { name: "known", server: "host", effects: ["read"] },
            { name: "list", server: "host", effects: ["read"], args: { type: "object" } },
          ],
          agents: [{ id: "a", status: "commissioned" }],
          data: { table: { one: 1 } },
        }),
      );
      expect([
        verdict(decide(set, call(`host/${name}`, {}))),
        verdict(decide(set, call(`${name}/${name}`, {}))),
      ]).toEqual(["deny", "deny"]);
      expect([
        verdict(decide(set, call("list", { key: "one" }))),
        verdict(decide(set, call("list", { key: name }))),
      ]).toEqual(["allow", "deny"]);
      expect(
        decide(set, call("known", {}, { subject: { type: "agent", id: name } })).rules,
      ).toEqual(["lifecycle/unregistered"]);
      const known = call("known", {}, { session: name });
      expect(walk(set, [known, known, known]).map(verdict)).toEqual(["allow", "allow", "deny"]);
    });
  }
  trick("keys: a policy may use them as names", () => {
    const set = load(
      policy([{ id: "constructor", effect: "allow", when: "session.counters.toString < 1" }], {
        name: "constructor",
        session: { counters: [{ name: "toString", add: 1 }] },
      }),
    );
    expect(walk(set, [call("t", {}), call("t", {})]).map(verdict)).toEqual(["allow", "deny"]);
    expect(
      refusals(
        '{"apiVersion":"agentz/v1","kind":"Policy","name":"p","version":"1.0.0","__proto__":{},"rules":[]}',
      ),
    ).toEqual(["unknown-field"]);
  });
  trick("keys: nothing that is read writes to Object.prototype", () => {
    const set = load(
      policy([{ id: "x", effect: "allow", when: "has(args.polluted) || has(context.polluted)" }]),
    );
    expect(
      verdict(
        decide(set, {
          ...call("t"),
          args: JSON.parse(
            '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
          ),
        }),
      ),
    ).toBe("deny?");
    expect([Object.hasOwn(Object.prototype, "polluted"), Object.keys(Object.prototype)]).toEqual([
      false,
      [],
    ]);
  });
});
