import type { LeastVersion, Trust } from "../../release/trust.ts";
import { readConfig } from "./config.ts";
import { keyIdOf } from "../trust.ts";
import type { Io } from "../../node/io.ts";

/** Flags that say what bundles have to prove. */
export interface TrustFlags {
  readonly config?: string;
  readonly verifyKey?: readonly string[];
  readonly atLeast?: readonly LeastVersion[];
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
