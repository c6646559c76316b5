import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT, scratch } from "./agentz.ts";

/** The path of a tarball of what is built, as it would be published. */
export function packedPackage(): string {
  const folder = scratch();
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: ROOT,
    stdio: "pipe",
  });
  const [name = ""] = readdirSync(folder);
  return join(folder, name);
}
