import { Option } from "commander";
import { analyzeDocument } from "../../api/analyze.ts";
import { neededPaths, readConfig } from "../../api/config/config.ts";
import { analyzeQuestion } from "../../api/analyze-question.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { AnalyzeQuestion, AnalyzeResult } from "../../documents/analyze-result.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { addSetOptions, formatOption, repeatable, untilOf } from "../options.ts";
import { showDocument } from "../show-document.ts";

interface Flags {
  readonly candidate?: readonly string[];
  readonly now?: number;
  readonly failOn?: string;
  readonly format: string;
  readonly output?: string;
  readonly config?: string;
  readonly newAccess?: string | true;
  readonly equivalent?: string;
  readonly deadRules?: true;
  readonly whoCanEver?: string;
}

const HELP = `
Checks every invariant of the set for all requests and all session states. There are three answers. Proved. Refuted,
with the shortest session that agentz found, also written as a test; the engine has decided its calls. Cannot tell,
with the reason. You can also ask about calls without a file: write them as
\`<action> [by <subject>] [on <resource>] [where <condition>]\`.

Examples:
  agentz analyze
  agentz analyze --candidate policies --candidate invariants.yaml
  agentz analyze --fail-on cannot-tell --format json
  agentz analyze never 'bank/pay where args.amount > 5000.0'
  agentz analyze --no-new-access git:main       is any call decided less strictly than before?
  agentz analyze --equivalent git:main          is every call decided in the same way as before?
  agentz analyze --dead-rules                   which rules decide no call?
  agentz analyze --who-can-ever 'bank/pay'      who is permitted such a call in any session?

Exit status: 0 no invariant is refuted; 1 one is refuted (or cannot tell, with --fail-on cannot-tell; with --dead-rules:
a rule is dead); 2 the set does not load or has no invariant. --who-can-ever always exits with 0.`;

const QUESTIONS: readonly (readonly [keyof Flags, AnalyzeQuestion["kind"]])[] = [
  ["newAccess", "no_new_access"],
  ["equivalent", "equivalent"],
  ["deadRules", "dead_rules"],
  ["whoCanEver", "who_can_ever"],
];

/** The one question that is asked beside the set's own invariants; undefined: none. */
function questionOf(words: readonly string[], flags: Flags): AnalyzeQuestion | undefined {
  const [word, text, ...more] = words;
  const never = word === "never" && text !== undefined && more.length === 0;
  const asked = QUESTIONS.flatMap(([flag, kind]): readonly AnalyzeQuestion[] => {
    const value = flags[flag];
    // what a flag that begins with `no-` is without a value
    if (value === undefined || (flag === "newAccess" && value === true)) return [];
    return [{ kind, text: typeof value === "string" ? value : null }];
  });
  const [first, second] = asked;
  if ((words.length > 0 && !never) || second !== undefined || (never && first !== undefined))
    throw new UserError("usage", "there has to be one question", {
      help: "such as `agentz analyze never 'bank/pay where args.amount > 5000.0'`; put the question in quotes",
    });
  return never ? { kind: "never", text } : first;
}

/** Whether what is found fails the run, whatever `--fail-on` says. */
function isBad({ question, summary }: AnalyzeResult): boolean {
  if (question?.kind === "who_can_ever") return false;
  return question?.kind === "dead_rules" ? summary.proved > 0 : summary.refuted > 0;
}

async function act(
  words: readonly string[],
  flags: Flags,
  { io, finish }: CommandContext,
): Promise<void> {
  const config = await readConfig(io, flags.config);
  const paths = neededPaths(flags.candidate ?? config.candidate, "candidate");
  const question = questionOf(words, flags);
  const clock = { now: flags.now ?? io.clock(), clock: io.clock };
  const result =
    question === undefined
      ? analyzeDocument(await loadPolicySet(io, paths, paths), clock)
      : await analyzeQuestion(io, { question, paths }, clock);
  await showDocument(io, { name: "analyze", document: result }, flags);
  const failOn = flags.failOn ?? config.analyze?.failOn;
  const fails = failOn === "cannot-tell" && result.summary.cannotTell > 0;
  finish(isBad(result) || fails ? 1 : 0);
}

export const analyzeCommand: CommandModule = {
  define: (command, context) => {
    command
      .argument("[question...]", "`never` and the calls that may never be permitted")
      .option(
        "--no-new-access <version>",
        "prove that no call is decided less strictly than by this version",
      )
      .option(
        "--equivalent <version>",
        "prove that this version decides every call in the same way",
      )
      .option("--dead-rules", "find rules that decide no call")
      .option("--who-can-ever <calls>", "find everybody who is ever permitted such a call")
      .addOption(
        repeatable(
          "--candidate <path>",
          "policies, catalogs and invariants; repeated paths are one set",
        ),
      )
      .addOption(
        new Option(
          "--fail-on <answer>",
          "also exit 1 for this answer; default: `analyze.fail_on` of agentz.yaml",
        ).choices(["cannot-tell"]),
      )
      .addOption(
        new Option(
          "--now <time>",
          "the time of the calls that are shown; default: today",
        ).argParser(untilOf),
      )
      .addOption(formatOption("analyze"))
      .option("-o, --output <file>", "write the result to this file instead of stdout")
      .addHelpText("after", HELP)
      .action((words: readonly string[], flags: Flags) => act(words, flags, context));
    addSetOptions(command);
  },
};
