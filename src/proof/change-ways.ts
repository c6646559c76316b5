import { compareApprovals } from "../engine/demand.ts";
import { classRank } from "../engine/obligations.ts";
import type { OnDeny, Rule } from "../policy/model.ts";
import { cellOf, FALSE, TRUE, TRUTH, UNKNOWN } from "./cell.ts";
import { cellClaim, every, type Claim, type Want } from "./claim.ts";
import { ALWAYS, allOf, anyOf, type Formula } from "./formula.ts";
import type { RulePart } from "./rule-claim.ts";

/** A rule that decides, and everything that has to hold for it to match. */
export interface Voter {
  readonly rule: Rule;
  readonly claim: Claim;
  readonly parts: readonly RulePart[];
  /** Whether the other version has none of its meaning. */
  readonly own: boolean;
}

/** The rules of one version that decide, by effect. */
export interface VersionRules {
  /** Where refusals are looked at, an approval that somebody refused is among them. */
  readonly denies: readonly Voter[];
  readonly allows: readonly Voter[];
  readonly approvals: readonly Voter[];
  /** True where rules of both versions are left out, whatever they say. */
  readonly open: boolean;
}

/**
 * A version of its rules. `refusals`: whoever is asked for an approval may have refused it; `open`:
 * rules of both versions may have a say that are left out.
 */
export function versionRules(
  voters: readonly Voter[],
  choices: { readonly refusals: boolean; readonly open: boolean },
): VersionRules {
  const by = (effect: string): readonly Voter[] =>
    voters.filter(({ rule }) => rule.effect === effect);
  const approvals = by("require_approval");
  return {
    denies: [...by("deny"), ...(choices.refusals ? approvals.map(refusal) : [])],
    allows: by("allow"),
    approvals,
    open: choices.open,
  };
}

/**
 * One way in which the later version may decide otherwise: what a changed rule says of a call, and
 * what else holds of it.
 */
export interface Way {
  readonly changed: Formula;
  readonly besides: Formula;
}

export function wholeWay({ changed, besides }: Way): Formula {
  return allOf([changed, besides]);
}

const all = (voters: readonly Voter[], ...wants: readonly Want[]): Formula =>
  allOf(voters.flatMap(({ claim }) => wants.map((want) => claim(want))));
const any = (voters: readonly Voter[], ...wants: readonly Want[]): Formula =>
  anyOf(voters.flatMap(({ claim }) => wants.map((want) => claim(want))));
const own = (voters: readonly Voter[]): readonly Voter[] => voters.filter((voter) => voter.own);
const permits = ({ allows, approvals }: VersionRules): readonly Voter[] => [
  ...allows,
  ...approvals,
];
/** That one of several is so, where no rule that is left out may be. */
const some = ({ open }: VersionRules, voters: readonly Voter[], want: Want): Formula =>
  open ? ALWAYS : any(voters, want);

/** Calls that `after` permits by rules where `before` denies them. */
function newlyPermitted(before: VersionRules, after: VersionRules): readonly Way[] {
  return [
    {
      changed: any(own(before.denies), "notFalse"),
      besides: allOf([all(after.denies, "false"), some(after, permits(after), "true")]),
    },
    {
      changed: any(own(permits(after)), "true"),
      besides: allOf([all(after.denies, "false"), all(permits(before), "notTrue")]),
    },
  ];
}

/** Calls that `after` allows outright where `before` asks for an approval (or denies). */
function newlyUnasked(before: VersionRules, after: VersionRules): readonly Way[] {
  return [
    {
      changed: any(own(before.approvals), "notFalse"),
      besides: allOf([
        all(after.denies, "false"),
        all(after.approvals, "false"),
        some(after, after.allows, "true"),
      ]),
    },
  ];
}

/** Calls that both permit, in which an approval demanded before has no counterpart as strong. */
function weakerApproval(before: VersionRules, after: VersionRules): readonly Way[] {
  const shared = [
    all(after.denies, "false"),
    all(before.denies, "false"),
    some(after, after.approvals, "notFalse"),
  ];
  return own(before.approvals).map((old) => ({
    changed: old.claim("notFalse"),
    besides: allOf([...shared, all(asStrong(old.rule, after.approvals), "false")]),
  }));
}

/** Those of several approvals that are at least as strong as one. */
function asStrong({ approval }: Rule, among: readonly Voter[]): readonly Voter[] {
  return among.filter(
    ({ rule }) =>
      compareApprovals(
        approval === undefined ? [] : [approval],
        rule.approval === undefined ? [] : [rule.approval],
      ) !== "laxer",
  );
}

/**
 * The duties that a rule puts on a call, each by a name; `redact above x` stands for every class
 * from x up.
 */
function dutiesOf({ rule }: Voter): ReadonlySet<string> {
  const duties = new Set<string>();
  const { redact, log, notify } = rule.obligations ?? { redact: undefined, log: false, notify: [] };
  if (log) duties.add("log");
  for (const to of notify) duties.add(`notify ${to}`);
  for (const field of redact?.fields ?? []) duties.add(`redact ${field}`);
  if (redact?.above !== undefined)
    for (let rank = 3; rank >= classRank(redact.above); rank--) duties.add(`redact above ${rank}`);
  return duties;
}

/**
 * Calls that both permit with the same effect, in which a duty of before is missing; `joint`: with
 * any effect.
 */
function fewerDuties(before: VersionRules, after: VersionRules, joint: boolean): readonly Way[] {
  const notStricter = joint
    ? ALWAYS
    : anyOf([some(before, before.approvals, "notFalse"), all(after.approvals, "false")]);
  const shared = [
    all(after.denies, "false"),
    all(before.denies, "false"),
    some(after, permits(after), "true"),
    some(before, permits(before), "true"),
    notStricter,
  ];
  return own(permits(before)).flatMap((old) =>
    [...dutiesOf(old)].map((duty) => ({
      changed: old.claim("notFalse"),
      besides: allOf([
        ...shared,
        all(
          permits(after).filter((rule) => dutiesOf(rule).has(duty)),
          "false",
        ),
      ]),
    })),
  );
}

/**
 * The ways in which `after` may decide laxer, by reason: each is about calls that it permits.
 * WHY `joint` for chains: one member's stricter effect may be hidden behind another's, and its duty
 * is missing all the same.
 */
export function wideningWays(
  before: VersionRules,
  after: VersionRules,
  joint: boolean,
): readonly (readonly Way[])[] {
  return [
    newlyPermitted(before, after),
    newlyUnasked(before, after),
    weakerApproval(before, after),
    fewerDuties(before, after, joint),
  ];
}

/**
 * The ways in which `after` may decide stricter. WHY not the other way round alone: demands of which
 * neither contains the other are laxer (design 7.4).
 */
export function narrowingWays(
  before: VersionRules,
  after: VersionRules,
  joint: boolean,
): readonly Way[] {
  const kept = demandsKept(before, after);
  const demanding = [...weakerApproval(after, before), ...fewerDuties(after, before, joint)];
  return [
    ...newlyPermitted(after, before),
    ...newlyUnasked(after, before),
    ...demanding.map((way) => ({ ...way, besides: allOf([way.besides, kept]) })),
  ];
}

/** That what changed rules of before demand of a call is demanded after. */
function demandsKept(before: VersionRules, after: VersionRules): Formula {
  if (after.open) return ALWAYS;
  const approvals = own(before.approvals).map(({ rule, claim }) =>
    anyOf([claim("false"), any(asStrong(rule, after.approvals), "notFalse")]),
  );
  const duties = own(permits(before)).flatMap((old) =>
    [...dutiesOf(old)].map((duty) =>
      anyOf([
        old.claim("false"),
        any(
          permits(after).filter((rule) => dutiesOf(rule).has(duty)),
          "notFalse",
        ),
      ]),
    ),
  );
  return allOf([...approvals, ...duties]);
}

const CONTAINS: Readonly<Record<OnDeny, readonly OnDeny[]>> = {
  block_tool: ["block_tool"],
  suspend_session: ["block_tool", "suspend_session"],
  terminate_session: ["block_tool", "suspend_session", "terminate_session"],
  revoke_credential: ["revoke_credential"],
};
const ACTS: readonly OnDeny[] = [
  "block_tool",
  "suspend_session",
  "terminate_session",
  "revoke_credential",
];

/** The ways in which `before` may contain what `after` does not, or not as surely (design 6.5). */
export function releasingWays(before: VersionRules, after: VersionRules): readonly Way[] {
  return ACTS.flatMap((act): readonly Way[] => {
    const [old, now] = [before, after].map(({ denies }) =>
      denies.filter(({ rule }) => rule.onDeny !== undefined && CONTAINS[rule.onDeny].includes(act)),
    );
    if (old === undefined || now === undefined) return [];
    return lostCertainty(old, now);
  });
}

/** Calls of which `before` says surely no, or perhaps, and `after` says it less surely. */
function lostCertainty(before: readonly Voter[], after: readonly Voter[]): readonly Way[] {
  return [
    { changed: any(own(before), "true", "error"), besides: all(after, "notTrue", "notError") },
    { changed: any(own(before), "notFalse"), besides: all(after, "false") },
  ];
}

/** The numbers of the voters that have each part, those of `before` first. */
function holdersOf(voters: readonly Voter[]): ReadonlyMap<string, ReadonlySet<number>> {
  const holders = new Map<string, Set<number>>();
  for (const [i, { parts }] of voters.entries())
    for (const { key } of parts) holders.set(key, (holders.get(key) ?? new Set()).add(i));
  return holders;
}

/** A voter with one variable for each group of voters that share some of its parts. */
function shortened(voter: Voter, sharedBy: (key: string) => string | undefined): Voter {
  const alike = new Set<string>();
  const claims = voter.parts.flatMap(({ key, claim }) => {
    const group = sharedBy(key);
    if (group === undefined) return [claim];
    alike.add(group);
    return [];
  });
  return { ...voter, claim: every([...claims, ...[...alike].map(alikeClaim)]) };
}

/**
 * The rules with one variable in place of all that stands alike in the same ones of them. WHY: most
 * of a rule is not what changed. Whatever is impossible so is impossible.
 */
export function withoutLikeParts(
  before: readonly Voter[],
  after: readonly Voter[],
): { readonly before: readonly Voter[]; readonly after: readonly Voter[] } {
  const holders = holdersOf([...before, ...after]);
  const sharedBy = (key: string): string | undefined => {
    const numbers = [...(holders.get(key) ?? [])];
    const inBoth =
      numbers.some((i) => i < before.length) && numbers.some((i) => i >= before.length);
    return inBoth ? numbers.join() : undefined;
  };
  const short = (voters: readonly Voter[]): readonly Voter[] =>
    voters.map((voter) => shortened(voter, sharedBy));
  return { before: short(before), after: short(after) };
}

/** Something of which only is known in which rules it stands. */
function alikeClaim(numbers: string): Claim {
  return cellClaim({
    variable: { key: `alike ${numbers}`, domain: cellOf(TRUTH) },
    whenTrue: { kinds: TRUE },
    whenFalse: { kinds: FALSE },
  });
}

/** Whom an approval is asked of, as one text: who refuses it refuses all that ask them. */
function approversKey({ approval }: Rule): string {
  return [...new Set(approval?.approvers ?? ["human:*"])].sort().join("\u0000");
}

/** The votes of some rules that come out in a way in `before`, and in no way as strong in `after`. */
function lostVote(
  voters: { readonly before: readonly Voter[]; readonly after: readonly Voter[] },
  value: Extract<Want, "true" | "unknown" | "error">,
): Way {
  const others: readonly Want[] =
    value === "true" ? [] : [value === "unknown" ? "notUnknown" : "notError"];
  return {
    changed: any(own(voters.before), value),
    besides: all(voters.after, "notTrue", ...others),
  };
}

/**
 * The ways in which rules of `before` may have a say that those of `after` have not, so that another
 * outcome is possible though neither is laxer. Both ways round there are none: every outcome that
 * one version leaves possible, the other does (design 4.2).
 */
export function movingWays(before: VersionRules, after: VersionRules): readonly Way[] {
  // what is surely denied in both is denied, whatever else is said
  const undenied = allOf([before, after].map(({ denies }) => all(denies, "notTrue", "notError")));
  // and what is surely asked for in both is not allowed outright
  const unasked = anyOf([all(before.approvals, "notTrue"), all(after.approvals, "notTrue")]);
  const under = (besides: readonly Formula[], ways: readonly Way[]): readonly Way[] =>
    ways.map((way) => ({ ...way, besides: allOf([way.besides, undenied, ...besides]) }));
  const allows = { before: before.allows, after: after.allows };
  const keys = new Set(own(before.approvals).map(({ rule }) => approversKey(rule)));
  return [
    ...lostCertainty(before.denies, after.denies),
    ...under([unasked], [lostVote(allows, "true"), lostVote(allows, "unknown")]),
    ...[...keys].flatMap((key) => {
      const asked = (side: VersionRules): readonly Voter[] =>
        side.approvals.filter(({ rule }) => approversKey(rule) === key);
      const approvals = { before: asked(before), after: asked(after) };
      const values = ["true", "unknown", "error"] as const;
      return under(
        [],
        values.map((value) => lostVote(approvals, value)),
      );
    }),
  ];
}

/**
 * That those who are asked for an approval refuse it, as a rule that denies. WHY one variable for
 * all whom the same people are asked: a refusal counts for each.
 */
function refusal({ rule, claim, own: isOwn }: Voter): Voter {
  const refused = cellClaim({
    variable: {
      key: `refused ${approversKey(rule)}`,
      domain: cellOf(TRUE | FALSE | UNKNOWN),
    },
    whenTrue: { kinds: TRUE },
    whenFalse: { kinds: FALSE },
  });
  return { rule, claim: every([claim, refused]), parts: [], own: isOwn };
}
