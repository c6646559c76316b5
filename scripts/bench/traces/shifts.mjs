// State of another shape: few sessions of thousands of calls, state by agent and by person, short
// windows, lists of values that many calls read. The same seed gives the same events.
import { seeded } from "../seeded.mjs";

const START = Date.UTC(2026, 4, 4);
const SHIFT = 5000;
const DESKS = 24;
const ACTIONS = ["check", "check", "reserve", "move", "move", "release", "tell"];

/** Events in the order of time: of 24 desks, each a session for 5,000 calls. */
export function* generateShifts(calls, seed = 4711) {
  const next = seeded(seed);
  const below = (n) => Math.floor(next() * n);
  const taken = new Array(DESKS).fill(0);
  for (let i = 0; i < calls; i++) {
    const desk = below(DESKS);
    const session = `desk-${desk}/${Math.floor(taken[desk]++ / SHIFT)}`;
    const name = ACTIONS[below(ACTIONS.length)];
    yield {
      id: `s-${i}`,
      time: new Date(START + i * 900 + below(800)).toISOString(),
      session,
      subject: { type: "agent", id: `porter-${below(300)}` },
      action: { kind: "tool_call", server: "stock", name },
      args: {
        pallet: `pal-${below(60_000)}`,
        weight: below(9000) / 10,
        bay: below(200),
        remark: `bay ${below(200)}, belt ${below(40)}, counted twice by the people of the night`,
      },
      resource: { type: "pallet", id: `hall-${below(9)}/pal-${below(60_000)}` },
      context: {
        surface: "belt",
        on_behalf_of: { type: "human", id: `lead-${below(900)}` },
        delegation: [],
      },
      decision: { effect: "allow" },
      outcome: { status: next() < 0.95 ? "ok" : "error" },
    };
  }
}

const POLICY = (n) => `apiVersion: agentz/v1
kind: Policy
name: shifts
version: 1.0.0
owner: bench
description: what may be moved, by what was moved before
session:
  labels:
    - { name: heavy, when: "action.name == 'move' && args.weight > 890.0" }
    - { name: told, when: "action.name == 'tell'" }
  counters:
    - { name: moved, add: args.weight, when: "action.name == 'move'", within: 10m, key: subject }
    - { name: held, add: "1.0", when: "action.name == 'reserve'", within: 1h, key: on_behalf_of }
    - { name: checks, add: "1.0", when: "action.name == 'check'", on: completed }
  values:
    - { name: known, add: args.pallet, when: "action.name == 'check'", within: 1h, max: 500 }
rules:
  - { id: check, effect: allow, actions: [stock/check] }
  - { id: reserve, effect: allow, actions: [stock/reserve], when: "session.counters.held < ${3 + (n % 5)}.0" }
  - { id: reserve-known, effect: deny, actions: [stock/reserve], when: "args.pallet in session.values.known" }
  - { id: move, effect: allow, actions: [stock/move], when: "session.counters.moved + args.weight <= ${900 + n}.0" }
  - { id: move-heavy, effect: require_approval, actions: [stock/move], when: "args.weight > 850.0" }
  - { id: release, effect: allow, actions: [stock/release], when: "session.counters.checks > 3.0" }
  - { id: release-bay, effect: deny, actions: [stock/release], when: "args.bay > ${190 - (n % 9)}" }
  - { id: tell, effect: allow, actions: [stock/tell], when: "!('heavy' in session.labels)" }
  - { id: quiet, effect: deny, actions: [stock/tell], when: "'told' in session.labels && args.bay < 20" }
  - { id: night, effect: deny, actions: ["stock/*"], when: "now.getHours() == 3 && args.weight > 500.0" }
`;

/** The rules after the n-th edit, as texts by file name. */
export const shiftTexts = (n = 0) => [["policy.yaml", POLICY(n)]];
