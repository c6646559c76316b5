import type { Classification, Obligations, Rule } from "../policy/model.ts";
import { NoValue } from "../condition/value.ts";
import { isJsonObject } from "../request/json.ts";
import type { Obligation } from "./decision.ts";
import type { Entity } from "./entity.ts";

const ORDER: readonly string[] = ["public", "internal", "confidential", "restricted"];

/** The order of classifications: 0 public to 3 restricted; -1 for what is none. */
export function classRank(classification: string): number {
  return ORDER.indexOf(classification);
}

/**
 * The resource's fields whose own class is higher than `above` (design 6.4), or may be, for all
 * that is known.
 */
function fieldsAbove(resource: Entity, above: Classification): readonly string[] {
  const fields: unknown = resource.known.get("fields");
  if (fields instanceof NoValue || !isJsonObject(fields)) return [];
  return Object.keys(fields).filter((path) => {
    const classification = fields[path];
    return typeof classification !== "string" || classRank(classification) > classRank(above);
  });
}

interface Source {
  readonly name: string;
  readonly obligations: Obligations;
}

function redaction(sources: readonly Source[], resource: Entity): Obligation | undefined {
  const redacting = sources.filter((s) => s.obligations.redact !== undefined);
  if (redacting.length === 0) return undefined;
  const fields = new Set<string>();
  let above: Classification | undefined;
  for (const { obligations } of redacting) {
    const redact = obligations.redact;
    for (const field of redact?.fields ?? []) fields.add(field);
    if (redact?.above === undefined) continue;
    for (const field of fieldsAbove(resource, redact.above)) fields.add(field);
    if (above === undefined || classRank(redact.above) < classRank(above)) above = redact.above;
  }
  return {
    type: "redact",
    fields: [...fields].sort(),
    ...(above === undefined ? {} : { above }),
    rules: namesOf(redacting),
  };
}

function namesOf(sources: readonly Source[]): readonly string[] {
  return [...new Set(sources.map((s) => s.name))].sort();
}

/**
 * The united obligations of the given rules (design 6.4): at most one of each type, in a fixed
 * order.
 */
export function unite(
  rules: readonly { readonly name: string; readonly rule: Rule }[],
  resource: Entity,
): readonly Obligation[] {
  const sources = rules.flatMap(({ name, rule }) =>
    rule.obligations === undefined ? [] : [{ name, obligations: rule.obligations }],
  );
  if (sources.length === 0) return [];
  const logging = sources.filter((s) => s.obligations.log);
  const notifying = sources.filter((s) => s.obligations.notify.length > 0);
  const to = [...new Set(notifying.flatMap((s) => s.obligations.notify))].sort();
  const redact = redaction(sources, resource);
  return [
    ...(redact === undefined ? [] : [redact]),
    ...(logging.length === 0 ? [] : [{ type: "log" as const, rules: namesOf(logging) }]),
    ...(to.length === 0 ? [] : [{ type: "notify" as const, to, rules: namesOf(notifying) }]),
  ];
}
