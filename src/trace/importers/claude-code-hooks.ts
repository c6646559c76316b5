import type { JsonObject } from "../../request/json.ts";
import { member, objectMember, stringMember } from "../../request/json.ts";
import { contentText, filled, readArguments, timeText, toolAddress } from "./call-values.ts";
import { SUBAGENT_TOOLS } from "./claude-code-survey.ts";
import type { TranscriptWork } from "./claude-code-transcript.ts";
import { HOOK_EFFECTS, refusal } from "./claude-code-verdict.ts";
import type { HeldEvent } from "./held-events.ts";
import { RecentMap } from "./recent-map.ts";

/** True for what a hook is given on its standard input. */
export function isHookEvent(value: JsonObject): boolean {
  return stringMember(value, "hook_event_name") !== undefined;
}

const TIMES = ["timestamp", "time", "ts", "logged_at", "received_at"] as const;

/**
 * Reads hook events: those before, on asking for, and after a call are one call, told by
 * `tool_use_id`, or where older versions give none by session, tool and input.
 */
export class HookLog {
  readonly #work: TranscriptWork;
  readonly #open = new RecentMap<HeldEvent>(5000);
  readonly #requests = new RecentMap<string>(1000);
  #count = 0;

  constructor(work: TranscriptWork) {
    this.#work = work;
  }

  read(hook: JsonObject, line: number): void {
    switch (stringMember(hook, "hook_event_name")) {
      case "PreToolUse":
        return void this.#begin(hook, line);
      case "PermissionRequest":
        return this.#decide(this.#find(hook) ?? this.#begin(hook, line), "require_approval");
      case "PermissionDenied":
        return this.#end(hook, line, (event) => ({
          ...event,
          decision: { effect: "deny", pdp: "claude-code", ...this.#reason(hook) },
        }));
      case "PostToolUse":
        return this.#end(hook, line, (event) => this.#ran(event, hook, "ok"));
      case "PostToolUseFailure":
        return this.#end(hook, line, (event) => this.#ran(event, hook, "error"));
      case "UserPromptSubmit":
        return this.#prompt(hook, line);
      case "SessionEnd":
        return this.#work.held.add({
          id: this.#id(hook, line),
          ...when(hook),
          session: stringMember(hook, "session_id"),
          type: "session_end",
        });
      default:
        return;
    }
  }

  #begin(hook: JsonObject, line: number): HeldEvent {
    const held = this.#work.held.hold(this.#event(hook, line));
    this.#open.set(keyOf(hook), held);
    this.#decideByOutput(held, hook);
    return held;
  }

  #find(hook: JsonObject): HeldEvent | undefined {
    const held = this.#open.get(keyOf(hook));
    return held?.settled === true ? undefined : held;
  }

  #decide(held: HeldEvent, effect: string): void {
    held.event = { ...held.event, decision: { effect, pdp: "claude-code" } };
  }

  /** What the hook answered, where the log keeps it beside what it was asked. */
  #decideByOutput(held: HeldEvent, hook: JsonObject): void {
    const output =
      objectMember(hook, "hookSpecificOutput") ??
      objectMember(
        objectMember(hook, "hook_output") ?? objectMember(hook, "output"),
        "hookSpecificOutput",
      );
    const effect = HOOK_EFFECTS.get(stringMember(output, "permissionDecision") ?? "");
    if (effect !== undefined) held.event = { ...held.event, decision: { effect, pdp: "hook" } };
  }

  #end(hook: JsonObject, line: number, finish: (event: JsonObject) => JsonObject): void {
    const held = this.#find(hook) ?? this.#begin(hook, line);
    held.event = finish(held.event);
    held.settled = true;
    this.#open.delete(keyOf(hook));
  }

  /** A call that was asked about, and then ran, was granted. */
  #ran(event: JsonObject, hook: JsonObject, status: string): JsonObject {
    const { options } = this.#work;
    const said =
      member(hook, "tool_response") ?? member(hook, "tool_output") ?? member(hook, "error");
    const result =
      options.results && said !== undefined ? { result: contentText(said) ?? said } : {};
    const asked = stringMember(objectMember(event, "decision"), "effect") === "require_approval";
    const granted = { ...refusal(options.approver), decision: "granted" };
    return {
      ...event,
      ...(asked && { context: { ...objectMember(event, "context"), approvals: [granted] } }),
      outcome: { status, ...result },
    };
  }

  #event(hook: JsonObject, line: number): JsonObject {
    const { options, file, tally } = this.#work;
    const name = stringMember(hook, "tool_name");
    if (name === undefined) tally.addUnreadable("a tool call has no name", file.name, line);
    const { args, cause } = readArguments(member(hook, "tool_input"));
    if (cause !== undefined) tally.addUnreadable(cause, file.name, line);
    const address = name === undefined ? undefined : toolAddress(name, "host", options.server);
    const main = options.subject ?? { type: "agent", id: "claude-code" };
    const agent = stringMember(hook, "agent_id");
    const session = stringMember(hook, "session_id");
    return {
      id: this.#id(hook, line),
      ...when(hook),
      session,
      subject:
        agent === undefined ? { ...main } : { type: "agent", id: stringMember(hook, "agent_type") },
      action: {
        kind:
          name !== undefined && SUBAGENT_TOOLS.has(name)
            ? "subagent_invocation"
            : (address?.kind ?? "tool_call"),
        server: address?.server,
        name: address?.name,
      },
      args,
      context: filled({
        cwd: stringMember(hook, "cwd"),
        permission_mode: stringMember(hook, "permission_mode"),
        model: options.model === undefined ? undefined : { name: options.model },
        request: this.#requests.get(session ?? ""),
        on_behalf_of: options.onBehalfOf && { ...options.onBehalfOf },
        delegation: agent === undefined ? [] : [`${main.type}:${main.id}`],
      }),
    };
  }

  #prompt(hook: JsonObject, line: number): void {
    const [session, text] = [stringMember(hook, "session_id"), stringMember(hook, "prompt")];
    if (text !== undefined) this.#requests.set(session ?? "", text);
    const kept =
      this.#work.options.results && text !== undefined ? { context: { request: text } } : {};
    this.#work.held.add({
      id: this.#id(hook, line),
      ...when(hook),
      session,
      type: "prompt",
      ...kept,
    });
  }

  #reason(hook: JsonObject): JsonObject {
    const reason = stringMember(hook, "denial_reason") ?? stringMember(hook, "reason");
    return this.#work.options.results && reason !== undefined ? { reason } : {};
  }

  #id(hook: JsonObject, line: number): string {
    const session = stringMember(hook, "session_id") ?? this.#work.file.relative;
    return `${session}/${stringMember(hook, "tool_use_id") ?? `${this.#work.file.relative}:${line}.${this.#count++}`}`;
  }
}

function when(hook: JsonObject): { readonly time?: string } {
  const time = TIMES.map((name) => timeText(member(hook, name))).find((text) => text !== undefined);
  return time === undefined ? {} : { time };
}

function keyOf(hook: JsonObject): string {
  const id = stringMember(hook, "tool_use_id");
  return (
    id ??
    JSON.stringify([
      member(hook, "session_id"),
      member(hook, "tool_name"),
      member(hook, "tool_input"),
    ])
  );
}
