import { answers, asks, user, type Row } from "./row.ts";

const go = user("go");
const choice = (message: object): object => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  choices: [{ index: 0, message, finish_reason: "tool_calls" }],
});
const first = [go];
const second = [go, asks("c1", "a"), answers("c1")];
const third = [...second, asks("c2", "b"), answers("c2")];

/** Logs of gateways: each record is a request, which repeats the conversation. */
export const GATEWAYS: readonly Row[] = [
  {
    of: "requests that repeat the conversation of their session",
    content: [first, second, third].map((messages) => ({ session_id: "s1", messages })),
    calls: ["[s1] a {} ok", "[s1] b {} ok"],
  },
  {
    of: "the same without a session's name",
    content: [first, second, third].map((messages) => ({ model: "m", messages })),
    calls: ["[log] a {} ok", "[log] b {} ok"],
  },
  {
    of: "sessions that take turns",
    content: [
      { session_id: "s1", messages: second },
      { session_id: "s2", messages: [user("x"), asks("c1", "a")] },
      { session_id: "s1", messages: third },
    ],
    calls: ["[s1] a {} ok", "[s1] b {} ok", "[s2] a {}"],
  },
  {
    of: "a history that lost its beginning",
    content: [
      { session_id: "s1", messages: third },
      { session_id: "s1", messages: [...third.slice(3), asks("c3", "c")] },
    ],
    calls: ["[s1] a {} ok", "[s1] b {} ok", "[s1] c {}"],
  },
  ...[{ session_id: "s1" }, {}].flatMap((named): Row[] =>
    [
      ['{"a":1,"b":{"c":2,"d":3}}', '{"a": 1, "b": {"c": 2, "d": 3}}'],
      ['{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
      ['{"a":1,"b":{"c":2,"d":3}}', { b: { d: 3, c: 2 }, a: 1 }],
      [
        { a: 1, b: { c: 2, d: 3 } },
        { b: { d: 3, c: 2 }, a: 1 },
      ],
    ].map(([once, again]) => ({
      of: `arguments that a later request writes otherwise: ${JSON.stringify([named, again])}`,
      content: [
        { ...named, messages: [go, asks("c1", "a", once)] },
        { ...named, messages: [go, asks("c1", "a", again), answers("c1")] },
      ],
      calls: ['a {"a":1,"b":{"c":2,"d":3}} ok'],
    })),
  ),
  {
    of: "arguments that are no JSON are compared as text",
    content: [
      { session_id: "s1", messages: [go, asks("c1", "a", "{x"), asks("c2", "a", "{y")] },
      {
        session_id: "s1",
        messages: [go, asks("c1", "a", "{x"), asks("c2", "a", "{y"), asks("c2", "a", "{ y")],
      },
    ],
    calls: ["a", "a", "a"],
    causes: ["a tool call's arguments are not JSON"],
  },
  {
    of: "the same call again after its result, further down a conversation that is repeated",
    content: [
      second,
      [...second, asks("c1", "a")],
      [...second, asks("c1", "a"), answers("c1", "Error: no")],
      [...second, asks("c1", "a"), answers("c1", "Error: no"), asks("c1", "a"), answers("c1")],
    ].map((messages) => ({ session_id: "s1", messages })),
    calls: ["a {} ok", "a {} error", "a {} ok"],
  },
  {
    of: "an id for each turn: the result of the later call, too",
    content: [
      second,
      [...second, asks("c1", "b")],
      [...second, asks("c1", "b"), answers("c1"), user("more")],
    ].map((messages) => ({ messages })),
    calls: ["a {} ok", "b {} ok"],
  },
  {
    of: "the last messages only, with an id for each turn",
    content: [
      [...second, asks("c1", "b"), answers("c1"), user("more")],
      [asks("c1", "b"), answers("c1"), user("more"), asks("c1", "c")],
      [user("other"), asks("c1", "b"), answers("c1")],
    ].map((messages) => ({ session_id: "s1", messages })),
    calls: ["a {} ok", "b {} ok", "c {}"],
  },
  {
    of: "without a session's name, another user's record goes on with no run but that user's",
    content: [
      { user: "u1", messages: [go, asks("c1", "a")] },
      { user: "u2", messages: [...second.slice(0, 2), answers("c1", "Error: no")] },
      { request: { user: "u1", messages: second } },
      {
        user: "u2",
        messages: [...second.slice(0, 2), answers("c1", "Error: no"), asks("c2", "b")],
      },
    ],
    calls: ["[log/0] for u1 a {} ok", "[log/1] for u2 a {} error", "[log/1] for u2 b {}"],
  },
  {
    of: "without a session's name, a record that names no user goes on with the run that it begins with",
    content: [{ user: "u1", messages: [go, asks("c1", "a")] }, { messages: second }],
    calls: ["[log] for u1 a {} ok"],
  },
  {
    of: "a system prompt that changes with each request",
    content: [second, third].map((messages, index) => ({
      session_id: "s1",
      messages: [{ role: "system", content: `it is ${index}` }, ...messages],
    })),
    calls: ["[s1] a {} ok", "[s1] b {} ok"],
  },
  {
    of: "a request that was sent twice",
    content: [second, second, third].map((messages) => ({ session_id: "s1", messages })),
    calls: ["[s1] a {} ok", "[s1] b {} ok"],
  },
  {
    of: "LiteLLM: request and response of one record, for the end user",
    content: [
      {
        id: "r1",
        trace_id: "t-1",
        call_type: "acompletion",
        startTime: 1_767_348_000.5,
        model: "m",
        end_user: "u-1",
        messages: first,
        response: choice(asks("c1", "a")),
        metadata: { user_api_key_team_id: null },
      },
      {
        id: "r2",
        trace_id: "t-1",
        call_type: "acompletion",
        startTime: 1_767_348_002,
        model: "m",
        end_user: "u-1",
        messages: second,
        response: choice(asks("c2", "b")),
      },
    ],
    calls: ["[t-1] for u-1 a {} ok", "[t-1] for u-1 b {}"],
  },
  {
    of: "LiteLLM's spend logs keep messages and response as JSON text",
    content: [
      {
        request_id: "r1",
        session_id: "s-1",
        call_type: "completion",
        messages: JSON.stringify(first),
        response: JSON.stringify(choice(asks("c1", "a"))),
      },
    ],
    calls: ["[s-1] a {}"],
  },
  {
    of: "Portkey: bodies, trace and user",
    content: [
      {
        id: "p",
        created_at: "2026-03-02T09:00:00Z",
        trace_id: "t-1",
        metadata: { _user: "u-1" },
        request: {
          method: "POST",
          url: "/v1/chat/completions",
          body: { model: "m", messages: second },
        },
        response: { status: 200, body: choice(asks("c2", "b")) },
      },
    ],
    calls: ["[t-1] for u-1 a {} ok", "[t-1] for u-1 b {}"],
  },
  {
    of: "Helicone: bodies and properties",
    content: [
      {
        request_id: "r",
        request_created_at: "2026-03-02T09:00:00Z",
        request_user_id: "u-1",
        request_properties: { "Helicone-Session-Id": "h-1" },
        request_body: { model: "m", messages: first },
        response_body: choice(asks("c1", "a")),
      },
    ],
    calls: ["[h-1] for u-1 a {}"],
  },
  {
    of: "OpenPipe and the like: input and output",
    content: [{ input: { model: "m", messages: first }, output: choice(asks("c1", "a")) }],
    isNotTold: true,
    calls: ["a {}"],
  },
  {
    of: "Anthropic's messages through a gateway",
    content: [
      {
        request: { model: "m", messages: [go], metadata: { user_id: "u-1" } },
        response: {
          id: "msg_1",
          type: "message",
          role: "assistant",
          model: "m",
          content: [{ type: "tool_use", id: "t1", name: "a", input: {} }],
        },
      },
      {
        request: {
          model: "m",
          messages: [
            go,
            { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "a", input: {} }] },
            {
              role: "user",
              content: [{ type: "tool_result", tool_use_id: "t1", is_error: true, content: "no" }],
            },
          ],
          metadata: { user_id: "u-1" },
        },
        response: {
          id: "msg_2",
          type: "message",
          role: "assistant",
          content: [{ type: "text", text: "x" }],
        },
      },
    ],
    calls: ["for u-1 a {} error"],
  },
  {
    of: "two conversations that begin alike are two",
    content: [
      { messages: [go, asks("c1", "a"), answers("c1"), user("x")] },
      { messages: [go, asks("c2", "a"), answers("c2"), user("y")] },
    ],
    calls: ["[log/0] a {} ok", "[log/1] a {} ok"],
  },
  {
    of: "a record without messages is counted, with what may be calls in it",
    content: [
      { session_id: "s1", messages: second },
      { session_id: "s1", mesages: [{ toolName: "x", args: {} }] },
    ],
    calls: ["[s1] a {} ok"],
    kinds: ["1 a record without a list of messages"],
  },
];
