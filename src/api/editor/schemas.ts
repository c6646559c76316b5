import { readFileSync } from "node:fs";
import type { Schemas } from "../../editor/schema.ts";
import { isJsonObject, type Json } from "../../request/json.ts";
import { packagedPath } from "../packaged.ts";

const KINDS = ["Policy", "Catalog", "Suite", "Invariant"];

/** The schemas of all kinds of documents, as they are packaged; one that is missing is left out. */
export function documentSchemas(): Schemas {
  return new Map(
    KINDS.flatMap((kind) => {
      const file = packagedPath(`schemas/${kind.toLowerCase()}.schema.json`);
      const schema: Json = file === undefined ? null : JSON.parse(readFileSync(file, "utf8"));
      return isJsonObject(schema) ? [[kind, schema] as const] : [];
    }),
  );
}
