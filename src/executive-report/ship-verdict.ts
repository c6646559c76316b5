import type { CiStep } from "../documents/ci-result.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";
import type { GravestRisk, ShipVerdict } from "../documents/report-result.ts";
import { PIPELINE_LIMITS } from "../replay/gate.ts";
import { mayBeWidened } from "../text/may-be-widened.ts";
import { STEP_FIXES } from "../text/step-fixes.ts";
import { acceptedGroups, hasLimit, unjudgedCalls } from "../text/unjudged.ts";
import { fallingCoverage } from "./falling-coverage.ts";
import { failingConditions } from "./failing-conditions.ts";
import type { Objection, ShipFacts } from "./ship-facts.ts";
import { capital } from "../text/capital.ts";
import { count } from "../text/count.ts";
import { listed } from "../text/listed.ts";
import {
  changedRuleParts,
  changedRules,
  isUnchanged,
  ownerMoves,
  sameDecisions,
  unshownRules,
} from "./changed-rules.ts";
import { type CallsMeant, ownedText, ownersText } from "./changed-owners.ts";
import { newlyDenied } from "../text/denied-work.ts";
import { limitText } from "./limit-text.ts";
import { restsOn } from "./rests-on.ts";
import { incidentText } from "./shown-calls.ts";

const COMMANDS: { readonly [step in CiStep["name"]]: string } = {
  lint: "`agentz lint`",
  test: "`agentz test`",
  analyze: "`agentz analyze`",
  version: "`agentz version check`",
  replay: "`agentz replay`",
};

/** What does not pass besides the replay: a pipeline would not let it pass either. */
function failedChecks(checks: readonly CiStep[]): readonly Objection[] {
  return checks.flatMap(({ name, status, summary, help }) => {
    if (status !== "failed" && status !== "error") return [];
    const what = status === "error" ? "cannot run" : "does not pass";
    return [{ reason: `${COMMANDS[name]} ${what}: ${summary}`, before: help ?? STEP_FIXES[name] }];
  });
}

const CHANGED = /^(?:widened|narrowed|indeterminate)/;

/** What to do about a broken limit, and who, where the changed calls tell. */
function fixOf(limit: string, facts: ShipFacts): string {
  const kind = CHANGED.exec(limit)?.[0];
  if (kind !== undefined) {
    const whom = ownersText(
      facts,
      callsOf(facts, (group) => group.class === kind),
    );
    return `let ${whom} change the rules, or accept the calls that should change, with \`agentz accept\``;
  }
  const whom = limit === "benign_broken" ? `let ${ownersText(facts, deniedCalls)} ` : "";
  return `${whom}change the rules until \`${limit}\` keeps its limit`;
}

/** The limits of the gate that are broken. */
function brokenLimits(facts: ShipFacts): readonly Objection[] {
  return facts.replay.gate.checks
    .filter(({ passed }) => !passed)
    .map((check) => ({
      reason: `A limit of the gate is broken by ${limitText(check)}`,
      before: fixOf(check.name, facts),
    }));
}

/** What `agentz ci` demands of every trace, where the gate does not say another limit. */
function unreadParts({ trace, replay }: ShipFacts): readonly Objection[] {
  const has = (name: string): boolean => replay.gate.checks.some((check) => check.name === name);
  const isOver = (name: keyof typeof PIPELINE_LIMITS): boolean =>
    !has(name) && trace[name] > PIPELINE_LIMITS[name];
  return [
    ...(isOver("malformed")
      ? [
          {
            reason: `${count(trace.malformed, "line")} of the trace cannot be read`,
            before: "fix these lines, or set the limit `malformed`",
          },
        ]
      : []),
    ...(isOver("undecided_events")
      ? [
          {
            reason: `${count(trace.undecided_events, "event")} with an action and an unknown type: not decided`,
            before: "fix the types of these events, or set the limit `undecided_events`",
          },
        ]
      : []),
  ];
}

/** Risks of a kind; `whomOf`: who takes the next step, where the step does not say it. */
function risksOf(
  gravest: readonly GravestRisk[],
  kind: GravestRisk["kind"],
  whomOf: (risk: GravestRisk) => string = () => "",
): readonly Objection[] {
  return gravest
    .filter((risk) => risk.kind === kind)
    .map((risk) => {
      const whom = whomOf(risk);
      return {
        reason: risk.title,
        before: whom === "" ? risk.nextStep : `let ${whom} ${risk.nextStep}`,
      };
    });
}

/** Incidents that the candidate would let happen again. */
function incidentsAgain({ gravest }: ShipFacts): readonly Objection[] {
  return risksOf(gravest, "incident", ({ byOwner }) => ownedText(byOwner));
}

/**
 * Much benign work that the candidate would stop. WHY none where a limit judges it: somebody has decided how
 * much is borne.
 */
function stoppedWork(facts: ShipFacts): readonly Objection[] {
  if (hasLimit(facts.replay, /^benign_broken$/)) return [];
  const isLabelled = facts.replay.labels.benign.calls > 0;
  const whom = ownersText(facts, isLabelled ? deniedCalls : newlyDenied);
  return risksOf(facts.gravest, "benign", () => whom);
}

/** What forbids shipping, whatever else holds: harm, and what does not pass. */
interface Refusals {
  readonly nothing: readonly Objection[];
  readonly incidents: readonly Objection[];
  readonly work: readonly Objection[];
  readonly failing: readonly Objection[];
}

function refusalsOf(facts: ShipFacts): Refusals {
  const { error, gravest, checks = [] } = facts;
  const broken = risksOf(gravest, "invariant");
  return {
    nothing:
      error === undefined
        ? []
        : [{ reason: `The replay proves nothing: ${error.message}`, before: error.help }],
    incidents: incidentsAgain(facts),
    work: stoppedWork(facts),
    failing: [
      ...brokenLimits(facts),
      ...broken,
      ...failedChecks(checks.filter(({ name }) => name !== "analyze" || broken.length === 0)),
      ...unreadParts(facts),
    ],
  };
}

/**
 * All that stands against a candidate that is refused, the gravest first. WHY so: an incident that happens again
 * and calls that run are harm that nobody can undo; work that stops for certain is graver than what rules may
 * let through, and can be repaired; a limit or a check that fails only points to such harm, or to a form.
 */
function refusedFor(facts: ShipFacts, refused: Refusals): readonly Objection[] {
  const { certain, unapproved, possible } = changedRuleParts(facts);
  return [
    ...refused.nothing,
    ...refused.incidents,
    ...certain,
    ...refused.work,
    ...unapproved,
    ...possible,
    ...refused.failing,
    ...openChanges(facts),
  ];
}

/** The calls of the groups that are meant and that nobody has accepted. */
function callsOf({ replay }: ShipFacts, isMeant: (group: ChangeGroup) => boolean): CallsMeant {
  const accepted = acceptedGroups(replay.gate);
  return (group) => (isMeant(group) && !accepted.has(group.id) ? group.calls : 0);
}

/** The groups of calls that would be permitted more and that nobody has accepted. */
function permittedMore({ replay }: ShipFacts): readonly ChangeGroup[] {
  const accepted = acceptedGroups(replay.gate);
  return replay.groups.filter(
    ({ id, class: change, nobodyIs, otherApprovals }) =>
      change === "widened" && !accepted.has(id) && nobodyIs === undefined && !otherApprovals,
  );
}

/** Of which incidents such calls are, where the changed rules do not say it already. */
function untoldIncidents(facts: ShipFacts): string {
  const text = incidentText(permittedMore(facts), facts);
  return changedRules(facts).some(({ reason }) => reason.includes(text)) ? "" : text;
}

const deniedCalls: CallsMeant = ({ benignDenied = 0 }) => benignDenied;

/** Some tools, in parentheses; empty for none. */
function whichText(tools: readonly string[]): string {
  if (tools.length === 0) return "";
  const named = tools.map((tool) => `\`${tool}\``);
  return ` (${listed(named.length > 4 ? [...named.slice(0, 3), `${named.length - 3} more`] : named)})`;
}

/** Changes that no limit judges: somebody has to look at them. */
function unjudged(facts: ShipFacts): readonly Objection[] {
  const calls = unjudgedCalls(facts.replay);
  const { widened, otherApprovals, unapprovable, indeterminate, benign, tools } = calls;
  const before = facts.replay.labels.benign.deniedBefore;
  const isOpen = (group: ChangeGroup): boolean =>
    (group.class === "widened" && widened + otherApprovals + unapprovable > 0) ||
    (group.class === "indeterminate" &&
      indeterminate > 0 &&
      (tools.length === 0 || mayBeWidened(group)));
  const openCalls = callsOf(facts, isOpen);
  const callsToSee: CallsMeant = (group) =>
    openCalls(group) || (benign > 0 ? deniedCalls(group) : 0);
  const told = [
    widened > 0 ? `${count(widened, "call")} would be permitted more${untoldIncidents(facts)}` : "",
    otherApprovals > 0 ? `${count(otherApprovals, "call")} would need other approvals` : "",
    unapprovable > 0 ? `nobody could approve ${count(unapprovable, "call")}` : "",
    indeterminate > 0
      ? `whether ${count(indeterminate, "call")} would be permitted more is indeterminate${whichText(tools)}`
      : "",
    benign > 0
      ? `${count(benign, before > 0 ? "more call" : "call")} of benign work would be denied (before: ${before})`
      : "",
  ].filter((text) => text !== "");
  return told.length === 0
    ? []
    : [
        {
          reason: `No limit judges this: ${told.join("; ")}`,
          before:
            `let ${ownersText(facts, callsToSee)} look at these calls, ` +
            "which “Changed calls” lists first",
        },
      ];
}

const CHECKED = "lint, tests, proofs and version check";

/**
 * Changed calls to look at, what gets worse, conditions to fix, and what else stops. WHY none where
 * the policies mean the same: they are as before.
 */
function openChanges(facts: ShipFacts): readonly Objection[] {
  return isUnchanged(facts)
    ? []
    : [
        ...unjudged(facts),
        ...fallingCoverage(facts),
        ...failingConditions(facts),
        ...unshownRules(facts),
      ];
}

/** What has to be done before, though nothing forbids to ship. */
function conditions(facts: ShipFacts): readonly Objection[] {
  return [
    ...changedRules(facts),
    ...openChanges(facts),
    ...(facts.checks === undefined
      ? [
          {
            reason: `This report did not run ${CHECKED}`,
            before: "run `agentz ci`, which runs them",
          },
        ]
      : []),
  ];
}

const NO_LIMIT: Objection = {
  reason: "Nobody has set a limit that the candidate has to keep",
  before: "name who sets limits, such as “no call may be permitted more”: “Changes” says how",
};

/** To confirm the targets that nobody has set; empty where all are set. */
function targetSteps({ targets }: ShipFacts): readonly string[] {
  const unset = Object.entries(targets).filter(([, { from }]) => from === "default");
  const [first] = unset;
  if (first === undefined) return [];
  const [, { target, alarm }] = first;
  const all = unset.length === Object.keys(targets).length;
  return [
    `confirm agentz’s default targets (${Math.round(target * 100)}%, alarm below ${Math.round(alarm * 100)}%` +
      `${all ? "" : `, for ${listed(unset.map(([metric]) => metric))}`}), or set yours: “Measures” says how`,
  ];
}

const ofStatus = (checks: readonly CiStep[], status: CiStep["status"]): readonly CiStep[] =>
  checks.filter((step) => step.status === status);

/** The steps that pass, as names of commands; empty: none. */
function passedText(checks: readonly CiStep[]): string {
  return listed(ofStatus(checks, "passed").map(({ name }) => COMMANDS[name]));
}

/** That all limits are kept; there are none only where no decision can change. */
function keptText(limits: number): string {
  if (limits === 0) return "No gate is set, and nothing is there to limit";
  return `${limits === 1 ? "The limit of the gate is" : `All ${limits} limits of the gate are`} kept`;
}

/** What was found in favour, and what was not looked at. */
function favour(facts: ShipFacts): readonly string[] {
  const { replay, checks = [] } = facts;
  const limits = replay.gate.checks.length;
  const passed = passedText(checks);
  return [
    ...sameDecisions(facts),
    ...ownerMoves(facts),
    keptText(limits) + (passed === "" ? "" : `; passed: ${passed}`),
    ...ofStatus(checks, "skipped").map(
      ({ name, summary }) => `Not checked: ${COMMANDS[name]}, since ${summary}`,
    ),
  ];
}

/** Which steps passed and which did not run, beside what stands against shipping. */
function checked({ checks = [] }: ShipFacts): readonly string[] {
  const passed = passedText(checks);
  const skipped = listed(ofStatus(checks, "skipped").map(({ name }) => COMMANDS[name]));
  return [
    ...(passed === "" ? [] : [`passed: ${passed}`]),
    ...(skipped === "" ? [] : [`not checked: ${skipped}`]),
  ];
}

function answerOf(facts: ShipFacts): Pick<ShipVerdict, "answer" | "reasons" | "before"> {
  const told = (
    answer: ShipVerdict["answer"],
    objections: readonly Objection[],
  ): Pick<ShipVerdict, "answer" | "reasons" | "before"> => ({
    answer,
    reasons: objections.map(({ reason }) => reason),
    before: [...new Set([...objections.flatMap(({ before }) => before), ...targetSteps(facts)])],
  });
  if (facts.partial)
    return told("not decided", [
      {
        reason: "The run was interrupted, so only a part of the trace is counted",
        before: "make this report again, and let it run to its end",
      },
    ]);
  const refused = refusalsOf(facts);
  const same = sameDecisions(facts);
  const unset = facts.replay.gate.checks.length === 0 ? [NO_LIMIT] : [];
  if (Object.values(refused).flat().length > 0)
    return told("do not ship yet", [...refusedFor(facts, refused), ...unset]);
  const first = conditions(facts);
  const known = ownerMoves(facts).map((reason) => ({ reason, before: [] }));
  // a gate limits changes of decisions: where none can change, nobody has to decide
  if (unset.length > 0 && same.length === 0)
    return told("not decided", [...first, ...known, ...unset]);
  if (first.some(({ before }) => before.length > 0))
    return told("ship after", [...first, ...known]);
  const noted = first.map(({ reason }) => reason);
  return {
    answer: "ship",
    reasons: [...noted, ...favour(facts), ...targetSteps(facts).map(capital)],
    before: [],
  };
}

/**
 * Whether to ship the candidate. WHY never friendlier than `agentz ci`: what makes that command
 * fail is a refusal here, and without a gate nothing is decided where a decision can change. Reasons
 * and what has to be done before are sentences, the gravest first.
 */
export function shipVerdict(facts: ShipFacts): ShipVerdict {
  const limits = facts.replay.gate.checks.map((check) => ({
    passed: check.passed,
    text: limitText(check),
  }));
  const told = answerOf(facts);
  // the reasons to ship say what was checked
  const beside = told.answer === "ship" ? [] : checked(facts);
  return { ...told, restsOn: [restsOn(facts), ...beside].join("; "), limits };
}
