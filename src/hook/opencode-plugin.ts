/** The first line of the plugin: what `uninstall` and `doctor` know it by. */
export const PLUGIN_MARK = "// written by `agentz hook install opencode`";

/** The plugin of opencode that asks `command` before each tool, and stops what it is told to. */
export function opencodePlugin(command: string): string {
  return `${PLUGIN_MARK}; \`agentz hook uninstall opencode\` takes it away
import { spawnSync } from "node:child_process";

export const Agentz = async ({ directory }) => ({
  "tool.execute.before": async ({ tool, sessionID, callID }, { args }) => {
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
