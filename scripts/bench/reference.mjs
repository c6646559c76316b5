// Reference (c): splits a file's buffer at newlines and parses every line with JSON.parse, one
// thread. Prints the seconds.
//   node scripts/bench/reference.mjs <trace.jsonl>
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK = 1 << 20;
const from = process.hrtime.bigint();
const file = openSync(process.argv[2], "r");
let rest = Buffer.alloc(0);
let events = 0;
for (;;) {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const size = readSync(file, chunk, 0, CHUNK, null);
  if (size === 0) break;
  const bytes =
    rest.length === 0 ? chunk.subarray(0, size) : Buffer.concat([rest, chunk.subarray(0, size)]);
  let start = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
    if (JSON.parse(bytes.toString("utf8", start, end)).id !== undefined) events++;
    start = end + 1;
  }
  rest = bytes.subarray(start);
}
closeSync(file);
const seconds = Number(process.hrtime.bigint() - from) / 1e9;
process.stdout.write(JSON.stringify({ events, seconds }));
