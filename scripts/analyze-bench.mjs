// How long questions about random sets of 40 rules take, and ten questions about 1,000 rules, in
// milliseconds of the processor.
//   node scripts/analyze-bench.mjs [sets=40]
import { runTestProgram } from "./run-test-program.mjs";

await runTestProgram("proof/invariants/bench.ts");
