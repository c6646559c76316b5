import { expect } from "vitest";
import { mappedImporter } from "../../../../src/mapping/mapped-importer.ts";
import { decodeMapping } from "../../../../src/mapping/mapping.ts";
import type { Variant } from "../import-all.ts";

/** An importer by a mapping of `event`. */
export function mapped(event: object, more: object = {}): ReturnType<typeof mappedImporter> {
  const decoded = decodeMapping({ apiVersion: "agentz/v1", kind: "Mapping", event, ...more });
  if ("problems" in decoded) throw new Error(JSON.stringify(decoded.problems));
  return mappedImporter(decoded.mapping, { name: "generic", title: "x" });
}

interface Mapped extends Variant {
  readonly event: object;
  readonly more?: object;
}

const csv = { format: "csv" };
const T = "2026-01-02T10:00:00.000Z";
const ACTION = { name: "record.tool" };
/** Records of JSON Lines and CSV, by mappings. */
export const GENERIC_VARIANTS: readonly Mapped[] = [
  {
    of: "JSON Lines",
    event: { id: "record.id", action: ACTION },
    content: [
      { id: "1", tool: "a" },
      { id: "2", tool: "b" },
    ],
    calls: [
      { id: "1", action: { name: "a" } },
      { id: "2", action: { name: "b" } },
    ],
  },
  {
    of: "a list at the top, over several lines",
    event: { action: ACTION },
    content: JSON.stringify([{ tool: "a" }, { tool: "b" }], undefined, 2),
    calls: [{ id: "log/0" }, { id: "log/1", action: { name: "b" } }],
  },
  {
    of: "CSV, with cells that are text",
    event: { action: ACTION, args: { n: "record.n" } },
    more: csv,
    content: "tool,n\na,05\n",
    calls: [{ action: { name: "a" }, args: { n: "05" } }],
  },
  {
    of: "CSV with semicolons",
    event: { action: ACTION, args: { n: "record.n" } },
    more: { ...csv, delimiter: ";" },
    content: 'tool;n\na;"1,5;x"\n',
    calls: [{ args: { n: "1,5;x" } }],
  },
  {
    of: "CSV with tabs",
    event: { action: ACTION, args: { n: "int(record.n)" } },
    more: { ...csv, delimiter: "\t" },
    content: "tool\tn\na\t7\n",
    calls: [{ args: { n: 7 } }],
  },
  {
    of: "CSV with names that are no identifiers",
    event: { action: { name: "record['Tool name']" } },
    more: csv,
    content: '"Tool name",n\na,1\n',
    calls: [{ action: { name: "a" } }],
  },
  {
    of: "arguments as JSON text in a cell",
    event: { action: ACTION, args: "record.arguments" },
    more: { ...csv, json: ["record.arguments"] },
    content: 'tool,arguments\na,"{""n"": 1, ""l"": [null]}"\nb,\n',
    calls: [{ args: { n: 1, l: [null] } }, { action: { name: "b" } }],
  },
  {
    of: "JSON text inside an object; what is none is counted",
    event: { action: { name: "record.body.payload.tool" } },
    more: { json: ["record.body.payload"] },
    content: [
      { body: { payload: '{"tool":"a"}' } },
      { body: { payload: "tool=a" } },
      { body: { payload: { tool: "b" } } },
      { body: 1 },
    ],
    calls: [{ action: { name: "a" } }, { action: { name: "b" } }],
    causes: [
      "a record gives no event: the line has no `action`, `subject`, `resource` or `args`, so it is not a call",
      "the text of `payload` is not JSON",
    ],
  },
  {
    of: "times: RFC 3339, seconds, milliseconds, microseconds, nanoseconds, digits",
    event: { time: "record.at" },
    content: [
      "2026-01-02T11:00:00+01:00",
      1767348000,
      1767348000000,
      1767348000000000,
      "1767348000000000000",
      "1767348000",
    ].map((at) => ({ at })),
    calls: [
      { time: "2026-01-02T11:00:00+01:00" },
      { time: T },
      { time: T },
      { time: T },
      { time: T },
      { time: T },
    ],
  },
  {
    of: "a time that is none is left out, and counted",
    event: { time: "record.at", action: ACTION },
    content: [
      { at: "yesterday", tool: "a" },
      { at: true, tool: "b" },
    ],
    calls: [{ action: { name: "a" } }, { action: { name: "b" } }],
    causes: ["`time` is not a time that agentz can read"],
  },
  {
    of: "a time that an expression builds",
    event: { time: "timestamp(record.day + 'T' + record.hour + ':00:00Z')" },
    content: [{ day: "2026-01-02", hour: "10" }],
    calls: [{ time: T }],
  },
  {
    of: "records that `when` leaves out",
    event: { action: ACTION },
    more: { when: "record.?kind.orValue('') == 'call'" },
    content: [{ kind: "call", tool: "a" }, { kind: "log" }, {}],
    calls: [{ action: { name: "a" } }],
  },
  {
    of: "lists in lists, with their numbers",
    event: {
      id: "record.id + '.' + string(turn_index) + '.' + string(call_index)",
      action: { name: "call" },
    },
    more: { each: { turn: "record.turns", call: "turn.calls" } },
    content: [{ id: "r", turns: [{ calls: ["a"] }, { calls: [] }, { calls: ["b", "c"] }] }],
    calls: [
      { id: "r.0.0", action: { name: "a" } },
      { id: "r.2.0" },
      { id: "r.2.1", action: { name: "c" } },
    ],
  },
  {
    of: "the file and the line",
    event: { session: "file", parent: "string(line)" },
    content: [{}, {}],
    calls: [{ session: "log.jsonl", parent: "1" }, { parent: "2" }],
  },
  {
    of: "decisions; a rule alone is none",
    event: {
      decision: {
        effect: "{'PERMIT': 'allow', 'BLOCK': 'deny', 'ASK': 'require_approval'}[record.d]",
        rule: "record.r",
        pdp: "'gw'",
      },
    },
    content: ["PERMIT", "BLOCK", "ASK", "?"].map((d) => ({ d, r: "p/r" })),
    calls: [
      { decision: { effect: "allow", rule: "p/r", pdp: "gw" } },
      { decision: { effect: "deny" } },
      { decision: { effect: "require_approval" } },
      {},
    ],
  },
  {
    of: "an effect in other words is refused",
    event: { decision: { effect: "record.d" } },
    content: [{ d: "yes" }],
    calls: [],
    causes: [
      "a record gives no event: `decision.effect` must be `allow`, `deny` or `require_approval`",
    ],
  },
  {
    of: "whole members by one expression, approvals among them",
    event: {
      subject: "{'type': 'agent', 'id': record.who}",
      context:
        "{'on_behalf_of': {'type': 'human', 'id': record.user}, 'approvals': record.ok.map(a, {'by': 'human:' + a})}",
    },
    content: [{ who: "a", user: "ann", ok: ["lea"] }],
    calls: [
      {
        subject: { type: "agent", id: "a" },
        context: { on_behalf_of: { type: "human", id: "ann" }, approvals: [{ by: "human:lea" }] },
      },
    ],
  },
  {
    of: "outcome, labels and what is masked",
    event: {
      outcome: { status: "record.code < 400.0 ? 'ok' : 'error'" },
      labels: { incident: "record.bad" },
      unrecorded: "record.masked.map(m, 'args.' + m)",
    },
    content: [{ code: 500, bad: true, masked: ["iban"] }],
    calls: [
      { outcome: { status: "error" }, labels: { incident: true }, unrecorded: ["args.iban"] },
    ],
  },
  {
    of: "a label that is neither true nor false gives no event, and one that is not there none",
    event: { args: "{'n': record.n}", labels: { incident: "record.bad" } },
    content: [{ n: 1, bad: "yes" }, { n: 2, bad: null }, { n: 3 }, { n: 4, bad: false }],
    calls: [
      { args: { n: 2 } },
      { args: { n: 3 } },
      { args: { n: 4 }, labels: { incident: false } },
    ],
    causes: ['a record gives no event: `labels.incident` must be true or false, not "yes"'],
  },
  {
    of: "what is not there is unrecorded, what cannot be worked out is counted",
    event: { session: "record.s", args: { n: "double(record.n)" } },
    content: [{ n: "many", s: "x" }, { n: "2" }, {}],
    calls: [{ session: "x" }, { args: { n: 2 } }, {}],
    causes: [expect.stringContaining("`args.n` has no value: ")],
  },
  {
    of: "keys that every object has, and null, are not there",
    event: {
      session: "record.constructor",
      parent: "record.toString",
      subject: { id: "record['__proto__']", type: "record.x" },
    },
    content: [{ x: null }],
    calls: [{}],
  },
  {
    of: "records that are no objects",
    event: { action: ACTION },
    content: "5\nnull\n[1]\n{\n",
    calls: [],
    causes: ["a record is not an object", "the JSON text is truncated"],
  },
  {
    of: "flags say what the log does not",
    event: { action: ACTION },
    options: {
      subject: { type: "agent", id: "x" },
      server: "crm",
      model: "m",
      onBehalfOf: { type: "human", id: "ann" },
    },
    content: [{ tool: "a" }],
    calls: [
      {
        subject: { type: "agent", id: "x" },
        action: { name: "a", server: "crm" },
        context: { model: { name: "m" }, on_behalf_of: { id: "ann" } },
      },
    ],
  },
];
