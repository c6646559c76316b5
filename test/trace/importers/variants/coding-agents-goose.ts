import type { Variant } from "../import-all.ts";

const message = (role: string, ...content: readonly object[]): object => ({
  id: "m",
  role,
  created: 1772442000,
  content,
});
const head = { working_dir: "/w", description: "d", message_count: 1 };
const asks = (name: string, id = "c1"): object => ({
  type: "toolRequest",
  id,
  toolCall: { status: "success", value: { name, arguments: { a: 1 } } },
});
const answers = (toolResult: object, id = "c1"): object => ({
  type: "toolResponse",
  id,
  toolResult,
});
const text = (said: string): object => ({ type: "text", text: said });
const ok = { status: "success", value: [text("x")] };

/** Sessions of Goose. */
export const GOOSE_VARIANTS: readonly Variant[] = [
  {
    of: "goose: a session file",
    content: [
      head,
      message("user", text("go")),
      message("assistant", asks("developer__shell")),
      message("user", answers(ok)),
    ],
    calls: [
      {
        id: "log/c1",
        time: "2026-03-02T09:00:00.000Z",
        subject: { type: "agent", id: "goose" },
        action: { kind: "mcp_request", server: "developer", name: "shell" },
        args: { a: 1 },
        context: { cwd: "/w", request: "go", delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "goose: an exported session",
    content: JSON.stringify({
      id: "g1",
      working_dir: "/w",
      model_config: { model_name: "m" },
      conversation: [message("assistant", asks("developer__shell")), message("user", answers(ok))],
    }),
    calls: [{ session: "g1", context: { model: { name: "m" } }, outcome: { status: "ok" } }],
  },
  {
    of: "goose: an error",
    content: [
      head,
      message("assistant", asks("a__b")),
      message("user", answers({ status: "error", error: "-32603: no" })),
    ],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "goose: a result that says it is an error",
    content: [
      head,
      message("assistant", asks("a__b")),
      message(
        "user",
        answers({ status: "success", value: { content: [text("x")], isError: true } }),
      ),
    ],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "goose: a result in an object that is none",
    content: [
      head,
      message("assistant", asks("a__b")),
      message(
        "user",
        answers({ status: "success", value: { content: [text("x")], isError: false } }),
      ),
    ],
    calls: [{ outcome: { status: "ok" } }],
  },
  {
    of: "goose: the user declined",
    content: [
      head,
      message("assistant", asks("developer__shell")),
      message(
        "user",
        answers({
          status: "success",
          value: [
            text(
              "The user has declined to run this tool. DO NOT attempt to call this tool again. " +
                "If there are no alternative methods to proceed, clearly explain the situation " +
                "and STOP.",
            ),
          ],
        }),
      ),
    ],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ decision: "refused" }] },
        outcome: undefined,
      },
    ],
  },
  {
    of: "goose: a program that speaks of declining",
    content: [
      head,
      message("assistant", asks("developer__shell")),
      message(
        "user",
        answers({ status: "success", value: [text("the user has declined to run")] }),
      ),
    ],
    calls: [{ decision: undefined, outcome: { status: "ok" } }],
  },
  {
    of: "goose: a confirmation was asked for",
    content: [
      head,
      message("assistant", asks("developer__shell")),
      message("assistant", {
        type: "toolConfirmationRequest",
        id: "c1",
        toolName: "developer__shell",
        arguments: { a: 1 },
      }),
      message("user", answers(ok)),
    ],
    calls: [{ decision: { effect: "require_approval", pdp: "goose" }, outcome: { status: "ok" } }],
  },
  {
    of: "goose: an action that is required, of a call that nothing else tells of",
    content: [
      head,
      message("assistant", {
        type: "actionRequired",
        data: { actionType: "toolConfirmation", id: "c1", toolName: "a__b", arguments: {} },
      }),
    ],
    calls: [{ action: { server: "a", name: "b" }, decision: { effect: "require_approval" } }],
  },
  {
    of: "goose: an extension whose name the tool's name does not tell",
    content: [head, message("assistant", asks("a__b__c"), asks("todo", "c2"))],
    calls: [
      { action: { kind: "mcp_request" } },
      { action: { kind: "tool_call", server: "host", name: "todo" } },
    ],
  },
  {
    of: "goose: a sub-agent is an invocation",
    content: [head, message("assistant", asks("subagent__execute_task"), asks("delegate", "c2"))],
    calls: [
      { action: { kind: "subagent_invocation" } },
      { action: { kind: "subagent_invocation", name: "delegate" } },
    ],
  },
  {
    of: "goose: a request that was no call",
    content: [
      head,
      message("assistant", {
        type: "toolRequest",
        id: "c1",
        toolCall: { status: "error", error: "bad json" },
      }),
      message("assistant", asks("a__b", "c2")),
    ],
    calls: [{ action: { name: "b" } }],
  },
];
