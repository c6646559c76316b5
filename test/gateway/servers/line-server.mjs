// A server that does what the name of a tool says; no SDK, so that it can also misbehave.
import { createInterface } from "node:readline";

const send = (text) => process.stdout.write(text);
const result = (id, value) => `${JSON.stringify({ jsonrpc: "2.0", id, result: value })}\n`;
const text = (said) => ({ content: [{ type: "text", text: said }] });

const TOOLS = {
  echo: (id, args) => send(result(id, text(JSON.stringify(args)))),
  die: () => process.kill(process.pid, "SIGKILL"),
  leave: () => process.exit(7),
  half: () => send('{"jsonrpc":"2.0","id":1,"resu', () => undefined) && process.exit(0),
  never: () => undefined,
  big: (id, { bytes }) => send(result(id, text("x".repeat(bytes)))),
  shout: (id) => {
    process.stderr.write("the server speaks\n");
    send(result(id, text("")));
  },
};

createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "tools/call") TOOLS[params.name](id, params.arguments ?? {});
  else if (method === "initialize")
    send(
      result(id, {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "line-server", version: "1.0.0" },
      }),
    );
  else if (id !== undefined) send(result(id, {}));
});
