// Random conditions over numbers and texts, each with the prover's answer, as lines of JSON: what
// solver-differential.mjs asks SMT solvers.
//   node scripts/solver-questions.mjs [questions=2000] [seed=1]
import { runTestProgram } from "./run-test-program.mjs";

await runTestProgram("proof/invariants/solver-questions.ts");
