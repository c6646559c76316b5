import { createServer } from "node:http";

/**
 * A model that says what a script has, over the four interfaces that coding agents speak: OpenAI's
 * Responses and Chat Completions, Anthropic's Messages, Gemini's contents. The script maps a word
 * of the first prompt to the turns of that conversation: lists of calls `{name, args, text?}`; behind
 * the last one the model says "done". The turn is told by how many answers the request holds.
 */
export function startModel(script, log = () => {}) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      log(request.method, request.url, text);
      answer(script, request.url ?? "", parse(text), response);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: server.address().port, stop: () => server.close() }),
    );
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function answer(script, url, body, response) {
  const wire = WIRES.find(({ fits }) => fits(url));
  if (wire === undefined) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: [], models: [] }));
    return;
  }
  const said = JSON.stringify(wire.messages(body));
  const word = Object.keys(script).find((key) => said.includes(key));
  const hasTools = (body.tools ?? []).length > 0;
  const turns = hasTools && word !== undefined ? script[word] : [];
  const turn = turns[countOf(said, wire.answered)] ?? [];
  const streams = wire.streams(url, body);
  response.writeHead(200, {
    "content-type": streams ? "text/event-stream" : "application/json",
  });
  response.end(streams ? wire.stream(turn, body) : JSON.stringify(wire.whole(turn, body)));
}

function countOf(text, sign) {
  return text.split(sign).length - 1;
}

const event = (value, name) =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(value)}\n\n`;
let count = 0;
const callId = () => `call_${String(++count).padStart(4, "0")}`;
const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };

const RESPONSES = {
  fits: (url) => /\/responses$/.test(url),
  messages: ({ input }) => input,
  answered: /"type":"(?:function|custom_tool)_call_output"/,
  streams: () => true,
  stream: (turn) => {
    const items = turn.map(({ name, namespace, args, text }) =>
      text === undefined
        ? {
            type: "function_call",
            name,
            namespace,
            arguments: JSON.stringify(args),
            call_id: callId(),
          }
        : { type: "custom_tool_call", name, input: text, call_id: callId() },
    );
    const done = {
      type: "message",
      role: "assistant",
      content: [{ type: "output_text", text: "done" }],
    };
    const id = `resp_${++count}`;
    return [
      event({ type: "response.created", response: { id } }, "response.created"),
      ...(items.length === 0 ? [done] : items).map((item) =>
        event({ type: "response.output_item.done", item }, "response.output_item.done"),
      ),
      event({ type: "response.completed", response: { id, usage } }, "response.completed"),
    ].join("");
  },
};

const chatCalls = (turn) =>
  turn.map(({ name, args }, index) => ({
    index,
    id: callId(),
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }));
const chatUsage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const CHAT = {
  fits: (url) => /\/chat\/completions$/.test(url),
  messages: ({ messages }) => messages,
  answered: '"role":"tool"',
  streams: (_, { stream }) => stream === true,
  whole: (turn, { model }) => ({
    id: "c",
    object: "chat.completion",
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message:
          turn.length === 0
            ? { role: "assistant", content: "done" }
            : { role: "assistant", content: null, tool_calls: chatCalls(turn) },
        finish_reason: turn.length === 0 ? "stop" : "tool_calls",
      },
    ],
    usage: chatUsage,
  }),
  stream: (turn, { model }) => {
    const chunk = (delta, finish_reason = null) =>
      event({
        id: "c",
        object: "chat.completion.chunk",
        created: 1,
        model,
        choices: [{ index: 0, delta, finish_reason }],
      });
    const said =
      turn.length === 0
        ? chunk({ role: "assistant", content: "done" })
        : chunk({ role: "assistant", content: null, tool_calls: chatCalls(turn) });
    const last = chunk({}, turn.length === 0 ? "stop" : "tool_calls");
    const used = event({
      id: "c",
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [],
      usage: chatUsage,
    });
    return `${said}${last}${used}data: [DONE]\n\n`;
  },
};

const MESSAGES = {
  fits: (url) => /\/v1\/messages(\?|$)/.test(url),
  messages: ({ messages }) => messages,
  answered: '"type":"tool_result"',
  streams: (_, { stream }) => stream === true,
  whole: (turn, { model }) => ({
    id: `msg_${++count}`,
    type: "message",
    role: "assistant",
    model,
    content: blocks(turn),
    stop_reason: turn.length === 0 ? "end_turn" : "tool_use",
    stop_sequence: null,
    usage,
  }),
  stream: (turn, body) => {
    const whole = MESSAGES.whole(turn, body);
    const start = { ...whole, content: [], stop_reason: null };
    const parts = whole.content.flatMap((block, index) => {
      const empty = block.type === "text" ? { ...block, text: "" } : { ...block, input: {} };
      const delta =
        block.type === "text"
          ? { type: "text_delta", text: block.text }
          : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
      return [
        { type: "content_block_start", index, content_block: empty },
        { type: "content_block_delta", index, delta },
        { type: "content_block_stop", index },
      ];
    });
    return [
      { type: "message_start", message: start },
      ...parts,
      {
        type: "message_delta",
        delta: { stop_reason: whole.stop_reason, stop_sequence: null },
        usage,
      },
      { type: "message_stop" },
    ]
      .map((value) => event(value, value.type))
      .join("");
  },
};

function blocks(turn) {
  return turn.length === 0
    ? [{ type: "text", text: "done" }]
    : turn.map(({ name, args }) => ({
        type: "tool_use",
        id: callId().replace("call_", "toolu_"),
        name,
        input: args,
      }));
}

const CONTENTS = {
  fits: (url) => /:(?:streamG|g)enerateContent/.test(url),
  messages: ({ contents }) => contents,
  answered: '"functionResponse":',
  streams: (url) => /:stream/.test(url),
  whole: (turn) => ({
    candidates: [
      {
        index: 0,
        content: {
          role: "model",
          parts:
            turn.length === 0
              ? [{ text: "done" }]
              : turn.map(({ name, args }) => ({ functionCall: { id: callId(), name, args } })),
        },
        finishReason: "STOP",
      },
    ],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  }),
  stream: (turn, body) => event(CONTENTS.whole(turn, body)),
};

const WIRES = [RESPONSES, CHAT, MESSAGES, CONTENTS];
