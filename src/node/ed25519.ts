import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import type { Signature } from "../release/bundle.ts";
import { UserError } from "../diagnostics/user-error.ts";

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

const KEY_BYTES = 32;
/** The prime of the field, 2^255 - 19. */
const PRIME = 2n ** 255n - 19n;

/** The `y` of two of the points of order eight; of the other two it is the negative. */
const ORDER_EIGHT = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/**
 * The `y` of the points whose order divides eight. To a key that is one of them anybody can make
 * signatures, of any text (RFC 8032 5.1 leaves it to the user of the keys to refuse them).
 */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  PRIME - 1n,
  ORDER_EIGHT,
  PRIME - ORDER_EIGHT,
]);

/**
 * True where a key is no point that a private key can have made: of small order, or not written in
 * its one form.
 */
function isWeak(key: KeyObject): boolean {
  const bytes = der(key).subarray(-KEY_BYTES);
  const point = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  // the highest bit is the sign of x
  const y = point & (2n ** 255n - 1n);
  return y >= PRIME || SMALL_ORDER.has(y);
}

/** A new pair of Ed25519 keys as PEM. */
export function generateKeys(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Signs a text's UTF-8 bytes with a PEM private key; another kind of key is a `UserError`. */
export function signText(text: string, pem: string): Signature {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new UserError("key", "the private key cannot be read", {
      help: "it has to be an unencrypted PEM file, as `agentz bundle keygen` writes it",
    });
  }
  if (key.asymmetricKeyType !== "ed25519")
    throw new UserError(
      "key",
      `the key is ${key.asymmetricKeyType ?? "of an unknown type"}, but it has to be Ed25519`,
    );
  return {
    publicKey: der(createPublicKey(key)).toString("base64"),
    signature: sign(null, Buffer.from(text, "utf8"), key).toString("base64"),
  };
}

/** The id of a PEM public key (or of the public half of a private one). */
export function publicKeyId(pem: string): string {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519" && !isWeak(key)) return keyId(key);
  } catch {
    // told below
  }
  throw new UserError("key", "the public key cannot be read", {
    help:
      "it has to be an Ed25519 key as PEM, as `agentz bundle keygen` writes it, and not a weak " +
      "key for which anybody can sign",
  });
}

/**
 * Whether a signature is one of the text; undefined where the key in it cannot be read or is of
 * another kind.
 */
export function verifySignature(
  { publicKey, signature }: Signature,
  text: string,
): { readonly key: string; readonly valid: boolean } | undefined {
  const [bytes, keyBytes] = [decoded(signature), decoded(publicKey)];
  if (bytes === undefined || keyBytes === undefined || bytes.length !== SIGNATURE_BYTES)
    return undefined;
  try {
    const key = createPublicKey({ key: keyBytes, format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519" || !der(key).equals(keyBytes) || isWeak(key))
      return undefined;
    return { key: keyId(key), valid: verify(null, Buffer.from(text, "utf8"), key, bytes) };
  } catch {
    return undefined;
  }
}
