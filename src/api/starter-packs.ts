import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../diagnostics/user-error.ts";
import { packagedPath } from "./packaged.ts";
import { meantHelp } from "../text/slip.ts";

function packsFolder(): string {
  const found = packagedPath("policies/starter/");
  if (found !== undefined) return found;
  throw new UserError("no-packs", "the starter packs are missing from this installation", {
    help: "install agentz anew",
  });
}

/** The starter packs by name, sorted. */
export function starterPacks(): readonly string[] {
  return readdirSync(packsFolder()).sort();
}

/** The folder of a pack's policies and suite; a name that none has is a `UserError`. */
export function packFolder(name: string): string {
  const packs = starterPacks();
  if (packs.includes(name)) return join(packsFolder(), name);
  throw new UserError("no-such-pack", `there is no starter pack \`${name}\``, {
    help: meantHelp(name, packs, `there is ${packs.join(", ")}`),
  });
}

/** The files of a pack by name, sorted, with their texts. */
export function packFiles(
  name: string,
): readonly { readonly name: string; readonly text: string }[] {
  const folder = packFolder(name);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ name: file, text: readFileSync(join(folder, file), "utf8") }));
}
