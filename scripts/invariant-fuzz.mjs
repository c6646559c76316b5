// Answers random invariants about random policy sets, holds each answer against calls that the
// engine decides, and prints how many were proved, refuted and left open. `worlds`: sets with
// delegation, windows, keys, events and containment, each with so small a world that every session
// of it is tried; `samples`: random sessions, what breaks an invariant told without the engine.
//   node scripts/invariant-fuzz.mjs worlds [sets=2000] [seed=1]
//   node scripts/invariant-fuzz.mjs samples [sets=2000] [seed=1] [sessions=30]
import { runTestProgram } from "./run-test-program.mjs";

await runTestProgram("proof/invariants/run.ts");
