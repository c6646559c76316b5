#!/usr/bin/env node
/**
 * An MCP server over stdio with the tools `ping`, which answers, and `fail`, which does not. A call is
 * noted in the file of $ECHO_LOG, where that is set.
 */
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const tools = ["ping", "fail"].map((name) => ({
  name,
  description: name,
  inputSchema: { type: "object", properties: { text: { type: "string" } } },
}));

function resultOf({ method, params }) {
  if (method === "initialize")
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "echo", version: "1" },
    };
  if (method === "tools/list") return { tools };
  if (method === "tools/call") {
    if (process.env.ECHO_LOG !== undefined)
      appendFileSync(process.env.ECHO_LOG, `${params.name}\n`);
    return {
      content: [{ type: "text", text: params.name }],
      isError: params.name === "fail",
    };
  }
  return {};
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.id !== undefined)
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: "2.0", id: request.id, result: resultOf(request) })}\n`,
    );
}
