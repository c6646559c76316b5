/** The first line of the plugin: what `uninstall` and `doctor` know it by. */
export const PLUGIN_MARK = "// written by `agentz hook install opencode`";

/**
 * The plugin of opencode that asks `command` before each tool, and stops what it is told to. Tools of
 * MCP servers are called `<server>_<tool>` there, so it asks opencode which servers there are.
 */
export function opencodePlugin(command: string): string {
  return `${PLUGIN_MARK}; \`agentz hook uninstall opencode\` takes it away
import { spawnSync } from "node:child_process";

const nameOf = (tool, servers) => {
  const prefixes = servers.map((server) => [server, server.replace(/[^\\w-]/g, "_") + "_"]);
  const [found] = prefixes
    .filter(([, prefix]) => tool.startsWith(prefix))
    .sort(([, a], [, b]) => b.length - a.length);
  return found === undefined ? tool : \`mcp__\${found[0]}__\${tool.slice(found[1].length)}\`;
};

export const Agentz = async ({ client, directory }) => ({
  "tool.execute.before": async ({ tool: name, sessionID, callID }, { args }) => {
    const { data } = await client.mcp.status({ query: { directory }, throwOnError: true });
    const tool = nameOf(name, Object.keys(data));
    const { status, stdout } = spawnSync(${JSON.stringify(command)}, {
      shell: true,
      input: JSON.stringify({ tool, sessionID, callID, args, directory }),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error("agentz did not answer, so the call is stopped");
    if (stdout.trim() !== "") throw new Error(JSON.parse(stdout).stop);
  },
});
`;
}
