import { readFile, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { MAX_BYTES } from "../../release/bundle.ts";
import { bundleSources, verifyBundle, type Demands, type Verified } from "../../release/verify-bundle.ts";
import type { SetHost } from "../io.ts";
import { utf8Text } from "../../text/utf8.ts";
import { UserError } from "../user-error.ts";
import { verifySignature } from "./ed25519.ts";
import { sha256 } from "./hash.ts";
import type { SetFiles } from "./read-set.ts";

export const BUNDLE_ENDING = ".agentz";

/** True for a reference that means a bundle. */
export function isBundle(ref: string): boolean {
  return ref.endsWith(BUNDLE_ENDING) && !ref.startsWith("git:");
}

/** Why bytes cannot be a bundle's text, or that text. Never unpacks anything: a bundle is plain JSON. */
function textOf(bytes: Buffer): { readonly text: string } | { readonly fault: string } {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return { fault: "it is compressed, and a bundle never is" };
  return utf8Text(bytes);
}

/** Reads and verifies a bundle; what is wrong with its content is told in `problems`, a file that cannot be read is a `UserError`. */
export async function openBundle(cwd: string, file: string, demands: Demands): Promise<Verified> {
  const path = resolve(cwd, file);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) throw new UserError("no-such-path", `there is no bundle \`${file}\``);
  const refused = (fault: string): Verified => ({ bundle: undefined, id: undefined, set: undefined, signatures: [], problems: [{ code: "format", message: `\`${file}\` is no bundle: ${fault}` }] });
  if (found.size > MAX_BYTES) return refused(`it has more than ${MAX_BYTES / 1024 / 1024} MiB`);
  const bytes = await readFile(path).catch(() => Promise.reject(new UserError("unreadable", `\`${file}\` cannot be read`)));
  const read = bytes.length > MAX_BYTES ? { fault: "it grows while it is read" } : textOf(bytes);
  return "fault" in read ? refused(read.fault) : verifyBundle(read.text, { name: basename(file), demands, host: { sha256, verify: verifySignature } });
}

/** The files of a policy set in a bundle; one that is not what it says, or does not prove what is asked for, is a `UserError`. */
export async function readBundleSet({ cwd, trust }: SetHost, file: string): Promise<SetFiles> {
  const { bundle, problems } = await openBundle(cwd, file, { ...(await trust()), required: [] });
  const [first] = problems;
  if (bundle === undefined || first !== undefined) throw new UserError("bundle-refused", first?.message ?? `\`${file}\` is no bundle`, { help: "`agentz bundle verify` tells everything that is wrong with it" });
  return { ...bundleSources(bundle, basename(file)), ref: file };
}
