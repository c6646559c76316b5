import { publicKeyId } from "../node/ed25519.ts";
import { readPublicKey } from "../node/key-file.ts";

/** True for a key that is named by a file. */
export function isKeyFile(key: string): boolean {
  return !isKeyId(key) && !key.includes("-----BEGIN");
}

/** True for a key that is named by its id. */
export function isKeyId(key: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(key);
}

/**
 * The id of a key that a file, a PEM text or the id itself names; one that is none is a
 * `UserError`.
 */
export async function keyIdOf(cwd: string, key: string): Promise<string> {
  if (isKeyId(key)) return key;
  return publicKeyId(isKeyFile(key) ? await readPublicKey(cwd, key) : key);
}
