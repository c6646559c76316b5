import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { foundBy, isSecretKind } from "../text/detectors.ts";
import { joinedSpans } from "../text/masked-slice.ts";
import { isSecretName } from "../text/secret-names.ts";
import { spliced } from "../text/splice.ts";

const REDACTED = "REDACTED";

/** A card's number gives access to money, though it is no secret of a machine. */
function isHidden(kind: string): boolean {
  return isSecretKind(kind) || kind === "personal/card-number";
}

function redactText(text: string): string {
  const spans = joinedSpans(foundBy(text, isHidden).map(({ span }) => span));
  return spliced(text, spans, () => REDACTED);
}

/** A value with the secrets in it replaced by a word; everything else stays as it is. */
function redactSecrets(value: Json): Json {
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) return value.map(redactSecrets);
  return isJsonObject(value) ? redactMembers(value) : value;
}

/** What of a credential is no secret, and conditions read (design 3.2). */
const TOLD_OF_CREDENTIALS: ReadonlySet<string> = new Set(["kind", "issued", "expires"]);

/**
 * What stands under the name of a secret: all of it, but of a credential what it is and until when.
 */
function redactNamed(value: Json): Json {
  if (typeof value === "boolean") return value;
  if (!isJsonObject(value)) return REDACTED;
  const entries = Object.entries(value).flatMap(
    ([key, inner]): readonly (readonly [string, Json])[] => {
      if (inner === undefined || inner === null) return [];
      return [[redactText(key), TOLD_OF_CREDENTIALS.has(key) ? redactSecrets(inner) : REDACTED]];
    },
  );
  return Object.fromEntries(entries);
}

/** As {@link redactSecrets}, for a map. */
export function redactMembers(object: JsonObject): JsonObject {
  const entries = Object.entries(object).flatMap(
    ([key, value]): readonly (readonly [string, Json])[] => {
      if (value === undefined || value === null) return [];
      return [[redactText(key), isSecretName(key) ? redactNamed(value) : redactSecrets(value)]];
    },
  );
  return Object.fromEntries(entries);
}
