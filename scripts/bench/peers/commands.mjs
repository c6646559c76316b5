// Engines that are programs, not packages: measured where somebody has them on the PATH. Each gets
// the records of many calls, in one start where it can, and says itself how long it decided, so
// that neither starting nor reading is in its time.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cedarCli } from "./cedar-cli.mjs";
import { cerbos } from "./cerbos.mjs";
import { permdiff } from "./permdiff.mjs";

const REGO = fileURLToPath(new URL("rules.rego", import.meta.url));
const ENOUGH = 1 << 28;

export function isOnPath(command) {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * OPA's answers to records, in their order, and the seconds that its evaluation took by its own
 * clock, one thread.
 */
function opa(records) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-opa-"));
  try {
    const file = join(folder, "calls.json");
    const calls = records.map(({ tool, s, r, a, c, f }) => ({
      tool,
      server: tool.split("/")[0],
      s,
      r,
      a,
      c,
      f,
    }));
    writeFileSync(file, JSON.stringify({ calls, payees: records[0].payees }));
    const args = [
      "eval",
      "--data",
      REGO,
      "--data",
      file,
      "--optimize-store-for-read-speed",
      "--metrics",
      "--format",
      "json",
      "data.bench.answers",
    ];
    const { result, metrics } = JSON.parse(
      execFileSync("opa", args, { encoding: "utf8", maxBuffer: ENOUGH }),
    );
    return {
      answers: result[0].expressions[0].value,
      seconds: metrics.timer_rego_query_eval_ns / 1e9,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By command: what asks it, and how many calls it is asked at most. */
export const COMMANDS = {
  opa: { decide: opa, most: 20_000 },
  cedar: { decide: cedarCli, most: 40 },
  cerbos: { decide: cerbos, most: 2_000 },
  permdiff: { decide: permdiff, most: 10_000 },
};
