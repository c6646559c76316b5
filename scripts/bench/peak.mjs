// Preloaded into a measured process: leaves its peak memory, in bytes, where AGENTZ_BENCH_PEAK
// says.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread)
  process.on("exit", () =>
    writeFileSync(process.env.AGENTZ_BENCH_PEAK, String(process.resourceUsage().maxRSS * 1024)),
  );
