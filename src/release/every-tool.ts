import type { Document, Manifest, ToolEffect } from "../policy/model.ts";
import { coversAll } from "./glob-order.ts";

/** What a board fears of a tool, the gravest first. */
const GRAVE: readonly ToolEffect[] = ["pay", "grant", "delete", "send", "execute"];

/** Whether a manifest allows every call of every tool. */
export function allowsAll(manifest: Manifest): boolean {
  const { tools, sources, maxCalls, maxDuration } = manifest;
  return (
    allowsEveryTool(manifest) &&
    sources === undefined &&
    maxCalls === undefined &&
    maxDuration === undefined &&
    tools?.every(({ args }) => args === undefined) !== false
  );
}

/** Whether every tool is in a manifest, with whatever arguments; one without tools restricts none. */
export function allowsEveryTool({ tools }: Manifest): boolean {
  return coversAll(
    tools?.map(({ name }) => name),
    undefined,
    "action",
  );
}

/** Those of some effects that are grave, the gravest first. */
export function gravest(effects: readonly ToolEffect[]): readonly ToolEffect[] {
  return GRAVE.filter((effect) => effects.includes(effect));
}

/** What tools of the catalogs do that is grave, the gravest first. */
export function graveEffects(documents: readonly Document[]): readonly ToolEffect[] {
  return gravest(
    documents.flatMap((one) =>
      one.kind === "Catalog" ? one.tools.flatMap((tool) => tool.effects ?? []) : [],
    ),
  );
}
