import { askInvariants } from "../../../src/proof/answer-invariants.ts";
import { load } from "../load.ts";
import { drawSet } from "./generate.ts";
import { Dice } from "./world.ts";

const NOW = Date.UTC(2026, 4, 18);

/** Milliseconds of the processor, whatever else the machine does. */
function spent(run: () => void): number {
  const { user } = process.cpuUsage();
  run();
  return (process.cpuUsage().user - user) / 1000;
}

/** Forty rules, taken from several random sets, with the catalog and the invariants of one. */
function fortyRules(dice: Dice): readonly string[] {
  const drawn = Array.from({ length: 14 }, () => drawSet(dice).texts[1] ?? "");
  const lines = drawn.flatMap((text) => (text.split("rules:\n")[1] ?? "").trimEnd().split("\n"));
  const rules = lines.slice(0, 40).map((line, i) => {
    const named = line.replace(/id: r\d+/, `id: q${i}`);
    // where every deny rule stays, hardly any call is permitted
    return i % 2 === 0 ? named.replace("effect: deny", "effect: allow") : named;
  });
  const [catalog = "", policy = "", invariant = ""] = drawSet(dice).texts;
  return [catalog, `${policy.split("rules:\n")[0] ?? ""}rules:\n${rules.join("\n")}\n`, invariant];
}

const times: number[] = [];
for (let seed = 1; seed <= Number(process.argv[2] ?? "40"); seed++) {
  const { documents, set } = load(...fortyRules(new Dice(seed)));
  for (const { answer } of askInvariants(documents, set, NOW)) times.push(spent(answer));
}
times.sort((a, b) => a - b);
const at = (share: number): string => (times[Math.floor(times.length * share)] ?? NaN).toFixed(0);
console.log(`40 rules, ${times.length} questions: median ${at(0.5)} ms, p99 ${at(0.99)} ms`);

const rules = Array.from(
  { length: 1000 },
  (_, i) =>
    `  - { id: r${i}, effect: ${i % 10 === 0 ? "deny" : "allow"}, actions: [s${i % 50}/t${i}], ` +
    `when: "args.amount <= ${i}.0 && args.to == 'x${i}'" }`,
);
const invariants = Array.from(
  { length: 10 },
  (_, i) =>
    `  - { id: i${i}, never: { actions: [s${i}/*], when: "args.amount > ${i < 5 ? 2000 : 100}.0" } }`,
);
const head = (kind: string): string =>
  `apiVersion: agentz/v1\nkind: ${kind}\nname: p\nversion: 1.0.0\nrules:\n`;
const all = spent(() => {
  const texts = [head("Policy") + rules.join("\n"), head("Invariant") + invariants.join("\n")];
  const { documents, set } = load(...texts);
  for (const { answer } of askInvariants(documents, set, NOW)) answer();
});
console.log(`1,000 rules, ${invariants.length} questions, loading included: ${all.toFixed(0)} ms`);
