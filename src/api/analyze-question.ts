import { assembleSet } from "../engine/assemble.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type {
  AnalyzeQuestion,
  AnalyzeResult,
  AnsweredInvariant,
} from "../documents/analyze-result.ts";
import { sha256 } from "../node/hash.ts";
import type { SetHost } from "../node/io.ts";
import { VERSION } from "../node/version.ts";
import type { Document } from "../policy/model.ts";
import { mayExist } from "../proof/call-existence.ts";
import { compareSets, type ComparedSet, type SetComparison } from "../proof/compare-sets.ts";
import type { Answer } from "../proof/answer.ts";
import { findDeadRules } from "../proof/dead-rules.ts";
import type { Witness } from "../proof/witness.ts";
import { joinVerdicts } from "../release/verdict.ts";
import { compareDocuments } from "../release/version-check.ts";
import { formatTime } from "../text/time.ts";
import {
  answeredInvariants,
  countAnswers,
  lineFinder,
  witnessOfCall,
  type AnalyzeClock,
} from "./analyze.ts";
import { loadedSet, loadPolicySet, readSet, type PolicySet } from "./policy-set.ts";

/** What a question's words say of calls. */
interface AskedCalls {
  readonly actions: readonly string[];
  readonly subjects?: readonly string[];
  readonly resources?: readonly string[];
  readonly when?: string;
}

const QUESTION = new RegExp(
  String.raw`^\s*(?<actions>\S.*?)(?:\s+by\s+(?<subjects>\S.*?))?(?:\s+on\s+(?<resources>` +
    String.raw`\S.*?))?(?:\s+where\s+(?<when>\S.*?))?\s*$`,
  "s",
);

const PARTS: ReadonlySet<string> = new Set(["by", "on", "where"]);

function listOf(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

/** `pay by agent:clerk on order:* where args.amount > 5000.0`: who and what a question is about. */
export function readQuestion(text: string): AskedCalls {
  const { actions, subjects, resources, when } = QUESTION.exec(text)?.groups ?? {};
  const words = [actions, subjects, resources].flatMap((part) => listOf(part ?? ""));
  const alone = words.find((word) => PARTS.has(word));
  if (alone !== undefined)
    throw new UserError("usage", `nothing follows \`${alone}\` in the question`, {
      help: "write `<action> [by <subject>] [on <resource>] [where <condition>]`, in this order",
    });
  if (actions === undefined)
    throw new UserError("usage", "the question names no calls", {
      help:
        "write `<action> [by <subject>] [on <resource>] [where <condition>]`, such as `pay where " +
        "args.amount > 5000.0`; `**` is any action",
    });
  return {
    actions: listOf(actions),
    ...(subjects !== undefined && { subjects: listOf(subjects) }),
    ...(resources !== undefined && { resources: listOf(resources) }),
    ...(when !== undefined && { when }),
  };
}

const FILE = "(the question)";
const NAME = "question";

interface AskedRule {
  readonly id: string;
  readonly claim: { readonly [name: string]: unknown };
}

/**
 * The candidate with a question beside it, as an invariant that nobody has to write down: so that
 * it is checked as one.
 */
async function loadAsked(
  host: SetHost,
  paths: readonly string[],
  rules: readonly AskedRule[],
): Promise<PolicySet> {
  const files = await readSet(host, paths, paths);
  const document = {
    apiVersion: "agentz/v1",
    kind: "Invariant",
    name: NAME,
    version: "1.0.0",
    rules: rules.map(({ id, claim }) => ({ id, ...claim })),
  };
  // JSON is YAML
  const source = { file: FILE, text: JSON.stringify(document, null, 1) };
  const assembled = assembleSet([...files.sources, source], {
    readBeside: files.readBeside,
    sha256,
  });
  const asked = loadedSet(files, assembled);
  const mine = (one: Document): boolean => one.kind !== "Invariant" || one.place.file === FILE;
  return { ...asked, documents: asked.documents.filter(mine) };
}

/** A question about one set, or about one beside an earlier version of it. */
export interface AskedQuestion {
  readonly question: AnalyzeQuestion;
  readonly paths: readonly string[];
}

type Answered = readonly AnsweredInvariant[];

async function answerNever(
  host: SetHost,
  { paths, question }: AskedQuestion,
  clock: AnalyzeClock,
): Promise<Answered> {
  const rules = [{ id: "never", claim: { never: readQuestion(question.text ?? "") } }];
  const asked = await loadAsked(host, paths, rules);
  return answeredInvariants(asked, clock).map((one) => ({
    ...one,
    id: question.text ?? "",
    file: null,
    line: null,
  }));
}

/** Everybody whom the catalog lists, and whoever it does not. */
function everybody({ catalog }: CompiledSet): readonly string[] {
  return [
    ...[...catalog.agents.keys()].map((id) => `agent:${id}`),
    ...[...catalog.people.keys()].map((id) => `human:${id}`),
  ];
}

const OTHERS = "anybody else";

async function answerWhoCanEver(
  host: SetHost,
  { paths, question }: AskedQuestion,
  clock: AnalyzeClock,
): Promise<Answered> {
  const { subjects, ...calls } = readQuestion(question.text ?? "");
  if (subjects !== undefined)
    throw new UserError(
      "usage",
      "`by` is not allowed here: the question is who may make these calls",
      {
        help: "leave out `by`, or use `analyze never`",
      },
    );
  const { set } = await loadPolicySet(host, paths, paths);
  const listed = everybody(set);
  const rules = [
    ...listed.map((subject, i) => ({
      id: `s${i}`,
      claim: { never: { ...calls, subjects: [subject] } },
    })),
    listed.length === 0
      ? { id: "others", claim: { never: calls } }
      : { id: "others", claim: { only_by: { ...calls, subjects: listed } } },
  ];
  const asked = await loadAsked(host, paths, rules);
  return answeredInvariants(asked, clock).map((one, i) => ({
    ...one,
    id: listed[i] ?? OTHERS,
    file: null,
    line: null,
  }));
}

/** What comparing two versions comes to, and how long it took. */
interface Compared {
  readonly sets: { readonly before: PolicySet; readonly after: PolicySet };
  readonly comparison: SetComparison;
  readonly ms: number | null;
}

const EFFORT = { branches: 20_000, visits: 100 };

function compare(
  sets: { readonly before: PolicySet; readonly after: PolicySet },
  { now, clock }: AnalyzeClock,
): Compared {
  const start = clock?.() ?? 0;
  const [before, after]: readonly ComparedSet[] = [sets.before, sets.after];
  if (before === undefined || after === undefined) throw new Error("there are two versions");
  const exists = (call: Witness): boolean =>
    mayExist(sets.before.set, call) && mayExist(sets.after.set, call);
  const comparison = compareSets(before, after, { ...EFFORT, now, exists });
  return {
    sets,
    comparison,
    ms: clock === undefined ? null : Math.max(0, Math.round(clock() - start)),
  };
}

/** What comparing the documents alone proves: less than every call, and more of catalogs. */
function provedByDocuments(
  { before, after }: Compared["sets"],
  direction: "widens" | "moves",
): boolean {
  const changes = compareDocuments(before.documents, after.documents, { sha256 });
  const verdict = joinVerdicts(
    changes.flatMap((one) => one.changes.map((change) => change.verdict)),
  );
  const isSeen = changes.every(({ changed, changes: found }) => !changed || found.length > 0);
  return isSeen && verdict.conclusive && !verdict[direction];
}

function comparedAnswer(
  id: string,
  compared: Compared,
  answers: readonly Answer[],
): AnsweredInvariant {
  const { sets, comparison, ms } = compared;
  const open = { id, witness: null, help: null, file: null, line: null, ms };
  const shown = answers.find((answer) => answer.kind === "yes");
  if (shown?.kind === "yes")
    return {
      ...open,
      answer: "refuted",
      witness: comparedWitness(id, shown.witness, sets),
      why: null,
    };
  const isProved = answers.every(({ kind }) => kind === "no") && !comparison.stateChanged;
  if (isProved || provedByDocuments(sets, answers.length > 1 ? "moves" : "widens"))
    return { ...open, answer: "proved", why: null };
  const why = [
    ...comparison.unclear,
    ...(comparison.stateChanged ? ["the declarations of session state changed"] : []),
  ];
  return {
    ...open,
    answer: "cannot_tell",
    why:
      why.length > 0
        ? why.join("; ")
        : "agentz found no call that shows a difference, and no proof that there is none",
    help: "replay recorded calls under both versions: `agentz replay`",
  };
}

function comparedWitness(
  id: string,
  { request, state }: Witness,
  { before, after }: Compared["sets"],
): AnsweredInvariant["witness"] {
  const [old, now] = [before, after].map(({ set }) => decideWithState(set, request, state));
  if (old === undefined || now === undefined) throw new Error("there are two versions");
  return witnessOfCall(id, { request, state, outcome: now, expected: old.decision });
}

async function answerCompared(
  host: SetHost,
  { paths, question }: AskedQuestion,
  clock: AnalyzeClock,
): Promise<Answered> {
  const [before, after] = [
    await loadPolicySet(host, [question.text ?? ""], paths),
    await loadPolicySet(host, paths, paths),
  ];
  const compared = compare({ before, after }, clock);
  const { widens, narrows } = compared.comparison;
  return question.kind === "no_new_access"
    ? [comparedAnswer("no new access", compared, [widens])]
    : [comparedAnswer("equivalent", compared, [widens, narrows])];
}

async function answerDeadRules(
  host: SetHost,
  { paths }: AskedQuestion,
  { now, clock }: AnalyzeClock,
): Promise<Answered> {
  const policies = await loadPolicySet(host, paths, paths);
  const lineOf = lineFinder(policies.sources);
  const found: AnsweredInvariant[] = [];
  let start = clock?.() ?? 0;
  for (const { name, place, answer, why, shown } of findDeadRules(policies, { now, sha256 })) {
    const end = clock?.() ?? 0;
    found.push({
      id: name,
      answer,
      witness: shown === undefined ? null : witnessOfCall(name, shown),
      why: why ?? null,
      help: null,
      file: place.file,
      line: lineOf(place.file, place.span.start),
      ms: clock === undefined ? null : Math.max(0, Math.round(end - start)),
    });
    start = end;
  }
  return found;
}

const ANSWER_BY: Readonly<
  Record<
    AnalyzeQuestion["kind"],
    (host: SetHost, asked: AskedQuestion, clock: AnalyzeClock) => Promise<Answered>
  >
> = {
  never: answerNever,
  who_can_ever: answerWhoCanEver,
  no_new_access: answerCompared,
  equivalent: answerCompared,
  dead_rules: answerDeadRules,
};

/** The result document of a question that stands in no file. */
export async function analyzeQuestion(
  host: SetHost,
  asked: AskedQuestion,
  clock: AnalyzeClock,
): Promise<AnalyzeResult> {
  const answers = await ANSWER_BY[asked.question.kind](host, asked, clock);
  const { info } = await loadPolicySet(host, asked.paths, asked.paths);
  return {
    schemaVersion: 1,
    command: "analyze",
    tool: { version: VERSION },
    candidate: info,
    now: formatTime(clock.now),
    question: asked.question,
    answers,
    summary: countAnswers(answers),
  };
}
