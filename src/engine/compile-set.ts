import { compileCondition } from "../condition/compile.ts";
import type { DelegationMode, Document, Policy } from "../policy/model.ts";
import { canonicalCatalogs } from "../policy/canonical-catalog.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { compileEntityGlob, type EntityGlob } from "../policy/glob.ts";
import type { Sha256 } from "./approval-evidence.ts";
import { AttributeHost } from "./attributes.ts";
import { indexCatalogs, type CatalogIndex } from "./catalog-index.ts";
import {
  compileRule,
  compileTest,
  compileValue,
  type CompiledRule,
  type Evaluate,
  type Test,
} from "./compiled-rule.ts";
import {
  collectDeclarations,
  unknownState,
  type Declarations,
  type UnknownState,
} from "./declarations.ts";
import { NO_ENTITY } from "./entity.ts";
import type { IdReader, ResourceContext } from "./identify.ts";
import { compileManifest, isBounded, type CompiledManifest } from "./manifest.ts";
import { PlanMemo } from "./applicable-rules.ts";
import { ResourceIndex } from "./resource-index.ts";
import type { EvaluationContext, StateView } from "./evaluation-context.ts";

/**
 * A session-state declaration's conditions, compiled; `add` is undefined on labels, `key` on the
 * built-in keys.
 */
export interface CompiledDeclaration {
  readonly when: Test | undefined;
  readonly add: Evaluate | undefined;
  readonly key: Evaluate | undefined;
}

/**
 * A policy set compiled for deciding: documents in, a pure function of call and state out (design
 * 4).
 */
export interface CompiledSet {
  readonly catalog: CatalogIndex;
  readonly context: ResourceContext;
  readonly rules: readonly CompiledRule[];
  /** Which of them may apply to whom and to what. */
  readonly plans: PlanMemo;
  readonly modes: readonly {
    readonly mode: DelegationMode;
    readonly target: readonly EntityGlob[] | undefined;
  }[];
  readonly manifests: ReadonlyMap<string, CompiledManifest>;
  readonly declarations: Declarations;
  readonly unknownState: UnknownState;
  readonly compiled: {
    readonly labels: readonly CompiledDeclaration[];
    readonly counters: readonly CompiledDeclaration[];
    readonly values: readonly CompiledDeclaration[];
  };
  readonly host: AttributeHost;
  readonly sha256: Sha256;
  /**
   * What the catalogs say together, in one form: sets of one form see every call's entities alike.
   */
  readonly catalogForm: () => string;
  /**
   * Whether a rule contains a session (or a tool in one), and whether one revokes a subject (design
   * 6.5).
   */
  readonly contains: { readonly sessions: boolean; readonly subjects: boolean };
  /** Whether policies declare session state, and whether manifests bound the calls of a session. */
  readonly declares: boolean;
  /** Whether some of that state hangs on how calls ended. */
  readonly awaits: boolean;
  readonly bounds: boolean;
  /** True where what earlier calls did can matter to a later one. */
  readonly stateful: boolean;
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

const NO_STATE: StateView = { label: () => false, counter: () => 0, values: () => [] };

/** A tool's `resource.id` over the arguments alone. */
function idReader(evaluate: Evaluate): IdReader {
  return (request, mask) =>
    evaluate({
      request,
      mask,
      subject: NO_ENTITY,
      action: NO_ENTITY,
      resource: NO_ENTITY,
      state: NO_STATE,
      outcomeKnown: false,
    });
}

/** Whether a set reads what earlier calls left, approvals that are used up aside. */
export function keepsState({ declares, bounds, contains }: CompiledSet): boolean {
  return declares || bounds || contains.sessions || contains.subjects;
}

function idReaders(catalog: CatalogIndex, host: AttributeHost): ReadonlyMap<string, IdReader> {
  const readers = new Map<string, IdReader>();
  for (const [name, { tool }] of catalog.tools) {
    if (tool.resource === undefined || tool.resource === "none") continue;
    readers.set(name, idReader(compileCondition<EvaluationContext>(tool.resource.id.expr, host)));
  }
  return readers;
}

function manifestsOf(catalog: CatalogIndex): ReadonlyMap<string, CompiledManifest> {
  const manifests = new Map<string, CompiledManifest>();
  for (const [id, { agent }] of catalog.agents) {
    const compiled = compileManifest(agent);
    if (compiled !== undefined) manifests.set(id, compiled);
  }
  return manifests;
}

function compileDeclarations(
  declarations: Declarations,
  host: AttributeHost,
): CompiledSet["compiled"] {
  const one = (
    d: Declarations["labels"][number] | Declarations["counters"][number],
  ): CompiledDeclaration => ({
    when: d.when === undefined ? undefined : compileTest(d.when.expr, host),
    add: "add" in d ? compileValue(d.add, host) : undefined,
    key: d.key.by === "condition" ? compileValue(d.key.condition, host) : undefined,
  });
  return {
    labels: declarations.labels.map(one),
    counters: declarations.counters.map(one),
    values: declarations.values.map(one),
  };
}

function modesOf(policies: readonly Policy[]): CompiledSet["modes"] {
  return policies
    .map((policy) => ({
      mode: policy.delegation,
      target: policy.target?.subjects.map(compileEntityGlob),
    }))
    .filter(({ mode }) => mode !== "subject");
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => (made ??= make());
}

function containsWhat(rules: readonly CompiledRule[]): CompiledSet["contains"] {
  const acts = new Set(
    rules.map(({ rule }) => (rule.mode === "enforce" ? rule.onDeny : undefined)),
  );
  return {
    sessions:
      acts.has("block_tool") || acts.has("suspend_session") || acts.has("terminate_session"),
    subjects: acts.has("revoke_credential"),
  };
}

function boundsSessions(manifests: ReadonlyMap<string, CompiledManifest>): boolean {
  return [...manifests.values()].some(isBounded);
}

/** What of earlier calls a set keeps, and why. */
function keptState(
  { labels, counters, values }: Declarations,
  rules: readonly CompiledRule[],
  manifests: ReadonlyMap<string, CompiledManifest>,
): Pick<CompiledSet, "contains" | "declares" | "awaits" | "bounds" | "stateful"> {
  const declared = [...labels, ...counters, ...values];
  const contains = containsWhat(rules);
  const [declares, bounds] = [declared.length > 0, boundsSessions(manifests)];
  return {
    contains,
    declares,
    awaits: declared.some(({ on }) => on === "completed"),
    bounds,
    stateful:
      declares ||
      bounds ||
      contains.sessions ||
      contains.subjects ||
      rules.some(({ approval }) => approval !== undefined),
  };
}

/**
 * Compiles documents that loaded and checked without errors. `sha256` gives the lower-case hex
 * digest of a text. The order of documents, rules and files means nothing (design 4.1): rules are
 * kept by name.
 */
export function compileSet(documents: readonly Document[], sha256: Sha256): CompiledSet {
  const catalog = indexCatalogs(documents);
  const declarations = collectDeclarations(documents);
  const host = new AttributeHost(documents, catalog, declarations);
  const policies = documents.filter((d) => d.kind === "Policy");
  const rules = policies
    .flatMap((policy) => policy.rules.map((rule) => compileRule(policy, rule, host)))
    .sort(byName);
  const manifests = manifestsOf(catalog);
  const resources = new ResourceIndex(documents);
  return {
    catalog,
    context: { catalog, resources, idReaders: idReaders(catalog, host) },
    rules,
    plans: new PlanMemo({ rules }),
    modes: modesOf(policies),
    manifests,
    declarations,
    unknownState: unknownState(declarations),
    compiled: compileDeclarations(declarations, host),
    host,
    sha256,
    catalogForm: once(() =>
      canonicalJson(canonicalCatalogs(documents.filter((d) => d.kind === "Catalog"))),
    ),
    ...keptState(declarations, rules, manifests),
  };
}
