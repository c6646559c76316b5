import type { LeastVersion, Trust } from "../release/trust.ts";
import { readConfig } from "./config.ts";
import { publicKeyId } from "../node/ed25519.ts";
import { readPublicKey } from "../node/key-file.ts";
import type { Io } from "../node/io.ts";
import { isKeyFile, isKeyId } from "./trust-config.ts";

/** Flags that say what bundles have to prove. */
export interface TrustFlags {
  readonly config?: string;
  readonly verifyKey?: readonly string[];
  readonly atLeast?: readonly LeastVersion[];
}

/**
 * The id of a key that a file, a PEM text or the id itself names; one that is none is a
 * `UserError`.
 */
export async function keyIdOf(cwd: string, key: string): Promise<string> {
  if (isKeyId(key)) return key;
  return publicKeyId(isKeyFile(key) ? await readPublicKey(cwd, key) : key);
}

/** What every bundle that is loaded has to prove: as flags say, else as agentz.yaml does. */
export async function bundleTrust(
  io: Pick<Io, "cwd" | "stderr">,
  flags: TrustFlags,
): Promise<Trust> {
  const config = await readConfig(io, flags.config);
  const keys = await Promise.all(
    (flags.verifyKey ?? config.keys ?? []).map((key) => keyIdOf(io.cwd, key)),
  );
  return { keys: [...new Set(keys)], atLeast: flags.atLeast ?? config.at_least ?? [] };
}
