import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isRunning } from "../node/fresh-file.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** So long processes that start in one moment may take to agree which of them goes on, in ms. */
const PATIENCE_MS = 5000;
const CLAIM = "claim";
/** As long as {@link CLAIM}, so that it can be written over it. */
const HELD = "holds";

/** When a process started, so that its number is not taken for that of an earlier one; Linux only. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [, state, ...rest] = stat.slice(stat.lastIndexOf(")")).split(" ");
    // what was killed and is not yet buried runs no more
    return state === "Z" ? "ended" : (rest[18] ?? "");
  } catch {
    return "";
  }
}

/** The claim of a process on a log: a file that no other process ever makes. */
interface Claim {
  readonly path: string;
  readonly name: string;
}

function isLive(pid: number, start: string): boolean {
  return pid !== process.pid && isRunning(pid) && startOf(pid) === start;
}

/** Claims of other processes that run; those of processes that ended are removed. */
function otherClaims(log: string, own: string): readonly Claim[] {
  const [folder, prefix] = [dirname(log), `${basename(log)}.lock.`];
  return readdirSync(folder).flatMap((file) => {
    const name = file.slice(prefix.length);
    const [, pid, start = ""] = /^(\d+)-(\d*)$/.exec(name) ?? [];
    if (!file.startsWith(prefix) || pid === undefined || name === own) return [];
    const path = join(folder, file);
    if (isLive(Number(pid), start)) return [{ path, name }];
    // nobody else ever has this name, so nobody's claim but that of the ended process is removed
    rmSync(path, { force: true });
    return [];
  });
}

function isHeld({ path }: Claim): boolean {
  try {
    return readFileSync(path, "utf8") === HELD;
  } catch {
    return false;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Logs that this process writes. */
const OWN = new Set<string>();

function inUse(log: string): UserError {
  return new UserError("log-in-use", `another process writes the log \`${log}\``, {
    help: "give each process that writes one its own --log",
  });
}

function makeClaim(path: string): number {
  // what has this process's own name, and is not its own, was left by an earlier one
  rmSync(path, { force: true });
  const fd = openSync(path, "wx", 0o600);
  writeSync(fd, CLAIM);
  return fd;
}

/**
 * Keeps a second process from writing the same log: two records of one history would be none. What
 * a killed process left counts for nothing. Gives what releases the log; one that is held is a
 * `UserError`.
 *
 * INVARIANT: each process makes its claim and looks for others after that. It goes on only where
 * there are none, so of any two at least one sees the other, and never do both go on. Of processes
 * that start in one moment the one whose claim has the first name waits, and the others withdraw.
 */
export function lockLog(log: string): () => void {
  const whole = resolve(log);
  if (OWN.has(whole)) throw inUse(log);
  const own = `${process.pid}-${startOf(process.pid)}`;
  const path = `${whole}.lock.${own}`;
  const release = (fd: number): void => {
    closeSync(fd);
    rmSync(path, { force: true });
  };
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const fd = makeClaim(path);
    if (waitForOthers(whole, own, until)) {
      writeSync(fd, HELD, 0);
      OWN.add(whole);
      return () => {
        OWN.delete(whole);
        release(fd);
      };
    }
    release(fd);
    if (otherClaims(whole, own).some(isHeld)) throw inUse(log);
    pause(5);
  }
  throw inUse(log);
}

/** Whether nobody else claims the log any more; false: another one comes first. */
function waitForOthers(log: string, own: string, until: number): boolean {
  for (;;) {
    const others = otherClaims(log, own);
    if (others.length === 0) return true;
    if (others.some((claim) => claim.name < own || isHeld(claim)) || Date.now() > until)
      return false;
    pause(1);
  }
}
