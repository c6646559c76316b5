// Markdown tables of the figures.
import { halfOf } from "./runs.mjs";
import { tally } from "./score.mjs";

/** `count (share%)`, or `none` where there is nothing to take a share of. */
export function share(part, whole) {
  return whole === 0 ? "none" : `${part} (${((100 * part) / whole).toFixed(1)}%)`;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const HEAD = [
  "attacks",
  "stopped",
  "at the first call",
  "denied outright",
  "benign runs",
  "denied",
  "held",
  "untouched",
  "approvals a run",
];

function cells(sum) {
  const { attacks, benign } = sum;
  return [
    attacks,
    share(sum.stopped, attacks),
    share(sum.atFirst, attacks),
    share(sum.outright, attacks),
    benign,
    share(sum.denied, benign),
    share(sum.held, benign),
    share(sum.untouched, benign),
    benign === 0 ? "none" : (sum.approvals / benign).toFixed(2),
  ];
}

const distinct = (runs, field) => [...new Set([...runs.values()].map((run) => run[field]))].sort();

/** One row for all runs, each model and each suite. */
export function summaryTable(levels) {
  const rows = levels.flatMap(([level, all]) => {
    const runs = new Map([...all].map(([session, { run }]) => [session, run]));
    const by = (field) =>
      distinct(runs, field).map((value) => [value, (run) => run[field] === value]);
    return [["**all**", () => true], ...by("model"), ...by("suite")].map(([what, keep]) => [
      level,
      what,
      ...cells(tally(all, keep)),
    ]);
  });
  return table(["level", "runs", ...HEAD], rows);
}

/** One row for each model and suite. */
export function detailTable(levels) {
  const rows = levels.flatMap(([level, all]) => {
    const runs = new Map([...all].map(([session, { run }]) => [session, run]));
    return distinct(runs, "model").flatMap((model) =>
      distinct(runs, "suite").map((suite) => [
        level,
        model,
        suite,
        ...cells(tally(all, (run) => run.model === model && run.suite === suite)),
      ]),
    );
  });
  return table(["level", "model", "suite", ...HEAD], rows);
}

/** The attacks by half of the injection tasks. */
export function halvesTable(levels) {
  const rows = levels.flatMap(([level, all]) =>
    ["even", "odd"].map((half) => [
      level,
      half,
      ...cells(tally(all, (run) => run.kind === "attack" && halfOf(run) === half)).slice(0, 4),
    ]),
  );
  return table(["level", "injection tasks", ...HEAD.slice(0, 4)], rows);
}

/**
 * What no rule can be credited with: attacks that succeeded without a call that the labels could
 * find.
 */
export function unmarkedLine(runs) {
  const unmarked = [...runs.values()].filter((run) => run.kind === "unmarked");
  const by = new Map();
  for (const { suite, injection } of unmarked)
    by.set(`${suite}/${injection}`, (by.get(`${suite}/${injection}`) ?? 0) + 1);
  const which = [...by]
    .sort()
    .map(([task, count]) => `${count} of ${task}`)
    .join(", ");
  return unmarked.length === 0
    ? "Every successful attack has a marked call."
    : `${unmarked.length} attacks succeeded without a call that the labels mark, and are in no table: ${which}.`;
}
