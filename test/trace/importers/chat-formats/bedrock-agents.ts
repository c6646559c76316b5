import type { Row } from "./row.ts";

const T = "2026-03-02T09:00:00Z";
const step = (orchestrationTrace: object, more: object = {}): object => ({
  agentId: "A1",
  agentName: "desk",
  agentAliasId: "L",
  sessionId: "s-1",
  eventTime: T,
  callerChain: [{ agentAliasArn: "arn:x" }],
  trace: { orchestrationTrace },
  ...more,
});
const group = (traceId: string, input: object): object =>
  step({
    invocationInput: {
      traceId,
      invocationType: "ACTION_GROUP",
      actionGroupInvocationInput: { actionGroupName: "shop", executionType: "LAMBDA", ...input },
    },
  });
const observed = (traceId: string, output: object, more: object = {}): object =>
  step({ observation: { traceId, type: "X", ...output } }, more);
const value = (name: string, type: string, text: string): object => ({ name, type, value: text });

/** The steps that `InvokeAgent` streams. */
export const BEDROCK_AGENTS: readonly Row[] = [
  {
    of: "a function of an action group, with typed parameters",
    content: [
      group("1", {
        function: "refund",
        parameters: [
          value("order", "string", "7"),
          value("amount", "number", "40"),
          value("all", "boolean", "true"),
        ],
      }),
      observed("1", { actionGroupInvocationOutput: { text: "ok" } }),
    ],
    calls: ['[s-1] desk: shop/refund {"order":"7","amount":40,"all":true} ok'],
  },
  {
    of: "an operation of an API, with a body",
    content: [
      group("1", {
        apiPath: "/refunds",
        verb: "post",
        requestBody: { content: { "application/json": [value("order", "string", "7")] } },
      }),
    ],
    calls: ['[s-1] desk: shop/post /refunds {"order":"7"}'],
  },
  {
    of: "a list and an object as parameters",
    content: [
      group("1", {
        function: "a",
        parameters: [value("l", "array", "[1]"), value("o", "object", '{"a":1}')],
      }),
    ],
    calls: ['[s-1] desk: shop/a {"l":[1],"o":{"a":1}}'],
  },
  {
    of: "a number that is none stays a text",
    content: [group("1", { function: "a", parameters: [value("n", "number", "many")] })],
    calls: ['[s-1] desk: shop/a {"n":"many"}'],
  },
  {
    of: "a knowledge base",
    content: [
      step({
        invocationInput: {
          traceId: "1",
          invocationType: "KNOWLEDGE_BASE",
          knowledgeBaseLookupInput: { text: "x", knowledgeBaseId: "KB1" },
        },
      }),
      observed("1", { knowledgeBaseLookupOutput: { retrievedReferences: [] } }),
    ],
    calls: ['[s-1] desk: KB1/knowledge_base_lookup {"text":"x"} ok'],
  },
  {
    of: "code that failed",
    content: [
      step({
        invocationInput: {
          traceId: "1",
          invocationType: "ACTION_GROUP_CODE_INTERPRETER",
          codeInterpreterInvocationInput: { code: "1/0" },
        },
      }),
      observed("1", { codeInterpreterInvocationOutput: { executionError: "no" } }),
    ],
    calls: ['[s-1] desk: code_interpreter {"code":"1/0"} error'],
  },
  {
    of: "another agent is invoked, and acts in the same session",
    content: [
      step({
        invocationInput: {
          traceId: "1",
          invocationType: "AGENT_COLLABORATOR",
          agentCollaboratorInvocationInput: {
            agentCollaboratorName: "mailer",
            input: { text: "x", type: "TEXT" },
          },
        },
      }),
      step(
        {
          invocationInput: {
            traceId: "2",
            actionGroupInvocationInput: {
              actionGroupName: "mail",
              function: "send",
              parameters: [],
            },
          },
        },
        { collaboratorName: "mailer" },
      ),
    ],
    calls: [
      '[s-1] desk: subagent_invocation mailer {"text":"x","type":"TEXT"}',
      "[s-1] mailer: mail/send {}",
    ],
  },
  {
    of: "rationales, models and answers are no calls",
    content: [
      step({ rationale: { traceId: "0", text: "hm" } }),
      step({ modelInvocationInput: { traceId: "0", text: "x" } }),
      group("1", { function: "a", parameters: [] }),
      observed("1", { finalResponse: { text: "done" } }),
    ],
    calls: ["[s-1] desk: shop/a {}"],
  },
  {
    of: "guardrails and failures are no calls",
    content: [
      { sessionId: "s-1", trace: { guardrailTrace: { action: "NONE" } } },
      group("1", { function: "a", parameters: [] }),
      { sessionId: "s-1", trace: { failureTrace: { failureReason: "x" } } },
    ],
    calls: ["[s-1] desk: shop/a {}"],
  },
  {
    of: "results in another order",
    content: [
      group("1", { function: "a", parameters: [] }),
      group("2", { function: "b", parameters: [] }),
      observed("2", { actionGroupInvocationOutput: { text: "x" } }),
      observed("1", { actionGroupInvocationOutput: { text: "x" } }),
    ],
    calls: ["[s-1] desk: shop/a {} ok", "[s-1] desk: shop/b {} ok"],
  },
  {
    of: "the events of the stream, each around its part",
    content: [{ trace: group("1", { function: "a", parameters: [] }), sessionId: "s-1" }],
    calls: ["[s-1] desk: shop/a {}"],
  },
  {
    of: "an invocation of an unknown kind is counted",
    content: [
      step({
        invocationInput: { traceId: "1", invocationType: "TELEPORT", teleportInput: { name: "x" } },
      }),
      group("2", { function: "a", parameters: [] }),
    ],
    calls: ["[s-1] desk: shop/a {}"],
    kinds: ["1 an invocation has an unknown kind: `TELEPORT`"],
  },
];
