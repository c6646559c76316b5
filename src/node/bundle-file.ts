import { realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import {
  bundleSources,
  verifyBundle,
  type Demands,
  type Verified,
} from "../release/verify-bundle.ts";
import type { SetHost } from "./io.ts";
import { utf8Text } from "../text/utf8.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { verifySignature } from "./ed25519.ts";
import { sha256 } from "./hash.ts";
import type { SetFiles } from "./read-set.ts";
import { readFollowed } from "./regular-file.ts";
import { pathHelp } from "./near-path.ts";

export const BUNDLE_ENDING = ".agentz";

/** True for a reference that means a bundle. */
export function isBundle(ref: string): boolean {
  return ref.endsWith(BUNDLE_ENDING) && !ref.startsWith("git:");
}

/**
 * Why bytes cannot be a bundle's text, or that text. Never unpacks anything: a bundle is plain
 * JSON.
 */
function textOf(bytes: Buffer): { readonly text: string } | { readonly fault: string } {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return { fault: "it is compressed, but a bundle never is" };
  return utf8Text(bytes);
}

function readBundle(
  cwd: string,
  file: string,
): { readonly text: string } | { readonly fault: string } {
  const found = readFollowed(resolve(cwd, file));
  if ("bytes" in found) return textOf(found.bytes);
  if (found.kind === "refused") return found;
  if (found.kind === "missing") {
    const help = pathHelp(cwd, file);
    throw new UserError("no-such-path", `there is no bundle \`${file}\``, {
      ...(help !== undefined && { help }),
    });
  }
  throw new UserError("unreadable", `the bundle \`${file}\` cannot be read: ${found.fault}`);
}

/**
 * Reads and verifies a bundle; what is wrong with its content is told in `problems`, a file that
 * cannot be read is a `UserError`.
 */
export function openBundle(cwd: string, file: string, demands: Demands): Verified {
  const read = readBundle(cwd, file);
  if ("text" in read)
    return verifyBundle(read.text, {
      name: basename(file),
      demands,
      host: { sha256, verify: verifySignature },
    });
  return {
    bundle: undefined,
    id: undefined,
    set: undefined,
    signatures: [],
    problems: [{ code: "format", message: `\`${file}\` is not a bundle: ${read.fault}` }],
  };
}

/**
 * The files of a policy set in a bundle; one that is not what it says, or does not prove what is
 * asked for, is a `UserError`.
 */
export async function readBundleSet({ cwd, trust }: SetHost, file: string): Promise<SetFiles> {
  const { bundle, problems } = openBundle(cwd, file, { ...(await trust()), required: [] });
  const [first] = problems;
  if (bundle === undefined || first !== undefined)
    throw new UserError("bundle-refused", first?.message ?? `\`${file}\` is not a bundle`, {
      help: "`agentz bundle verify` shows everything that is wrong with it",
    });
  return {
    ...bundleSources(bundle, basename(file)),
    openedFiles: new Map([[realpathSync.native(resolve(cwd, file)), file]]),
    ref: file,
  };
}
