import { measure } from "./measure.ts";

const [sets, first] = [Number(process.argv[2] ?? "2000"), Number(process.argv[3] ?? "1")];
const start = performance.now();
const { wrong, ...figures } = measure(
  Array.from({ length: sets }, (_, i) => first + i),
  Number(process.argv[4] ?? "30"),
);
console.log(`${JSON.stringify(figures)} in ${Math.round(performance.now() - start)} ms`);
for (const text of wrong) console.log(`wrong: ${text}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
