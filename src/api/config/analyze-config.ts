import { UserError } from "../../diagnostics/user-error.ts";

/** The `analyze` of agentz.yaml: which answers fail a run beside `refuted`. */
export interface AnalyzeConfig {
  readonly failOn: "cannot-tell";
}

/** Reads the `analyze` of agentz.yaml. */
export function readAnalyze(value: unknown): AnalyzeConfig {
  const entries: readonly (readonly [string, unknown])[] =
    typeof value === "object" && value !== null ? Object.entries(value) : [];
  const [first, second] = entries;
  if (first?.[0] === "fail_on" && first[1] === "cannot-tell" && second === undefined)
    return { failOn: "cannot-tell" };
  throw new UserError("config", "`analyze` of agentz.yaml has to be `{ fail_on: cannot-tell }`", {
    help: "a refuted invariant always fails; if nothing else should fail, remove the field",
  });
}
