import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { errorCode } from "../node/file-error.ts";
import { isRunning } from "../node/fresh-file.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** When a process started, so that its number is not taken for that of an earlier one; Linux only. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")")).split(" ")[20] ?? "";
  } catch {
    return "";
  }
}

function isHeld(path: string): boolean {
  try {
    const [pid = "", start = ""] = readFileSync(path, "utf8").trim().split(" ");
    const number = Number(pid);
    if (!Number.isInteger(number) || number <= 0 || number === process.pid) return false;
    return isRunning(number) && startOf(number) === start;
  } catch {
    return false;
  }
}

/**
 * Keeps a second process from writing the same log: two records of one history would be none. A lock
 * that a killed process left is taken over. Gives what releases it; a log that is held is a
 * `UserError`.
 */
export function lockLog(log: string): () => void {
  const path = `${log}.lock`;
  for (let tries = 0; tries < 3; tries++) {
    try {
      const fd = openSync(path, "wx", 0o600);
      writeSync(fd, `${process.pid} ${startOf(process.pid)}\n`);
      closeSync(fd);
      return () => rmSync(path, { force: true });
    } catch (cause) {
      if (errorCode(cause) !== "EEXIST") throw cause;
    }
    if (isHeld(path)) break;
    rmSync(path, { force: true });
  }
  throw new UserError("log-in-use", `another process writes the log \`${log}\``, {
    help: "give each `agentz serve` its own --log",
  });
}
