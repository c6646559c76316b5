import type { Row } from "./row.ts";

const T = 1_767_348_000.5;
const event = (author: string, role: string, parts: object[], more: object = {}): object => ({
  id: `e-${author}-${parts.length}-${JSON.stringify(parts).length}`,
  invocationId: "i",
  author,
  timestamp: T,
  actions: { stateDelta: {}, artifactDelta: {} },
  content: { role, parts },
  ...more,
});
const go = event("user", "user", [{ text: "go" }]);
const call = (id: string, name: string, args: unknown = {}): object => ({
  functionCall: { id, name, args },
});
const answer = (id: string, name: string, response: unknown = { result: 1 }): object => ({
  functionResponse: { id, name, response },
});
const session = (...events: object[]): readonly unknown[] => [
  { id: "s-1", appName: "shop", userId: "u-1", state: {}, events, lastUpdateTime: T },
];

/** Sessions of Google's Agent Development Kit. */
export const ADK: readonly Row[] = [
  {
    of: "who acted, and for whom",
    content: session(
      go,
      event("root", "model", [call("1", "a", { q: 1 })]),
      event("root", "user", [answer("1", "a")]),
    ),
    calls: ['[s-1] root: for u-1 a {"q":1} ok'],
  },
  {
    of: "a transfer: the other agent acts below the first",
    content: session(
      go,
      event("root", "model", [call("1", "transfer_to_agent", { agent_name: "mailer" })]),
      event("root", "user", [answer("1", "transfer_to_agent")], {
        actions: { transferToAgent: "mailer" },
      }),
      event("mailer", "model", [call("2", "send")]),
    ),
    calls: [
      '[s-1] root: for u-1 subagent_invocation transfer_to_agent {"agent_name":"mailer"} ok',
      "[s-1] root/mailer: for u-1 send {}",
    ],
  },
  {
    of: "an agent that gives the run back",
    content: session(
      event("root", "model", [call("1", "transfer_to_agent", { agent_name: "b" })]),
      event("b", "model", [call("2", "transfer_to_agent", { agent_name: "root" })]),
      event("root", "model", [call("3", "a")]),
    ),
    calls: [
      '[s-1] root: for u-1 subagent_invocation transfer_to_agent {"agent_name":"b"}',
      '[s-1] root/b: for u-1 subagent_invocation transfer_to_agent {"agent_name":"root"}',
      "[s-1] root: for u-1 a {}",
    ],
  },
  {
    of: "branches name the agents above",
    content: session(event("c", "model", [call("1", "a")], { branch: "root.b.c" })),
    calls: ["[s-1] root/b/c: for u-1 a {}"],
  },
  {
    of: "a failed call",
    content: session(
      event("root", "model", [call("1", "a")]),
      event("root", "user", [answer("1", "a", { error: "no" })]),
    ),
    calls: ["[s-1] root: for u-1 a {} error"],
  },
  {
    of: "a confirmation that was given",
    content: session(
      event("root", "model", [call("1", "pay")]),
      event("root", "model", [
        call("q", "adk_request_confirmation", {
          originalFunctionCall: { id: "1", name: "pay", args: {} },
        }),
      ]),
      event("user", "user", [answer("q", "adk_request_confirmation", { confirmed: true })]),
      event("root", "user", [answer("1", "pay")]),
    ),
    calls: ["[s-1] root: for u-1 pay {} require_approval granted ok"],
  },
  {
    of: "a confirmation that was refused, and one that is open",
    content: session(
      event("root", "model", [call("1", "pay"), call("2", "mail")]),
      event("root", "model", [
        call("q", "adk_request_confirmation", { originalFunctionCall: { id: "1", name: "pay" } }),
        call("r", "adk_request_confirmation", { originalFunctionCall: { id: "2", name: "mail" } }),
      ]),
      event("user", "user", [answer("q", "adk_request_confirmation", { confirmed: false })]),
    ),
    calls: [
      "[s-1] root: for u-1 pay {} deny refused",
      "[s-1] root: for u-1 mail {} require_approval",
    ],
  },
  {
    of: "events a line, without their session",
    content: [
      go,
      event("root", "model", [call("1", "a")]),
      event("root", "user", [answer("1", "a")]),
    ],
    calls: ["root: a {} ok"],
  },
  {
    of: "names of members as Python writes them",
    content: [
      {
        id: "s-1",
        app_name: "shop",
        user_id: "u-1",
        events: [
          {
            author: "root",
            invocation_id: "i",
            timestamp: T,
            content: {
              role: "model",
              parts: [{ function_call: { id: "1", name: "a", args: {} } }],
            },
          },
        ],
      },
    ],
    calls: ["[s-1] root: for u-1 a {}"],
  },
  {
    of: "parallel calls of one event",
    content: session(
      event("root", "model", [call("1", "a"), call("2", "a")]),
      event("root", "user", [answer("2", "a", { error: "x" }), answer("1", "a")]),
    ),
    calls: ["[s-1] root: for u-1 a {} ok", "[s-1] root: for u-1 a {} error"],
  },
  {
    of: "events without content tell nothing of calls",
    content: session(
      go,
      { id: "x", author: "root", timestamp: T, actions: { stateDelta: { a: 1 } } },
      event("root", "model", [call("1", "a")]),
    ),
    calls: ["[s-1] root: for u-1 a {}"],
  },
  {
    of: "a part of an unknown kind is counted",
    content: session(event("root", "model", [{ callOfFunction: { name: "a" } }, call("1", "b")])),
    calls: ["[s-1] root: for u-1 b {}"],
    kinds: ["1 a part of a message has an unknown kind: `callOfFunction`"],
  },
];
