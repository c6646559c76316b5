import { measure, reportOf } from "./measure.ts";

const pairs = Number(process.argv[2] ?? "100000");
const seed = Number(process.argv[3] ?? "1");
const measured = measure(pairs, seed);
console.log(reportOf(measured));
for (const { wrong } of Object.values(measured.scores))
  for (const text of wrong.slice(0, 5)) console.log(`  wrong: ${text}`);
const { unknown, error, ...complete } = measured.scores;
process.exitCode =
  [unknown, error].some(({ wrong }) => wrong.length > 0) ||
  Object.values(complete).some(({ held, found, wrong }) => wrong.length > 0 || found < held * 0.8)
    ? 1
    : 0;
