import { describe, expect, it } from "vitest";
import { at, call, catalog, load, policy, verdict, walk } from "../tricks/world.ts";

type Set = ReturnType<typeof load>;

const TOOLS = [{ name: "send", server: "pay", effects: ["pay"], resource: "none" }];
const PEOPLE = [
  { id: "omar", roles: ["fin"] },
  { id: "lea", roles: ["fin"] },
  { id: "kim", roles: ["fin"] },
  { id: "jane", roles: ["clerk"] },
];

const asking = (approval: object, more: object = { people: PEOPLE }): Set =>
  load(
    policy([{ id: "ask", effect: "require_approval", actions: ["pay/send"], approval }]),
    catalog({ tools: TOOLS, ...more }),
  );

const FINANCE = asking({ approvers: ["role:fin"], within: "1h" });
const PAIR = asking({ approvers: ["role:fin"], quorum: 2, within: "1h" });
const ANYBODY = asking({});
const UNLISTED = asking({}, {});

const JANE = { type: "human", id: "jane" };

/**
 * What comes of a call on behalf of `by` with these approvals: `ok`, `open`, `deny`, each with `?`
 * where indeterminate.
 */
function decided(set: Set, approvals: unknown, by: unknown = JANE, more: object = {}): string {
  const context = { approvals, on_behalf_of: by, delegation: [] };
  const [decision] = walk(set, [
    call("pay/send", { amount: 5 }, { time: at(30), context, complete: ["context"], ...more }),
  ]);
  if (decision === undefined) throw new Error("nothing was decided");
  return verdict(decision).replace("require_approvaled", "ok").replace("require_approval", "open");
}

describe("design 6.2: only `granted` grants, only `refused` refuses", () => {
  it("by those two words", () => {
    expect([
      decided(FINANCE, [{ by: "human:omar" }]),
      decided(FINANCE, [{ by: "human:omar", decision: "granted" }]),
    ]).toEqual(["ok", "ok"]);
    expect(
      decided(PAIR, [
        { by: "human:lea" },
        { by: "human:kim" },
        { by: "human:omar", decision: "refused" },
      ]),
    ).toBe("deny");
  });
  it.each(
    [
      "denied",
      "rejected",
      "deny",
      "Refused",
      "REFUSED",
      "refused ",
      "refuse",
      "approved",
      "Granted",
      "",
      "null",
      false,
      true,
      0,
      1,
      null,
      [],
      ["refused"],
      {},
      { effect: "refused" },
    ].map((word) => [word]),
  )("a decision %j of a third person may be a refusal, and is no grant", (word) => {
    expect(
      decided(PAIR, [
        { by: "human:lea" },
        { by: "human:kim" },
        { by: "human:omar", decision: word },
      ]),
    ).toBe("deny?");
    expect(decided(FINANCE, [{ by: "human:omar", decision: word }])).toBe("deny?");
  });
  it.each([
    ["yesterday"],
    ["2026-05-18T09:00:00"],
    ["2026-05-18"],
    ["2026-13-01T00:00:00Z"],
    [""],
    [1779094800000],
    [null],
    [true],
    [{}],
  ])("a time %j cannot be read, so nobody knows whether it counts", (time) => {
    expect(decided(FINANCE, [{ by: "human:omar", at: time }])).toBe("open?");
    expect(
      decided(PAIR, [
        { by: "human:lea" },
        { by: "human:kim" },
        { by: "human:omar", at: time, decision: "refused" },
      ]),
    ).toBe("deny?");
  });
  it.each([
    ["omar"],
    [""],
    [":omar"],
    ["human:"],
    [null],
    [7],
    [true],
    [["human:omar"]],
    [{ id: "omar" }],
    [{ type: "human" }],
    [{ type: "human", id: 7 }],
    [undefined],
  ])("a name %j cannot be read", (by) => {
    expect(decided(FINANCE, [{ by }])).toBe("open?");
    expect(
      decided(PAIR, [{ by: "human:lea" }, { by: "human:kim" }, { by, decision: "refused" }]),
    ).toBe("deny?");
  });
  it.each([["human:omar"], ["granted"], [null], [7], [["human:omar"]]])(
    "an entry %j is no approval that can be read",
    (entry) => {
      expect(decided(PAIR, [{ by: "human:lea" }, { by: "human:kim" }, entry])).not.toBe("ok");
      expect(decided(FINANCE, [entry])).not.toBe("ok");
    },
  );
  it.each([
    ["human:omar"],
    [{ by: "human:omar", decision: "refused" }],
    [true],
    [{ 0: { by: "human:omar" } }],
  ])("approvals %j that are no list are unknown", (approvals) => {
    expect(decided(FINANCE, approvals)).toBe("deny?");
  });
  it.each([["sha256:"], ["none"], [null], [7], [`sha512:${"0".repeat(64)}`], ["0".repeat(63)]])(
    "a digest %j cannot be read",
    (digest) => {
      expect(decided(FINANCE, [{ by: "human:omar", digest }])).toBe("open?");
      expect(
        decided(PAIR, [
          { by: "human:lea" },
          { by: "human:kim" },
          { by: "human:omar", digest, decision: "refused" },
        ]),
      ).toBe("deny?");
    },
  );
  it("what is masked of an approval may be anything", () => {
    const masked = (path: string): string =>
      decided(FINANCE, [{ by: "human:omar" }], JANE, { unrecorded: [path] });
    expect(masked("context.approvals[0].decision")).toBe("deny?");
    expect([
      masked("context.approvals[0].by"),
      masked("context.approvals[0].at"),
      masked("context.approvals[0].digest"),
      masked("context.approvals[0].id"),
    ]).toEqual(["open?", "open?", "open?", "open?"]);
    expect([
      masked("context.approvals[0]"),
      masked("context.approvals"),
      masked("context.approvals[1]"),
    ]).toEqual(["deny?", "deny?", "deny?"]);
  });
  it("an id that cannot be read may have been used up", () => {
    expect([
      decided(FINANCE, [{ id: {}, by: "human:omar" }]),
      decided(FINANCE, [{ id: false, by: "human:omar" }]),
      decided(FINANCE, [{ id: 7, by: "human:omar" }]),
    ]).toEqual(["open?", "open?", "ok"]);
  });
  it("an approval is used up however its time is written", () => {
    const pay = (time: string): ReturnType<typeof call> =>
      call(
        "pay/send",
        { amount: 5 },
        {
          time: at(30),
          complete: ["context"],
          context: {
            on_behalf_of: JANE,
            delegation: [],
            approvals: [{ by: "human:omar", at: time }],
          },
        },
      );
    expect(
      walk(FINANCE, [pay("2026-05-18T09:10:00Z"), pay("2026-05-18T11:10:00.000+02:00")]).map(
        verdict,
      ),
    ).toEqual(["require_approvaled", "require_approval"]);
  });
});

describe("design 2.5, 6.1: whoever asked, or is not listed, counts for nobody", () => {
  const SPELLINGS = [
    "human:Jane",
    "human:JANE",
    "human:ｊane",
    "human:jane ",
    "human: jane",
    "human:ja\u200bne",
    "human:jane\u00ad",
    "user:jane",
    "User:jane",
    "Human:jane",
    "person:Jane",
    "HUMAN:JANE",
  ];
  it.each(SPELLINGS)("%j may be jane, who asked", (by) => {
    expect(decided(UNLISTED, [{ by }])).toBe("open?");
    expect(decided(ANYBODY, [{ by }])).not.toBe("ok");
    expect(decided(UNLISTED, [{ by: "human:omar" }, { by, decision: "refused" }])).toBe("deny?");
  });
  it.each([
    { type: "user", id: "jane" },
    { type: "Human", id: "jane" },
    { type: "human", id: "Jane" },
    { type: "human", id: "ｊane" },
    { id: "JANE" },
    "jane",
    "user:jane",
  ])("%j asked, so jane does not approve", (by) => {
    expect(["open", "open?"]).toContain(decided(UNLISTED, [{ by: "human:jane" }], by));
    expect(["open", "open?"]).toContain(decided(ANYBODY, [{ by: "human:jane" }], by));
  });
  it("another person does", () => {
    expect(decided(UNLISTED, [{ by: "human:omar" }], { type: "user", id: "jane" })).toBe("ok");
    expect(decided(ANYBODY, [{ by: "human:omar" }])).toBe("ok");
  });
  it("a person whom the catalog lacks grants nothing, and may refuse", () => {
    expect(decided(ANYBODY, [{ by: "human:nobody" }])).toBe("open");
    expect(decided(UNLISTED, [{ by: "human:nobody" }])).toBe("ok");
    expect(
      decided(ANYBODY, [{ by: "human:omar" }, { by: "human:nobody", decision: "refused" }]),
    ).toBe("deny?");
    expect(
      decided(FINANCE, [{ by: "human:omar" }, { by: "human:nobody", decision: "refused" }]),
    ).toBe("ok");
  });
  it.each(["human:Omar", "human:ＯMAR", "user:omar", "okta:omar", "Human:omar", "human:omar "])(
    "%j may be omar, who may approve",
    (by) => {
      expect(decided(FINANCE, [{ by }])).toBe("open?");
      expect(
        decided(PAIR, [{ by: "human:lea" }, { by: "human:kim" }, { by, decision: "refused" }]),
      ).toBe("deny?");
    },
  );
  it("one person under two spellings is not surely two", () => {
    const two = asking({ quorum: 2 }, {});
    expect(decided(two, [{ by: "human:lea" }, { by: "human:Lea" }])).toBe("open?");
    expect(decided(two, [{ by: "human:lea" }, { by: "human:kim" }])).toBe("ok");
    expect(
      decided(asking({ approvers: ["**"], quorum: 2 }, {}), [
        { by: "human:lea" },
        { by: "user:lea" },
      ]),
    ).toBe("open?");
    expect(
      decided(asking({ approvers: ["**"], quorum: 2 }, {}), [
        { by: "human:lea" },
        { by: "agent:lea" },
      ]),
    ).toBe("ok");
  });
  it("agents alike: the caller, its chain, and where agents are listed those whom the catalog lacks", () => {
    const agents = asking({ approvers: ["agent:*"] }, {});
    expect([
      decided(agents, [{ by: "agent:A" }]),
      decided(agents, [{ by: "bot:a" }]),
      decided(agents, [{ by: "agent:b" }]),
    ]).toEqual(["open?", "open?", "ok"]);
    const chain = {
      context: {
        approvals: [{ by: "agent:BOSS" }],
        on_behalf_of: JANE,
        delegation: ["agent:boss"],
      },
    };
    expect(decided(agents, [], JANE, chain)).toBe("open?");
    const listed = asking(
      { approvers: ["agent:*"] },
      {
        agents: [
          { id: "a", status: "commissioned" },
          { id: "reviewer", status: "commissioned" },
        ],
      },
    );
    expect([
      decided(listed, [{ by: "agent:reviewer" }]),
      decided(listed, [{ by: "agent:ghost" }]),
      decided(listed, [{ by: "agent:Reviewer" }]),
    ]).toEqual(["ok", "open", "open?"]);
  });
  it("types that are known are not spellings of each other", () => {
    expect(decided(asking({ approvers: ["service:*"] }, {}), [{ by: "service:a" }])).toBe("ok");
    expect(decided(UNLISTED, [{ by: "human:a" }])).toBe("ok");
  });
});
