import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { parseJson } from "../parse-json.ts";
import { isJson } from "./call-values.ts";

/** What a transcript says about permission: who decided, and what. */
export interface Verdict {
  readonly effect: "deny" | "require_approval";
  readonly pdp: "user" | "claude-code";
}

/** A failed result, and the call that it belongs to. */
export interface FailedResult {
  /** The tool as the call names it. */
  readonly name: string;
  readonly args: JsonObject;
  readonly text: string | undefined;
  /** The line that holds the result. */
  readonly line: JsonObject;
}

const BY_USER: Verdict = { effect: "deny", pdp: "user" };
const BY_HOST: Verdict = { effect: "deny", pdp: "claude-code" };
const UNANSWERED: Verdict = { effect: "require_approval", pdp: "claude-code" };

/**
 * The verdict that a failed result reports: by the line's own `toolDenialKind` or `toolUseResult`,
 * else by a sentence that the host alone writes, about this very call. Undefined: the tool ran, and
 * failed. INVARIANT: what a tool prints about permission is no verdict.
 */
export function verdictOf(result: FailedResult): Verdict | undefined {
  const kind = stringMember(result.line, "toolDenialKind");
  if (kind !== undefined) return kind === "user-rejected" ? BY_USER : BY_HOST;
  const noted = member(result.line, "toolUseResult") ?? member(result.line, "tool_use_result");
  if (noted === "User rejected tool use") return BY_USER;
  // an object is what a tool that ran gave
  if (isJsonObject(noted) || result.text === undefined) return undefined;
  return sentenceVerdict({ ...result, text: unwrapped(result.text) });
}

/** WHY: older versions write a host's own error in a tag, or with a word before it. */
function unwrapped(text: string): string {
  const inner = /^<tool_use_error>(.*)<\/tool_use_error>$/s.exec(text)?.[1] ?? text;
  return inner.replace(/^Error: /, "").trim();
}

/** WHY whole sentences, with the call's own tool, command or path: programs print of permission. */
function sentenceVerdict({
  name,
  args,
  text,
}: FailedResult & { text: string }): Verdict | undefined {
  if (USER_SENTENCE.test(text)) return BY_USER;
  if (HOST_SENTENCE.test(text)) return BY_HOST;
  if (
    text.startsWith(`PreToolUse:${name} hook `) ||
    text.startsWith(`${name} operation blocked by hook`)
  )
    return BY_HOST;
  const places = [name, ...placesOf(args)];
  const isAbout = (start: string, end: string): boolean =>
    places.some((place) => text === `${start} ${place}${end}`);
  if (REQUESTED.some((start) => isAbout(start, ", but you haven't granted it yet.")))
    return UNANSWERED;
  if (DENIED.some((start) => isAbout(start, " has been denied."))) return BY_HOST;
  if (text.startsWith(`Permission to use ${name} has been denied`)) return BY_HOST;
  return name === "Bash" ? commandVerdict(stringMember(args, "command") ?? "", text) : undefined;
}

const USER_SENTENCE = new RegExp(
  String.raw`^The user doesn['’]t want to (?:proceed with this tool use` +
    String.raw`|take this action right now)\.(?: (?:The tool use was rejected` +
    String.raw`|STOP what you are doing).*)?$`,
  "s",
);
const HOST_SENTENCE = new RegExp(
  String.raw`^Permission for this (?:tool use was denied\. The tool use was rejected` +
    String.raw`|action (?:was denied by the Claude Code|has been denied\. Reason:))`,
);
const REQUESTED = ["use", "read from", "write to", "edit"].map(
  (act) => `Claude requested permissions to ${act}`,
);
const DENIED = ["read", "read from", "write to", "edit", "use"].map(
  (act) => `Permission to ${act}`,
);

function placesOf(args: JsonObject): readonly string[] {
  return ["file_path", "path", "notebook_path"].flatMap((name) => stringMember(args, name) ?? []);
}

/** What the host says of a shell command before it runs one. */
function commandVerdict(command: string, text: string): Verdict | undefined {
  if (text === "This command requires approval") return UNANSWERED;
  if (text === `Permission to use Bash with command ${command} has been denied.`) return BY_HOST;
  const parts =
    /^This Bash command contains multiple operations\. The following parts? requires? approval: (.+)$/s.exec(
      text,
    )?.[1];
  if (parts?.split(", ").every((part) => command.includes(part)) === true) return UNANSWERED;
  const blocked =
    /^\S+ in '([^'\n]*)' was blocked\. For security, Claude Code may only [^\n]*$/.exec(text)?.[1];
  return blocked !== undefined && command.includes(blocked) ? BY_HOST : undefined;
}

/** What a hook decided of a call, as an attachment notes it. */
export interface HookAnswer {
  readonly call: string;
  readonly effect: "allow" | "deny" | "require_approval";
}

/** What a hook may answer, in its words and in those of a trace. */
export const HOOK_EFFECTS: ReadonlyMap<string, HookAnswer["effect"]> = new Map([
  ["allow", "allow"],
  ["deny", "deny"],
  ["ask", "require_approval"],
]);

/** The decision that an attachment of a transcript holds, if it holds one. */
export function hookAnswer(attachment: JsonObject | undefined): HookAnswer | undefined {
  const call = stringMember(attachment, "toolUseID");
  const effect = HOOK_EFFECTS.get(hookWord(attachment) ?? "");
  return call === undefined || effect === undefined ? undefined : { call, effect };
}

function hookWord(attachment: JsonObject | undefined): string | undefined {
  const before = stringMember(attachment, "hookEvent") === "PreToolUse";
  switch (stringMember(attachment, "type")) {
    case "hook_permission_decision":
      return stringMember(attachment, "decision");
    case "hook_blocking_error":
      return before ? "deny" : undefined;
    case "hook_success":
      return before ? printedDecision(stringMember(attachment, "stdout")) : undefined;
    default:
      return undefined;
  }
}

/** What a hook's program prints, where it decides. */
function printedDecision(stdout: string | undefined): string | undefined {
  const parsed = parseJson(stdout ?? "");
  const printed: Json | undefined =
    "value" in parsed && isJson(parsed.value) ? parsed.value : undefined;
  if (!isJsonObject(printed)) return undefined;
  return stringMember(objectMember(printed, "hookSpecificOutput"), "permissionDecision");
}

/**
 * A refusal by the user as the approval that was not given; who it was is known only if the
 * operator says so.
 */
export function refusal(
  approver: { readonly type: string; readonly id: string } | undefined,
): JsonObject {
  return {
    by: approver === undefined ? { type: "human" } : `${approver.type}:${approver.id}`,
    decision: "refused",
  };
}
