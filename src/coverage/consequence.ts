import type { PreparedCall } from "../engine/prepared-call.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import { effectsOfCall } from "../replay/call-effects.ts";
import { resourceClass } from "../replay/call-name.ts";
import type { Request } from "../request/request.ts";

/** What one version's catalog says of a call (design 9); `unlisted`: it does not list the tool. */
export type Consequence = "consequential" | "harmless" | "marked" | "unlisted";

function consequenceFor(side: VersionDecision, request: Request): Consequence {
  const tool = side.engine?.call.action.tool?.tool;
  if (side.engine === undefined || tool === undefined) return "unlisted";
  if (tool.consequential !== undefined) return tool.consequential ? "consequential" : "marked";
  const effects = effectsOfCall(side.engine.call);
  if (effects === undefined) return "consequential";
  const classification = resourceClass(side, request);
  const harmless =
    effects.every((effect) => effect === "read") &&
    (effects.length === 0 || classification === "public" || classification === "internal");
  return harmless ? "harmless" : "consequential";
}

/**
 * A call by either version's catalog (design 9): consequential by one is consequential; so is a
 * tool that none lists.
 */
export function consequenceOf(sides: readonly VersionDecision[], request: Request): Consequence {
  const said = sides.map((side) => consequenceFor(side, request));
  if (said.includes("consequential")) return "consequential";
  if (said.every((one) => one === "unlisted")) return "unlisted";
  return said.includes("marked") ? "marked" : "harmless";
}

/** Only calls by agents and models, and by subjects of unrecorded type, are counted (design 9). */
export function isAgentic(call: PreparedCall): boolean {
  const { type } = call.subject;
  return type === undefined || type === "agent" || type === "model";
}

/**
 * What of a call's tool is known to make it grave, for the order of lists; an unknown reversibility
 * counts as irreversible.
 */
export interface Gravity {
  readonly irreversible: boolean;
  /** Pays or grants. */
  readonly paying: boolean;
  readonly openWorld: boolean;
}

function flag(call: PreparedCall, name: "reversible" | "open_world"): boolean | undefined {
  const tool = call.action.tool?.tool;
  const known =
    tool === undefined
      ? undefined
      : ((name === "reversible" ? tool.reversible : tool.openWorld) ??
        call.action.entity.direct?.[name]);
  return typeof known === "boolean" ? known : undefined;
}

export function gravityOf(call: PreparedCall): Gravity {
  const effects = effectsOfCall(call) ?? [];
  return {
    irreversible: flag(call, "reversible") !== true,
    paying: effects.includes("pay") || effects.includes("grant"),
    openWorld: flag(call, "open_world") === true,
  };
}

/**
 * Irreversible (unknown counts), paying or granting: what should be under a person's eye (design
 * 9.5).
 */
export function needsOversight(call: PreparedCall): boolean {
  const { irreversible, paying } = gravityOf(call);
  return irreversible || paying;
}
