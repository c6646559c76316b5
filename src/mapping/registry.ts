import type { Importer, ImportSample } from "../trace/importers/importer.ts";
import { IMPORTERS } from "../trace/importers/registry.ts";
import type { JsonObject } from "../request/json.ts";
import { mappedImporter } from "./mapped-importer.ts";
import { decodeMapping } from "./mapping.ts";
import { CERBOS } from "./shipped/cerbos.ts";
import { OPA } from "./shipped/opa.ts";

interface Shipped {
  readonly name: string;
  readonly title: string;
  readonly document: JsonObject;
  readonly recognises: (sample: ImportSample) => boolean;
}

const SHIPPED: readonly Shipped[] = [
  {
    name: "cerbos",
    title: "Cerbos audit logs: decision entries of checked resources",
    document: CERBOS,
    recognises: ({ text }) =>
      /"(checkResources|planResources|decisionLogEntry)"\s*:\s*\{/.test(text) ||
      /"callId"\s*:[\s\S]*"EFFECT_(ALLOW|DENY)"/.test(text),
  },
  {
    name: "opa",
    title: "Open Policy Agent decision logs",
    document: OPA,
    recognises: ({ text }) =>
      /"decision_id"\s*:\s*"/.test(text) &&
      /"(labels|input|result|path|query|bundles)"\s*:/.test(text),
  },
];

/** INVARIANT: a mapping that ships is sound; a test proves it of each. */
function shippedImporter({ name, title, document, recognises }: Shipped): Importer {
  const decoded = decodeMapping(document);
  if ("problems" in decoded)
    throw new Error(`the mapping ${name} is not sound: ${JSON.stringify(decoded.problems)}`);
  return mappedImporter(decoded.mapping, { name, title, recognises });
}

/**
 * All formats that `agentz import` reads without a mapping of one's own, in the order in which
 * `auto` asks them.
 */
export const ALL_IMPORTERS: readonly Importer[] = [...SHIPPED.map(shippedImporter), ...IMPORTERS];
