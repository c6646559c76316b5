import type { DelegationMode, Document, OnDeny } from "../../src/policy/model.ts";
import {
  approversOf,
  askedOf,
  chainOf,
  doubtsOf,
  personOf,
  usesOf,
  waysOf,
  type Asked,
  type Use,
} from "./approvals.ts";
import { EFFECTS, type Decision, type Obligation, type Requirement } from "./decision.ts";
import { rankOf } from "./functions.ts";
import type { Part } from "./glob.ts";
import type { Known } from "./known.ts";
import { catalogDenials, type SessionSoFar } from "./lifecycle.ts";
import {
  actionNode,
  contextNode,
  recordedRoots,
  resourceNode,
  subjectNode,
  type Event,
} from "./request.ts";
import {
  meet,
  policiesOf,
  rulesOf,
  targetOf,
  textOf,
  type Met,
  type NamedRule,
  type Roots,
} from "./rules.ts";
import type { Truth } from "./truth.ts";
import { force, HIDDEN, memberOf, nodeOf, type Node } from "./value.ts";
import {
  isStricter,
  orStricter,
  together,
  worldsOf,
  distinct,
  type Item,
  type World,
} from "./worlds.ts";

/** What earlier calls left for this one to meet. */
export interface Before {
  readonly session: SessionSoFar | undefined;
  readonly stateOf: (roots: Roots) => Node;
  readonly contained: (roots: Roots) => Truth;
  readonly used: Asked["used"];
}

/** One subject that the set decides for: the caller, an agent above it, or the person acted for. */
export interface View {
  readonly roots: Roots;
  readonly items: readonly Item[];
  readonly shadows: readonly Item[];
  readonly met: ReadonlyMap<NamedRule, Met>;
}

export interface Decided {
  readonly decision: Decision;
  readonly worlds: readonly World[];
  /** The caller's roots, state included. */
  readonly roots: Roots;
  /** Containments that this call starts, each with its subject's roots. */
  readonly started: readonly {
    readonly kind: OnDeny;
    readonly roots: Roots;
    readonly sure: boolean;
    readonly paths: readonly string[];
  }[];
  /** The agents above the caller that are known. */
  readonly chain: readonly string[];
  /** What the call did with its approvals. */
  readonly uses: readonly Use[];
  readonly asked: Asked;
  /** Everybody for whom the set decides, or may. */
  readonly views: readonly View[];
  /** Whether somebody who is not recorded decides besides, or may. */
  readonly doubtful: boolean;
}

const NOW = (time: number | undefined): Node =>
  time === undefined ? HIDDEN : { kind: "leaf", value: { type: "timestamp", value: time } };

/**
 * What is known of a call's subject, action, resource, context and arguments, with what the catalog
 * adds.
 */
export function callerRoots(known: Known, event: Event): Map<string, Node> {
  const roots = recordedRoots(event);
  const { node, called } = actionNode(known, roots.get("action") ?? HIDDEN);
  const resource = resourceNode(known, called, roots);
  roots.delete("outcome");
  return new Map([
    ...roots,
    ["subject", subjectNode(known, roots.get("subject") ?? HIDDEN)],
    ["action", node],
    ["resource", resource],
    ["context", contextNode(known, roots.get("context") ?? HIDDEN)],
    ["data", known.data],
    ["now", NOW(event.time)],
  ]);
}

function asSubject(known: Known, roots: Roots, name: string): Map<string, Node> {
  const colon = name.indexOf(":");
  const subject = nodeOf({ type: name.slice(0, colon), id: name.slice(colon + 1) }, "hidden");
  return new Map([...roots, ["subject", subjectNode(known, subject)]]);
}

function viewOf(setting: Setting, bare: Roots): View {
  const { known, event, before } = setting;
  const roots = new Map([...bare, ["session", before.stateOf(bare)]]);
  const met = new Map(setting.rules.map((named) => [named, meet(named, roots, event.time)]));
  const ruleItems = (mode: "enforce" | "shadow"): readonly Item[] =>
    [...met].flatMap(([named, { truth }]) => {
      const { name, rule } = named;
      const { effect, approval, obligations, onDeny } = rule;
      return rule.mode === mode
        ? [
            {
              name,
              text: textOf(named),
              effect,
              truth,
              ...(approval && { approval }),
              ...(obligations && { obligations }),
              ...(onDeny && { onDeny }),
            },
          ]
        : [];
    });
  const denials = [
    ...catalogDenials({ known, event, roots, session: before.session }),
    { name: "containment", truth: before.contained(roots) },
  ];
  const items = [
    ...ruleItems("enforce"),
    ...denials.map((denial) => ({ ...denial, text: denial.name, effect: "deny" as const })),
  ];
  return { roots, items, shadows: ruleItems("shadow"), met };
}

interface Setting {
  readonly documents: readonly Document[];
  readonly rules: readonly NamedRule[];
  readonly known: Known;
  readonly event: Event;
  readonly before: Before;
}

const MODES: readonly DelegationMode[] = ["subject", "agents", "user"];

/**
 * The mode that surely holds, and the stronger ones that may: a policy says so if its target fits
 * the caller (design 4.5).
 */
function modesOf(
  setting: Setting,
  roots: Roots,
): {
  readonly sure: DelegationMode;
  readonly all: readonly DelegationMode[];
  readonly doubts: readonly string[];
} {
  const said = policiesOf(setting.documents).map((policy) => ({
    mode: policy.delegation,
    truth: targetOf(policy, roots),
  }));
  const sure =
    MODES.findLast((mode) => said.some((one) => one.mode === mode && one.truth.is === true)) ??
    "subject";
  const stronger = said.filter(
    (one) => one.truth.is === "unknown" && MODES.indexOf(one.mode) > MODES.indexOf(sure),
  );
  const all = MODES.filter((mode) => mode === sure || stronger.some((one) => one.mode === mode));
  return {
    sure,
    all,
    doubts: stronger.flatMap((one) => (one.truth.is === "unknown" ? one.truth.paths : [])),
  };
}

const namesIn = (parts: readonly Part[]): readonly string[] => [
  ...new Set(parts.flatMap((part) => (typeof part === "object" ? [part.text] : []))),
];

/** Everything that one call's decision is made of. */
interface Case {
  readonly setting: Setting;
  readonly asked: Asked;
  readonly chain: readonly Part[];
  readonly person: Part;
  readonly caller: View;
  readonly agents: readonly View[];
  readonly user: readonly View[];
}

function caseOf(setting: Setting): Case {
  const { known, event, before } = setting;
  const roots = callerRoots(known, event);
  const context = roots.get("context") ?? HIDDEN;
  const [chain, person] = [chainOf(event, context), personOf(context)];
  const view = (name: string): View => viewOf(setting, asSubject(known, roots, name));
  return {
    setting,
    asked: askedOf(known, event, roots, before.used),
    chain,
    person,
    caller: viewOf(setting, roots),
    agents: namesIn(chain).map(view),
    user: namesIn([person]).map(view),
  };
}

function viewsIn(mode: DelegationMode, one: Case): readonly View[] {
  if (mode === "subject") return [one.caller];
  return mode === "agents" ? [one.caller, ...one.agents] : [one.caller, ...one.agents, ...one.user];
}

function isOpen(mode: DelegationMode, one: Case): readonly string[] {
  if (mode === "subject") return [];
  const chain = one.chain.includes("hidden") ? ["context.delegation"] : [];
  return mode === "user" && one.person === "hidden" ? [...chain, "context.on_behalf_of"] : chain;
}

function worldsIn(
  mode: DelegationMode,
  one: Case,
  items: (view: View) => readonly Item[],
): readonly World[] {
  const worlds = together(viewsIn(mode, one).map((view) => worldsOf(one.asked, items(view))));
  return isOpen(mode, one).length > 0 ? orStricter(worlds) : worlds;
}

/** All possible decisions on one call, over all modes of delegation that may hold. */
function allWorlds(
  modes: readonly DelegationMode[],
  one: Case,
  items: (view: View) => readonly Item[],
): readonly World[] {
  return distinct(modes.flatMap((mode) => worldsIn(mode, one, items)));
}

function strictestOf(worlds: readonly World[]): World {
  return worlds.reduce((strictest, world) => (isStricter(world, strictest) ? world : strictest));
}

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

const isUndecided = (item: Item): boolean =>
  item.truth.is === "unknown" || item.truth.is === "error";

function statesOf(asked: Asked, item: Item): readonly string[] {
  return item.approval === undefined ? [] : waysOf(asked, item.approval);
}

function denies(asked: Asked, item: Item): boolean {
  if (item.effect === "deny") return true;
  const states = statesOf(asked, item);
  return states.length === 1 && states[0] === "refused";
}

function mayDeny(asked: Asked, item: Item): boolean {
  return item.effect === "deny" || statesOf(asked, item).includes("refused");
}

/**
 * The rules by which one subject's call is denied: sure ones, else erroneous ones, else nobody's,
 * else those that may.
 */
function denying(
  asked: Asked,
  items: readonly Item[],
  worlds: readonly World[],
): readonly string[] {
  const sure = items.filter((item) => item.truth.is === true && denies(asked, item));
  if (sure.length > 0) return sure.map((item) => item.name);
  const failed = items.filter((item) => item.truth.is === "error" && denies(asked, item));
  if (failed.length > 0) return failed.map((item) => item.name);
  if (worlds.some((world) => world.isDefault)) return ["default"];
  return items
    .filter((item) => item.truth.is !== false && mayDeny(asked, item))
    .map((item) => item.name);
}

/** The rules that decided (design 4.4), of all subjects whose own decision is as strict. */
function deciding(
  asked: Asked,
  views: readonly (readonly Item[])[],
  effect: Decision["effect"],
): readonly string[] {
  const each = views
    .map((items) => ({ items, worlds: worldsOf(asked, items) }))
    .filter(({ worlds }) => strictestOf(worlds).effect === effect);
  if (effect === "deny")
    return each.length === 0
      ? ["default"]
      : sorted(each.flatMap(({ items, worlds }) => denying(asked, items, worlds)));
  const items = each
    .flatMap((one) => one.items)
    .filter((item) => item.effect === effect && item.truth.is !== false);
  const sure = items.filter((item) => item.truth.is === true);
  return sorted((effect === "allow" && sure.length > 0 ? sure : items).map((item) => item.name));
}

function requirementsOf(asked: Asked, items: readonly Item[]): readonly Requirement[] {
  const asking = new Map(
    items
      .filter((item) => item.effect === "require_approval" && item.truth.is !== false)
      .map((item) => [item.name, item]),
  );
  return sorted([...asking.keys()]).flatMap((rule) => {
    const approval = asking.get(rule)?.approval;
    if (approval === undefined) return [];
    const states = waysOf(asked, approval);
    const [only] = states;
    const state = states.length === 1 && only !== undefined ? only : ("unknown" as const);
    return [
      {
        rule,
        approvers: sorted(approval.approvers ?? ["human:*"]),
        quorum: approval.quorum,
        within: approval.within ?? null,
        have: approversOf(asked, approval),
        state,
      },
    ];
  });
}

function summary(requirements: readonly Requirement[]): Decision["approval"] {
  const state = (["refused", "open", "unknown", "satisfied"] as const).find((one) =>
    requirements.some((requirement) => requirement.state === one),
  );
  return { state: state ?? "none", requirements };
}

function fieldsAbove(resource: Node, above: string): readonly string[] {
  const fields = memberOf(resource, "fields");
  if (fields?.kind !== "map") return [];
  return [...fields.members].flatMap(([path, node]) => {
    const found = force({ type: "node", node, path });
    const rank =
      found.kind === "value" && found.value.type === "string"
        ? rankOf(found.value.value)
        : undefined;
    // an unknown classification may be too high
    return found.kind !== "value" || (rank !== undefined && rank > (rankOf(above) ?? 0))
      ? [path]
      : [];
  });
}

export function obligationsOf(items: readonly Item[], resource: Node): readonly Obligation[] {
  const owing = items.filter(
    (item) => item.effect !== "deny" && item.truth.is !== false && item.obligations !== undefined,
  );
  const redact = owing.filter((item) => item.obligations?.redact !== undefined);
  const aboves = redact.flatMap((item) => item.obligations?.redact?.above ?? []);
  const [lowest] = [...aboves].sort((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0));
  const fields = redact.flatMap((item) => [
    ...(item.obligations?.redact?.fields ?? []),
    ...(item.obligations?.redact?.above === undefined
      ? []
      : fieldsAbove(resource, item.obligations.redact.above)),
  ]);
  const log = owing.filter((item) => item.obligations?.log === true);
  const notify = owing.filter((item) => (item.obligations?.notify.length ?? 0) > 0);
  const names = (of: readonly Item[]): readonly string[] => sorted(of.map((item) => item.name));
  return [
    ...(redact.length > 0
      ? [
          {
            type: "redact",
            fields: sorted(fields),
            ...(lowest && { above: lowest }),
            rules: names(redact),
          } as const,
        ]
      : []),
    ...(log.length > 0 ? [{ type: "log", rules: names(log) } as const] : []),
    ...(notify.length > 0
      ? [
          {
            type: "notify",
            to: sorted(notify.flatMap((item) => item.obligations?.notify ?? [])),
            rules: names(notify),
          } as const,
        ]
      : []),
  ];
}

function missingOf(
  one: Case,
  items: readonly Item[],
  doubts: readonly string[],
): Decision["missing"] {
  const reads = items.flatMap((item) => {
    const paths = item.truth.is === "unknown" ? item.truth.paths : [];
    const doubts =
      item.truth.is !== false && item.approval !== undefined
        ? doubtsOf(one.asked, item.approval)
        : [];
    return [...paths, ...doubts].map((path) => [path, item.name] as const);
  });
  for (const path of doubts) reads.push([path, "default"]);
  return sorted(reads.map(([path]) => path)).map((attribute) => ({
    attribute,
    rules: sorted(reads.flatMap(([path, name]) => (path === attribute ? [name] : []))),
  }));
}

function nearestIn(view: View): string | null {
  const candidates = [...view.met].flatMap(([{ name, rule }, { failing }]) =>
    rule.effect === "allow" && rule.mode === "enforce" && failing !== undefined
      ? [{ name, failing }]
      : [],
  );
  candidates.sort((a, b) => a.failing - b.failing || (a.name < b.name ? -1 : 1));
  return candidates[0]?.name ?? null;
}

/** The nearest allow rule of the first subject whose call perhaps nobody permitted. */
function nearestOf(one: Case, views: readonly View[]): string | null {
  for (const view of views) {
    const nearest = worldsOf(one.asked, view.items).some((world) => world.isDefault)
      ? nearestIn(view)
      : null;
    if (nearest !== null) return nearest;
  }
  return null;
}

function shadowsOf(
  one: Case,
  modes: readonly DelegationMode[],
  enforced: Decision["effect"],
): Decision["shadow"] {
  const names = one.setting.rules
    .filter(({ rule }) => rule.mode === "shadow")
    .map(({ name }) => name);
  return sorted(names).flatMap((rule) => {
    const worlds = allWorlds(modes, one, (view) => [
      ...view.items,
      ...view.shadows.filter((item) => item.name === rule),
    ]);
    const { effect } = strictestOf(worlds);
    return effect === enforced ? [] : [{ rule, effect }];
  });
}

/**
 * `doubts`: what it hangs on that these views are asked at all; undefined where they surely are.
 */
function startedBy(
  views: readonly View[],
  doubts: readonly string[] | undefined,
): Decided["started"] {
  return views.flatMap((view) =>
    view.items.flatMap((item) => {
      if (item.onDeny === undefined || item.truth.is === false) return [];
      const paths = [...(item.truth.is === "unknown" ? item.truth.paths : []), ...(doubts ?? [])];
      return [
        {
          kind: item.onDeny,
          roots: view.roots,
          sure: doubts === undefined && item.truth.is !== "unknown",
          paths,
        },
      ];
    }),
  );
}

function decisionOf(
  one: Case,
  modes: ReturnType<typeof modesOf>,
  worlds: readonly World[],
): Decision {
  const views = viewsIn(modes.all.at(-1) ?? modes.sure, one);
  const items = views.flatMap((view) => view.items);
  const { effect, permitted } = strictestOf(worlds);
  const possible = EFFECTS.filter((candidate) =>
    worlds.some((world) => world.effect === candidate),
  );
  const rules = deciding(
    one.asked,
    views.map((view) => view.items),
    effect,
  );
  return {
    effect,
    permitted,
    indeterminate: possible.length > 1 || worlds.some((world) => world.permitted !== permitted),
    possible,
    rules,
    matched: sorted(items.filter((item) => item.truth.is === true).map((item) => item.name)),
    undecided: sorted(items.filter(isUndecided).map((item) => item.name)),
    shadow: shadowsOf(one, modes.all, effect),
    excepted: sorted(
      views.flatMap((view) =>
        [...view.met].flatMap(([{ name }, { excepted }]) => (excepted ? [name] : [])),
      ),
    ),
    nearest: rules.includes("default") ? nearestOf(one, views) : null,
    obligations:
      effect === "deny" ? [] : obligationsOf(items, one.caller.roots.get("resource") ?? HIDDEN),
    approval: summary(requirementsOf(one.asked, items)),
    missing: missingOf(one, items, [
      ...modes.doubts,
      ...isOpen(modes.all.at(-1) ?? modes.sure, one),
    ]),
    errors: sorted(items.filter((item) => item.truth.is === "error").map((item) => item.name)),
  };
}

/** Decides one call on what earlier calls left (design 4). */
export function decide(
  documents: readonly Document[],
  known: Known,
  event: Event,
  before: Before,
): Decided {
  const one = caseOf({ documents, rules: rulesOf(documents), known, event, before });
  const modes = modesOf(one.setting, one.caller.roots);
  const worlds = allWorlds(modes.all, one, (view) => view.items);
  const sure = viewsIn(modes.sure, one);
  const all = viewsIn(modes.all.at(-1) ?? modes.sure, one);
  const asking = all.flatMap((view) => view.items).filter((item) => item.truth.is !== false);
  const ran = worlds.every((world) => world.permitted);
  return {
    decision: decisionOf(one, modes, worlds),
    worlds,
    roots: one.caller.roots,
    started: [
      ...startedBy(sure, undefined),
      ...startedBy(
        all.filter((view) => !sure.includes(view)),
        modes.doubts,
      ),
    ],
    chain: namesIn(one.chain),
    asked: one.asked,
    views: all,
    doubtful: modes.all.length > 1 || isOpen(modes.all.at(-1) ?? modes.sure, one).length > 0,
    uses: worlds.some((world) => world.permitted)
      ? asking.flatMap((item) =>
          item.approval === undefined ? [] : usesOf(one.asked, item.approval, ran),
        )
      : [],
  };
}
