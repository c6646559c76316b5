import { InvalidArgumentError } from "commander";
import { isLimit, LIMITS, type AcceptedChange, type GateConfig } from "../replay/gate.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { parseInstant } from "../text/instant.ts";
import { UserError } from "./user-error.ts";

function fail(message: string, help?: string): never {
  throw new UserError("config", `${message} in \`gate\` of agentz.yaml`, help === undefined ? {} : { help });
}

function unknownLimit(name: string): string {
  const near = nearestWord(name, LIMITS.keys());
  return near === undefined ? `there are ${[...LIMITS.keys()].join(", ")}, widened.label:<x>, widened.class:<x>, widened.effect:<x>` : `did you mean \`${near}\`?`;
}

function addLimit(limits: Map<string, number>, name: string, value: Json | undefined): void {
  if (!isLimit(name)) fail(`there is no limit \`${name}\``, unknownLimit(name));
  if (typeof value !== "number" || value < 0 || !Number.isFinite(value)) fail(`\`${name}\` has to be a number from 0 on`);
  else limits.set(name, value);
}

/** `widened: 0`, or `widened: { all: 0, label: { x: 0 }, class: { restricted: 0 }, effect: { pay: 0 } }`. */
function addWidened(limits: Map<string, number>, value: Json | undefined): void {
  if (!isJsonObject(value)) return addLimit(limits, "widened", value);
  for (const [kind, inner] of Object.entries(value)) {
    if (kind === "all") addLimit(limits, "widened", inner);
    else if (!isJsonObject(inner)) fail(`\`widened.${kind}\` has to be a map of limits`);
    else for (const [name, limit] of Object.entries(inner)) addLimit(limits, `widened.${kind}:${name}`, limit);
  }
}

const FIELDS = ["group", "rules", "reason", "owner", "expires"] as const;

function textField(entry: JsonObject, name: (typeof FIELDS)[number]): string {
  const value = entry[name];
  return typeof value === "string" && value !== "" ? value : fail(`an accepted change needs \`${name}\``, "`agentz replay --format json` gives a group's `id` and `rulesDigest`");
}

/** The last millisecond of a day, or an instant. */
export function endOf(text: string): number | undefined {
  return parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
}

function acceptedChange(entry: Json): AcceptedChange {
  if (!isJsonObject(entry)) return fail("`accepted` has to be a list of maps");
  const unknown = Object.keys(entry).find((key) => !FIELDS.some((field) => field === key));
  if (unknown !== undefined) fail(`an accepted change has no field \`${unknown}\``, `it has ${FIELDS.join(", ")}`);
  const expiresText = textField(entry, "expires");
  const expires = endOf(expiresText) ?? fail("`expires` has to be a date such as 2027-01-31");
  return { group: textField(entry, "group"), rulesDigest: textField(entry, "rules"), reason: textField(entry, "reason"), owner: textField(entry, "owner"), expires, expiresText };
}

/** The `gate` of agentz.yaml. */
export function readGate(value: Json): GateConfig {
  if (!isJsonObject(value)) return fail("there has to be a map");
  const limits = new Map<string, number>();
  const accepted: AcceptedChange[] = [];
  for (const [name, inner] of Object.entries(value)) {
    if (name === "widened") addWidened(limits, inner);
    else if (name === "accepted") accepted.push(...(Array.isArray(inner) ? inner.map(acceptedChange) : fail("`accepted` has to be a list")));
    else if (name === "coverage" && isJsonObject(inner)) for (const [metric, limit] of Object.entries(inner)) addLimit(limits, `coverage.${metric}`, limit);
    else addLimit(limits, name, inner);
  }
  return { limits, accepted };
}

/** `--gate name=limit`, collected. */
export function gateFlag(value: string, before: ReadonlyMap<string, number> | undefined): ReadonlyMap<string, number> {
  const at = value.lastIndexOf("=");
  const name = value.slice(0, at);
  const limit = Number(value.slice(at + 1));
  if (at < 1 || value.slice(at + 1).trim() === "" || !(limit >= 0) || !Number.isFinite(limit)) throw new InvalidArgumentError("it has to be name=limit, such as widened=0 or coverage.policy=0.9.");
  if (!isLimit(name)) throw new InvalidArgumentError(`there is no limit \`${name}\`; ${unknownLimit(name)}.`);
  return new Map([...(before ?? []), [name, limit]]);
}

/** Limits of the configuration, beaten by those of flags. */
export function mergeGate(config: GateConfig | undefined, flags: ReadonlyMap<string, number> | undefined): GateConfig {
  return { limits: new Map([...(config?.limits ?? []), ...(flags ?? [])]), accepted: config?.accepted ?? [] };
}
