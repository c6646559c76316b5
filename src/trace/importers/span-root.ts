import { stringMember } from "../../request/json.ts";
import { isNamelessAgent, type SpanAgent } from "./span-context.ts";
import type { SpanNode } from "./span-node.ts";
import { CLIENT, SERVER, type Span } from "./span.ts";

/** A call with one agent above it, and how its trace names agents. */
export interface Ascent {
  /** The call's span and those above it, up to the last that the file has. */
  readonly spans: readonly SpanNode[];
  readonly agent: SpanAgent;
  readonly agentOf: (node: SpanNode) => SpanAgent | undefined;
}

/**
 * Whether the spans show that nobody called the agent: they reach the root of the trace, and none
 * of them tells of another agent or of a caller without a name. A call's span alone shows nothing:
 * what has no tree has no parents either.
 */
export function isRooted({ spans, agent, agentOf }: Ascent): boolean {
  const top = spans.findLastIndex((one) => agentOf(one) !== undefined);
  const outside = spans.slice(top + 1);
  const isOther = (one: SpanNode): boolean =>
    one.context.agent !== undefined && one.context.agent.id !== agent.id && !isWorkflow(one);
  return (
    spans.length > 1 &&
    spans.at(-1)?.parent === undefined &&
    !spans.slice(Math.max(top, 1)).some(({ isCalled }) => isCalled) &&
    !outside.some((one) => one.call !== undefined || isOther(one)) &&
    !isRemoteRun(spans.slice(1, top + 1))
  );
}

/** WHY: of OpenAI's agents, OpenInference writes the whole trace as an agent's, by its own name. */
function isWorkflow({ parent, scope }: SpanNode): boolean {
  return parent === undefined && /openinference.*openai[._]agents/.test(scope ?? "");
}

/** Whether the outermost is the invocation of an agent that runs elsewhere: some caller's own. */
function isRemoteRun(inside: readonly SpanNode[]): boolean {
  const [run, ...below] = [...inside].reverse();
  return (
    run?.kind === CLIENT &&
    below.some(
      ({ kind, service }) => kind === SERVER || (service !== undefined && service !== run.service),
    )
  );
}

/** Whether a span tells of a caller whom its trace does not name, which may be an agent. */
export function hasUnknownCaller(span: Span): boolean {
  return span.isLinked === true || isNamelessAgent(span) || isAgentProtocol(span);
}

const A2A_METHOD = /^(?:message\/(?:send|stream)|tasks\/\w+|Send(?:Streaming)?Message)$/;
const A2A_NAME = /(?:^|[^a-z0-9])a2a(?:[^a-z0-9]|$)/i;
const SAID = ["rpc.system", "url.path", "http.route", "http.target"] as const;

/** WHY: the caller by the Agent2Agent protocol may be an agent, which no span here names. */
function isAgentProtocol({ name, scope, attributes }: Span): boolean {
  return (
    namesProtocol(name) ||
    namesProtocol(scope) ||
    A2A_METHOD.test(stringMember(attributes, "rpc.method") ?? "") ||
    SAID.some((key) => namesProtocol(stringMember(attributes, key))) ||
    Object.keys(attributes).some((key) => key.startsWith("a2a."))
  );
}

/** WHY the letters first: nearly no text has them, and each span is asked. */
function namesProtocol(text: string | undefined): boolean {
  return text !== undefined && /a2a/i.test(text) && A2A_NAME.test(text);
}
