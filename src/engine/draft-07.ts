import type { ValidateFunction } from "ajv";

/**
 * The check of the schema of schemas (draft-07) as `npm run build` compiles it ahead of time: it puts
 * `scripts/compiled-schemas.mjs` in the place of this module. Undefined in the sources: there the library compiles its own.
 */
export function draft07Check(): ValidateFunction | undefined {
  return undefined;
}
