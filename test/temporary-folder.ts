import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives all tests of a run one temporary folder, and takes it away after them, so that nothing stays
 * on the machine whatever a test forgets.
 */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "agentz-tests-"));
  // shells run as a user without rights, who has to reach what lies below
  chmodSync(folder, 0o755);
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
