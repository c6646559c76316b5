import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText } from "./call-values.ts";
import { resultAnswer, saysError } from "./chat-answer.ts";
import type { CallEntry, ChatApproval, ChatEntry } from "./chat-entry.ts";
import { shownKind, unknownEntry } from "./chat-entry.ts";

type PartReader = (part: JsonObject, type: string) => readonly ChatEntry[];

/** Where a call, and a result, stand in parts of any format: the first of these members. */
const CALL_IDS = ["toolCallId", "tool_call_id", "toolUseId", "call_id", "callId", "id"] as const;
const CALL_NAMES = ["toolName", "tool_name", "name"] as const;
const CALL_ARGS = ["arguments", "args", "input", "tool_args"] as const;
const RESULT_IDS = [
  "tool_use_id",
  "toolUseId",
  "toolCallId",
  "tool_call_id",
  "call_id",
  "callId",
] as const;

/** The first of these members that is there. */
export function firstOf(value: JsonObject, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of these members that is a text with something in it. */
export function textIn(value: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (typeof found === "string" && found !== "") return found;
  }
  return undefined;
}

/** The first of these members that is an id: a text with something in it, or a number. */
export function idIn(value: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = member(value, name);
    if (typeof found === "number") return String(found);
    if (typeof found === "string" && found !== "") return found;
  }
  return undefined;
}

/** A call as a part, an item or an entry of `tool_calls` holds it. */
export function callEntry(value: JsonObject, more: Partial<CallEntry> = {}): CallEntry {
  const custom = objectMember(value, "custom");
  const inner = objectMember(value, "function") ?? custom ?? value;
  return {
    kind: "call",
    id: idIn(value, CALL_IDS),
    name: firstOf(inner, CALL_NAMES) ?? member(inner, "function"),
    args: firstOf(inner, CALL_ARGS),
    ...(custom !== undefined && { takesText: true }),
    server: textIn(value, ["server_name", "server_label"]),
    ...more,
  };
}

/** A result as a part or an item holds it. */
export function resultEntry(value: JsonObject): ChatEntry {
  return {
    kind: "result",
    id: idIn(value, RESULT_IDS),
    name: textIn(value, CALL_NAMES),
    answer: resultAnswer(value),
  };
}

const call: PartReader = (part) => [callEntry(part)];
const result: PartReader = (part) => [resultEntry(part)];
const silent: PartReader = () => [];

/** The AI SDK's UI messages: a call with its state, approval and output in one part. */
function uiCall(part: JsonObject, name: Json | undefined): readonly ChatEntry[] {
  const state = stringMember(part, "state") ?? "";
  if (state === "input-streaming" || state === "partial-call")
    return [unknownEntry("a tool call was incomplete when it was recorded")];
  const approval = approvalOf(objectMember(part, "approval"));
  const refused = state === "output-denied" || approval?.granted === false;
  return [
    callEntry(part, {
      name,
      args: firstOf(part, ["input", "args", "rawInput"]),
      asked: Object.hasOwn(part, "approval") || state === "approval-requested",
      approval,
      answer: refused ? { status: undefined, text: undefined, refused } : uiAnswer(part, state),
    }),
    ...(UI_STATES.has(state) ? [] : [unknownEntry("the state of a tool call is unknown")]),
  ];
}

const UI_STATES: ReadonlySet<string> = new Set([
  "call",
  "result",
  "input-available",
  "approval-requested",
  "approval-responded",
  "output-available",
  "output-error",
  "output-denied",
]);

function uiAnswer(part: JsonObject, state: string): CallEntry["answer"] {
  const failed = state === "output-error" || stringMember(part, "errorText") !== undefined;
  const output = firstOf(part, ["output", "result"]);
  if (failed) return { status: "error", text: stringMember(part, "errorText") };
  const ended = /^(output-available|result)$/.test(state) || output !== undefined;
  return ended && member(part, "preliminary") !== true
    ? { status: saysError(output) ? "error" : "ok", text: resultText(output) }
    : undefined;
}

function resultText(output: Json | undefined): string | undefined {
  return contentText(output) ?? (output === undefined ? undefined : JSON.stringify(output));
}

function approvalOf(written: JsonObject | undefined): ChatApproval | undefined {
  const approved = member(written, "approved") ?? member(written, "approve");
  return typeof approved === "boolean"
    ? {
        id: stringMember(written, "id"),
        granted: approved,
        byPerson: member(written, "isAutomatic") !== true,
      }
    : undefined;
}

/** A tool that the provider runs: its name, and the members that hold what it was given. */
function hosted(name: string, ...members: readonly string[]): PartReader {
  return (part) => {
    const found = members.filter((each) => member(part, each) !== undefined);
    const [only] = found;
    const value = found.length === 1 && only !== undefined ? member(part, only) : undefined;
    const args = isJsonObject(value)
      ? value
      : Object.fromEntries(found.map((each) => [each, member(part, each)]));
    return [
      callEntry(part, {
        name,
        args: found.length === 0 ? undefined : args,
        mayLackArgs: true,
        answer: endedAnswer(part),
      }),
    ];
  };
}

/** What an item with a status of its own says of its end. */
function endedAnswer(part: JsonObject): CallEntry["answer"] {
  const status = stringMember(part, "status");
  if (status === "failed") return { status: "error", text: undefined };
  return status === "completed" && !OUTSIDE.has(stringMember(part, "type") ?? "")
    ? { status: "ok", text: undefined }
    : undefined;
}

/** Calls whose results are items of their own: `completed` says that the model wrote them whole. */
const OUTSIDE: ReadonlySet<string> = new Set([
  "computer_call",
  "local_shell_call",
  "shell_call",
  "apply_patch_call",
]);

/** A call that the Responses API made of an MCP server by itself. */
function mcpCall(part: JsonObject): readonly ChatEntry[] {
  const error = member(part, "error");
  const output = member(part, "output");
  const failed = error !== undefined || stringMember(part, "status") === "failed";
  const ended = output !== undefined || stringMember(part, "status") === "completed";
  return [
    callEntry(part, {
      action: "mcp_request",
      askedAs: stringMember(part, "approval_request_id"),
      answer: failed
        ? { status: "error", text: resultText(error) }
        : ended
          ? { status: "ok", text: resultText(output) }
          : undefined,
    }),
  ];
}

/** Parts and items by their `type` (or pydantic-ai's `part_kind`). */
const BY_TYPE: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  // Anthropic
  ["tool_use", call],
  ["server_tool_use", call],
  ["mcp_tool_use", (part) => [callEntry(part, { action: "mcp_request" })]],
  // LangChain's content blocks, pydantic-ai, the AI SDK's model messages
  ["tool_call", call],
  ["server_tool_call", call],
  ["tool-call", call],
  ["builtin-tool-call", call],
  ["tool-return", result],
  ["builtin-tool-return", result],
  ["retry-prompt", (part) => (textIn(part, CALL_NAMES) === undefined ? [] : [resultEntry(part)])],
  ["user-prompt", (part) => [said("prompt", part)]],
  [
    "tool-approval-request",
    (part) => [
      {
        kind: "approval",
        call: stringMember(part, "toolCallId"),
        question: stringMember(part, "approvalId"),
        granted: undefined,
      },
    ],
  ],
  ["tool-approval-response", (part) => [approvalAnswer(part, "approvalId")]],
  // the AI SDK's UI messages
  ["dynamic-tool", (part) => uiCall(part, member(part, "toolName"))],
  [
    "tool-invocation",
    (part) => {
      const inner = objectMember(part, "toolInvocation") ?? part;
      return uiCall(inner, member(inner, "toolName"));
    },
  ],
  // OpenAI Responses
  ["function_call", call],
  ["custom_tool_call", (part) => [callEntry(part, { takesText: true })]],
  ["mcp_call", mcpCall],
  ["mcp_approval_request", (part) => [callEntry(part, { action: "mcp_request", asked: true })]],
  ["mcp_approval_response", (part) => [approvalAnswer(part, "approval_request_id")]],
  ["web_search_call", hosted("web_search", "action")],
  ["file_search_call", hosted("file_search", "queries")],
  ["code_interpreter_call", hosted("code_interpreter", "code", "container_id")],
  ["image_generation_call", hosted("image_generation", "revised_prompt", "prompt")],
  ["computer_call", hosted("computer", "action", "actions")],
  ["local_shell_call", hosted("local_shell", "action")],
  ["shell_call", hosted("shell", "action")],
  ["apply_patch_call", hosted("apply_patch", "operation")],
  ["tool_search_call", hosted("tool_search", "arguments")],
  ["item_reference", () => [unknownEntry("an item has only an id, and may be a call")]],
  ["message", silent],
]);

/** Families of types. The first that fits counts. */
const BY_PATTERN: readonly (readonly [RegExp, PartReader])[] = [
  [/tool[_-]result$|_call_output$|^tool_call_response$|^tool_search_output$/, result],
  [/^tool-./, (part, type) => uiCall(part, type.slice("tool-".length))],
  [/^data-/, silent],
  [
    new RegExp(
      String.raw`^((input_|output_|summary_)?(text|image|audio|file|video)(_url)?|image-url` +
        String.raw`|input_image|refusal|thinking|redacted_thinking|reasoning|reasoning_content` +
        String.raw`|reasoning-file|custom|encrypted_content|step-start|source(-url|-document)?` +
        String.raw`|document|search_result|container_upload|mcp_list_tools|compaction` +
        String.raw`|compaction_trigger|non_standard|text-plain|media|json|system-prompt` +
        String.raw`|instruction|executable|tool_reference|citations?|fallback)$`,
    ),
    silent,
  ],
];

/** Parts of formats that tell them by a member's name (Bedrock Converse, Gemini). */
const BY_KEY: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ["toolUse", call],
  ["toolResult", result],
  ["functionCall", (part) => [geminiCall(part)]],
  ["function_call", (part) => [geminiCall(part)]],
  ["functionResponse", (part) => geminiResponse(part)],
  ["function_response", (part) => geminiResponse(part)],
  ["executableCode", codeCall],
  ["executable_code", codeCall],
  ["codeExecutionResult", codeResult],
  ["code_execution_result", codeResult],
]);

/** Members of parts that tell no call, and stand beside ones that may. */
const QUIET_KEYS = new RegExp(
  String.raw`^(text|thought|thought_?signature|inline_?data|file_?data|video_?metadata` +
    String.raw`|image|document|video|audio|guardContent|cachePoint|reasoningContent` +
    String.raw`|citationsContent|searchResult|SDK_UNKNOWN_MEMBER|cache_control|part_?metadata` +
    String.raw`|media_?resolution|content|id|json)$`,
  "i",
);

/** A part of a message's content, or an item of a list, as what it holds. */
export function partEntries(part: Json): readonly ChatEntry[] {
  if (!isJsonObject(part)) return [];
  const type = stringMember(part, "type") ?? stringMember(part, "part_kind");
  const read = type === undefined ? undefined : readerOf(type);
  if (read !== undefined && type !== undefined) return read(part, type);
  for (const [key, value] of Object.entries(part)) {
    const keyed = BY_KEY.get(key);
    if (keyed !== undefined && isJsonObject(value)) return keyed(value, key);
  }
  const keys = Object.keys(part).filter((key) => member(part, key) !== undefined);
  if (type === undefined && keys.every((key) => QUIET_KEYS.test(key))) return [];
  const kind = type ?? keys.find((key) => !QUIET_KEYS.test(key));
  return [unknownEntry(`a part of a message has an unknown kind: ${shownKind(kind)}`)];
}

function readerOf(type: string): PartReader | undefined {
  return BY_TYPE.get(type) ?? BY_PATTERN.find(([fits]) => fits.test(type))?.[1];
}

/** Whether a value is an item that stands in a list of messages without being one. */
export function isChatItem(value: JsonObject): boolean {
  const type = stringMember(value, "type");
  return (
    type !== undefined &&
    (/_call$|_call_output$|^(mcp_(list_tools|approval_(request|response))|item_reference|compaction)$/.test(
      type,
    ) ||
      (type === "reasoning" && (Object.hasOwn(value, "summary") || Object.hasOwn(value, "id"))) ||
      (type === "message" && Array.isArray(member(value, "content"))))
  );
}

function said(who: "prompt" | "response", part: JsonObject): ChatEntry {
  return { kind: "said", who, text: contentText(member(part, "content")) };
}

function approvalAnswer(part: JsonObject, question: string): ChatEntry {
  const granted = member(part, "approved") ?? member(part, "approve");
  return typeof granted === "boolean"
    ? {
        kind: "approval",
        call: undefined,
        question: stringMember(part, question),
        granted,
      }
    : { ...unknownEntry("an answer to an approval does not say what it was"), isCall: false };
}

const CONFIRMATION = "adk_request_confirmation";

/** Google's ADK asks for approvals by calls of its own making. */
function geminiCall(part: JsonObject): ChatEntry {
  if (stringMember(part, "name") !== CONFIRMATION) {
    const hands = stringMember(part, "name") === "transfer_to_agent";
    return callEntry(part, hands ? { action: "subagent_invocation" } : {});
  }
  const original = objectMember(objectMember(part, "args"), "originalFunctionCall");
  return {
    kind: "approval",
    call: stringMember(original, "id"),
    question: stringMember(part, "id"),
    granted: undefined,
  };
}

function geminiResponse(part: JsonObject): readonly ChatEntry[] {
  const response = objectMember(part, "response");
  const [id, name] = [stringMember(part, "id"), stringMember(part, "name")];
  const confirmed = member(response, "confirmed");
  if (name === CONFIRMATION)
    return typeof confirmed === "boolean"
      ? [{ kind: "approval", call: undefined, question: id, granted: confirmed }]
      : [];
  const error = member(response, "error");
  const failed = error !== undefined && error !== false && error !== "";
  const text = resultText(
    failed ? error : (firstOf(response ?? {}, ["output", "result"]) ?? response),
  );
  return [{ kind: "result", id, name, answer: { status: failed ? "error" : "ok", text } }];
}

function codeCall(part: JsonObject): readonly ChatEntry[] {
  return [callEntry(part, { name: "code_execution", args: part })];
}

function codeResult(part: JsonObject): readonly ChatEntry[] {
  const outcome = stringMember(part, "outcome");
  const text = stringMember(part, "output");
  const status = outcome === undefined ? undefined : outcome === "OUTCOME_OK" ? "ok" : "error";
  return [
    {
      kind: "result",
      id: stringMember(part, "id"),
      name: "code_execution",
      answer: { status, text },
    },
  ];
}
