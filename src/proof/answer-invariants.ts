import { compareApprovals } from "../engine/demand.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import type {
  Approval,
  Document,
  Invariant,
  InvariantRule,
  SessionExample,
} from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import { unparse } from "../condition/unparse.ts";
import { atomsOfBranches } from "../condition/structure.ts";
import { allConditions } from "../policy/conditions.ts";
import { isImpossible, truthIn } from "./answer.ts";
import { isConsistent, mayExist, plainCalls } from "./call-existence.ts";
import { claimedSet, type ClaimedSet } from "./claimed-set.ts";
import { partiesWorld } from "./catalog-world.ts";
import { allOf, anyOf, type Formula } from "./formula.ts";
import { approvedCall, ownApprovals } from "./given-approvals.ts";
import { approvalRules, permittedCalls } from "./permitted-calls.ts";
import { existingWorld, permittedWorld, unlistedWorld } from "./permitted-world.ts";
import { NO_STATE, runSession, testCall, type ReachedState } from "./session-search.ts";
import { rewriting } from "./rewriting.ts";
import { searchModels, type SearchResult } from "./solver.ts";
import type { Model } from "./model.ts";
import { draftWitnesses, type Witness } from "./witness.ts";
import { Work } from "./work.ts";

/** What the prover found out about one rule of an invariant. */
export type Found =
  | { readonly answer: "proved"; readonly why: string | undefined }
  | {
      readonly answer: "refuted";
      readonly calls: readonly Request[];
      readonly outcome: Outcome;
      readonly why: string | undefined;
    }
  | { readonly answer: "cannot_tell"; readonly why: string; readonly help: string };

/** Steps that one question may cost: a second or two. */
const STEPS = 6_000_000;
const BRANCHES = 40_000;
const VISITS = 12;
/** Drafts of calls that one search tries, at most. */
const DRAFTS = 1_000;

interface Question {
  readonly claimed: ClaimedSet;
  readonly rule: InvariantRule;
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
    rule,
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
  model: Model | undefined;
  /** A call that would break it if state could be as it says. */
  state: SessionExample | undefined;
  impossible: boolean;
  /** Whether callers and tools have to be listed, where such are. */
  readonly strict: boolean;
  /** Drafts that may still be tried. */
  left: number;
}

/** A draft as calls that can exist. */
function existing({ claimed }: Question, draft: Witness, met: Met): readonly Request[] {
  const { analysed, set } = claimed;
  const calls = plainCalls(set, testCall({ time: analysed.now, ...draft.request }));
  const fits = met.strict ? mayExist : isConsistent;
  const found = calls.filter((request) => fits(set, { request, state: NO_STATE }));
  if (found.length === 0) met.impossible = true;
  return found;
}

/** A draft as a session whose last call breaks the invariant, as the engine decides it. */
function realise(
  question: Question,
  tried: { readonly draft: Witness; readonly reached: ReachedState },
  met: Met,
): readonly Request[] | undefined {
  const { analysed, set } = question.claimed;
  const { calls, state } = tried.reached;
  for (const call of existing(question, tried.draft, met)) {
    const last = approvedCall(set, call, (one) =>
      breaks(question, decideWithState(analysed.set, one, state)),
    );
    if (last === undefined) continue;
    const session = ownApprovals([...calls, last]);
    const outcome = runSession(analysed.set, session);
    if (outcome !== undefined && breaks(question, outcome)) return session;
  }
  return undefined;
}

/** Looks through the models of a formula on one state for a session that breaks the invariant. */
function searchOn(
  question: Question,
  reached: ReachedState,
  search: { readonly formula: Formula; readonly met: Met; readonly work: Work },
): SearchResult<readonly Request[]> {
  const { analysed } = question.claimed;
  return searchModels<readonly Request[]>(allOf([search.formula, reached.pinned]), {
    work: search.work,
    branches: BRANCHES,
    visits: VISITS,
    infer: analysed.facts,
    first: question.spoken,
    visit: (model) => {
      search.met.model ??= model;
      for (const draft of draftWitnesses(analysed, model)) {
        if (search.met.left-- <= 0) return undefined;
        const calls = realise(question, { draft, reached }, search.met);
        if (calls !== undefined) return calls;
      }
      return undefined;
    },
  });
}

/** The shortest session that is found to break the invariant. */
function search(question: Question, formula: Formula, met: Met): readonly Request[] | undefined {
  const work = new Work({ question: STEPS, run: 2 * STEPS });
  for (const reached of question.claimed.sessions(met.strict).states()) {
    if (met.left <= 0) return undefined;
    const found = searchOn(question, reached, { formula, met, work });
    if (found.kind === "found") return found.value;
  }
  return undefined;
}

/** A state on which a call would break it, though no session that was found leads there. */
function unreachedState(question: Question, formula: Formula): SessionExample | undefined {
  const { analysed, set } = question.claimed;
  const found = searchModels<SessionExample>(formula, {
    work: new Work({ question: STEPS, run: STEPS }),
    branches: BRANCHES,
    infer: analysed.facts,
    first: question.spoken,
    visit: (model) => {
      for (const { request, state } of draftWitnesses(analysed, model)) {
        const call = approvedCall(set, request, (one) =>
          breaks(question, decideWithState(analysed.set, one, state)),
        );
        if (call !== undefined) return state;
      }
      return undefined;
    },
  });
  return found.kind === "found" ? found.value : undefined;
}

const BY_SESSIONS = "no permitted session leads to a state in which such a call is permitted";
const UNLISTED = "it contains a tool or a caller that no catalog lists";
const BY_SCHEMA =
  "the proof is for calls whose arguments and resource are as the catalog declares for their tools";

/** Whether no call at all is of a kind, within the limits of one question. */
function isProved({ claimed: { analysed }, spoken }: Question, formula: Formula): boolean {
  const work = new Work({ question: STEPS, run: STEPS });
  const effort = { work, branches: BRANCHES, first: spoken };
  return isImpossible(analysed, formula, effort) === "impossible";
}

/**
 * WHY in steps: most proofs need no state and no catalog; a call of what the catalog lists says
 * more than one of what it does not; and a proof is about both.
 */
function answer(question: Question): Found {
  const { claimed, breaking } = question;
  const { analysed, set } = claimed;
  if (isProved(question, breaking)) return { answer: "proved", why: vacuity(question) };
  const reached = allOf([breaking, claimed.reachable()]);
  if (isProved(question, reached))
    return { answer: "proved", why: vacuity(question) ?? BY_SESSIONS };
  const parties = partiesWorld(analysed.documents, set.catalog);
  const [listed, unlisted] = [existingWorld(set), unlistedWorld(set)];
  const met: Met = {
    model: undefined,
    state: undefined,
    impossible: false,
    strict: true,
    left: DRAFTS,
  };
  const likely = search(question, allOf([reached, listed, parties]), met);
  if (likely !== undefined) return refuted(claimed, likely);
  const world = allOf([reached, anyOf([listed, unlisted]), parties]);
  if (isProved(question, world)) return { answer: "proved", why: vacuity(question) ?? BY_SCHEMA };
  const lenient = { ...met, strict: false, left: DRAFTS };
  const odd = search(question, world, lenient);
  if (odd !== undefined) return { ...refuted(claimed, odd), why: UNLISTED };
  return cannotTell(question, { ...lenient, state: unreachedState(question, world) });
}

function refuted(
  { set }: ClaimedSet,
  calls: readonly Request[],
): Found & { readonly answer: "refuted" } {
  const outcome = runSession(set, calls);
  if (outcome === undefined) throw new Error("a session that was shown does not run");
  return { answer: "refuted", calls, outcome, why: undefined };
}

/** Why a proof says little: no call is spoken about at all. */
function vacuity({ claimed: { analysed }, spoken }: Question): string | undefined {
  const { kind } = searchModels(allOf([spoken, permittedWorld(analysed.set)]), {
    work: new Work({ question: STEPS, run: STEPS }),
    infer: analysed.facts,
    visit: () => true,
  });
  return kind === "none"
    ? "no call of any agent fits it, so it has no effect; check its scope and condition"
    : undefined;
}

/** Parts of conditions of which a model knows the text alone. */
function opaqueParts(model: Model): readonly string[] {
  return [...model.values()].flatMap(({ variable: { expr } }) =>
    expr === undefined ? [] : [unparse(expr)],
  );
}

const SHOWN = 3;

function listed(parts: readonly string[], word: string): string {
  return parts.slice(0, SHOWN).join(word);
}

/** How parts of the set's conditions could be written so that they are understood. */
function rewritings({ claimed }: Question, opaque: readonly string[]): readonly string[] {
  const parts = allConditions(claimed.analysed.documents).flatMap(({ expr }) =>
    atomsOfBranches(expr),
  );
  const found = parts.flatMap((part) => {
    const text = unparse(part);
    const plain = opaque.some((one) => text.includes(one)) ? rewriting(part) : undefined;
    return plain === undefined ? [] : [`\`${plain}\` in place of \`${text}\``];
  });
  return [...new Set(found)];
}

function settlingCondition({ calls, after }: Question["rule"]): readonly string[] {
  const when = [
    ...(after === undefined ? [] : [`${JSON.stringify(after.label)} in session.labels`]),
    ...(calls.when === undefined ? [] : [unparse(calls.when.expr)]),
  ];
  if (when.length === 0) return [];
  return [`when: ${JSON.stringify(when.length === 1 ? when[0] : `(${when.join(") && (")})`)}`];
}

function settlingScope({ calls }: Question["rule"]): readonly string[] {
  return (["subjects", "actions", "resources"] as const).flatMap((name) => {
    const globs = calls[name];
    return globs === undefined ? [] : [`${name}: ${JSON.stringify(globs)}`];
  });
}

function settlingApproval({ approval, rule }: Question): readonly string[] {
  if (rule.is === "never") return [];
  const { approvers, quorum } = approval ?? {};
  const asked = [
    ...(approvers === undefined ? [] : [`approvers: ${JSON.stringify(approvers)}`]),
    ...(quorum === undefined ? [] : [`quorum: ${quorum}`]),
  ];
  return [`approval: { ${asked.join(", ")} }`];
}

/** A rule that would settle an invariant: what it says, said by the policy. */
function settlingRule(question: Question): string | undefined {
  const { rule } = question;
  if (rule.is === "only_by") return undefined;
  const fields = [
    `id: ${rule.id}`,
    `effect: ${rule.is === "never" ? "deny" : "require_approval"}`,
    ...settlingScope(rule),
    ...settlingCondition(rule),
    ...settlingApproval(question),
  ];
  return `- { ${fields.join(", ")} }`;
}

/** A way out that holds whatever stood in the way. */
function orRule(question: Question): string {
  const rule = settlingRule(question);
  return rule === undefined ? "" : `; or add a rule: \`${rule}\``;
}

/** What a state holds, without what is empty in it. */
function heldState({ labels, counters, values }: SessionExample): object {
  return {
    ...(labels.length > 0 && { labels }),
    ...(Object.keys(counters).length > 0 && { counters }),
    ...(Object.keys(values).length > 0 && { values }),
  };
}

function cannotTell(question: Question, { state, model, impossible }: Met): Found {
  const unknown = (why: string, help: string): Found => ({
    answer: "cannot_tell",
    why,
    help: `${help}${orRule(question)}`,
  });
  if (state !== undefined)
    return unknown(
      `a call would break it on the session state ${JSON.stringify(heldState(state))}, and no session of ` +
        "up to four permitted calls was found that leads there",
      "read the state in a deny rule, or use `after` with a label that can be set",
    );
  const opaque = model === undefined ? [] : opaqueParts(model);
  if (opaque.length > 0) {
    const plain = rewritings(question, opaque);
    return unknown(
      `only the text of ${listed(
        opaque.map((part) => `\`${part}\``),
        ", ",
      )} is known, and agentz found no call that the engine permits`,
      plain.length > 0
        ? `write ${listed(plain, ", and ")}, or add an example (\`match\`) of a permitted call`
        : "compare with `==`, `in`, an order, `startsWith`, `endsWith` or `contains`, or add an " +
            "example (`match`) of a permitted call",
    );
  }
  if (impossible)
    return unknown(
      "the catalog does not allow any of the calls that agentz found",
      "use the names of tools and callers from the catalog in the rules",
    );
  return unknown(
    model === undefined
      ? "the question is too large"
      : "agentz found calls that may break it, but the engine permits none of those that it tried",
    "narrow the invariant's scope to one tool, or split it",
  );
}

/** One rule of an invariant, and how to answer it. */
export interface AskedInvariant {
  readonly id: string;
  /** Who answers for the invariant; undefined: it does not say. */
  readonly owner: string | undefined;
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
          owner: document.owner,
          rule,
          answer: () => answer(questionOf(claimed, document, rule)),
        }))
      : [],
  );
}
