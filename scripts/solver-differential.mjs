// Holds the prover against two SMT solvers on random conditions over numbers and texts: where it
// says yes or no, both have to say so too. The solvers are no dependency: give a Python that has
// them, `python3 -m venv v && v/bin/pip install z3-solver cvc5`, or it is skipped.
//   AGENTZ_SMT_PYTHON=v/bin/python node scripts/solver-differential.mjs [questions=2000] [seed=1]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const python = process.env["AGENTZ_SMT_PYTHON"];
if (python === undefined) {
  console.log("skipped: AGENTZ_SMT_PYTHON names no Python with z3-solver and cvc5");
} else {
  const here = (name) => fileURLToPath(new URL(name, import.meta.url));
  const asked = spawnSync(
    process.execPath,
    [here("solver-questions.mjs"), ...process.argv.slice(2)],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const { status } = spawnSync(python, [here("solver-differential.py")], {
    input: asked.stdout,
    stdio: ["pipe", "inherit", "inherit"],
  });
  process.exitCode = asked.status === 0 ? (status ?? 1) : 1;
}
