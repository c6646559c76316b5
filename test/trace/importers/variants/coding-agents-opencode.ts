import type { Variant } from "../import-all.ts";

const info = (more: object = {}): object => ({
  id: "ses_1",
  directory: "/w",
  agent: "build",
  ...more,
});
const message = (parts: readonly object[], more: object = {}): object => ({
  info: {
    role: "assistant",
    mode: "build",
    modelID: "m",
    path: { cwd: "/w" },
    time: { created: 1772442000000 },
    sessionID: "ses_1",
    ...more,
  },
  parts,
});
const tool = (name: string, state: object = {}, more: object = {}): object => ({
  type: "tool",
  tool: name,
  callID: "c1",
  state: {
    status: "completed",
    input: { a: 1 },
    output: "x",
    time: { start: 1772442000000 },
    ...state,
  },
  ...more,
});
const run = (...parts: readonly object[]): object => ({
  info: info(),
  messages: [message([{ type: "text", text: "go" }], { role: "user" }), message(parts)],
});
const failed = (error: string): object => tool("edit", { status: "error", error });

/** Sessions of opencode. */
export const OPENCODE_VARIANTS: readonly Variant[] = [
  {
    of: "opencode: an exported session",
    content: JSON.stringify(run({ type: "step-start" }, tool("read")), undefined, 2),
    calls: [
      {
        id: "ses_1/c1",
        time: "2026-03-02T09:00:00.000Z",
        session: "ses_1",
        subject: { type: "agent", id: "opencode" },
        action: { kind: "tool_call", server: "host", name: "read" },
        args: { a: 1 },
        context: { cwd: "/w", permission_mode: "build", model: { name: "m" }, request: "go" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "opencode: a command with an exit code",
    content: [
      run(
        tool("bash", { metadata: { exit: 2 } }),
        tool("bash", { metadata: { exit: 0 } }, { callID: "c2" }),
      ),
    ],
    calls: [{ outcome: { status: "error" } }, { outcome: { status: "ok" } }],
  },
  {
    of: "opencode: a failed call",
    content: [run(failed("File not found"))],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "opencode: it was refused, by the user or by the program itself: nothing tells",
    content: [run(failed("The user rejected permission to use this specific tool call."))],
    calls: [{ decision: { effect: "deny", pdp: "opencode" }, outcome: undefined }],
  },
  {
    of: "opencode: it was refused, with a reason",
    content: [
      run(
        failed(
          "The user rejected permission to use this specific tool call with the following feedback: no",
        ),
      ),
    ],
    calls: [{ decision: { effect: "deny", pdp: "opencode" }, outcome: undefined }],
  },
  {
    of: "opencode: a rule refused",
    content: [
      run(
        failed(
          "The user has specified a rule which prevents you from using this specific tool " +
            "call. Here are some of the relevant rules []",
        ),
      ),
    ],
    calls: [{ decision: { effect: "deny", pdp: "opencode" }, outcome: undefined }],
  },
  {
    of: "opencode: words of a refusal in an error of another kind, or in an output",
    content: [
      run(
        failed("403: The user rejected permission to use this specific tool call."),
        tool(
          "bash",
          { output: "The user rejected permission to use this specific tool call." },
          { callID: "c2" },
        ),
      ),
    ],
    calls: [
      { decision: undefined, outcome: { status: "error" } },
      { decision: undefined, outcome: { status: "ok" } },
    ],
  },
  {
    of: "opencode: a tool that is not the host's is on no server that is known",
    content: [run(tool("jira_create_issue"))],
    calls: [{ action: { kind: "tool_call", name: "jira_create_issue" } }],
  },
  {
    of: "opencode: a call that runs yet",
    content: [run(tool("bash", { status: "running" }))],
    calls: [{ outcome: undefined }],
  },
  {
    of: "opencode: a sub-agent is an invocation",
    content: [
      run(tool("task", { input: { subagent_type: "general" }, metadata: { sessionId: "ses_2" } })),
    ],
    calls: [{ action: { kind: "subagent_invocation", name: "task" } }],
  },
  {
    of: "opencode: a sub-agent's own session belongs to the one above",
    content: [
      {
        info: info({ id: "ses_2", parentID: "ses_1", agent: "general" }),
        messages: [message([tool("bash")])],
      },
    ],
    calls: [
      {
        id: "ses_2/c1",
        session: "ses_1",
        subject: { type: "agent", id: "general" },
        context: { delegation: ["agent:opencode"] },
      },
    ],
  },
  {
    of: "opencode: what `run --format json` prints",
    content: [
      { type: "step_start", timestamp: 1, sessionID: "ses_1", part: { type: "step-start" } },
      { type: "tool_use", timestamp: 1, sessionID: "ses_1", part: tool("bash") },
    ],
    calls: [{ session: "ses_1", action: { server: "host", name: "bash" } }],
  },
  {
    of: "opencode: a part in a file of its own",
    content: [{ ...tool("bash"), id: "prt_1", sessionID: "ses_1", messageID: "msg_1" }],
    calls: [{ session: "ses_1", action: { name: "bash" }, outcome: { status: "ok" } }],
  },
];
