// Preloaded into a measured process: leaves its peak memory in bytes, and the seconds that all its
// threads worked, where AGENTZ_BENCH_USAGE says.
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread)
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { bytes: maxRSS * 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 };
    writeFileSync(process.env.AGENTZ_BENCH_USAGE, JSON.stringify(usage));
  });
