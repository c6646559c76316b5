import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const POLICIES = fileURLToPath(new URL("policies/", import.meta.url));
const LAST = { stateless: "plain.yaml", session: "session.yaml" };
export const VARIANTS = Object.keys(LAST);

/** What an author changes, the n-th time: four rules of forty. */
const edits = (n) => [
  ["args.amount <= 100.0 &&", `args.amount <= ${110 + n}.0 &&`],
  ["context.signals.injection < 0.9", `context.signals.injection < 0.${80 + (n % 9)}`],
  ["context.signals.dlp >= 0.8", `context.signals.dlp >= 0.${70 + (n % 9)}`],
  ["args.rows <= 10000.0", `args.rows <= ${5000 + (n % 4) * 1000}.0`],
];

/** The texts of a variant's set by file name, after the n-th edit; 0 is the set as it stands. */
export function textsOf(variant, n = 0) {
  const texts = ["catalog.yaml", "common.yaml", LAST[variant]].map((name) => [
    name,
    readFileSync(join(POLICIES, name), "utf8"),
  ]);
  if (n === 0) return texts;
  return texts.map(([name, text]) => [
    name,
    edits(n).reduce((edited, [from, to]) => edited.replace(from, to), text),
  ]);
}

/** Writes a set after its n-th edit into a folder, and gives the folder. */
export function writeSet(folder, variant, n = 0) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of textsOf(variant, n)) writeFileSync(join(folder, name), text);
  return folder;
}
