// A server on the second SDK that offers what the conformance suite of the protocol asks for, in both
// eras: `node conformance-server.mjs <port>` on streamable HTTP, without a port on standard streams.
import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { NodeStreamableHTTPServerTransport, toNodeHandler } from "@modelcontextprotocol/node";
import {
  createMcpHandler,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  McpServer,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { PIXEL, registerTools } from "./conformance-tools.mjs";

const states = createRequestStateCodec({ key: randomBytes(32) });
const said = (...contents) => ({
  messages: contents.map((content) => ({ role: "user", content })),
});
const text = (words) => ({ type: "text", text: words });
const TEXT = { type: "string" };
const listeners = new Set();
const changed = (what) => listeners.forEach((listener) => listener(what));

function registerResources(server) {
  const plain = (name, uri, mimeType, content) =>
    server.registerResource(name, uri, { description: `Is ${name}`, mimeType }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  plain("text", "test://static-text", "text/plain", {
    text: "This is the content of the static text resource.",
  });
  plain("binary", "test://static-binary", "image/png", { blob: PIXEL });
  plain("watched", "test://watched-resource", "text/plain", { text: "Watch me." });
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { description: "Is a template", mimeType: "application/json" },
    ({ href }, { id }) => ({
      contents: [
        {
          uri: href,
          mimeType: "application/json",
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
}

function registerPrompts(server) {
  const prompt = (name, run, names = []) =>
    server.registerPrompt(
      name,
      {
        description: `Is ${name}`,
        argsSchema: fromJsonSchema({
          type: "object",
          properties: Object.fromEntries(names.map((one) => [one, TEXT])),
          required: names,
        }),
      },
      run,
    );
  server.registerPrompt("test_simple_prompt", { description: "Is simple" }, () =>
    said(text("This is a simple prompt for testing.")),
  );
  prompt(
    "test_prompt_with_arguments",
    ({ arg1, arg2 }) => said(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
    ["arg1", "arg2"],
  );
  prompt(
    "test_prompt_with_embedded_resource",
    ({ resourceUri: uri }) =>
      said(
        {
          type: "resource",
          resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." },
        },
        text("Please process the embedded resource above."),
      ),
    ["resourceUri"],
  );
  server.registerPrompt("test_prompt_with_image", { description: "Has an image" }, () =>
    said(
      { type: "image", data: PIXEL, mimeType: "image/png" },
      text("Please analyze the image above."),
    ),
  );
  server.registerPrompt("test_input_required_result_prompt", { description: "Asks" }, (context) => {
    const response = context.mcpReq.inputResponses?.user_context;
    if (response?.action === "accept") return said(text(`Context: ${response.content.context}`));
    const requestedSchema = {
      type: "object",
      properties: { context: TEXT },
      required: ["context"],
    };
    const message = "What context should the prompt use?";
    return inputRequired({
      inputRequests: { user_context: inputRequired.elicit({ message, requestedSchema }) },
    });
  });
}

function conformanceServer(tellChanged) {
  const server = new McpServer(
    { name: "conformance-server", version: "1.0.0" },
    {
      capabilities: {
        logging: {},
        completions: {},
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
      },
      requestState: { verify: states.verify },
    },
  );
  registerTools(server, { states, changed: tellChanged });
  registerResources(server);
  registerPrompts(server);
  server.server.setRequestHandler("completion/complete", () => ({
    completion: { values: ["paris", "park", "party"], total: 3, hasMore: false },
  }));
  for (const method of ["resources/subscribe", "resources/unsubscribe"])
    server.server.setRequestHandler(method, () => ({}));
  return server;
}

/** Sessions as versions up to 2025-11-25 have them. */
class Sessions {
  #transports = new Map();

  async handle(request, response, body) {
    const id = request.headers["mcp-session-id"];
    const known = this.#transports.get(id);
    if (known !== undefined) return known.handleRequest(request, response, body);
    const isGreeting = body?.method === "initialize";
    if (!isGreeting) {
      response.writeHead(id === undefined ? 400 : 404, { "Content-Type": "application/json" });
      const error = { code: -32000, message: "no such session" };
      return response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error }));
    }
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      retryInterval: 500,
      eventStore: new Events(),
      onsessioninitialized: (session) => void this.#transports.set(session, transport),
      onsessionclosed: (session) => void this.#transports.delete(session),
    });
    await conformanceServer(() => undefined).connect(transport);
    return transport.handleRequest(request, response, body);
  }
}

/** Events that a client that comes back has not seen. */
class Events {
  #all = [];

  storeEvent(stream, message) {
    const id = `${stream}_${this.#all.length}`;
    this.#all.push({ id, stream, message });
    return Promise.resolve(id);
  }

  getStreamIdForEventId(id) {
    return Promise.resolve(this.#all.find((event) => event.id === id)?.stream);
  }

  async replayEventsAfter(last, { send }) {
    const at = this.#all.findIndex(({ id }) => id === last);
    const stream = this.#all[at]?.stream ?? "";
    for (const event of this.#all.slice(at + 1))
      if (event.stream === stream) await send(event.id, event.message);
    return stream;
  }
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}

/** Whether a message is of a version that begins with `initialize`. */
function isLegacy(body, headers) {
  const key = "io.modelcontextprotocol/protocolVersion";
  const isSession = headers["mcp-session-id"] !== undefined || body?.method === "initialize";
  return (isSession || body === undefined) && body?.params?._meta?.[key] === undefined;
}

function listen(port) {
  const modern = createMcpHandler(() => conformanceServer(changed), { legacy: "stateless" });
  listeners.add((what) =>
    what === "tools" ? modern.notify.toolsChanged() : modern.notify.promptsChanged(),
  );
  const handle = toNodeHandler(modern);
  const sessions = new Sessions();
  const server = createServer(async (request, response) => {
    const { host = "", origin } = request.headers;
    const isLocal = (name) => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(name);
    if (!isLocal(host) || (origin !== undefined && !isLocal(new URL(origin).host)))
      return response.writeHead(403).end();
    const body = await bodyOf(request);
    if (isLegacy(body, request.headers)) return sessions.handle(request, response, body);
    return handle(request, response, body);
  });
  server.listen(port, "127.0.0.1", () =>
    process.stderr.write(`listening on http://127.0.0.1:${server.address().port}/mcp\n`),
  );
}

const [port] = process.argv.slice(2);
if (port === undefined) serveStdio(() => conformanceServer(changed));
else listen(Number(port));
