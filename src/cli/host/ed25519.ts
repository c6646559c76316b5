import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import type { Signature } from "../../release/bundle.ts";
import { UserError } from "../user-error.ts";

const SIGNATURE_BYTES = 64;

function der(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function keyId(key: KeyObject): string {
  return `sha256:${createHash("sha256").update(der(key)).digest("hex")}`;
}

/** The bytes of base64 in its one form; undefined where it is written in another. */
function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** A new pair of Ed25519 keys as PEM. */
export function generateKeys(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), publicPem: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** Signs a text's UTF-8 bytes with a PEM private key; another kind of key is a `UserError`. */
export function signText(text: string, pem: string): Signature {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new UserError("key", "the private key cannot be read", { help: "it has to be an unencrypted PEM file, as `agentz bundle keygen` writes it" });
  }
  if (key.asymmetricKeyType !== "ed25519") throw new UserError("key", `the key is ${key.asymmetricKeyType ?? "of no known type"}, and has to be Ed25519`);
  return { publicKey: der(createPublicKey(key)).toString("base64"), signature: sign(null, Buffer.from(text, "utf8"), key).toString("base64") };
}

/** The id of a PEM public key (or of the public half of a private one). */
export function publicKeyId(pem: string): string {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519") return keyId(key);
  } catch {
    // told below
  }
  throw new UserError("key", "the public key cannot be read", { help: "it has to be an Ed25519 key as PEM, as `agentz bundle keygen` writes it" });
}

/** Whether a signature is one of the text; undefined where the key in it cannot be read or is of another kind. */
export function verifySignature({ publicKey, signature }: Signature, text: string): { readonly key: string; readonly valid: boolean } | undefined {
  const [bytes, keyBytes] = [decoded(signature), decoded(publicKey)];
  if (bytes === undefined || keyBytes === undefined || bytes.length !== SIGNATURE_BYTES) return undefined;
  try {
    const key = createPublicKey({ key: keyBytes, format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519" || !der(key).equals(keyBytes)) return undefined;
    return { key: keyId(key), valid: verify(null, Buffer.from(text, "utf8"), key, bytes) };
  } catch {
    return undefined;
  }
}
