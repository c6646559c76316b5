// Compares the analysis behind lint with brute force on random pairs of conditions, and prints how
// much it finds.
//   node scripts/lint-oracle.mjs [pairs=100000] [seed=1]
import { runTestProgram } from "./run-test-program.mjs";

await runTestProgram("proof/oracle/run.ts");
