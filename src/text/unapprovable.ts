import { count } from "./count.ts";
import { firstNames, listed } from "./listed.ts";
import { isMoot, namesText, type Opening, ruleName } from "./openings.ts";
import type { RuleChange } from "./widenings.ts";

/** What of a group of changed calls tells whether somebody can approve them. */
interface ApprovedGroup {
  readonly class: string;
  readonly calls: number;
  readonly nobodyIs?: readonly string[];
}

/** Approvers that are named. */
const NAMED = 3;

/** `nobody in the catalog is role:lead`; of several approvers, any of them. */
export function nobodyText(approvers: readonly string[]): string {
  return `nobody in the catalog is ${firstNames(approvers, NAMED).join(" or ")}`;
}

/** How many calls of groups, of a class where one is given, nobody can approve. */
export function unapprovableCalls(
  groups: readonly ApprovedGroup[],
  kind?: "widened" | "narrowed",
): number {
  return groups
    .filter((group) => group.nobodyIs !== undefined && (kind ?? group.class) === group.class)
    .reduce((sum, { calls }) => sum + calls, 0);
}

/**
 * That nobody can approve `calls` of `all` calls, to stand behind these in brackets: `nobody can approve it,
 * so it can never run`; none where somebody can approve each.
 */
export function neverRunTexts(calls: number, all: number): readonly string[] {
  if (calls === 0) return [];
  const n = calls.toLocaleString("en-US");
  const [them, they] = calls === 1 ? ["it", "it"] : ["them", "they"];
  return [
    `nobody can approve ${calls === all ? them : `${n} of them`}, so ` +
      `${calls === all || calls === 1 ? they : "these"} can never run`,
  ];
}

/** What nobody can approve: in which words, what of the rules brought that about, and what to do. */
export interface Unapprovable {
  readonly what: string;
  /** What of the one rule changed, where nothing else tells it; else empty. */
  readonly how: string;
  readonly step: string;
}

/** That nobody in the catalog can approve what changed rules ask; undefined: somebody can. */
export function unapprovable(changes: readonly RuleChange[]): Unapprovable | undefined {
  const own = changes.filter(({ nobodyApproves }) => nobodyApproves === true);
  const [first] = own;
  if (first === undefined) return undefined;
  const names = namesText(own.map(ruleName));
  const isOne = own.length === 1;
  const what = isOne
    ? `rule \`${ruleName(first)}\` asks, so its calls`
    : `${count(own.length, "rule")} ask${names}, so their calls`;
  return {
    what: `Nobody in the catalog can approve what ${what} can never run`,
    how: listed(own.filter(isMoot).map((change) => howText(change, isOne))),
    step: `name an approver who is in the catalog${names}`,
  };
}

/** What changed of a rule. WHY not `may now approve`: nobody is whoever may. */
function howText({ sentence, about }: RuleChange, isNamed: boolean): string {
  const said = sentence.replace(" may now approve", " would have to approve");
  const rule = `rule \`${about.slice("rule ".length)}\`: `;
  return isNamed && said.startsWith(rule) ? said.slice(rule.length) : said;
}

/** The same as what stands against a change, with whether recorded calls show it; one or none. */
export function unapprovableOpenings(
  changes: readonly RuleChange[],
  shown = "",
): readonly Opening[] {
  const told = unapprovable(changes);
  if (told === undefined) return [];
  const how = told.how === "" ? "" : `: ${told.how}`;
  return [
    {
      reasons: [`${told.what}${how}${shown === "" ? "" : `. ${shown}`}`],
      steps: [told.step],
    },
  ];
}
