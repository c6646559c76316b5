// What every row is measured on: four traces, each with its policies. A row of policies without
// state is measured on all traces that have such, a row with state on the others, and the worst
// counts.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "./generate.mjs";
import { NotAvailable } from "./process.mjs";
import { textsOf } from "./sets.mjs";
import { traceFile } from "./trace-file.mjs";
import { diverseTexts, generateDiverse } from "./traces/diverse.mjs";
import { generateRecorded, recordedTexts } from "./traces/recorded.mjs";
import { generateShifts, shiftTexts } from "./traces/shifts.mjs";

const caseOf = ({ name, variant, source, make, texts }) => ({
  name,
  variant,
  texts,
  /** The file of so many calls; made where it is not there yet. */
  trace: (calls) => traceFile(calls, { source, make }),
  /**
   * Writes the set after its n-th edit into a folder, and gives the folder; `most`: so many of the
   * files that the edit changes.
   */
  writeSet(folder, n = 0, most = Infinity) {
    mkdirSync(folder, { recursive: true });
    const changed = texts(n).filter(([file, text]) => {
      const path = join(folder, file);
      return !existsSync(path) || readFileSync(path, "utf8") !== text;
    });
    for (const [file, text] of changed.slice(0, most)) {
      writeFileSync(join(folder, `${file}.new`), text);
      renameSync(join(folder, `${file}.new`), join(folder, file));
    }
    return folder;
  },
});

export const CASES = [
  ...["stateless", "session"].map((variant) =>
    caseOf({
      name: variant === "stateless" ? "own" : "own-session",
      variant,
      source: "generate.mjs",
      make: generate,
      texts: (n) => textsOf(variant, n),
    }),
  ),
  caseOf({
    name: "diverse",
    variant: "stateless",
    source: "traces/diverse.mjs",
    make: generateDiverse,
    texts: diverseTexts,
  }),
  caseOf({
    name: "shifts",
    variant: "session",
    source: "traces/shifts.mjs",
    make: generateShifts,
    texts: shiftTexts,
  }),
  caseOf({
    name: "recorded",
    variant: "stateless",
    source: "traces/recorded.mjs",
    make: generateRecorded,
    texts: recordedTexts,
  }),
];

/** The case by which a row is told where one is enough. */
export const caseNamed = (name) => CASES.find((one) => one.name === name);

/**
 * Measures each case of a variant (of any, where none is named): the worst ratio, with all by name.
 * A case that cannot be measured says why, and counts for nothing.
 */
export async function worstOf(variant, measure, isWorse = (a, b) => a > b) {
  const traces = {};
  let worst;
  let refused;
  for (const one of CASES) {
    if (variant !== undefined && one.variant !== variant) continue;
    try {
      const found = await measure(one);
      traces[one.name] = found.ratio;
      if (worst === undefined || isWorse(found.ratio, worst.ratio)) worst = found;
    } catch (error) {
      if (!(error instanceof NotAvailable)) throw error;
      refused = error;
      traces[one.name] = error.message;
    }
  }
  if (worst === undefined) throw refused;
  return { ...worst, traces };
}
