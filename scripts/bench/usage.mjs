// Preloaded into a measured process: leaves its peak memory in bytes, and the seconds that all its
// threads worked, where AGENTZ_BENCH_USAGE says.
import { readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/**
 * The most memory that the process had, in kilobytes. WHY not `maxRSS` on Linux: it counts what the
 * process that started this one had too, and a bench that has split a trace has much.
 */
function peak(maxRSS) {
  if (process.platform !== "linux") return maxRSS;
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
}

if (isMainThread)
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { bytes: peak(maxRSS) * 1024, seconds: (userCPUTime + systemCPUTime) / 1e6 };
    writeFileSync(process.env.AGENTZ_BENCH_USAGE, JSON.stringify(usage));
  });
