/** A text as a YAML scalar that reads as itself: JSON strings are YAML. */
function scalar(text: string): string {
  return JSON.stringify(text);
}

/**
 * A policy that takes from an agent the tools that it may use and never used: deny rules only
 * narrow.
 */
export function leastPrivilegePatch(agent: string, tools: readonly string[], span: string): string {
  const name = `least-privilege-${agent
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase()}`;
  return [
    "apiVersion: agentz/v1",
    "kind: Policy",
    `name: ${scalar(name)}`,
    "version: 1.0.0",
    `description: ${scalar(`denies ${agent} what it may do but did not do ${span}`)}`,
    "rules:",
    "  - id: never-used",
    "    effect: deny",
    `    subjects: [${scalar(`agent:${agent}`)}]`,
    "    actions:",
    ...tools.map((tool) => `      - ${scalar(tool)}`),
    `    reason: ${scalar(`${agent} never used this tool ${span}`)}`,
    "",
  ].join("\n");
}
