import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function collect(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      if (key === "command" && typeof member === "string") into.add(member);
      else collect(member, into);
    }
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readFolder(folder: string, into: Set<string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) readFolder(path, into);
    else if (/\.jsonl?$/.test(name))
      for (const line of readFileSync(path, "utf8").split("\n")) collect(parsed(line), into);
  }
}

/**
 * The shell lines of recorded agent sessions below a folder, archives among them; none where it is
 * absent.
 */
export function recordedLines(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const lines = new Set<string>();
  readFolder(folder, lines);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".tar.gz"))) {
    const unpacked = mkdtempSync(join(tmpdir(), "recorded-lines-"));
    execFileSync("tar", ["-xzf", join(folder, name), "-C", unpacked]);
    readFolder(unpacked, lines);
    rmSync(unpacked, { recursive: true, force: true });
  }
  return [...lines];
}
