// The benchmark's calls: forty sessions at a time of about twenty calls each, two and a half
// seconds apart, every session with its end. One call in twenty lacks an attribute that rules read.
// The same seed gives the same events.
import { seeded } from "./seeded.mjs";

export const TEAMS = ["support", "sales", "finance", "coder", "research", "security"];
/** Which tools a team's agents call, the frequent ones repeated. */
const WORK = {
  support: [
    "crm/lookup",
    "crm/lookup",
    "crm/lookup",
    "crm/update",
    "payments/refund",
    "payments/refund",
    "mail/send",
    "memory/recall",
    "memory/store",
  ],
  sales: [
    "crm/lookup",
    "crm/export",
    "mail/send",
    "mail/send",
    "web/fetch",
    "files/read",
    "warehouse/query",
  ],
  finance: [
    "payments/payout",
    "payments/payout",
    "crm/export",
    "files/read",
    "warehouse/query",
    "mail/send",
  ],
  coder: ["files/read", "files/read", "files/write", "cloud/deploy", "cloud/delete", "web/fetch"],
  research: [
    "web/fetch",
    "web/fetch",
    "warehouse/query",
    "files/read",
    "mail/send",
    "cloud/delete",
  ],
  security: ["files/read", "files/write", "cloud/delete", "web/fetch", "crm/lookup"],
};
const TASKS = {
  support: ["ticket", "ticket", "refund"],
  sales: ["offer"],
  finance: ["closing"],
  coder: ["change"],
  research: ["briefing"],
  security: ["review"],
};
const PEOPLE = Array.from({ length: 400 }, (_, i) => `p-${i}`);
const WORDS = (
  "parcel arrived late and one of the shirts has a hole near the seam please look into it " +
  "before friday thank you"
).split(" ");
const START = Date.UTC(2026, 2, 2);
const STEP = 2592;
const OPEN = 40;
/** Characters of free text in arguments: with these a line has 671 bytes in the mean. */
const NOTE = 19;
const TEXT = 76;

/** Draws what a call needs from one seeded stream. */
class Draw {
  constructor(seed) {
    this.next = seeded(seed);
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  /** Words to a length of about `size` characters. */
  text(size) {
    const words = [];
    for (let length = 0; length < size; ) {
      const word = this.of(WORDS);
      words.push(word);
      length += word.length + 1;
    }
    return words.join(" ");
  }
  order() {
    const region = this.next() < 0.02 ? "vip" : this.next() < 0.5 ? "eu" : "us";
    return `${region}-${this.below(30000)}`;
  }
  path() {
    const folder = this.of(["share", "share", "share", "share", "finance", "secure", "live"]);
    const name = this.next() < 0.02 ? ".ssh/id" : `${this.of(WORDS)}-${this.below(500)}.md`;
    return `/srv/${folder}/${this.of(WORDS)}/${name}`;
  }
}

/** The arguments and the resource of a call on each tool. */
const CALLS = {
  "crm/lookup": (d) => ofOrder({ order: d.order(), note: d.text(NOTE) }),
  "crm/update": (d) => ofOrder({ order: d.order(), note: d.text(NOTE) }),
  "crm/export": (d) => ofOrder({ order: d.order(), rows: d.below(80) * 100, note: d.text(NOTE) }),
  "payments/refund": (d) =>
    ofOrder({
      order: d.order(),
      amount: d.below(14000) / 100,
      currency: d.next() < 0.97 ? d.of(["EUR", "USD", "GBP"]) : "XAU",
      note: d.text(NOTE),
    }),
  "payments/payout": (d) => ({
    args: {
      iban: `XX${100000 + d.below(24) * 7919}`,
      amount: d.below(250000) / 100,
      requested_by: d.of(PEOPLE),
      note: d.text(NOTE),
    },
  }),
  "mail/send": (d) => ({
    args: {
      to: `${d.of(WORDS)}.${d.below(900)}@${d.next() < 0.5 ? "acme.example" : "post.example"}`,
      recipients: 1 + d.below(24),
      attachments: d.next() < 0.1 ? 1 : 0,
      body: d.text(TEXT),
    },
  }),
  "files/read": (d) => ofFile({ path: d.path(), note: d.text(NOTE) }),
  "files/write": (d) => ofFile({ path: d.path(), text: d.text(TEXT) }),
  "web/fetch": (d) => ({
    args: {
      url: `${d.next() < 0.02 ? "http://10.0.0" : "https://shop.example"}/${d.of(WORDS)}/${d.below(40000)}`,
      method: d.next() < 0.9 ? "GET" : "POST",
      bytes: d.below(52) * 100000,
      note: d.text(NOTE),
    },
  }),
  "cloud/deploy": (d) =>
    ofService({
      service: `${d.of(["dev", "live", "lab"])}-${d.below(60)}`,
      environment: d.of(["dev", "staging", "production"]),
      note: d.text(NOTE),
    }),
  "cloud/delete": (d) =>
    ofService({ service: `${d.of(["dev", "live", "lab"])}-${d.below(60)}`, note: d.text(NOTE) }),
  "warehouse/query": (d) =>
    ofTable({
      table: `${d.of(["sales", "hr", "open"])}.${d.of(WORDS)}`,
      rows: d.below(11) * 1000,
      sql: `select ${d.text(TEXT)}`,
    }),
  "memory/recall": (d) =>
    ofMemory({ key: `${d.of(["eu", "us"])}/${d.of(WORDS)}`, note: d.text(NOTE) }),
  "memory/store": (d) =>
    ofMemory({ key: `${d.of(["eu", "us"])}/${d.of(WORDS)}`, text: d.text(TEXT) }),
};
const ofOrder = (args) => ({ args, resource: { type: "order", id: args.order } });
const ofFile = (args) => ({ args, resource: { type: "file", id: args.path } });
const ofService = (args) => ({ args, resource: { type: "service", id: args.service } });
const ofTable = (args) => ({ args, resource: { type: "table", id: args.table } });
const ofMemory = (args) => ({ args, resource: { type: "memory", id: args.key } });

function openSession(d, number) {
  const team = d.of(TEAMS);
  const agent = `${team}-${d.below(4)}`;
  const person = d.of(PEOPLE);
  return {
    id: `run-${number}`,
    team,
    subject: { type: "agent", id: agent, credential: { kind: "workload", id: `svid-${agent}` } },
    person,
    task: { id: `T-${number}`, type: d.of(TASKS[team]), project: team },
    region: d.next() < 0.8 ? "eu" : "us",
    request: d.text(20),
    left: 12 + d.below(17),
    taken: 0,
    order: undefined,
  };
}

/** Half of what follows a lookup is about the order that was looked up. */
function sameOrder(d, session, tool, made) {
  if (tool === "crm/lookup") session.order = made.args.order;
  if (tool !== "payments/refund" || session.order === undefined || d.next() < 0.3) return made;
  return ofOrder({ ...made.args, order: session.order });
}

const hundredths = (share) => Math.floor(share * 100) / 100;

function contextOf(d, session, lacks) {
  const signals = { injection: hundredths(d.next() ** 3), dlp: hundredths(d.next() ** 2) };
  return {
    surface: "gateway",
    task: lacks === "task" ? { id: session.task.id } : session.task,
    model: { name: "m-4" },
    request: session.request,
    ...(lacks === "region" ? {} : { region: session.region }),
    ...(lacks === "signals" ? {} : { signals }),
    ...(lacks === "person" ? {} : { on_behalf_of: { type: "human", id: session.person } }),
  };
}

/**
 * What a twentieth of the calls lack; about half of them are on tools whose rules do not read it,
 * so more are drawn.
 */
const LACKING = {
  "crm/lookup": "task",
  "crm/update": "signals",
  "crm/export": "region",
  "payments/refund": "task",
  "payments/payout": "person",
  "mail/send": "signals",
  "files/write": "task",
  "web/fetch": "signals",
  "cloud/delete": "signals",
  "cloud/deploy": "signals",
  "memory/store": "signals",
};

function callOf(d, session, time) {
  const tool = d.of(WORK[session.team]);
  const [server, name] = tool.split("/");
  const lacks = d.next() < 0.068 ? LACKING[tool] : undefined;
  const made = sameOrder(d, session, tool, CALLS[tool](d));
  session.taken++;
  return {
    id: `${session.id}/${session.taken}`,
    time: new Date(time).toISOString(),
    session: session.id,
    subject: session.subject,
    action: { kind: "mcp_request", server, name },
    ...made,
    context: contextOf(d, session, lacks),
    decision: { effect: "allow", pdp: "gateway-1", ms: hundredths(d.next()) },
    outcome: { status: d.next() < 0.98 ? "ok" : "error" },
  };
}

/** Events in the order of time: `calls` calls, and the end of every session that came to one. */
export function* generate(calls, seed = 20260302) {
  const d = new Draw(seed);
  let number = 0;
  const open = Array.from({ length: OPEN }, () => openSession(d, number++));
  for (let i = 0; i < calls; i++) {
    const at = d.below(OPEN);
    const session = open[at];
    const time = START + i * STEP;
    yield callOf(d, session, time);
    if (session.taken < session.left) continue;
    yield {
      id: `${session.id}/end`,
      time: new Date(time + 1).toISOString(),
      session: session.id,
      type: "session_end",
    };
    open[at] = openSession(d, number++);
  }
}
