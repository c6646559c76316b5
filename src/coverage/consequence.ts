import type { Call } from "../engine/call.ts";
import type { Side } from "../replay/side.ts";
import { resourceClass } from "../replay/call-name.ts";
import { stringMember } from "../request/json.ts";
import type { Request } from "../request/request.ts";

/** The effects of a call's tool as a version's catalog knows them; undefined where no catalog or event tells. */
export function effectsOfCall(call: Call): readonly string[] | undefined {
  const known = call.action.entity.known.get("effects");
  if (Array.isArray(known)) return known.filter((effect) => typeof effect === "string");
  const claimed = call.action.entity.direct?.["effects"];
  return Array.isArray(claimed) ? claimed.filter((effect) => typeof effect === "string") : undefined;
}

/** Whether one version's catalog takes a call for consequential (design 9), and whether only because it says so. */
export interface Consequence {
  readonly consequential: boolean;
  /** True where the catalog itself marks the tool inconsequential: then it is listed. */
  readonly marked: boolean;
}

export function consequenceFor(side: Side, request: Request): Consequence {
  const call = side.engine?.call;
  if (call === undefined) return { consequential: false, marked: false };
  const tool = call.action.tool?.tool;
  if (tool?.consequential !== undefined) return { consequential: tool.consequential, marked: !tool.consequential };
  const effects = effectsOfCall(call);
  // a tool that no catalog knows is consequential
  if (effects === undefined || call.action.lookalike) return { consequential: true, marked: false };
  if (effects.length === 0) return { consequential: false, marked: false };
  const classification = resourceClass(side, request);
  const harmless = effects.every((effect) => effect === "read") && (classification === "public" || classification === "internal");
  return { consequential: !harmless, marked: false };
}

/** Only calls by agents and models, and by subjects of unrecorded type, are counted (design 9). */
export function isAgentic(request: Request): boolean {
  const type = stringMember(request.subject, "type");
  return type === undefined || type === "agent" || type === "model";
}

/** Irreversible (unknown counts), paying or granting: what should be under a person's eye (design 9.5). */
export function needsOversight(call: Call): boolean {
  const reversible = call.action.entity.known.get("reversible") ?? call.action.entity.direct?.["reversible"];
  if (reversible !== true) return true;
  const effects = effectsOfCall(call) ?? [];
  return effects.includes("pay") || effects.includes("grant");
}
