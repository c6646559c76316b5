import { shellWord } from "../text/shell-word.ts";

/** What of a replay's flags names its versions and its trace. */
interface ReplayedFlags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly trace?: readonly string[];
  readonly from?: string;
  readonly config?: string;
}

/**
 * What follows the id in the `agentz explain` that opens a call of a replay with these flags: ` --baseline
 * git:main`, or "" if agentz.yaml says all of it. Null: `explain` does not read such a trace.
 */
export function explainFlags(flags: ReplayedFlags): string | null {
  if (flags.from !== undefined || flags.trace?.includes("-") === true) return null;
  const given = (name: string, values: readonly string[] | undefined): readonly string[] =>
    (values ?? []).flatMap((value) => [`--${name}`, shellWord(value)]);
  return [
    ...given("baseline", flags.baseline),
    ...given("candidate", flags.candidate),
    ...given("trace", flags.trace),
    ...given("config", flags.config === undefined ? undefined : [flags.config]),
  ]
    .map((word) => ` ${word}`)
    .join("");
}
