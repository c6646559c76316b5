import { capital } from "./capital.ts";
import { count } from "./count.ts";
import { everyToolText } from "./every-tool.ts";
import { firstNames, listed } from "./listed.ts";
import {
  isKept,
  opensAll,
  type RuleChange,
  type WideningKind,
  type Widenings,
  wideningKind,
} from "./widenings.ts";

/** Rules that are named. */
const NAMED = 3;

/** Changes of one kind that are told with their sentences; the others are named. */
const TOLD = 2;

/** What a change of a rule lets through for certain. */
export type OpeningKind = Exclude<WideningKind, "release" | "other">;

/** The kinds in the order in which they are told. */
export const OPENING_KINDS: readonly OpeningKind[] = [
  "open",
  "denial",
  "unconditional",
  "approval",
];

/** What a rule without a condition lets through, by what else limits it and what else stops calls. */
export function openText({ rule }: RuleChange): string {
  const limits = new Set(rule?.after?.limits);
  const stops = new Set(rule?.after?.stops);
  const subjects = rule?.after?.subjects ?? [];
  const isOne = subjects.length === 1 && subjects[0]?.includes("*") === false;
  const isNamed = subjects.length > 0 && subjects.length <= NAMED;
  const some = isNamed ? listed(subjects.map((one) => `\`${one}\``)) : "these agents";
  const who = limits.has("subjects") ? some : "every agent";
  const effects = limits.has("resources") ? [] : (rule?.after?.effects ?? []);
  const what = limits.has("actions")
    ? "make these calls"
    : `call ${everyToolText(effects)}${limits.has("resources") ? " on these resources" : ""}`;
  const within = [
    ...(stops.has("manifests")
      ? [limits.has("subjects") && !isOne ? "their manifests allow" : "its manifest allows"]
      : []),
    ...(stops.has("rules") ? ["no other rule stops"] : []),
  ];
  const that = within.length === 0 ? "" : `${effects.length > 0 ? "," : ""} that ${listed(within)}`;
  return `${who} may ${what}${that}, without a condition`;
}

/** What a change of a kind is called, and what several are. */
export const OPENING_WORDS: Readonly<
  Record<OpeningKind, { readonly one: (change: RuleChange) => string; readonly noun: string }>
> = {
  open: { one: openText, noun: "rule" },
  denial: {
    one: ({ rule }) => (rule?.after?.effect === "deny" ? "denial weakened" : "denial removed"),
    noun: "denial",
  },
  unconditional: { one: () => "without a condition", noun: "rule" },
  approval: {
    one: ({ rule }) =>
      rule?.after?.effect === "require_approval" ? "approval weakened" : "approval removed",
    noun: "approval",
  },
};

/** What a change does that only releases. */
export const RELEASED = "denied as before, but no longer blocks later calls";

/** Whether a change permits no call, and contains less. */
export function isReleased(change: RuleChange): boolean {
  return wideningKind(change) === "release";
}

/** The name of the rule that a change is about. */
export function ruleName({ about }: RuleChange): string {
  return about.slice(about.indexOf(" ") + 1);
}

/** The kind of what a change is about: `agent`, `session counter`. */
function kindOf({ about }: RuleChange): string {
  return about.startsWith("rule ") ? "rule" : about.slice(0, about.lastIndexOf(" "));
}

/** What changes are about, with the kind of each: agent `x` and rule `p/r`. */
export function aboutNames(changes: readonly RuleChange[]): string {
  const all = changes.map((change) => {
    const kind = kindOf(change);
    return kind === "" ? change.about : `${kind} \`${change.about.slice(kind.length + 1)}\``;
  });
  return listed(firstNames([...new Set(all)], NAMED));
}

/** The same in parentheses; of rules alone without their kind. */
function aboutText(changes: readonly RuleChange[]): string {
  return changes.every((change) => kindOf(change) === "rule")
    ? namesText(changes.map(ruleName))
    : ` (${aboutNames(changes)})`;
}

/** Some names, in parentheses; empty for none. */
export function namesText(names: readonly string[]): string {
  const all = [...new Set(names)].map((name) => `\`${name}\``);
  return all.length === 0 ? "" : ` (${listed(firstNames(all, NAMED))})`;
}

/** What to decide of changes of one kind; `isOpened`: a rule allows every call, which says the others. */
function stepsOf(
  kind: OpeningKind,
  own: readonly RuleChange[],
  isOpened: boolean,
): readonly string[] {
  if (own.length === 0 || kind === "unconditional") return [];
  if (kind === "open") {
    const open = isOpened ? own.filter(opensAll) : own;
    return [
      ...open
        .slice(0, NAMED)
        .map((change) => `decide whether ${openText(change)}: rule \`${ruleName(change)}\``),
      ...(open.length > NAMED ? [`decide the same of ${open.length - NAMED} more rules`] : []),
    ];
  }
  if (isOpened) return [];
  const names = namesText(own.map(ruleName));
  return [
    kind === "denial"
      ? `decide whether calls may run that a rule denied${names}`
      : `decide whether calls may run with less approval than before${names}`,
  ];
}

/** Why, in sentences with names between backticks. */
function reasonsOf(
  kind: OpeningKind,
  own: readonly RuleChange[],
  isOpened: boolean,
): readonly string[] {
  const { one, noun } = OPENING_WORDS[kind];
  const newly = kind === "unconditional" ? "newly allowed " : "";
  const told = isOpened && kind !== "open" ? [] : own.slice(0, TOLD);
  const left = own.slice(told.length);
  const what =
    kind === "open" || kind === "unconditional"
      ? `${count(left.length, `more ${noun}`)} without a condition`
      : `${count(left.length, told.length > 0 ? `more ${noun}` : noun)} removed or weakened`;
  return [
    ...told.map((change) => `${capital(`${newly}${one(change)}`)}: ${change.sentence}`),
    ...(left.length === 0 ? [] : [`${capital(what)}${namesText(left.map(ruleName))}`]),
  ];
}

/** What changes of one kind let through: why that matters, and what to decide before; both may be empty. */
export interface Opening {
  readonly reasons: readonly string[];
  readonly steps: readonly string[];
}

/** Whether a change lets no further call run, and has other approvals asked, neither fewer nor more. */
export function asksOthers({ otherApprovals, witness }: RuleChange): boolean {
  return otherApprovals === true && (witness === null || isKept(witness));
}

/** Whether a change asks less or others of calls that nobody can approve: they can never run anyway. */
export function isMoot(change: RuleChange): boolean {
  return change.nobodyApproves === true && (asksOthers(change) || isKept(change.witness));
}

/** What a change does that is no grant, and takes away no denial and no approval. */
function otherText(change: RuleChange): string {
  const { effect, witness } = change;
  if (asksOthers(change)) return "Asks others";
  if (isKept(witness)) return "Asks less";
  return effect === "widens" || witness?.class === "widened" ? "Allows more" : "May allow more";
}

/** What changes no longer contain: the calls that a rule denied are denied as before. */
function releaseOpening(own: readonly RuleChange[]): Opening {
  const names = namesText(own.map(ruleName));
  const [first] = own.length === 1 ? own : [];
  return {
    reasons: [
      first === undefined
        ? `${own.length} denials no longer block later calls${names}`
        : `${capital(RELEASED)}: ${first.sentence}`,
    ],
    steps: [`decide whether calls may run that follow a denied one${names}`],
  };
}

const EFFECT_WORDS: ReadonlyMap<string, string> = new Map([
  ["allow", "allow rule"],
  ["require_approval", "approval rule"],
  ["deny", "deny rule"],
]);

/** A condition that nobody can say aloud. */
const LONG_CONDITION = / where `[^`]{30,}`/;

/** The sentence of a change to be said aloud, with what the rule does, where that stays as it was. */
export function toldText({ sentence, rule }: RuleChange): string {
  const isKeptEffect = rule?.before?.effect === rule?.after?.effect;
  const words = isKeptEffect ? EFFECT_WORDS.get(rule?.after?.effect ?? "") : undefined;
  const said = sentence.replace(LONG_CONDITION, " under a condition");
  return words === undefined ? said : said.replace(/^rule /, `${words} `);
}

/** What changes do that are no grant, the first of them in words: what is for certain before what may be. */
function othersText(own: readonly RuleChange[]): string {
  const order = ["Allows more", "Asks less", "Asks others", "May allow more"];
  const all = own.toSorted((a, b) => order.indexOf(otherText(a)) - order.indexOf(otherText(b)));
  const told = all.length <= NAMED ? all : all.slice(0, TOLD);
  const left = all.slice(told.length);
  const texts = order.flatMap((what) => {
    const same = told.filter((change) => otherText(change) === what);
    return same.length === 0 ? [] : [`${what}: ${same.map(toldText).join("; and ")}`];
  });
  // the step below names some of them
  const rest =
    left.length === 0
      ? []
      : [`${count(left.length, "more change")} ${left.length === 1 ? "does" : "do"} so, or may`];
  return [...texts, ...rest].join(". ");
}

/** What changes let through or ask less for that are no grant, and take away no denial and no approval. */
function otherOpening(own: readonly RuleChange[], shown: string): Opening {
  return {
    reasons: [`${othersText(own)}${shown === "" ? "" : `. ${capital(shown)}`}`],
    steps: [
      own.every(asksOthers)
        ? `decide whether others may approve${aboutText(own)}`
        : `decide whether more may be allowed, or less asked, by what changed${aboutText(own)}`,
    ],
  };
}

/**
 * What changes let through, whatever was recorded, kind by kind, and last what may. WHY no limit judges
 * it: a gate counts recorded calls, and a trace may hold none of these. `shownBy`: whether recorded calls
 * show such changes, in words; empty where nobody knows.
 */
export function openingsOf<T extends RuleChange>(
  { sure, possible }: Widenings<T>,
  shownBy: (own: readonly T[]) => string = () => "",
): readonly Opening[] {
  const isOpened = sure.some(opensAll);
  const released = possible.filter(isReleased);
  const others = possible.filter((change) => !isReleased(change) && !isMoot(change));
  return [
    ...OPENING_KINDS.map((kind) => {
      const own = sure.filter((change) => wideningKind(change) === kind);
      return {
        reasons: reasonsOf(kind, own, isOpened),
        steps: stepsOf(kind, own, isOpened),
      };
    }),
    ...(isOpened || released.length === 0 ? [] : [releaseOpening(released)]),
    ...(isOpened || others.length === 0 ? [] : [otherOpening(others, shownBy(others))]),
  ].filter(({ reasons }) => reasons.length > 0);
}
