import type { Document, Invariant, Place, Policy, Rule, Scope } from "../policy/model.ts";

/** A set whose patterns are looked at. */
export interface PatternedSet {
  readonly policies: readonly Policy[];
  readonly analysed: { readonly documents: readonly Document[] };
  /** The place of a node at a YAML path of a document, or of its nearest ancestor. */
  readonly locate: (document: Document, path: string) => Place;
}

export type ScopeList = "subjects" | "actions" | "resources";

/** One pattern of a policy, where it stands and what list it is in. */
export interface Pattern {
  readonly text: string;
  readonly list: ScopeList;
  readonly index: number;
  /** The whole list. */
  readonly all: readonly string[];
  /** Where it stands; looked up when asked, since most patterns are never reported. */
  readonly place: () => Place;
  readonly policy: Policy;
  /** Undefined in a policy's target. */
  readonly rule?: Rule;
  /** The scopes that have to fit with it, its own last. */
  readonly scopes: readonly Scope[];
}

const LISTS: readonly ScopeList[] = ["subjects", "actions", "resources"];

interface Where {
  readonly policy: Policy;
  readonly path: string;
  readonly rule?: Rule;
  readonly scopes: readonly Scope[];
}

function* ofScope(context: PatternedSet, scope: Scope, at: Where): Generator<Pattern> {
  for (const list of LISTS) {
    const all = scope[list] ?? [];
    for (const [index, text] of all.entries()) {
      const place = (): Place => context.locate(at.policy, `${at.path}.${list}[${index}]`);
      const { policy, rule, scopes } = at;
      yield {
        text,
        list,
        index,
        all,
        place,
        policy,
        scopes,
        ...(rule === undefined ? {} : { rule }),
      };
    }
  }
}

/** Every pattern of the set's policies: targets, rules and their exceptions. */
export function* patternsOf(context: PatternedSet): Generator<Pattern> {
  for (const policy of context.policies) {
    const { target } = policy;
    if (target !== undefined)
      yield* ofScope(context, target, { policy, path: "$.target", scopes: [target] });
    for (const rule of policy.rules) {
      yield* ofScope(context, rule, { policy, path: rule.place.path, rule, scopes: [rule] });
      for (const exception of rule.exceptions) {
        yield* ofScope(context, exception, {
          policy,
          path: exception.place.path,
          rule,
          scopes: [rule, exception],
        });
      }
    }
  }
}

/** A pattern, what it is on, and where it stands. */
export interface PlacedPattern {
  readonly text: string;
  readonly on: "subject" | "approver" | "action" | "resource";
  readonly place: () => Place;
}

const ON = { subjects: "subject", actions: "action", resources: "resource" } as const;

function* ofApprovers(context: PatternedSet): Generator<PlacedPattern> {
  for (const policy of context.policies) {
    for (const rule of policy.rules) {
      const lists = [
        { path: "approval.approvers", names: rule.approval?.approvers ?? [] },
        { path: "obligations.notify", names: rule.obligations?.notify ?? [] },
      ];
      for (const { path, names } of lists) {
        for (const [i, text] of names.entries()) {
          if (text.startsWith("role:")) continue;
          yield {
            text,
            on: "approver",
            place: () => context.locate(policy, `${rule.place.path}.${path}[${i}]`),
          };
        }
      }
    }
  }
}

function* ofCatalog(context: PatternedSet, document: Document): Generator<PlacedPattern> {
  if (document.kind !== "Catalog") return;
  for (const { match, place } of document.resources)
    yield { text: match, on: "resource", place: () => place };
  for (const { manifest } of document.agents ?? []) {
    for (const { name, place } of manifest?.tools ?? [])
      yield { text: name, on: "action", place: () => place };
    for (const [i, text] of (manifest?.sources ?? []).entries()) {
      const path = `${manifest?.place.path ?? "$"}.sources[${i}]`;
      yield { text, on: "resource", place: () => context.locate(document, path) };
    }
  }
}

/** Every pattern of a set, those of approvers and catalogs included. */
export function* allPatterns(context: PatternedSet): Generator<PlacedPattern> {
  for (const { text, list, place } of patternsOf(context)) yield { text, on: ON[list], place };
  yield* ofApprovers(context);
  for (const document of context.analysed.documents) yield* ofCatalog(context, document);
}

/** A pattern of the calls that an invariant is about, or of those who may make them. */
export type ClaimPattern = Pick<Pattern, "text" | "list" | "place">;

function* ofInvariant(context: PatternedSet, invariant: Invariant): Generator<ClaimPattern> {
  for (const rule of invariant.rules) {
    const lists = { ...rule.calls, ...(rule.is === "only_by" && { subjects: rule.subjects }) };
    for (const list of LISTS) {
      for (const [index, text] of (lists[list] ?? []).entries()) {
        const path = `${rule.place.path}.${rule.is}.${list}[${index}]`;
        yield { text, list, place: () => context.locate(invariant, path) };
      }
    }
  }
}

/** Every pattern of the set's invariants. */
export function* invariantPatterns(context: PatternedSet): Generator<ClaimPattern> {
  for (const document of context.analysed.documents)
    if (document.kind === "Invariant") yield* ofInvariant(context, document);
}
