import { canMatch } from "../../../src/proof/questions.ts";
import { analysed, policy } from "../load.ts";
import { Dice } from "./world.ts";

/** One condition in CEL, and the same for an SMT solver. */
interface Both {
  readonly cel: string;
  readonly smt: string;
}

const OPS = ["<", "<=", ">", ">="] as const;
const WORDS = ["a", "ab", "b", "ba", "abc", "x/y"] as const;

function number(value: number): string {
  return value < 0 ? `(- ${(-value).toFixed(1)})` : value.toFixed(1);
}

function drawAtom(dice: Dice): Both {
  const [op, bound, word] = [dice.pick(OPS), dice.pick([-2, 0, 0.5, 1, 3, 10]), dice.pick(WORDS)];
  const cel = bound.toFixed(1);
  const name = dice.pick(["n", "m"]);
  return dice.pick<Both>([
    { cel: `args.${name} ${op} ${cel}`, smt: `(${op} ${name} ${number(bound)})` },
    { cel: `args.${name} == ${cel}`, smt: `(= ${name} ${number(bound)})` },
    { cel: `args.n ${op} args.m`, smt: `(${op} n m)` },
    { cel: `args.n - args.m ${op} ${cel}`, smt: `(${op} (- n m) ${number(bound)})` },
    { cel: `args.n + args.m ${op} ${cel}`, smt: `(${op} (+ n m) ${number(bound)})` },
    { cel: `args.s == '${word}'`, smt: `(= s "${word}")` },
    { cel: `args.s.startsWith('${word}')`, smt: `(str.prefixof "${word}" s)` },
    { cel: `args.s.endsWith('${word}')`, smt: `(str.suffixof "${word}" s)` },
    { cel: `args.s.contains('${word}')`, smt: `(str.contains s "${word}")` },
    { cel: `args.s in ['${word}', 'abc']`, smt: `(or (= s "${word}") (= s "abc"))` },
  ]);
}

function draw(dice: Dice, depth: number): Both {
  if (depth === 0 || dice.chance(25)) return drawAtom(dice);
  const [a, b] = [draw(dice, depth - 1), draw(dice, depth - 1)];
  return dice.pick<Both>([
    { cel: `(${a.cel} && ${b.cel})`, smt: `(and ${a.smt} ${b.smt})` },
    { cel: `(${a.cel} && ${b.cel})`, smt: `(and ${a.smt} ${b.smt})` },
    { cel: `(${a.cel} || ${b.cel})`, smt: `(or ${a.smt} ${b.smt})` },
    { cel: `!(${a.cel})`, smt: `(not ${a.smt})` },
  ]);
}

/** WHY bounds: a solver's numbers are real ones, and within these a double is as good. */
const TYPED =
  "args.n >= -1000.0 && args.n <= 1000.0 && args.m >= -1000.0 && args.m <= 1000.0 && args.s.startsWith('')";
const DECLARED =
  "(declare-const n Real)(declare-const m Real)(declare-const s String)(assert (and (>= n (- " +
  "1000.0)) (<= n 1000.0) (>= m (- 1000.0)) (<= m 1000.0)))";

const [count, seed] = [Number(process.argv[2] ?? "2000"), Number(process.argv[3] ?? "1")];
const dice = new Dice(seed);
for (let i = 0; i < count; i++) {
  const { cel, smt } = draw(dice, 3);
  const set = analysed(policy(`- { id: r, effect: allow, when: "${TYPED} && ${cel}" }`));
  const [rule] = set.rules;
  if (rule === undefined) throw new Error(cel);
  const { kind } = canMatch(set, rule);
  console.log(JSON.stringify({ cel, smt: `${DECLARED}(assert ${smt})`, kind }));
}
