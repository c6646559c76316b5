import { stringMember } from "../../request/json.ts";
import { textAttribute, type Span } from "./span.ts";

/** An agent that gives the run over to another. */
export interface Handoff {
  /** Undefined: the span does not say, and is below the one who does. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The tool by which a model does so. */
  readonly tool: string | undefined;
}

/** The hand-off that a span stands for. */
export function handoffOf({ name, attributes }: Span): Handoff | undefined {
  const says =
    stringMember(attributes, "traceloop.span.kind") === "handoff" ||
    stringMember(attributes, "gen_ai.operation.name") === "handoff" ||
    /^Handoff: /.test(stringMember(attributes, "logfire.msg_template") ?? name);
  const [, spoken] = /^handoff to (.+)$/i.exec(name) ?? [];
  if (!says && (spoken === undefined || stringMember(attributes, "tool.name") !== undefined))
    return undefined;
  const to = known(textAttribute(attributes, ["gen_ai.handoff.to_agent", "to_agent"]) ?? spoken);
  return {
    from: known(textAttribute(attributes, ["gen_ai.handoff.from_agent", "from_agent"])),
    to,
    tool: to === undefined ? undefined : handoffTool(to),
  };
}

/** The name of the tool by which the SDK of OpenAI's agents lets a model hand over. */
export function handoffTool(agent: string): string {
  return `transfer_to_${agent.replace(/[^a-zA-Z0-9_]/g, "_").toLowerCase()}`;
}

function known(agent: string | undefined): string | undefined {
  return agent === "unknown" || agent === "None" || agent === "" ? undefined : agent;
}
