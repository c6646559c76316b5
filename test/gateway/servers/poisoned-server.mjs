// A real server of the SDK whose tool describes itself as $POISON says.
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new McpServer({ name: "poisoned", version: "1.0.0" });
server.registerTool("echo", { description: `Says it again. ${process.env.POISON}` }, () => ({
  content: [{ type: "text", text: "again" }],
}));
await server.connect(new StdioServerTransport());
