import type { Tool } from "../policy/model.ts";
import { isJsonObject, objectMember } from "../request/json.ts";
import { accessOf, byAccess } from "./access.ts";
import type { Oracle, Target } from "./question.ts";
import type { Access } from "../documents/blast-radius-result.ts";
import { toolsOf } from "./targets.ts";

/** Arguments that name the agent to invoke, where a tool does not say so by its resource. */
const AGENT_ARGUMENT = /agent|assistant|worker/i;

function delegates(tool: Tool): boolean {
  return (
    tool.effects?.includes("delegate") === true ||
    (typeof tool.resource === "object" && tool.resource.type === "agent")
  );
}

/** Names of the tool's declared arguments. */
function argumentsOf(tool: Tool): readonly string[] {
  return Object.keys(
    objectMember(isJsonObject(tool.args) ? tool.args : undefined, "properties") ?? {},
  );
}

/**
 * May `caller` invoke `callee` through this tool: asked with the callee's name where the tool takes
 * it, else with everything open.
 */
function invocation(
  oracle: Oracle,
  tool: Tool,
  {
    caller,
    callee,
    chain,
  }: { readonly caller: string; readonly callee: string; readonly chain: readonly string[] },
): Access {
  const named = argumentsOf(tool).filter((name) => AGENT_ARGUMENT.test(name));
  const [argument] = named;
  const target: Target =
    typeof tool.resource === "object" && tool.resource.type === "agent"
      ? { kind: "one", type: "agent", id: callee }
      : { kind: "as the tool says" };
  const question = {
    subject: { type: "agent", id: caller },
    server: tool.server,
    name: tool.name,
    target,
    chain,
  };
  if (argument === undefined) return accessOf(oracle.ask(question)).access;
  const openArgs = argumentsOf(tool)
    .filter((name) => name !== argument)
    .map((name) => `args[${JSON.stringify(name)}]`);
  return accessOf(oracle.ask({ ...question, args: { [argument]: callee }, openArgs })).access;
}

/** An agent that another can have act for it. */
export interface Invoked {
  readonly agent: string;
  /** Root first, as agents' ids; the last one invokes. */
  readonly chain: readonly string[];
  readonly access: Access;
}

const DEEPEST = 8;

/** How a caller may have another agent act for it, by the easiest of the tools; undefined: not. */
function bestInvocation(
  oracle: Oracle,
  tools: readonly Tool[],
  { caller, callee }: { readonly caller: Invoked; readonly callee: string },
): Invoked | undefined {
  const chain = caller.chain.map((id) => `agent:${id}`);
  const [best] = tools
    .map((tool) => ({ access: invocation(oracle, tool, { caller: caller.agent, callee, chain }) }))
    .filter(({ access }) => access !== "denied")
    .sort(byAccess);
  if (best === undefined) return undefined;
  const access = byAccess(caller, best) > 0 ? caller.access : best.access;
  return { agent: callee, chain: [...caller.chain, caller.agent], access };
}

/** The agents in service, by name. */
function agentsInService({ set }: Oracle): readonly string[] {
  return [...set.catalog.agents.values()]
    .filter(({ agent }) => agent.status === "commissioned")
    .map(({ agent }) => agent.id)
    .sort();
}

/**
 * Every agent that `root` can invoke, itself or through those it invokes, each by its shortest way.
 */
export function invokedBy(oracle: Oracle, root: string): readonly Invoked[] {
  const tools = toolsOf(oracle.set.catalog).filter(delegates);
  const agents = agentsInService(oracle);
  const found = new Map<string, Invoked>();
  let edge: readonly Invoked[] = [{ agent: root, chain: [], access: "allowed" }];
  for (let depth = 0; depth < DEEPEST && edge.length > 0; depth++) {
    const next: Invoked[] = [];
    for (const caller of edge) {
      for (const callee of agents) {
        if (callee === root || found.has(callee)) continue;
        const invoked = bestInvocation(oracle, tools, { caller, callee });
        if (invoked === undefined) continue;
        found.set(callee, invoked);
        next.push(invoked);
      }
    }
    edge = next;
  }
  return [...found.values()];
}
