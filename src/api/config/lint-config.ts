import { LINT_RULES, ruleOfCode } from "../../lint/registry.ts";
import type { Level } from "../../lint/rule.ts";
import { CODES } from "../../diagnostics/codes.ts";
import { isJsonObject, type Json } from "../../request/json.ts";
import { meantHelp } from "../../text/slip.ts";
import { UserError } from "../../diagnostics/user-error.ts";

/** `lint:` of agentz.yaml. */
export interface LintConfig {
  /** The level of each rule that is configured. */
  readonly rules: ReadonlyMap<string, Level>;
}

const LEVELS: readonly Level[] = ["off", "warning", "error"];

function fail(message: string, help: string): never {
  throw new UserError("config", `${message} in \`lint\` of agentz.yaml`, { help });
}

function knownRule(code: string): string {
  if (ruleOfCode(code) !== undefined) return code;
  if (Object.hasOwn(CODES, code))
    return fail(
      `the level of \`${code}\` cannot be changed`,
      "a set with this error does not load, so it is always an error",
    );
  return fail(
    `there is no rule \`${code}\``,
    meantHelp(
      code,
      LINT_RULES.map((rule) => rule.code),
      "`agentz lint --rules` lists them",
    ),
  );
}

function levelOf(value: Json | undefined, code: string): Level {
  return (
    LEVELS.find((level) => level === value) ??
    fail(
      `the level of \`${code}\` is unknown`,
      meantHelp(String(value), LEVELS, `it is one of ${LEVELS.join(", ")}`),
    )
  );
}

/** Reads `lint: { rules: { <code>: off | warning | error } }`. */
export function readLint(value: Json): LintConfig {
  if (!isJsonObject(value))
    return fail("it has to be a map", "write `lint: { rules: { <code>: off } }`");
  const unknown = Object.keys(value).find((name) => name !== "rules");
  if (unknown !== undefined) fail(`there is no field \`${unknown}\``, "it has `rules`");
  const { rules } = value;
  if (rules !== undefined && rules !== null && !isJsonObject(rules))
    fail("`rules` has to be a map", "write `rules: { <code>: off }`");
  const entries = isJsonObject(rules) ? Object.entries(rules) : [];
  return {
    rules: new Map(entries.map(([code, level]) => [knownRule(code), levelOf(level, code)])),
  };
}
