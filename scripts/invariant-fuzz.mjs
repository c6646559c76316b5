// Answers random invariants about random policy sets, holds each answer against calls of a small
// world that the engine decides, and prints how many were proved, refuted and left open.
//   node scripts/invariant-fuzz.mjs [sets=2000] [seed=1] [sessions=30]
import { runTestProgram } from "./run-test-program.mjs";

await runTestProgram("proof/invariants/run.ts");
