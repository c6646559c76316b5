import { describe, expect, it } from "vitest";
import { call, catalog, decide, load, policy, verdict } from "../tricks/world.ts";

const agents = [
  { id: "payer", status: "commissioned" },
  { id: "batch", status: "suspended" },
];
const people = [{ id: "jane", roles: ["clerk"] }];
const rules = [
  { id: "no", effect: "deny", subjects: ["human:jane", "service:payer"] },
  { id: "any", effect: "allow" },
];
const LISTED = load(policy(rules), catalog({ agents, people }));
const OPEN = load(policy(rules), catalog({ agents, people, unregistered: "policy" }));
const NOBODY = load(policy(rules));

const told = (set: ReturnType<typeof load>, type: string, id: string, more: object = {}): string =>
  verdict(
    decide(
      set,
      call("bank/pay", {}, { subject: { type, id }, complete: ["subject", "context"], ...more }),
    ),
  );

describe("design 2.5, 2.6: a subject under another spelling", () => {
  it.each([
    ["human", "Jane"],
    ["human", "j\u0430ne"],
    ["human", "jane."],
    ["human", "j%61ne"],
    ["Human", "jane"],
    ["ｈuman", "jane"],
    ["human ", "jane"],
    ["service", "Payer"],
    ["service", "p\u0430yer"],
    ["service", "BATCH"],
    ["model", "batch."],
    ["Service", "batch"],
    ["Agent", "batch"],
  ])("%j:%j is not surely another one", (type, id) => {
    expect([told(LISTED, type, id), told(OPEN, type, id)]).toEqual(["deny?", "deny?"]);
  });
  it.each([
    ["human", "janet", "allow"],
    ["human", "jane", "deny"],
    ["service", "batch", "deny"],
    ["service", "other", "allow"],
    ["bot", "x", "allow"],
    ["agent", "payer", "allow"],
  ])("%s:%s is told: %s", (type, id, wanted) => {
    expect([told(LISTED, type, id), told(OPEN, type, id)]).toEqual([wanted, wanted]);
  });
  it(
    "an agent that is not listed is denied where that is so, and otherwise it may be the one " +
      "that it looks like",
    () => {
      expect([told(LISTED, "AGENT", "ghost"), told(OPEN, "AGENT", "ghost")]).toEqual([
        "deny?",
        "allow",
      ]);
      expect([
        told(LISTED, "agent", "Batch"),
        told(OPEN, "agent", "Batch"),
        told(OPEN, "agent", "other"),
      ]).toEqual(["deny", "deny?", "allow"]);
    },
  );
  it("of an agent of the chain, and of the person acted for, the same is asked", () => {
    const chained = (mode: string): ReturnType<typeof load> =>
      load(
        policy(rules, { delegation: mode }),
        catalog({ agents, people, unregistered: "policy" }),
      );
    const under = (chain: readonly string[], person: string): object => ({
      context: { delegation: chain, on_behalf_of: { type: "human", id: person } },
    });
    expect(
      ["agent:payer", "agent:batch", "agent:BATCH", "Agent:batch"].map((name) =>
        told(chained("agents"), "agent", "payer", under([name], "joe")),
      ),
    ).toEqual(["allow", "deny", "deny?", "deny?"]);
    expect(
      ["joe", "jane", "JANE"].map((name) =>
        told(chained("user"), "agent", "payer", under([], name)),
      ),
    ).toEqual(["allow", "deny", "deny?"]);
  });
  it("where nobody is listed, an id is another one; a type that looks like a known one is unknown", () => {
    expect([
      told(NOBODY, "human", "Jane"),
      told(NOBODY, "service", "PAYER"),
      told(NOBODY, "Human", "jane"),
      told(NOBODY, "Human", "joe"),
    ]).toEqual(["allow", "allow", "deny?", "allow"]);
  });
});
