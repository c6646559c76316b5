import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText, timeText, unpackJson } from "./call-values.ts";
import { resultAnswer } from "./chat-answer.ts";
import type { CallEntry, ChatEntry, ChatMessage } from "./chat-entry.ts";
import { unknownEntry } from "./chat-entry.ts";
import { callEntry, resultEntry } from "./chat-parts.ts";

/** An event of a framework's own log: how it is told, and what it holds. */
interface EventKind {
  readonly fits: (event: JsonObject) => boolean;
  readonly read: (event: JsonObject) => readonly ChatEntry[];
  readonly agent?: (event: JsonObject) => string | undefined;
}

/** Actions of OpenHands that change nothing outside the agent. */
const QUIET_ACTIONS: ReadonlySet<string> = new Set([
  "message",
  "system",
  "think",
  "finish",
  "recall",
  "change_agent_state",
  "agent_state_changed",
  "condensation",
  "condensation_request",
  "null",
  "task_tracking",
  "loop_recovery",
]);

/** OpenHands before 1.0: `{source, action, args}`, answered by `{observation, cause}`. */
const OPEN_HANDS_ACTION: EventKind = {
  fits: (event) => typeof member(event, "action") === "string" && isOpenHands(event),
  read: (event) => {
    const action = stringMember(event, "action") ?? "";
    const args = objectMember(event, "args");
    if (action === "message")
      return [
        {
          kind: "said",
          who: stringMember(event, "source") === "user" ? "prompt" : "response",
          text: stringMember(args, "content"),
        },
      ];
    if (QUIET_ACTIONS.has(action)) return [];
    if (stringMember(event, "source") === "user") return [];
    const refused = stringMember(args, "confirmation_state") === "rejected";
    const asked = stringMember(args, "confirmation_state") === "awaiting_confirmation";
    const mcp = /^(call_tool_mcp|mcp)$/.test(action);
    return [
      callEntry(event, {
        id: numberText(event, "id"),
        name: mcp ? member(args, "name") : action,
        args: mcp ? member(args, "arguments") : withoutNotes(args),
        mayLackArgs: true,
        ...(action === "delegate" && { action: "subagent_invocation" as const }),
        asked,
        answer: refused ? { status: undefined, text: undefined, refused } : undefined,
      }),
    ];
  },
};

/** What OpenHands adds to an action's arguments by itself. */
function withoutNotes(args: JsonObject | undefined): JsonObject | undefined {
  const notes =
    /^(thought|confirmation_state|is_confirmed|security_risk|hidden|is_static|blocking|cwd|static)$/;
  return args && Object.fromEntries(Object.entries(args).filter(([name]) => !notes.test(name)));
}

const OPEN_HANDS_OBSERVATION: EventKind = {
  fits: (event) => typeof member(event, "observation") === "string" && isOpenHands(event),
  read: (event) => {
    const [id, kind] = [numberText(event, "cause"), stringMember(event, "observation")];
    if (
      id === undefined ||
      /^(agent_state_changed|recall|null|think|condense|task_tracking)$/.test(kind ?? "")
    )
      return [];
    const extras = objectMember(event, "extras");
    const code =
      member(objectMember(extras, "metadata"), "exit_code") ?? member(extras, "exit_code");
    const failed = kind === "error" || (typeof code === "number" && code !== 0);
    const text = contentText(member(event, "content"));
    const answer =
      kind === "user_rejected"
        ? { status: undefined, text, refused: true }
        : { status: failed ? ("error" as const) : ("ok" as const), text };
    return [{ kind: "result", id, name: undefined, answer }];
  },
};

function isOpenHands(event: JsonObject): boolean {
  return (
    Object.hasOwn(event, "source") && (Object.hasOwn(event, "id") || Object.hasOwn(event, "cause"))
  );
}

/** OpenHands from 1.0 on (its software agent SDK): `{kind: ActionEvent, tool_name, action}`. */
const SDK_ACTION: EventKind = {
  fits: (event) => stringMember(event, "kind") === "ActionEvent",
  read: (event) => {
    const name = stringMember(event, "tool_name");
    if (name === "finish" || name === "think") return [];
    const written = objectMember(event, "tool_call");
    const inner = objectMember(written, "function") ?? written;
    const action = Object.entries(objectMember(event, "action") ?? {});
    return [
      callEntry(event, {
        id: stringMember(event, "tool_call_id") ?? stringMember(event, "id"),
        name,
        args:
          member(inner, "arguments") ??
          Object.fromEntries(action.filter(([key]) => key !== "kind")),
      }),
    ];
  },
};
const SDK_RESULT: EventKind = {
  fits: (event) =>
    /^(ObservationEvent|AgentErrorEvent|UserRejectObservation)$/.test(
      stringMember(event, "kind") ?? "",
    ),
  read: (event) => {
    const kind = stringMember(event, "kind");
    if (/^(finish|think)$/.test(stringMember(event, "tool_name") ?? "")) return [];
    const observation = objectMember(event, "observation");
    const text = contentText(member(observation, "content")) ?? stringMember(event, "error");
    const code = member(observation, "exit_code");
    const failed =
      kind === "AgentErrorEvent" ||
      member(observation, "is_error") === true ||
      stringMember(observation, "error") !== undefined ||
      (typeof code === "number" && code !== 0);
    const id = stringMember(event, "tool_call_id");
    return [
      {
        kind: "result",
        id,
        name: stringMember(event, "tool_name"),
        answer:
          kind === "UserRejectObservation"
            ? { status: undefined, text, refused: true }
            : { status: failed ? "error" : "ok", text },
      },
    ];
  },
};
const SDK_MESSAGE: EventKind = {
  fits: (event) => stringMember(event, "kind") === "MessageEvent" && Object.hasOwn(event, "source"),
  read: (event) => [
    {
      kind: "said",
      who: stringMember(event, "source") === "user" ? "prompt" : "response",
      text: contentText(member(objectMember(event, "llm_message"), "content")),
    },
  ],
};
/** Kinds of events of the SDK that are no calls. */
const SDK_QUIET_KIND = new RegExp(
  String.raw`^(SystemPromptEvent|ConversationStateUpdateEvent|Condensation\w*|PauseEvent` +
    String.raw`|TokenEvent|InterruptEvent|ConversationErrorEvent)$`,
);

const SDK_QUIET: EventKind = {
  fits: (event) => SDK_QUIET_KIND.test(stringMember(event, "kind") ?? ""),
  read: () => [],
};

/** CrewAI's event bus, dumped: `tool_usage_started`, `_finished`, `_error`. */
const CREW_TOOL: EventKind = {
  fits: (event) => /^(tool_usage|mcp_tool_execution)_/.test(stringMember(event, "type") ?? ""),
  read: (event) => {
    const type = stringMember(event, "type") ?? "";
    const id = stringMember(event, "started_event_id") ?? stringMember(event, "event_id");
    const name = stringMember(event, "tool_name");
    if (type.endsWith("_started"))
      return [
        callEntry(event, {
          id: stringMember(event, "event_id"),
          name,
          args: unpackJson(member(event, "tool_args")),
          server: stringMember(event, "server_name"),
          ...(type.startsWith("mcp") && { action: "mcp_request" as const }),
        }),
      ];
    const failed = /_(error|failed)$/.test(type);
    if (!failed && !/_(finished|completed)$/.test(type))
      return [unknownEntry("an event of a tool has an unknown kind")];
    const text = contentText(member(event, "output") ?? member(event, "error"));
    const paired = stringMember(event, "started_event_id") === undefined ? undefined : id;
    return [
      { kind: "result", id: paired, name, answer: { status: failed ? "error" : "ok", text } },
    ];
  },
  agent: (event) => stringMember(event, "agent_role"),
};

/** inspect_ai's transcript: a tool's run, and who approved it. */
const INSPECT_TOOL: EventKind = {
  fits: (event) =>
    stringMember(event, "event") === "tool" &&
    (Object.hasOwn(event, "function") || Object.hasOwn(event, "arguments")),
  read: (event) => {
    const error = objectMember(event, "error");
    const refused = stringMember(error, "type") === "approval";
    const text = contentText(member(event, "result")) ?? stringMember(error, "message");
    const status = error === undefined ? "ok" : "error";
    const pending = member(event, "pending") === true;
    return [
      callEntry(event, {
        name: member(event, "function"),
        args: member(event, "arguments"),
        answer: pending
          ? undefined
          : refused
            ? { status: undefined, text, refused }
            : { status, text },
      }),
    ];
  },
};
const INSPECT_APPROVAL: EventKind = {
  fits: (event) => stringMember(event, "event") === "approval" && Object.hasOwn(event, "decision"),
  read: (event) => {
    const decision = stringMember(event, "decision") ?? "";
    const call = stringMember(objectMember(event, "call"), "id");
    if (!/^(approve|modify|reject|terminate)$/.test(decision)) return [];
    return [
      {
        kind: "approval",
        call,
        question: stringMember(event, "uuid"),
        granted: decision === "approve" || decision === "modify",
        byPerson: stringMember(event, "approver") === "human",
      },
    ];
  },
};

/** SWE-agent's trajectory: a step is a command, given to its shell as text. */
const SWE_STEP: EventKind = {
  fits: (event) =>
    typeof member(event, "action") === "string" &&
    Object.hasOwn(event, "observation") &&
    (Object.hasOwn(event, "thought") || Object.hasOwn(event, "response")),
  read: (event) => {
    const action = (stringMember(event, "action") ?? "").trim();
    if (action === "") return [];
    const text = contentText(member(event, "observation"));
    const own = member(event, "tool_calls");
    if (Array.isArray(own) && own.length > 0)
      return own
        .filter(isJsonObject)
        .map((each): CallEntry => ({ ...callEntry(each), answer: { status: "ok", text } }));
    return [
      callEntry({}, { name: "bash", args: { command: action }, answer: { status: "ok", text } }),
    ];
  },
};

/** mini-swe-agent: the commands of a message, as they were taken from its text. */
const MINI_SWE: EventKind = {
  fits: (event) =>
    Array.isArray(member(objectMember(event, "extra"), "actions")) &&
    !Array.isArray(member(event, "tool_calls")),
  read: (event) => {
    const actions = member(objectMember(event, "extra"), "actions");
    return (Array.isArray(actions) ? actions : []).map((each): ChatEntry => {
      const command = isJsonObject(each) ? member(each, "command") : each;
      if (typeof command !== "string") return unknownEntry("an action has no command");
      return callEntry(
        {},
        {
          name: "bash",
          args: { command },
          ...(isJsonObject(each) && { id: stringMember(each, "tool_call_id") }),
        },
      );
    });
  },
};
const MINI_SWE_OUTPUT: EventKind = {
  fits: (event) =>
    typeof member(objectMember(event, "extra"), "returncode") === "number" &&
    member(event, "tool_call_id") === undefined,
  read: (event) => {
    const code = member(objectMember(event, "extra"), "returncode");
    const text = contentText(member(event, "content"));
    const answer = { status: code === 0 ? ("ok" as const) : ("error" as const), text };
    return [{ kind: "result", id: undefined, name: "bash", answer }];
  },
};

/** Calls that promptfoo's agent providers keep beside an answer: with their outputs. */
const KEPT_CALL: EventKind = {
  fits: (event) =>
    stringMember(event, "name") !== undefined &&
    Object.hasOwn(event, "input") &&
    (Object.hasOwn(event, "is_error") || Object.hasOwn(event, "parentToolUseId")),
  read: (event) => [callEntry(event), { ...resultEntry(event), ...answerOf(event) }],
};

function answerOf(event: JsonObject): {
  kind: "result";
  id: string | undefined;
  name: string | undefined;
  answer: ReturnType<typeof resultAnswer>;
} {
  return {
    kind: "result",
    id: stringMember(event, "id"),
    name: stringMember(event, "name"),
    answer: resultAnswer(event),
  };
}

const KINDS: readonly EventKind[] = [
  SDK_ACTION,
  SDK_RESULT,
  SDK_MESSAGE,
  SDK_QUIET,
  INSPECT_TOOL,
  INSPECT_APPROVAL,
  CREW_TOOL,
  SWE_STEP,
  MINI_SWE,
  MINI_SWE_OUTPUT,
  KEPT_CALL,
  OPEN_HANDS_ACTION,
  OPEN_HANDS_OBSERVATION,
];

/** WHY the test: most of what is asked about is a message, and only mini-swe-agent's is an event too. */
function kindOf(event: JsonObject): EventKind | undefined {
  if (typeof event["role"] === "string" && event["extra"] === undefined) return undefined;
  return KINDS.find(({ fits }) => fits(event));
}

/** Whether a value is an event of a framework's own log. */
export function isEvent(event: JsonObject): boolean {
  return kindOf(event) !== undefined;
}

/** What an event holds. */
export function readEvent(event: JsonObject): ChatMessage {
  const kind = kindOf(event);
  const speaker = {
    agent: kind?.agent?.(event),
    above: undefined,
    time: timeText(member(event, "timestamp")),
  };
  return { speaker, entries: kind?.read(event) ?? [] };
}

function numberText(event: JsonObject, name: string): string | undefined {
  const value: Json | undefined = member(event, name);
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
