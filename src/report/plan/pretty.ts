import { Chalk } from "chalk";
import type { PlannedJob, PlanResult } from "../../documents/plan-result.ts";
import { printableWhole } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";
import { wrapText } from "../wrap.ts";

const KEYS: ReadonlyMap<string, string> = new Map([
  ["session", "session (`session`)"],
  ["subject", "subject (`subject.id`)"],
  ["on_behalf_of", "person for whom the call is made (`context.on_behalf_of.id`)"],
  ["tenant", "tenant (`subject.tenant`)"],
]);

const WORDS: { readonly [by in PlanResult["whole"][number]["by"]]: string } = {
  session: "session",
  subject: "subject",
  on_behalf_of: "person",
  tenant: "tenant",
};

function why({ key, uses, whole }: PlanResult): readonly string[] {
  if (uses.length === 0 && whole.length === 0)
    return ["the policies keep no state; whole sessions are counted once"];
  return [
    ...(uses.length === 0 ? [] : [`state is kept by it: ${uses.join(", ")}`]),
    ...whole
      .filter(({ by }) => by !== key)
      .map(
        ({ by, uses: theirs }) =>
          (theirs.length === 0
            ? `each ${WORDS[by]} has to be in one part: `
            : `state is kept by ${WORDS[by]} too: ${theirs.join(", ")}. Calls that share it have to be in one part: `) +
          "agentz merge proves that they are, or refuses the parts",
      ),
    ...(key === "session" || whole.some(({ by }) => by === "session")
      ? []
      : [
          "events that do not have it, such as outcomes of calls, may go to another part than their calls, and " +
            "agentz merge then refuses the parts: plan with --whole-sessions if the trace has such events",
        ]),
  ];
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${printableWhole(line)}`))
    .join("\n");
}

/**
 * The key, why it is the key, and a job for each engine. WHY only words are wrapped: whoever copies a
 * job or a command from a terminal copies its line breaks too.
 */
export function prettyPlan(plan: PlanResult, { color, columns }: ReportOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const job = ({ title, text }: PlannedJob): string =>
    `${paint.bold(title)}\n\n${indented(text)}\n`;
  const words = (text: string): string => (columns === undefined ? text : wrapText(text, columns));
  return [
    `${paint.bold("key")}   ${KEYS.get(plan.key) ?? `\`${plan.key}\``}`,
    ...why(plan).map((one) => words(`      ${printableWhole(one)}`)),
    `${paint.bold("part")}  ${printableWhole(plan.part)}`,
    "",
    words(
      "Each job puts the calls of one key into one part, in the order of time, and counts each part.",
    ),
    "Change the paths and the number of parts; then merge: agentz merge parts",
    words(
      "(with --calls <n>, if you know how many calls the trace has: then no part can be missing)",
    ),
    "",
    ...plan.jobs.map(job),
  ].join("\n");
}
