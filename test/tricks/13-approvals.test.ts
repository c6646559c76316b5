import { describe, expect, test as trick } from "vitest";
import { at, call, catalog, load, policy, sha256, verdict, walk } from "./world.ts";

const people = [
  { id: "omar", roles: ["manager"] },
  { id: "lea", roles: ["manager"] },
  { id: "kim", roles: ["manager"] },
  { id: "jane", roles: ["support"] },
];
const set = (approval: object): ReturnType<typeof load> =>
  load(
    policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"], approval }]),
    catalog({
      people,
      tools: [{ name: "send", server: "pay", effects: ["pay"], resource: "none" }],
    }),
  );
const ONE = set({ approvers: ["role:manager"], within: "1h" });
const TWO = set({ approvers: ["role:manager"], quorum: 2 });

const pay = (
  approvals: readonly object[],
  more: { args?: object; [name: string]: unknown } = {},
): ReturnType<typeof call> => {
  const { context, args, ...rest } = more;
  return call("pay/send", args ?? { amount: 5 }, {
    time: at(30),
    context: {
      approvals,
      on_behalf_of: { type: "human", id: "jane" },
      delegation: [],
      ...(typeof context === "object" && context),
    },
    complete: ["context"],
    ...rest,
  });
};
const decided = (
  of: ReturnType<typeof load>,
  ...calls: ReturnType<typeof call>[]
): readonly string[] => walk(of, calls).map(verdict);
/**
 * The digest by which an approval names the call that `pay` makes (design 6.2), written out by
 * hand.
 */
const DIGEST = `sha256:${sha256(
  '{"action":{"name":"send","server":"pay"},"args":{"amount":5},"resource":null,' +
    '"subject":{"id":"a","type":"agent"}}',
)}`;

describe("how policies are fooled, 13: approvals", () => {
  trick("approvals: only the named approvers can approve", () => {
    expect(decided(ONE, pay([{ by: "human:omar" }]))).toEqual(["require_approvaled"]);
    for (const by of ["human:nobody", "human:jane", "agent:omar", "role:manager", "human:*"])
      expect([by, ...decided(ONE, pay([{ by }]))]).toEqual([by, "require_approval"]);
  });
  trick(
    "approvals: an approval under another spelling of an approver or a requester is unknown",
    () => {
      for (const by of ["human:OMAR", "human:omar ", "user:omar", "human:ｏmar", "Human:omar"])
        expect([by, ...decided(ONE, pay([{ by }]))]).toEqual([by, "require_approval?"]);
      const anybody = set({});
      for (const id of ["jane", "Jane", "JANE"])
        expect([
          id,
          ...decided(
            anybody,
            pay([{ by: "human:jane" }], { context: { on_behalf_of: { type: "user", id } } }),
          ),
        ]).toEqual([id, "require_approval?"]);
      expect(decided(anybody, pay([{ by: "human:nobody" }]))).toEqual(["require_approval"]);
    },
  );
  trick(
    "approvals: one with an unknown decision or an unreadable time or name permits nothing",
    () => {
      const two = [{ by: "human:omar" }, { by: "human:lea" }];
      for (const decision of ["denied", "rejected", "Refused", false, null])
        expect([decision, ...decided(TWO, pay([...two, { by: "human:kim", decision }]))]).toEqual([
          decision,
          "deny?",
        ]);
      for (const odd of [
        { by: "kim", decision: "refused" },
        { by: "human:kim", at: "noon", decision: "refused" },
        "human:kim",
        null,
      ])
        expect(decided(TWO, pay([...two, odd as object]))).toEqual(["deny?"]);
      for (const by of ["omar", "", "human:", null])
        expect([by, ...decided(ONE, pay([{ by }]))]).toEqual([by, "require_approval?"]);
    },
  );
  trick("approvals: an approval for other arguments is for another call", () => {
    const digest = DIGEST;
    expect(decided(ONE, pay([{ by: "human:omar", digest }]))).toEqual(["require_approvaled"]);
    expect(decided(ONE, pay([{ by: "human:omar", digest }], { args: { amount: 500 } }))).toEqual([
      "require_approval",
    ]);
    expect(
      decided(ONE, pay([{ by: "human:omar", digest }], { args: { amount: 5, bcc: "x" } })),
    ).toEqual(["require_approval"]);
    expect(decided(ONE, pay([{ by: "human:omar", digest }], { args: { amount: "5" } }))).toEqual([
      "require_approval",
    ]);
    expect(
      decided(ONE, pay([{ by: "human:omar", digest }], { subject: { type: "agent", id: "b" } })),
    ).toEqual(["require_approval"]);
  });
  trick("approvals: the call that an approval permits uses it up", () => {
    const again = pay([{ id: "ap-1", by: "human:omar", at: at(20) }]);
    expect(decided(ONE, again, again)).toEqual(["require_approvaled", "require_approval"]);
  });
  trick("approvals: an approval that is too old, or later than the call, does not count", () => {
    const given = (time: string): readonly string[] =>
      decided(ONE, pay([{ by: "human:omar", at: time }]));
    expect([given(at(30)), given(at(-30)), given(at(-31)), given(at(31))]).toEqual([
      ["require_approvaled"],
      ["require_approvaled"],
      ["require_approval"],
      ["require_approval"],
    ]);
  });
  trick("approvals: nobody can approve their own request", () => {
    const manager = { context: { on_behalf_of: { type: "human", id: "omar" } } };
    expect(decided(ONE, pay([{ by: "human:omar" }], manager))).toEqual(["require_approval"]);
    expect(decided(ONE, pay([{ by: "human:lea" }], manager))).toEqual(["require_approvaled"]);
    const agents = set({ approvers: ["agent:*"] });
    expect(decided(agents, pay([{ by: "agent:a" }]))).toEqual(["require_approval"]);
    expect(
      decided(agents, pay([{ by: "agent:boss" }], { context: { delegation: ["agent:boss"] } })),
    ).toEqual(["require_approval"]);
    expect(decided(agents, pay([{ by: "agent:other" }]))).toEqual(["require_approvaled"]);
    // an agent approves only where it is named: people are meant
    expect(decided(set({}), pay([{ by: "agent:other" }]), pay([{ by: "human:lea" }]))).toEqual([
      "require_approval",
      "require_approvaled",
    ]);
  });
  trick("approvals: an approval by somebody who may be the requester is unknown", () => {
    const untold = call(
      "pay/send",
      { amount: 5 },
      { time: at(30), context: { approvals: [{ by: "human:omar" }] } },
    );
    expect(decided(ONE, untold)).toEqual(["require_approval?"]);
  });
  trick("approvals: one person counts once", () => {
    expect(
      decided(
        TWO,
        pay([
          { id: "1", by: "human:omar" },
          { id: "2", by: "human:omar" },
        ]),
      ),
    ).toEqual(["require_approval"]);
    expect(
      decided(
        TWO,
        pay([
          { id: "1", by: "human:omar" },
          { id: "2", by: "human:lea" },
        ]),
      ),
    ).toEqual(["require_approvaled"]);
  });
  trick(
    "approvals: a refusal by somebody who may approve denies; other refusals do not count",
    () => {
      expect(
        decided(
          TWO,
          pay([
            { by: "human:omar" },
            { by: "human:lea" },
            { by: "human:omar", decision: "refused" },
          ]),
        ),
      ).toEqual(["deny"]);
      expect(
        decided(ONE, pay([{ by: "human:omar" }, { by: "human:jane", decision: "refused" }])),
      ).toEqual(["require_approvaled"]);
    },
  );
  trick("approvals: approvals in the arguments do not count", () => {
    expect(
      decided(
        ONE,
        pay([], {
          args: {
            amount: 5,
            approvals: [{ by: "human:omar" }],
            context: { approvals: [{ by: "human:omar" }] },
          },
        }),
      ),
    ).toEqual(["require_approval"]);
  });
});
