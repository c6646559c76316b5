/** What to do where a check of `agentz ci` does not pass and says no way out itself, by its step. */
export const STEP_FIXES = {
  lint: "fix what `agentz lint` finds",
  test: "fix the policies until `agentz test` passes",
  analyze: "change the rules: `agentz analyze` shows a session that breaks each invariant",
  version: "raise the versions with `agentz version bump`",
  replay: "run `agentz replay`",
} as const;
