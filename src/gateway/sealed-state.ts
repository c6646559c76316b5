import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { isJsonObject, type JsonObject } from "../request/json.ts";

/** What marks a state as one of the gateway's: servers have states of their own. */
const PREFIX = "agentz-1.";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Whether a state says that the gateway made it. */
export function isSealed(state: string): boolean {
  return state.startsWith(PREFIX);
}

/**
 * Seals values that a client keeps and brings back (protocol 2026-07-28, multi round-trip requests):
 * nobody else can read or change them. The key lives as long as this object.
 */
export class SealedState {
  readonly #key = randomBytes(32);
  readonly #owner: Buffer;

  /** @param owner whose values these are: those of another owner cannot be opened */
  constructor(owner: string) {
    this.#owner = Buffer.from(owner);
  }

  seal(value: JsonObject): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(this.#owner);
    const body = Buffer.concat([cipher.update(JSON.stringify(value), "utf8"), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
  }

  /** The value as it was sealed; undefined: it was not sealed here, or was changed. */
  open(state: string): JsonObject | undefined {
    const bytes = Buffer.from(state.slice(PREFIX.length), "base64url");
    // another spelling of the same bytes is not what was given out
    if (PREFIX + bytes.toString("base64url") !== state || bytes.length < IV_BYTES + TAG_BYTES)
      return undefined;
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES), options);
    decipher.setAAD(this.#owner).setAuthTag(tag);
    try {
      const body = bytes.subarray(IV_BYTES + TAG_BYTES);
      const text = Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
      const value: unknown = JSON.parse(text);
      return isJsonObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }
}
