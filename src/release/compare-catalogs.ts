import { unparse } from "../condition/unparse.ts";
import { indexCatalogs } from "../engine/catalog-index.ts";
import { conditionSteps } from "../engine/condition-steps.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import type { Catalog, Person, ResourceEntry, Tool } from "../policy/model.ts";
import type { Reads } from "../policy/reads.ts";
import type { ChangeImpact } from "../proof/judge-change.ts";
import type { Json } from "../request/json.ts";
import {
  type CatalogSets,
  catalogsOf,
  changesOf,
  paired,
  type RecordPair,
} from "./catalog-pairs.ts";
import type { Change } from "./change.ts";
import { dataChanges } from "./compare-data.ts";
import { canonicalText as text, differing } from "./changed-text.ts";
import { doesText } from "../text/every-tool.ts";
import { listed } from "../text/listed.ts";
import { gravest } from "./every-tool.ts";
import { compareAgents } from "./compare-agents.ts";
import { readsOf } from "./reads.ts";
import { CANNOT_TELL, joinVerdicts, NARROWS, NOTHING_MOVES, WIDENS } from "./verdict.ts";

/** What the policies of a set take from its catalogs. */
interface Uses {
  readonly reads: Reads;
  /** Roles that approvers are named by. */
  readonly roles: ReadonlySet<string>;
  readonly redactsAbove: boolean;
  readonly scopedResources: boolean;
  readonly approvals: boolean;
  /** Whether an agent's record bounds sources, and whether one names classes. */
  readonly sources: boolean;
  readonly classes: boolean;
}

function usesOf({ before, after }: CatalogSets): Uses {
  const rules = after
    .flatMap((document) => (document.kind === "Policy" ? document.rules : []))
    .filter((rule) => rule.mode === "enforce");
  const agents = [...before, ...after].flatMap((document) =>
    document.kind === "Catalog" ? (document.agents ?? []) : [],
  );
  const approvers = rules.flatMap((rule) => rule.approval?.approvers ?? []);
  return {
    reads: readsOf(after),
    roles: new Set(
      approvers
        .filter((name) => name.startsWith("role:"))
        .map((name) => name.slice("role:".length)),
    ),
    redactsAbove: rules.some((rule) => rule.obligations?.redact?.above !== undefined),
    scopedResources: rules.some(
      (rule) =>
        rule.resources !== undefined ||
        rule.exceptions.some((exception) => exception.resources !== undefined),
    ),
    approvals: rules.some((rule) => rule.approval !== undefined),
    sources: agents.some((agent) => agent.manifest?.sources !== undefined),
    classes: agents.some((agent) => agent.dataClasses !== undefined),
  };
}

function attributeVerdict(uses: Uses, root: string, names: readonly string[]): ChangeImpact {
  return names.some((name) => uses.reads.has(root, name)) ? CANNOT_TELL : NOTHING_MOVES;
}

function personVerdict(
  uses: Uses,
  before: Person | undefined,
  after: Person | undefined,
): ChangeImpact {
  const own = (person: Person | undefined): object =>
    person === undefined
      ? {}
      : {
          registered: true,
          ...person.attributes,
          roles: person.roles,
          department: person.department,
          team: person.team,
          tenant: person.tenant,
        };
  const read = attributeVerdict(uses, "subject", differing(own(before), own(after)));
  const roles = (person: Person | undefined): ReadonlySet<string> =>
    new Set(person?.roles.filter((role) => uses.roles.has(role)));
  const [old, now] = [roles(before), roles(after)];
  const gained = [...now].some((role) => !old.has(role));
  // one approver less also takes a refusal that counted (design 6.2)
  const lost = [...old].some((role) => !now.has(role));
  return joinVerdicts([
    read,
    gained ? { ...WIDENS, narrows: true } : NOTHING_MOVES,
    lost ? { ...WIDENS, narrows: true } : NOTHING_MOVES,
  ]);
}

const ACTION_ATTRIBUTES = [
  "effects",
  "reversible",
  "open_world",
  "consequential",
  "definition_digest",
  "definition_changed",
];

function toolAttributes(tool: Tool): object {
  return {
    effects: tool.effects === undefined ? undefined : [...new Set(tool.effects)].sort(),
    reversible: tool.reversible,
    open_world: tool.openWorld,
    consequential: tool.consequential,
    definition_digest: tool.definitionDigest,
    definition_changed: tool.definitionDigest,
  };
}

function resourceOf(tool: Tool): Json {
  if (tool.resource === undefined || tool.resource === "none") return tool.resource ?? null;
  return { type: tool.resource.type, id: unparse(tool.resource.id.expr) };
}

function toolVerdict(uses: Uses, before: Tool | undefined, after: Tool | undefined): ChangeImpact {
  if (before === undefined || after === undefined) {
    const only = before ?? after;
    const used =
      attributeVerdict(uses, "action", ACTION_ATTRIBUTES).moves ||
      uses.reads.has("resource") ||
      uses.scopedResources ||
      uses.approvals ||
      uses.sources ||
      uses.classes;
    if (used || only?.resource !== undefined) return CANNOT_TELL;
    // what is left is that names like it are told apart from it no longer (design 3.6): unknown
    // never widens
    return before === undefined ? NARROWS : WIDENS;
  }
  const changed = differing(toolAttributes(before), toolAttributes(after));
  const sources = uses.sources && changed.includes("effects") ? CANNOT_TELL : NOTHING_MOVES;
  const resource =
    text(resourceOf(before)) === text(resourceOf(after)) ? NOTHING_MOVES : CANNOT_TELL;
  return joinVerdicts([attributeVerdict(uses, "action", changed), sources, resource]);
}

/**
 * What the entries of one pattern say together: where two say the same attribute, they agree
 * (design 2.5).
 */
interface Pattern {
  readonly match: string;
  readonly says: object;
}

function patternsOf(entries: readonly ResourceEntry[]): readonly Pattern[] {
  const patterns = new Map<string, { readonly [name: string]: unknown }>();
  for (const {
    match,
    attributes,
    classification,
    environment,
    owner,
    tenant,
    scope,
    retain,
    fields,
    form,
  } of entries) {
    const known = patterns.get(match) ?? {};
    const said = Object.entries({
      ...attributes,
      classification,
      environment,
      owner,
      tenant,
      scope,
      retain,
      form,
    }).filter(([, value]) => value !== undefined);
    patterns.set(match, {
      ...known,
      ...Object.fromEntries(said),
      ...(fields === undefined ? {} : { fields: { ...Object(known["fields"]), ...fields } }),
    });
  }
  return [...patterns].map(([match, says]) => ({ match, says }));
}

function resourceVerdict(
  uses: Uses,
  before: Pattern | undefined,
  after: Pattern | undefined,
): ChangeImpact {
  const changed = differing(before?.says, after?.says);
  const used =
    (changed.includes("classification") && uses.classes) ||
    (changed.includes("fields") && uses.redactsAbove) ||
    changed.includes("form");
  return joinVerdicts([
    attributeVerdict(uses, "resource", changed),
    used ? CANNOT_TELL : NOTHING_MOVES,
  ]);
}

const CONVERTED: ReadonlySet<string> = new Set(["timestamp", "duration", "int"]);

function declarationVerdict(
  uses: Uses,
  path: string,
  types: readonly (string | undefined)[],
): ChangeImpact {
  const converted = types.map((type) => (type !== undefined && CONVERTED.has(type) ? type : ""));
  return converted[0] === converted[1] || !uses.reads.has(...path.split("."))
    ? NOTHING_MOVES
    : CANNOT_TELL;
}

function unregisteredChange(sets: CatalogSets): readonly Change[] {
  const [before, after] = [
    indexCatalogs(sets.before).unregistered,
    indexCatalogs(sets.after).unregistered,
  ];
  if (before === after) return [];
  const verdict = after === "policy" ? WIDENS : NARROWS;
  return [
    {
      about: "unregistered agents",
      sentence: `${
        after === "policy"
          ? "the policies now decide about agents that no catalog lists; before, these agents were " +
            "denied"
          : "agents that no catalog lists are now denied; before, the policies decided about them"
      }`,
      verdict,
    },
  ];
}

/**
 * More steps let conditions be told that were errors before: an allow may hold now, and a deny may
 * hold no longer.
 */
function stepsChange(sets: CatalogSets): readonly Change[] {
  const [before, after] = [conditionSteps(sets.before), conditionSteps(sets.after)];
  if (before === after) return [];
  const sentence = `a condition may take ${after} steps, and could take ${before}`;
  return [{ about: "steps of conditions", sentence, verdict: after > before ? WIDENS : NARROWS }];
}

function plainTool(tool: Tool): unknown {
  return {
    ...toolAttributes(tool),
    definition_changed: undefined,
    resource: resourceOf(tool),
    args: tool.args,
  };
}

/** The catalogs of both versions, and what policies read of them. */
interface CatalogPair {
  readonly old: readonly Catalog[];
  readonly now: readonly Catalog[];
  readonly uses: Uses;
}

function recordPairs<T>(
  { old, now }: CatalogPair,
  pick: (catalog: Catalog) => readonly T[],
  key: (record: T) => string,
): readonly RecordPair<T>[] {
  return paired(old.flatMap(pick), now.flatMap(pick), key);
}

function personChanges(pair: CatalogPair): readonly Change[] {
  return changesOf(
    "person",
    recordPairs(
      pair,
      ({ people }) => people,
      ({ id }) => id,
    ),
    (a, b) => personVerdict(pair.uses, a, b),
    ({ place: _place, ...rest }) => rest,
  );
}

/** What is to be known of a new tool: `it pays and cannot be undone`; empty where nothing is grave. */
function graveText({ effects = [], reversible }: Tool): string {
  const does = gravest(effects).map(doesText);
  const all = [...does, ...(reversible === false ? ["cannot be undone"] : [])];
  return all.length === 0 ? "" : `: it ${listed(all)}`;
}

function toolChanges(pair: CatalogPair): readonly Change[] {
  const tools = recordPairs(
    pair,
    (catalog) => catalog.tools,
    ({ server, name }) => `${server}/${name}`,
  );
  const fresh = new Map(
    tools.flatMap(({ name, before, after }) =>
      before === undefined && after !== undefined ? [[`tool ${name}`, graveText(after)]] : [],
    ),
  );
  return changesOf("tool", tools, (a, b) => toolVerdict(pair.uses, a, b), plainTool).map(
    (change) => ({ ...change, sentence: `${change.sentence}${fresh.get(change.about) ?? ""}` }),
  );
}

function resourceChanges({ old, now, uses }: CatalogPair): readonly Change[] {
  const patterns = (catalogs: readonly Catalog[]): ReturnType<typeof patternsOf> =>
    patternsOf(catalogs.flatMap(({ resources }) => resources));
  return changesOf(
    "resource",
    paired(patterns(old), patterns(now), ({ match }) => match),
    (a, b) => resourceVerdict(uses, a, b),
    ({ says }) => says,
  );
}

function attributeChanges(pair: CatalogPair): readonly Change[] {
  return changesOf(
    "attribute",
    recordPairs(
      pair,
      ({ attributes }) => attributes,
      ({ path }) => path,
    ),
    (a, b) => declarationVerdict(pair.uses, a?.path ?? b?.path ?? "", [a?.type, b?.type]),
    ({ type }) => type,
  );
}

function pointChanges(pair: CatalogPair): readonly Change[] {
  return changesOf(
    "decision point",
    recordPairs(
      pair,
      ({ decisionPoints }) => decisionPoints,
      ({ id }) => id,
    ),
    () => NOTHING_MOVES,
    ({ place: _place, ...rest }) => rest,
  );
}

/** What was not looked for one by one cannot be classified. */
function otherChanges({ old, now }: CatalogPair): readonly Change[] {
  return text(canonicalCatalogs(old)) === text(canonicalCatalogs(now))
    ? []
    : [{ about: "catalog", sentence: "the catalogs changed", verdict: CANNOT_TELL }];
}

/**
 * Everything that changed between two catalogs of a set, and what each change can do to decisions.
 */
export function compareCatalogs(sets: CatalogSets): readonly Change[] {
  const uses = usesOf(sets);
  const pair = { old: catalogsOf(sets.before), now: catalogsOf(sets.after), uses };
  const changes = [
    ...unregisteredChange(sets),
    ...stepsChange(sets),
    ...compareAgents(sets, uses.reads),
    ...personChanges(pair),
    ...toolChanges(pair),
    ...resourceChanges(pair),
    ...attributeChanges(pair),
    ...pointChanges(pair),
    ...dataChanges(sets),
  ];
  return changes.length === 0 ? otherChanges(pair) : changes;
}
