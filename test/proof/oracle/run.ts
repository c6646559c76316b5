import { measure, missed, reportOf } from "./measure.ts";

const pairs = Number(process.argv[2] ?? "100000");
const seed = Number(process.argv[3] ?? "1");
const measured = measure(pairs, seed);
console.log(reportOf(measured));
for (const { wrong } of Object.values(measured.scores))
  for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${text}`);
process.exitCode = missed(measured).length > 0 ? 1 : 0;
