import { describe, expect, it } from "vitest";
import { blastRadius } from "../../src/access-analysis/blast-radius.ts";
import { Oracle } from "../../src/access-analysis/question.ts";
import type { BlastRadius } from "../../src/documents/blast-radius-result.ts";
import type { WhoCanResult } from "../../src/documents/who-can-result.ts";
import { UsageTally } from "../../src/access-analysis/usage-tally.ts";
import { whoCan } from "../../src/access-analysis/who-can.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { assemble, call, decode, type Event } from "../coverage/deployment.ts";

const CATALOG = `kind: Catalog
name: c
version: 1.0.0
agents:
  - { id: boss, status: commissioned }
  - { id: clerk, status: commissioned, reviewed: 2026-01-01, review_every: 30d }
  - { id: bound, status: commissioned, data_classes: [public] }
  - { id: off, status: suspended }
people: [{ id: omar, roles: [manager] }]
tools:
  - { name: invoke, server: agents, effects: [delegate], resource: none,
      args: { type: object, properties: { agent: { type: string }, task: { type: string } } } }
  - { name: read, server: files, effects: [read], reversible: true, resource: { type: file, id: args.path } }
  - { name: wipe, server: files, effects: [delete], resource: { type: file, id: args.path } }
  - { name: pay, server: bank, effects: [pay], reversible: false, resource: none }
resources:
  - { match: "file:*", classification: public }
  - { match: "file:/hr/**", classification: restricted }`;

const POLICY = `kind: Policy
name: p
version: 1.0.0
session: { labels: [{ name: seen, when: "action.name == 'read'" }] }
rules:
  - { id: read, effect: allow, actions: [files/read] }
  - { id: no-hr, effect: deny, actions: [files/*],
      when: "resource.classification == 'restricted' && subject.id != 'clerk'" }
  - { id: wipe, effect: allow, subjects: ["agent:clerk"], actions: [files/wipe], resources: ["file:/tmp/**"] }
  - { id: pay, effect: require_approval, subjects: ["agent:clerk"], actions: [bank/pay],
      approval: { approvers: ["role:manager"] } }
  - { id: small, effect: allow, subjects: ["agent:boss"], actions: [bank/pay],
      when: "args.amount < 5.0 && !('seen' in session.labels)" }
  - { id: delegate, effect: allow, subjects: ["agent:boss"], actions: [agents/invoke], when: "args.agent == 'clerk'" }`;

const assembled = assemble(POLICY, CATALOG);
const oracle = new Oracle(assembled.set, Date.parse("2026-05-04T00:00:00Z"));

function radius(id: string, events?: readonly Event[]): BlastRadius {
  const agent = assembled.set.catalog.agents.get(id)?.agent;
  if (agent === undefined) throw new Error(id);
  let usage: UsageTally | undefined;
  if (events !== undefined) {
    usage = new UsageTally();
    for (const event of decode(events)) usage.add(event);
  }
  return blastRadius(oracle, assembled.documents, { agent, usage });
}

const told = (reach: BlastRadius["reach"]): readonly string[] =>
  reach.map(
    ({ tool, resourceClass, access, atMost }) =>
      `${access}${access === "conditional" ? ` (${atMost})` : ""} ${tool} ${resourceClass ?? "-"}`,
  );

describe("blast radius", () => {
  it("says what is allowed, what an approval opens, and what hangs on arguments, by tool and class", () => {
    expect(told(radius("clerk").reach)).toEqual([
      "allowed files/read restricted",
      "allowed files/read public",
      "approval bank/pay -",
      "conditional (allowed) files/wipe restricted",
      "conditional (allowed) files/wipe public",
    ]);
  });

  it("takes any state as possible, and shows the conditions", () => {
    const pay = radius("boss").reach.find(({ tool }) => tool === "bank/pay");
    expect(pay).toMatchObject({
      access: "conditional",
      atMost: "allowed",
      missing: ["args", "session"].map(() => expect.any(String)),
    });
    expect(pay?.conditions).toEqual([
      {
        rule: "p/small",
        effect: "allow",
        when: "args.amount < 5.0 && !('seen' in session.labels)",
        resources: [],
      },
    ]);
  });

  it("reaches what agents may do that it may invoke, as far as the rules let it name them", () => {
    const { via } = radius("boss");
    expect(via.map(({ agent, chain, access }) => [agent, chain, access])).toEqual([
      ["clerk", ["boss"], "allowed"],
    ]);
    expect(via[0]).toMatchObject({ reviewed: "2026-01-01", reviewDue: "2026-01-31" });
    expect(told(via[0]?.reach ?? [])).toContain("approval bank/pay -");
  });

  it("design 2.6: a suspended agent may do nothing, and data classes bound it", () => {
    expect(radius("off").reach).toEqual([]);
    expect(told(radius("bound").reach)).toEqual(["allowed files/read public"]);
  });

  it("lists what it never used, as a policy that loads and takes exactly that away", () => {
    const read = call({
      subject: { type: "agent", id: "clerk", credential: { kind: "workload", id: "k" } },
      action: { server: "files", name: "read" },
      context: { on_behalf_of: { type: "human", id: "omar" }, task: { id: "T", type: "filing" } },
    });
    const found = radius("clerk", [read]);
    expect(found.neverUsed).toEqual(["bank/pay", "files/wipe"]);
    expect(found.assumed.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "credential workload k",
      "person human:omar",
      "task filing",
    ]);
    const patch = found.patch ?? "";
    expect(loadDocuments([{ file: "patch.yaml", text: patch }]).diagnostics).toEqual([]);
    const less = assemble(POLICY, CATALOG, patch.replace("apiVersion: agentz/v1\n", ""));
    const agent = less.set.catalog.agents.get("clerk")?.agent;
    if (agent === undefined) throw new Error("clerk");
    expect(
      told(
        blastRadius(new Oracle(less.set, oracle.now), less.documents, { agent, usage: undefined })
          .reach,
      ),
    ).toEqual(["allowed files/read restricted", "allowed files/read public"]);
  });
});

describe("who can", () => {
  const answer = (
    action: string,
    resource?: { type: string; id: string },
  ): Pick<WhoCanResult, "who" | "denied"> => {
    const found = whoCan(oracle, assembled.documents, { action, resource });
    if ("message" in found) throw new Error(`${found.message} (${found.help})`);
    return found;
  };
  const ask = (action: string): readonly string[] =>
    answer(action).who.map(({ subject, access, tool }) => `${access} ${subject} ${tool}`);

  it("answers for a tool, a pattern and a bare name", () => {
    expect(ask("bank/pay")).toEqual([
      "conditional agent:boss bank/pay",
      "approval agent:clerk bank/pay",
    ]);
    expect(ask("pay")).toEqual(ask("bank/*"));
  });

  it("answers for one resource by its class", () => {
    const { who, denied } = answer("files/read", { type: "file", id: "/hr/salaries" });
    expect(
      who.map(({ subject, access, resourceClass }) => [subject, access, resourceClass]),
    ).toEqual([["agent:clerk", "allowed", "restricted"]]);
    expect(denied).toEqual(expect.arrayContaining(["agent:boss", "agent:off", "human:omar"]));
  });

  it("lists what allows, each with its conditions, approvals and denials apart", () => {
    const small = {
      rule: "p/small",
      effect: "allow",
      when: "args.amount < 5.0 && !('seen' in session.labels)",
      resources: [],
    };
    expect(answer("bank/pay").who[0]).toMatchObject({
      subject: "agent:boss",
      allows: [small],
      approvals: [],
      denies: [],
    });
    expect(answer("bank/pay").who[1]).toMatchObject({
      subject: "agent:clerk",
      allows: [],
      approvals: [{ rule: "p/pay", when: null }],
      denies: [],
    });
    // one that is certain is listed beside one that is not
    const read = answer("files/read", { type: "file", id: "/pub/a" }).who.find(
      ({ subject }) => subject === "agent:boss",
    );
    expect(read).toMatchObject({ access: "allowed", allows: [{ rule: "p/read" }] });
  });

  const REFUSED: readonly (readonly [
    action: string,
    resource: { type: string; id: string } | undefined,
    message: RegExp,
  ])[] = [
    ["new/tool", undefined, /names a tool `new\/tool` \(there is agents\/invoke, bank\/pay/],
    ["bank/pya", undefined, /\(did you mean `bank\/pay`\?\)/],
    ["Bank/pay", undefined, /\(did you mean `bank\/pay`\?\)/],
    ["pya", undefined, /\(did you mean `pay`\?\)/],
    ["files/raed", undefined, /\(did you mean `files\/read`\?\)/],
    ["file/*", undefined, /names a tool `file\/\*`/],
    ["nothing*", undefined, /names a tool `nothing\*`/],
    ["files/read", { type: "fiel", id: "/a" }, /type `fiel` \(did you mean `file`\?\)/],
    ["files/read", { type: "volume", id: "v" }, /resources of the type `volume`/],
    [
      "bank/pay",
      { type: "file", id: "/a" },
      /`bank\/pay` never uses a resource of the type `file` \(leave out the resource\)/,
    ],
  ];

  it.each(REFUSED)("refuses what nothing names: %s", (action, resource, message) => {
    expect(() => answer(action, resource)).toThrow(message);
  });

  it(
    "asks about a tool that a rule names and no catalog lists, and about one of a server of " +
      "which nothing is listed",
    () => {
      const bare = assemble(
        "kind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: a, effect: allow, actions: " +
          "[crm/lookup, 'erp/*', send] }\n  - { id: b, effect: deny, actions: ['**'], when: args.x " +
          "== true }",
      );
      const asked = (action: string): unknown => {
        const found = whoCan(new Oracle(bare.set, oracle.now), bare.documents, {
          action,
          resource: undefined,
        });
        return "message" in found ? found.help : [...new Set(found.who.map(({ tool }) => tool))];
      };
      expect(["crm/lookup", "crm/*", "erp/post", "mail/send", "send"].map(asked)).toEqual([
        ["crm/lookup"],
        ["crm/lookup"],
        ["erp/post"],
        ["mail/send"],
        ["host/send"],
      ]);
      expect(["crm/lookpu", "hr/fire", "zzz"].map(asked)).toEqual([
        "did you mean `crm/lookup`?",
        "there is crm/lookup",
        "there is lookup",
      ]);
    },
  );
});
