// A server that has what the others have too: the same tools, prompts, addresses, ids and tokens.
// Its name is its first argument; what follows says how it misbehaves.
import { createInterface } from "node:readline";

const [name, how = ""] = process.argv.slice(2);
const send = (message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const result = (id, value) => send({ id, result: value });
let calling;

const METHODS = {
  initialize: (id, { protocolVersion }) =>
    result(id, {
      protocolVersion: how === "old" ? "2025-03-26" : protocolVersion,
      capabilities: {
        tools: { listChanged: true },
        prompts: {},
        resources: { subscribe: true },
        completions: {},
      },
      serverInfo: { name, version: "1.0.0" },
      instructions: `I am ${name}`,
    }),
  "tools/list": (id, { cursor }) =>
    how === "mute-list"
      ? undefined
      : how === "unlisted"
        ? send({ id, error: { code: -32603, message: "no list today" } })
        : cursor === undefined
          ? result(id, {
              tools: [{ name: "who", inputSchema: { type: "object" } }],
              nextCursor: "2",
            })
          : result(id, {
              tools: [
                { name: "ask", inputSchema: { type: "object" } },
                { name: "die", inputSchema: { type: "object" } },
              ],
            }),
  "prompts/list": (id) => result(id, { prompts: [{ name: "hello" }] }),
  "resources/list": (id) => result(id, { resources: [{ uri: "note://1", name: "one" }] }),
  "resources/templates/list": (id) =>
    result(id, { resourceTemplates: [{ uriTemplate: "note://{n}", name: "n" }] }),
  "prompts/get": (id, { name: asked }) =>
    result(id, {
      messages: [
        {
          role: "user",
          content: { type: "resource", resource: { uri: "note://1", text: `${name} ${asked}` } },
        },
      ],
    }),
  "resources/read": (id, { uri }) => result(id, { contents: [{ uri, text: `${name} ${uri}` }] }),
  "resources/subscribe": (id, { uri }) => {
    result(id, {});
    send({ method: "notifications/resources/updated", params: { uri } });
  },
  "completion/complete": (id, { ref }) =>
    result(id, { completion: { values: [`${name} ${ref.name ?? ref.uri}`] } }),
  "tools/call": (id, { name: tool, arguments: args = {}, _meta }) => {
    if (tool === "die") process.exit(3);
    if (tool === "ask") {
      calling = id;
      return send({
        id: 1,
        method: "sampling/createMessage",
        params: { messages: [], maxTokens: 1, _meta: { progressToken: 1 } },
      });
    }
    if (args.wait) return;
    if (args.twice)
      return process.stdout.write(
        `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[],"content":[]}}\n`,
      );
    for (let i = 0; i < (args.flood ?? 0); i++)
      send({
        method: "notifications/message",
        params: { level: "info", data: "x".repeat(10_000) },
      });
    // progress of a request of its own, and of one that another server has
    for (const token of [_meta?.progressToken, args.steal])
      if (token !== undefined)
        send({ method: "notifications/progress", params: { progressToken: token, progress: 1 } });
    if (args.answer !== undefined)
      result(args.answer, { content: [{ type: "text", text: "forged" }] });
    result(id, {
      content: [
        { type: "text", text: `${name} ${JSON.stringify(args)}` },
        { type: "resource_link", uri: "note://1", name: "one" },
      ],
    });
  },
};

createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const message = JSON.parse(line);
  const { id, method, params } = message;
  if (method !== undefined) return METHODS[method]?.(id, params ?? {}, message);
  if (id === 1 && calling !== undefined)
    result(calling, {
      content: [{ type: "text", text: `${name} heard ${message.result?.content?.text}` }],
    });
});
