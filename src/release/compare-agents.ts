import { everyToolText } from "../text/every-tool.ts";
import { dayText } from "../text/time.ts";
import type { ChangeImpact } from "../proof/judge-change.ts";
import { indexCatalogs, type CatalogIndex } from "../engine/catalog-index.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import type { Agent, Catalog, Document, Manifest, ManifestTool } from "../policy/model.ts";
import type { Change } from "./change.ts";
import type { Reads } from "../policy/reads.ts";
import { compareSchemas } from "./schema-order.ts";
import { allowsEveryTool, graveEffects } from "./every-tool.ts";
import { CANNOT_TELL, NARROWS, NOTHING_MOVES, WIDENS } from "./verdict.ts";
import { ownerMove } from "../text/owner-moves.ts";

interface Told {
  readonly words: string;
  readonly verdict: ChangeImpact;
}

/** A bound that allows more the larger it is; undefined: no bound. */
function limit(
  name: string,
  before: number | undefined,
  after: number | undefined,
  show: (value: number) => string,
): readonly Told[] {
  if (before === after) return [];
  const words =
    before === undefined
      ? `${name} is now limited to ${show(after ?? 0)}`
      : after === undefined
        ? `${name} is no longer limited`
        : `${name} goes from ${show(before)} to ${show(after)}`;
  return [{ words, verdict: (after ?? Infinity) < (before ?? Infinity) ? NARROWS : WIDENS }];
}

/** A list of what is allowed; undefined: everything is. */
function allowed(
  name: string,
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly Told[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ words: `${name} is now restricted`, verdict: NARROWS }];
  if (after === undefined) return [{ words: `${name} is no longer restricted`, verdict: WIDENS }];
  const gained = after.filter((item) => !before.includes(item));
  const lost = before.filter((item) => !after.includes(item));
  return [
    ...(gained.length === 0
      ? []
      : [
          {
            words: `${name} gains ${gained.map((item) => `\`${item}\``).join(", ")}`,
            verdict: WIDENS,
          },
        ]),
    ...(lost.length === 0
      ? []
      : [
          {
            words: `${name} loses ${lost.map((item) => `\`${item}\``).join(", ")}`,
            verdict: NARROWS,
          },
        ]),
  ];
}

function duration(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}

function argsTold(before: ManifestTool, after: ManifestTool): readonly Told[] {
  const verdict = compareSchemas(before.args ?? true, after.args ?? true);
  return verdict.moves
    ? [{ words: `the arguments allowed to \`${after.name}\` change`, verdict }]
    : [];
}

/** What the list of tools of a manifest gains and loses; `effects`: what is grave among all tools. */
function toolsTold(
  before: Manifest | undefined,
  after: Manifest | undefined,
  effects: readonly string[],
): readonly Told[] {
  const names = (manifest: Manifest | undefined): readonly string[] | undefined =>
    manifest?.tools?.map((tool) => tool.name);
  const [old, now] = [names(before), names(after)];
  if (before === undefined || after === undefined || old === undefined || now === undefined)
    return allowed("its manifest", old, now);
  return allowsEveryTool(after) && !allowsEveryTool(before)
    ? [{ words: `its manifest now allows ${everyToolText(effects)}`, verdict: WIDENS }]
    : allowed("its manifest", old, now);
}

function manifestTold(
  before: Manifest | undefined,
  after: Manifest | undefined,
  effects: readonly string[],
): readonly Told[] {
  const shared = (before?.tools ?? []).flatMap((tool) =>
    (after?.tools ?? [])
      .filter((other) => other.name === tool.name)
      .map((other) => [tool, other] as const),
  );
  return [
    ...toolsTold(before, after, effects),
    ...shared.flatMap(([old, now]) => argsTold(old, now)),
    ...allowed("its list of sources", before?.sources, after?.sources),
    ...limit("calls in a session", before?.maxCalls, after?.maxCalls, String),
    ...limit("the length of a session", before?.maxDuration, after?.maxDuration, duration),
  ];
}

const READABLE = [
  "registered",
  "owner",
  "purpose",
  "status",
  "expires",
  "reviewed",
  "review_every",
  "data_classes",
];

/** What conditions can read of an agent, as plain values. */
function attributes(agent: Agent | undefined): ReadonlyMap<string, string> {
  if (agent === undefined) return new Map();
  const { owner, purpose, status, expires, reviewed, reviewEvery, dataClasses } = agent;
  const own = {
    owner,
    purpose,
    status,
    expires,
    reviewed: reviewed?.time,
    review_every: reviewEvery,
    data_classes: dataClasses === undefined ? undefined : [...dataClasses].sort(),
    registered: true,
  };
  return new Map(
    [...Object.entries(agent.attributes), ...Object.entries(own)].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, JSON.stringify(value)] as const],
    ),
  );
}

function readTold(
  reads: Reads,
  before: Agent | undefined,
  after: Agent | undefined,
): readonly Told[] {
  const [old, now] = [attributes(before), attributes(after)];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
    (name) => old.get(name) !== now.get(name),
  );
  return changed
    .filter((name) => reads.has("subject", name))
    .map((name) => ({
      words: `\`subject.${name}\` changes, which conditions read`,
      verdict: CANNOT_TELL,
    }));
}

function silentTold(before: Agent, after: Agent): readonly Told[] {
  const changed = [...attributes(after)]
    .filter(
      ([name, value]) =>
        attributes(before).get(name) !== value &&
        !["owner", "status", "expires", "data_classes"].includes(name),
    )
    .map(([name]) => name);
  const gone = [...attributes(before).keys()].filter(
    (name) => !attributes(after).has(name) && !READABLE.includes(name),
  );
  const names = [...changed, ...gone];
  return names.length === 0
    ? []
    : [
        {
          words: `${names.map((name) => `\`${name}\``).join(", ")} ${names.length === 1 ? "changes" : "change"}`,
          verdict: NOTHING_MOVES,
        },
      ];
}

/** Who answers for the agent now, where that is somebody else. */
function ownerTold({ owner: old }: Agent, { owner }: Agent): readonly Told[] {
  if (old === owner) return [];
  return [{ words: `its owner goes ${ownerMove(old, owner)}`, verdict: NOTHING_MOVES }];
}

function statusTold(before: Agent, after: Agent): readonly Told[] {
  if (before.status === after.status) return [];
  const verdict =
    before.status === "commissioned"
      ? NARROWS
      : after.status === "commissioned"
        ? WIDENS
        : NOTHING_MOVES;
  return [{ words: `its status goes from ${before.status} to ${after.status}`, verdict }];
}

function changedAgent(
  { effects }: Indexed,
  reads: Reads,
  { before, after }: { readonly before: Agent; readonly after: Agent },
): readonly Told[] {
  const told = [
    ...statusTold(before, after),
    ...limit("its expiry", before.expires, after.expires, dayText),
    ...allowed("its list `data_classes`", before.dataClasses, after.dataClasses),
    ...manifestTold(before.manifest, after.manifest, effects),
    ...readTold(reads, before, after),
  ];
  return [...told, ...ownerTold(before, after), ...silentTold(before, after)];
}

interface Indexed {
  readonly before: CatalogIndex;
  readonly after: CatalogIndex;
  /** What tools of the later catalogs do that is grave. */
  readonly effects: readonly string[];
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name));
}

function newAgent({ before, after, effects }: Indexed, reads: Reads, agent: Agent): Told {
  const isBroad = agent.manifest?.tools !== undefined && allowsEveryTool(agent.manifest);
  const words = isBroad
    ? `it is new, and its manifest allows ${everyToolText(effects)}`
    : "it is new";
  if (reads.has("subject", "registered") || readTold(reads, undefined, agent).length > 0)
    return { words, verdict: CANNOT_TELL };
  if (before.listsAgents && before.unregistered === "deny")
    return { words: `${words}, and was denied before`, verdict: WIDENS };
  return after.unregistered === "deny"
    ? {
        words: `${words}; the catalog now lists agents, so it denies all others`,
        verdict: NARROWS,
      }
    : { words, verdict: NARROWS };
}

function goneAgent({ before, after }: Indexed, reads: Reads, agent: Agent): Told {
  const words = "it was removed";
  // a name that no record gives any more is read off the event instead, where the subject's id is
  // not recorded
  if (
    readTold(reads, agent, undefined).length > 0 &&
    !sameNames(before.names.subject, after.names.subject)
  )
    return { words, verdict: CANNOT_TELL };
  return after.listsAgents && after.unregistered === "deny"
    ? { words: `${words}, and is denied`, verdict: NARROWS }
    : { words, verdict: WIDENS };
}

function agentTold(
  index: Indexed,
  reads: Reads,
  pair: { readonly before: Agent | undefined; readonly after: Agent | undefined },
): readonly Told[] {
  const { before, after } = pair;
  if (before !== undefined && after !== undefined)
    return changedAgent(index, reads, { before, after });
  if (after !== undefined) return [newAgent(index, reads, after)];
  return before === undefined ? [] : [goneAgent(index, reads, before)];
}

function agentsOf(documents: readonly Document[]): ReadonlyMap<string, Agent> {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  return new Map(
    catalogs.flatMap((catalog) => catalog.agents ?? []).map((agent) => [agent.id, agent]),
  );
}

/** The canonical text of one agent's record. */
function recordText(agent: Agent | undefined, like: Catalog | undefined): string {
  return agent === undefined || like === undefined
    ? ""
    : canonicalJson(
        canonicalCatalogs([
          {
            ...like,
            agents: [agent],
            people: [],
            tools: [],
            resources: [],
            attributes: [],
            decisionPoints: [],
            data: [],
            unregistered: "deny",
          },
        ]),
      );
}

interface AgentPair {
  readonly id: string;
  readonly before: Agent | undefined;
  readonly after: Agent | undefined;
}

/** The agents whose record means something else. */
function changedAgents(
  before: readonly Document[],
  after: readonly Document[],
): readonly AgentPair[] {
  const [old, now] = [agentsOf(before), agentsOf(after)];
  const like = [...after, ...before].find((document) => document.kind === "Catalog");
  const ids = [...new Set([...old.keys(), ...now.keys()])].sort();
  return ids
    .map((id) => ({ id, before: old.get(id), after: now.get(id) }))
    .filter(({ before: a, after: b }) => recordText(a, like) !== recordText(b, like));
}

/** What changed of the agents of two catalogs, and what it can do. */
export function compareAgents(
  sets: { readonly before: readonly Document[]; readonly after: readonly Document[] },
  reads: Reads,
): readonly Change[] {
  const index = {
    before: indexCatalogs(sets.before),
    after: indexCatalogs(sets.after),
    effects: graveEffects(sets.after),
  };
  return changedAgents(sets.before, sets.after).flatMap(({ id, before, after }) => {
    const told = agentTold(index, reads, { before, after });
    const known = told.length > 0 ? told : [{ words: "its record changes", verdict: CANNOT_TELL }];
    return known.map(({ words, verdict }) => ({
      about: `agent ${id}`,
      sentence: `agent \`${id}\`: ${words}`,
      verdict,
    }));
  });
}

/** Agents that may do more than before while the day of their last review stands still. */
export function unreviewedGrowth(
  before: readonly Document[],
  after: readonly Document[],
): readonly string[] {
  return changedAgents(before, after).flatMap(({ id, before: old, after: now }) => {
    if (old === undefined || now === undefined || old.reviewed?.time !== now.reviewed?.time)
      return [];
    const grown = [
      ...statusTold(old, now),
      ...limit("its expiry", old.expires, now.expires, dayText),
      ...allowed("its list `data_classes`", old.dataClasses, now.dataClasses),
      ...manifestTold(old.manifest, now.manifest, []),
    ].filter(({ verdict }) => verdict.widens);
    const reviewed =
      now.reviewed === undefined
        ? "no review is recorded"
        : `\`reviewed\` is still ${now.reviewed.text}`;
    return grown.length === 0
      ? []
      : [
          `agent \`${id}\` may do more (${grown.map(({ words }) => words).join("; ")}), and ${reviewed}`,
        ];
  });
}
