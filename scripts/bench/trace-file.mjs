import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./generate.mjs";

const FLUSH = 1 << 22;

const OWN = { source: "generate.mjs", make: generate };

/**
 * Where generated traces are kept between runs: outside the repository, named for what generates
 * them.
 */
export function cacheFolder(source = OWN.source) {
  const generator = readFileSync(fileURLToPath(new URL(source, import.meta.url)));
  const version = createHash("sha256").update(generator).digest("hex").slice(0, 12);
  const folder = join(process.env.AGENTZ_BENCH_CACHE ?? join(tmpdir(), "agentz-bench"), version);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The file of a trace of so many calls; written if it is not there yet. */
export function traceFile(calls, { source, make } = OWN) {
  const path = join(cacheFolder(source), `calls-${calls}.jsonl`);
  if (existsSync(path)) return path;
  const file = openSync(`${path}.new`, "w");
  let text = "";
  for (const event of make(calls)) {
    text += `${JSON.stringify(event)}\n`;
    if (text.length < FLUSH) continue;
    writeSync(file, text);
    text = "";
  }
  writeSync(file, text);
  closeSync(file);
  renameSync(`${path}.new`, path);
  return path;
}
