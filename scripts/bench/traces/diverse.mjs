// Calls unlike each other: agents, tools, people, sessions, resources and amounts are drawn apart,
// so that hardly two calls agree in all that rules read. The same seed gives the same events.
import { seeded } from "../seeded.mjs";

const AREAS = "ledger depot clinic campus harbor studio bureau garden market archive".split(" ");
const VERBS = "open list fetch amend approve cancel share print merge purge".split(" ");
const OBJECTS = ["invoice", "parcel"];
const ROLES = "clerk nurse tutor pilot editor auditor steward planner".split(" ");
const CHANNELS = "desk phone mail chat kiosk".split(" ");
const ZONES = "test stage live lab".split(" ");
const CLASSES = "public internal confidential restricted".split(" ");
const START = Date.UTC(2026, 0, 5);

/** The tools: 200 names, each of a server of its area. */
export const TOOLS = AREAS.flatMap((area) =>
  VERBS.flatMap((verb) =>
    OBJECTS.map((object) => ({ server: `${area}-tools`, name: `${verb}_${object}` })),
  ),
);

function drawer(seed) {
  const next = seeded(seed);
  const below = (n) => Math.floor(next() * n);
  const of = (list) => list[below(list.length)];
  const some = (list, share) => list.filter(() => next() < share);
  return { next, below, of, some };
}

/** Events in the order of time, each a call. */
export function* generateDiverse(calls, seed = 811) {
  const d = drawer(seed);
  for (let i = 0; i < calls; i++) {
    const area = d.of(AREAS);
    const person = d.below(3000);
    yield {
      id: `d-${i}`,
      time: new Date(START + i * 83).toISOString(),
      session: `visit-${d.below(20000)}`,
      subject: {
        type: d.next() < 0.9 ? "agent" : "service",
        id: `${area}-helper-${d.below(50)}`,
        team: d.of(AREAS),
        cleared: d.some(CLASSES, 0.6),
      },
      action: { kind: "mcp_request", ...d.of(TOOLS) },
      args: {
        amount: d.below(90_000) / 10,
        copies: 1 + d.below(40),
        path: `/${d.of(AREAS)}/${d.of(ZONES)}/${d.of(OBJECTS)}-${d.below(9000)}.txt`,
        note: `for ${d.of(ROLES)} ${d.below(100_000)} at the ${d.of(CHANNELS)}`,
      },
      resource: {
        type: d.of(OBJECTS),
        id: `${d.of(AREAS)}-${d.below(50_000)}`,
        classification: d.of(CLASSES),
        environment: d.of(ZONES),
        tenant: `t${d.below(40)}`,
      },
      context: {
        surface: d.of(CHANNELS),
        region: `r${d.below(12)}`,
        approved_roles: d.some(ROLES, 0.15),
        signals: { injection: d.below(100) / 100, dlp: d.below(100) / 100 },
        on_behalf_of: {
          type: "human",
          id: `person-${person}`,
          tenant: `t${person % 40}`,
          roles: d.some(ROLES, 0.25),
        },
      },
      decision: { effect: "allow" },
    };
  }
}

/** Rules of one shape each, for five areas, verbs, roles and channels. */
function rulesOf(n) {
  const limit = 8000 - 10 * n;
  const rules = [];
  const add = (effect, when) => rules.push({ effect, when });
  for (let i = 0; i < 5; i++) {
    const [area, verb, role] = [AREAS[i], VERBS[i + 5], ROLES[i]];
    add("deny", `action.server == '${area}-tools' && args.amount > ${limit + 100 * i}.0`);
    add("deny", `action.name.startsWith('${verb}') && !('${role}' in context.approved_roles)`);
    add("deny", `subject.id.startsWith('${AREAS[i + 5]}-') && resource.environment == 'live'`);
    add("deny", `args.path.startsWith('/${area}/live') && context.surface == '${CHANNELS[i]}'`);
    add("allow", `subject.team == '${area}' && resource.classification in subject.cleared`);
    add("allow", `'${role}' in context.on_behalf_of.roles && args.copies < ${10 + i + (n % 3)}`);
    add("allow", `context.region == 'r${i}' && resource.tenant == context.on_behalf_of.tenant`);
    add("allow", `action.name == '${VERBS[i]}_parcel' && context.signals.injection < 0.${9 - i}`);
  }
  return rules;
}

/** The forty rules after the n-th edit, as texts by file name. */
export function diverseTexts(n = 0) {
  const rules = rulesOf(n).map(
    ({ effect, when }, i) => `  - { id: r${i}, effect: ${effect}, when: ${JSON.stringify(when)} }`,
  );
  const head = "apiVersion: agentz/v1\nkind: Policy\nname: diverse\nversion: 1.0.0\nowner: bench\n";
  return [["policy.yaml", `${head}description: forty rules\nrules:\n${rules.join("\n")}\n`]];
}
