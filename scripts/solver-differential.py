"""Asks z3 and cvc5 what the prover was asked, and counts where they differ. Reads lines of JSON."""
import json
import sys

import cvc5
import z3


def by_z3(text):
    solver = z3.Solver()
    solver.set("timeout", 5000)
    solver.add(z3.parse_smt2_string(text))
    return str(solver.check())


def by_cvc5(text):
    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    solver.setOption("tlimit-per", "5000")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, "(set-logic ALL)" + text, "question")
    symbols = parser.getSymbolManager()
    while True:
        command = parser.nextCommand()
        if command.isNull():
            break
        command.invoke(solver, symbols)
    return str(solver.checkSat())


SAID = {"yes": "sat", "no": "unsat"}
counts = {"asked": 0, "settled": 0, "different": 0, "solvers unknown": 0}
for line in sys.stdin:
    question = json.loads(line)
    answers = {by_z3(question["smt"]), by_cvc5(question["smt"])}
    counts["asked"] += 1
    if "unknown" in answers:
        counts["solvers unknown"] += 1
    said = SAID.get(question["kind"])
    if said is None:
        continue
    counts["settled"] += 1
    if answers - {"unknown", said}:
        counts["different"] += 1
        print("different:", question["cel"], question["kind"], answers)
print(json.dumps(counts))
sys.exit(1 if counts["different"] else 0)
