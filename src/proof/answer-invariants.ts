import { compareApprovals } from "../engine/demand.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { decideSingle } from "../engine/single.ts";
import type { Approval, Document, Invariant, InvariantRule } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import { unparse } from "../condition/unparse.ts";
import { truthIn } from "./answer.ts";
import { mayExist, plainCalls } from "./call-existence.ts";
import { claimedSet, type ClaimedSet } from "./claimed-set.ts";
import { allOf, type Formula } from "./formula.ts";
import { approvedCall } from "./given-approvals.ts";
import { approvalRules, permittedCalls } from "./permitted-calls.ts";
import { existingWorld, permittedWorld } from "./permitted-world.ts";
import { findSession, isEmptyState, NO_STATE, runSession, testCall } from "./session-search.ts";
import { searchModels, type Model, type SearchResult } from "./solver.ts";
import { draftWitnesses, type Witness } from "./witness.ts";
import { Work } from "./work.ts";

/** What the prover found out about one rule of an invariant. */
export type Found =
  | { readonly answer: "proved"; readonly why: string | undefined }
  | { readonly answer: "refuted"; readonly calls: readonly Request[]; readonly outcome: Outcome }
  | { readonly answer: "cannot_tell"; readonly why: string; readonly help: string };

/** Steps that one question may cost: a second or two. */
const STEPS = 12_000_000;
const BRANCHES = 40_000;
const VISITS = 40;
/** States for which a session is looked for, at most. */
const MAX_STATES = 8;

interface Question {
  readonly claimed: ClaimedSet;
  /** The calls that are spoken about, and those that break the invariant if they are permitted. */
  readonly spoken: Formula;
  readonly breaking: Formula;
  /** Whether a call that is decided so breaks it, approvals aside. */
  readonly fits: (outcome: Outcome) => boolean;
  /** What has to be asked for; undefined: nothing makes up for it. */
  readonly approval: Approval | undefined;
}

function questionOf(claimed: ClaimedSet, invariant: Invariant, rule: InvariantRule): Question {
  const [calls, subjects, label] = (["calls", "subjects", "label"] as const).map((part) =>
    claimed.nameOf(invariant, rule, part),
  );
  const asked = [
    ...(calls === undefined ? [] : [{ name: calls, wanted: true }]),
    ...(subjects !== undefined && rule.is === "only_by" ? [{ name: subjects, wanted: false }] : []),
    ...(label !== undefined && rule.after !== undefined ? [{ name: label, wanted: true }] : []),
  ];
  const spoken = allOf(
    asked.map(({ name, wanted }) => claimed.claimOf(name)(wanted ? "true" : "false")),
  );
  const approval = rule.is === "only_with" ? rule.approval : undefined;
  return {
    claimed,
    spoken,
    breaking: allOf([spoken, permittedCalls(claimed.analysed), weaklyApproved(claimed, approval)]),
    fits: (outcome) => asked.every(({ name, wanted }) => truthIn(outcome, name) === wanted),
    approval,
  };
}

/** Calls of which no rule asks for an approval at least this strong. */
function weaklyApproved({ analysed }: ClaimedSet, approval: Approval | undefined): Formula {
  if (approval === undefined) return allOf([]);
  return allOf(
    approvalRules(analysed)
      .filter(({ rule }) => isStrong(approval, rule.approval === undefined ? [] : [rule.approval]))
      .map(({ claim }) => claim("false")),
  );
}

function isStrong(asked: Approval, given: readonly Approval[]): boolean {
  return compareApprovals([asked], given) !== "laxer";
}

function approvalsOf(outcome: Outcome): readonly Approval[] {
  return outcome.members.flatMap(({ rules }) =>
    rules.flatMap((item) => item.compiled.approval?.approval ?? []),
  );
}

/** Whether the engine permits a call although the invariant says never. */
function breaks({ fits, approval }: Question, outcome: Outcome): boolean {
  return (
    outcome.decision.permitted &&
    fits(outcome) &&
    (approval === undefined || !isStrong(approval, approvalsOf(outcome)))
  );
}

/** What the search met on its way, for whoever is told that nothing is known. */
interface Met {
  /** States for which a session was looked for. */
  states: number;
  state: Witness | undefined;
  model: Model | undefined;
  impossible: boolean;
}

/** A draft as calls that can exist. */
function existing(question: Question, draft: Witness, met: Met): readonly Witness[] {
  const { analysed, set } = question.claimed;
  const calls = plainCalls(set, testCall({ time: analysed.now, ...draft.request }));
  const found = calls.filter((request) => mayExist(set, { request, state: NO_STATE }));
  if (found.length === 0) met.impossible = true;
  return found.map((request) => ({ request, state: draft.state }));
}

/** A call, or a session, that breaks the invariant as the engine decides it. */
function realise(question: Question, draft: Witness, met: Met): readonly Request[] | undefined {
  const { claimed } = question;
  const { analysed, set } = claimed;
  for (const state of isEmptyState(draft.state) ? [NO_STATE] : [NO_STATE, draft.state]) {
    const call = approvedCall(set, draft.request, (one) =>
      breaks(question, decideSingle(analysed.set, one, state)),
    );
    if (call === undefined) continue;
    if (state !== NO_STATE) {
      met.state ??= { request: call, state };
      if (met.states++ >= MAX_STATES) return undefined;
    }
    const shows = (outcome: Outcome): boolean => breaks(question, outcome);
    const session = findSession(analysed, set, { request: call, state }, shows);
    if (session !== undefined && runSession(set, session)?.decision.permitted === true)
      return session;
  }
  return undefined;
}

/** Looks through the models of a formula for calls that break the invariant. */
function search(question: Question, formula: Formula, met: Met): SearchResult<readonly Request[]> {
  const { analysed } = question.claimed;
  return searchModels<readonly Request[]>(formula, {
    work: new Work({ question: STEPS, run: STEPS }),
    branches: BRANCHES,
    visits: VISITS,
    infer: analysed.facts,
    first: question.spoken,
    visit: (model) => {
      met.model ??= model;
      for (const draft of draftWitnesses(analysed, model)) {
        for (const call of existing(question, draft, met)) {
          const calls = realise(question, call, met);
          if (calls !== undefined) return calls;
        }
      }
      return undefined;
    },
  });
}

/**
 * WHY two searches: calls are found sooner among those that the catalog allows to exist, and a
 * proof is about all.
 */
function answer(question: Question): Found {
  const { claimed, breaking } = question;
  const met: Met = { states: 0, state: undefined, model: undefined, impossible: false };
  const likely = search(question, allOf([breaking, existingWorld(claimed.set)]), met);
  const result = likely.kind === "none" ? search(question, breaking, met) : likely;
  if (result.kind === "none") return { answer: "proved", why: vacuity(question) };
  const outcome = result.kind === "found" ? runSession(claimed.set, result.value) : undefined;
  return result.kind === "found" && outcome !== undefined
    ? { answer: "refuted", calls: result.value, outcome }
    : cannotTell(met);
}

/** Why a proof says little: no call is spoken about at all. */
function vacuity({ claimed: { analysed }, spoken }: Question): string | undefined {
  const { kind } = searchModels(allOf([spoken, permittedWorld(analysed.set)]), {
    work: new Work({ question: STEPS, run: STEPS }),
    infer: analysed.facts,
    visit: () => true,
  });
  return kind === "none"
    ? "no call of any agent fits it, so it says nothing: look at its scope and condition"
    : undefined;
}

/** Parts of conditions of which a model knows the text alone. */
function opaqueParts(model: Model): readonly string[] {
  return [...model.values()].flatMap(({ variable: { expr } }) =>
    expr === undefined ? [] : [unparse(expr)],
  );
}

const SHOWN = 3;

function cannotTell({ state, model, impossible }: Met): Found {
  if (state !== undefined)
    return {
      answer: "cannot_tell",
      why: `a call would break it on the session state ${JSON.stringify(state.state)}, and no session of up to four permitted calls was found that leads there`,
      help: "name the state in a deny rule, or say `after` of a label that can be reached",
    };
  const opaque = model === undefined ? [] : opaqueParts(model);
  if (opaque.length > 0)
    return {
      answer: "cannot_tell",
      why: `only the text of ${opaque
        .slice(0, SHOWN)
        .map((part) => `\`${part}\``)
        .join(", ")} is understood, and no call was found that the engine permits`,
      help: "compare with `==`, `in`, an order, `startsWith`, `endsWith` or `contains`, or give an inline example (`match`) of a call that gets through",
    };
  if (impossible)
    return {
      answer: "cannot_tell",
      why: "every call that was found is one that the catalog does not allow to exist",
      help: "name the tools and callers in the rules as the catalog does",
    };
  return {
    answer: "cannot_tell",
    why:
      model === undefined
        ? "the question is too large: it was given up"
        : "calls that may break it were found, and the engine permits none of those that were tried",
    help: "narrow the invariant's scope to one tool, or split it",
  };
}

/** One rule of an invariant, and how to answer it. */
export interface AskedInvariant {
  readonly id: string;
  readonly rule: InvariantRule;
  readonly answer: () => Found;
}

/**
 * The rules of all invariants of a set, each to be answered over every request and every state
 * (design 17.2); `now`, in milliseconds, is the time of calls that are shown.
 */
export function askInvariants(
  documents: readonly Document[],
  set: CompiledSet,
  now: number,
): readonly AskedInvariant[] {
  const claimed = claimedSet(documents, set, now);
  return documents.flatMap((document) =>
    document.kind === "Invariant"
      ? document.rules.map((rule) => ({
          id: `${document.name}/${rule.id}`,
          rule,
          answer: () => answer(questionOf(claimed, document, rule)),
        }))
      : [],
  );
}
