import { escapeControls } from "../diagnostics/format.ts";
import { count } from "../text/count.ts";
import { guessTool, type Guess } from "./guess.ts";
import {
  inputSchema,
  toolName,
  type SeenAction,
  type SeenAgent,
  type SeenTool,
  type TraceInventory,
} from "./sightings.ts";

/**
 * A catalog of what a trace shows, as YAML: every guess is marked as one, for somebody to confirm.
 */
export function inferCatalog(seen: TraceInventory, name: string): string {
  return [
    "# Inferred from a trace. Confirm each line that is marked `guess`, then remove the mark.",
    "apiVersion: agentz/v1",
    "kind: Catalog",
    `name: ${quoted(name)}`,
    "version: 0.1.0",
    "description: what was seen in a trace",
    ...agentSection([...seen.agents.values()]),
    ...toolSection([...seen.tools.values()]),
    ...resourceSection([...seen.resources]),
    ...pointSection([...seen.decisionPoints]),
    "",
  ].join("\n");
}

function agentSection(agents: readonly SeenAgent[]): readonly string[] {
  const named = agents
    .filter(({ id }) => isName(id))
    .sort((a, b) => b.calls - a.calls || order(a.id, b.id));
  return [
    ...section(
      "agents",
      named.map(
        ({ id, calls, people }) =>
          `  - { id: ${quoted(id)}, status: commissioned } # guess: ${count(calls, "call")}, for ` +
          `${count(people.size, "person", "people")}; owner and purpose are missing`,
      ),
    ),
    ...agents
      .filter(({ id }) => !isName(id))
      .map(({ id, calls }) =>
        comment(
          `not listed: the agent ${quoted(id)}, ${count(calls, "call")}: policies cannot use its name`,
        ),
      ),
  ];
}

function toolSection(tools: readonly SeenTool[]): readonly string[] {
  const sorted = tools.toSorted((a, b) =>
    order(toolName(a.server, a.name), toolName(b.server, b.name)),
  );
  const named = sorted.filter(
    ({ server, name }) => server !== undefined && isName(server) && isName(name),
  );
  return [
    ...section("tools", named.flatMap(toolLines)),
    ...sorted
      .filter((tool) => !named.includes(tool))
      .map(({ server, name, calls }) =>
        comment(
          `not listed: ${toolName(server, name)}, ${count(calls, "call")}: ` +
            `${server === undefined ? "its server was not recorded" : "policies cannot use its name"}`,
        ),
      ),
  ];
}

function resourceSection(
  resources: readonly (readonly [type: string, calls: number])[],
): readonly string[] {
  const sorted = resources.toSorted(([a], [b]) => order(a, b));
  return [
    ...section(
      "resources",
      sorted
        .filter(([type]) => isType(type))
        .map(
          ([type, calls]) =>
            `  - { match: ${quoted(`${type}:*`)} } # ${count(calls, "call")}; a classification is missing`,
        ),
    ),
    ...sorted
      .filter(([type]) => !isType(type))
      .map(([type, calls]) =>
        comment(
          `not listed: resources of the type ${quoted(type)}, ${count(calls, "call")}: no policy can name it`,
        ),
      ),
  ];
}

function pointSection(
  points: readonly (readonly [id: string, seen: { readonly calls: number }])[],
): readonly string[] {
  return section(
    "decision_points",
    points
      .filter(([id]) => isName(id))
      .sort(([a], [b]) => order(a, b))
      .map(
        ([id, { calls }]) =>
          `  - { id: ${quoted(id)}, external: false } # guess: ${count(calls, "decision")}; is it ` +
          "outside the agent's own process?",
      ),
  );
}

/**
 * A policy that allows each agent just the actions that it was recorded taking and was let take:
 * what it was denied, or never did, stays denied, and what it did after an approval, if only once,
 * needs one: an action alone does not tell which calls do.
 */
export function leastPrivilege(seen: TraceInventory, name: string): string {
  const agents = [...seen.agents.values()].sort((a, b) => order(a.id, b.id));
  const named = agents.filter(({ id }) => isName(id));
  const rules = named.flatMap((agent, index) => agentRules(agent, ruleId(agent.id, index)));
  return [
    "# Allows only what a trace shows as done and permitted. It does not use arguments: narrow each rule.",
    "apiVersion: agentz/v1",
    "kind: Policy",
    `name: ${quoted(name)}`,
    "version: 0.1.0",
    "description: only calls that were recorded and permitted",
    ...(seen.anonymous === 0
      ? []
      : [
          comment(
            `not allowed: ${count(seen.anonymous, "call")} for which the trace does not say who made them`,
          ),
        ]),
    ...agents
      .filter(({ id }) => !isName(id))
      .map(({ id, calls }) =>
        comment(
          `not allowed: ${count(calls, "call")} of the agent ${quoted(id)}: no policy can name it`,
        ),
      ),
    ...named.flatMap(unnamedActions),
    ...(rules.length === 0 ? ["rules: []"] : ["rules:", ...rules]),
    "",
  ].join("\n");
}

function agentRules(agent: SeenAgent, id: string): readonly string[] {
  const actions = [...agent.actions]
    .filter(([action, { permitted }]) => permitted > 0 && isAction(action))
    .sort(([a], [b]) => order(a, b));
  const held = actions.filter(([, { approved }]) => approved > 0);
  const free = actions.filter((action) => !held.includes(action));
  return [
    ...ruleLines(agent, { id, effect: "allow" }, free),
    ...ruleLines(agent, { id: `${id}-approved`, effect: "require_approval" }, held),
  ];
}

function ruleLines(
  agent: SeenAgent,
  { id, effect }: { id: string; effect: string },
  actions: readonly (readonly [string, SeenAction])[],
): readonly string[] {
  if (actions.length === 0) return [];
  const lines = actions.map(
    ([action, seen]) => `      - ${quoted(action.replace(/^\?\//, ""))} # ${told(seen)}`,
  );
  return [
    `  - id: ${id}`,
    `    effect: ${effect}`,
    `    subjects: [${quoted(`agent:${agent.id}`)}]`,
    "    actions:",
    ...lines,
  ];
}

/**
 * WHY besides the calls: where some were held or refused, the action alone does not tell which; a
 * condition has to.
 */
function told({ permitted, approved, refused }: SeenAction): string {
  const mixed = permitted > approved ? ": separate the others with a condition" : "";
  const apart = `separate ${refused === 1 ? "it" : "them"} with a condition`;
  return [
    count(permitted, "call"),
    ...(approved === 0 ? [] : [`${approved} of them after an approval${mixed}`]),
    ...(refused === 0 ? [] : [`${count(refused, "other was", "others were")} refused: ${apart}`]),
  ].join(", ");
}

function unnamedActions(agent: SeenAgent): readonly string[] {
  return [...agent.actions]
    .filter(([action, { permitted }]) => permitted > 0 && !isAction(action))
    .map(([action, { permitted }]) =>
      comment(
        `not allowed: ${count(permitted, "call")} of ${quoted(action)} by agent:${agent.id}: no policy can name it`,
      ),
    );
}

function toolLines(tool: SeenTool): readonly string[] {
  const definitions = [...tool.definitions];
  const [digest, definition] = definitions.at(-1) ?? [undefined, undefined];
  const guess = guessTool(tool.name, definition);
  const schema = inputSchema(definition);
  const args = schema === undefined ? seenArgs(tool) : JSON.stringify(schema);
  return [
    `  - name: ${quoted(tool.name)} # ${count(tool.calls, "call")}`,
    `    server: ${quoted(tool.server ?? "")}`,
    ...guessLines(guess),
    ...(digest === undefined ? [] : [`    definition_digest: ${quoted(digest)}`]),
    ...(definitions.length > 1
      ? [
          comment(
            `its definition changed in the trace: there are ${definitions.length}, this is the last one`,
            4,
          ),
        ]
      : []),
    ...(args === undefined
      ? []
      : [
          `    args: ${args}${schema === undefined ? " # guess: from the arguments in the trace" : ""}`,
        ]),
  ];
}

function guessLines(guess: Guess): readonly string[] {
  if (guess.effects.length === 0)
    return [
      comment(`guess: effects are unknown (${guess.by}), so its calls count as consequential`, 4),
    ];
  return [
    `    effects: [${guess.effects.join(", ")}] # guess: by ${guess.by}`,
    ...(guess.reversible === undefined ? [] : [`    reversible: ${guess.reversible} # guess`]),
    ...(guess.openWorld === undefined ? [] : [`    open_world: ${guess.openWorld} # guess`]),
  ];
}

function seenArgs(tool: SeenTool): string | undefined {
  if (tool.args.size === 0) return undefined;
  const properties = [...tool.args]
    .sort(([a], [b]) => order(a, b))
    .map(([name, { types }]) => {
      const list = [...types].sort();
      return `${JSON.stringify(name)}: { type: ${list.length === 1 ? (list[0] ?? "") : `[${list.join(", ")}]`} }`;
    });
  return `{ type: object, properties: { ${properties.join(", ")} } }`;
}

function section(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines];
}

function comment(text: string, indent = 0): string {
  return `${" ".repeat(indent)}# ${escapeControls(text).slice(0, 300)}`;
}

/** A YAML string: what JSON writes is one. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/**
 * WHY: globs and look-alike checks give these characters a meaning of their own, and a name with
 * one fits none.
 */
function isName(text: string): boolean {
  return /^[^\s*/{}\p{Cc}\p{Cf}]+$/u.test(text) || /^spiffe:\/\/[^\s*{}\p{Cc}\p{Cf}]+$/u.test(text);
}

/** WHY not with a colon: what stands before the first one is the type. */
function isType(text: string): boolean {
  return isName(text) && !text.includes(":");
}

function isAction(action: string): boolean {
  const slash = action.indexOf("/");
  return (
    isName(action.slice(slash + 1)) && (action.startsWith("?/") || isName(action.slice(0, slash)))
  );
}

function ruleId(agent: string, index: number): string {
  const plain = agent
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `agent-${index + 1}${plain === "" ? "" : `-${plain.slice(0, 60)}`}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
