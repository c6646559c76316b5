import { measure } from "./measure.ts";
import { measureWorlds } from "./worlds2.ts";

const [kind, sets, first, sessions] = [
  process.argv[2] ?? "worlds",
  Number(process.argv[3] ?? "2000"),
  Number(process.argv[4] ?? "1"),
  Number(process.argv[5] ?? "30"),
];
const start = performance.now();
const seeds = Array.from({ length: sets }, (_, i) => first + i);
const { wrong, ...figures } = kind === "worlds" ? measureWorlds(seeds) : measure(seeds, sessions);
const ms = Math.round(performance.now() - start);
console.log(
  `${kind}, seeds ${first} to ${first + sets - 1}: ${JSON.stringify(figures)} in ${ms} ms`,
);
for (const text of wrong) console.log(`wrong: ${text}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
