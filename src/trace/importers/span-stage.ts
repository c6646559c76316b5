import { member, stringMember, type Json } from "../../request/json.ts";
import type { Span } from "./span.ts";

/** One of the spans that BeeAI writes for a call: `tool.search.wiki.start`, `.success`, `.finish`. */
export interface Stage {
  readonly tool: string;
  readonly stage: string;
  /** The framework's counter behind the span's name, if there is one. */
  readonly counter: string | undefined;
  readonly args: Json | undefined;
}

const STAGES = /^tool\.(.+)\.(start|success|error|retry|finish|update|partialUpdate|newToken)$/;

/** The stage of a call that a span stands for; undefined where it stands for a whole call. */
export function stageOf({ name, attributes }: Span): Stage | undefined {
  const [, bare = name, counter] = /^(.+?)-(\d+)$/.exec(name) ?? [];
  const found = STAGES.exec(stringMember(attributes, "target") ?? "") ?? STAGES.exec(bare);
  const [, tool, stage] = found ?? [];
  if (tool === undefined || stage === undefined) return undefined;
  const args = member(attributes, "tool.parameters") ?? member(attributes, "input.value");
  return { tool, stage, counter, args: stage === "start" ? args : undefined };
}

/** What stands for a call, and what else tells of it. */
export interface Staged<T> {
  readonly anchor: T;
  readonly others: T[];
}

/**
 * The spans of one tool under one parent, put together as calls: each `start` is one (or what there
 * is most of, where the starts are missing), and the others belong to that of the same counter, else
 * to the one that they come behind in the order of their own stage.
 */
export function joinStages<T>(
  nodes: readonly T[],
  stage: (node: T) => Stage | undefined,
): Staged<T>[] {
  const byStage = new Map<string, T[]>();
  for (const node of nodes) {
    const name = stage(node)?.stage ?? "";
    const list = byStage.get(name);
    if (list === undefined) byStage.set(name, [node]);
    else list.push(node);
  }
  const anchors =
    byStage.get("start") ?? [...byStage.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  const calls = anchors.map((anchor) => ({ anchor, others: new Array<T>() }));
  for (const list of byStage.values()) {
    if (list === anchors) continue;
    list.forEach((node, index) => {
      const counter = stage(node)?.counter;
      const own = calls.filter(({ anchor }) => stage(anchor)?.counter === counter);
      const fits = counter !== undefined && own.length === 1 ? own[0] : undefined;
      (fits ?? calls[Math.min(index, calls.length - 1)])?.others.push(node);
    });
  }
  return calls;
}
