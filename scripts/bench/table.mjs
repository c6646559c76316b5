// The bench's result as the table of docs/performance.md. Pure: rows and results in, Markdown out.

/** The goals of a trace's rows are for so many calls. */
const GOAL_CALLS = 1_000_000;

const figure = (ratio) =>
  ratio < 0.1 ? `1/${(1 / ratio).toFixed(1)}` : ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);

function goalOf({ goal, atLeast }) {
  if (goal === undefined) return "";
  const short =
    goal < 0.1 || Number.isInteger(1 / goal)
      ? goal < 1
        ? `1/${Math.round(1 / goal)}`
        : String(goal)
      : String(goal);
  return `${atLeast ? "at least" : "at most"} ${short}`;
}

function measuredOf({ goal, atLeast, ratio, unavailable }) {
  if (unavailable !== undefined) return unavailable;
  if (ratio === undefined) return "not measured yet";
  return goal === undefined
    ? figure(ratio)
    : `${figure(ratio)}, ${(atLeast ? ratio >= goal : ratio <= goal) ? "met" : "missed"}`;
}

/** What each trace gave, the worst of which is the row's figure. */
const tracesOf = ({ traces = {} }) =>
  Object.entries(traces)
    .map(([name, ratio]) => `${name} ${typeof ratio === "number" ? figure(ratio) : ratio}`)
    .join(", ");

const cells = (list) => `| ${list.join(" | ")} |`;

/** The head of the table, two lines. */
export const HEAD = [
  cells(["row", "what", "goal", "measured, the worst", "by trace"]),
  cells(["---", "---", "---", "---", "---"]),
];

/** One line of the table; a row without a result is "not measured yet". */
export const lineOf = (result) =>
  cells([`\`${result.name}\``, result.what, goalOf(result), measuredOf(result), tracesOf(result)]);

/** How a run was made, one line: what stands above the table. */
export function captionOf({ calls, runs, machine, load, referenceSeconds }) {
  const count = calls.toLocaleString("en-US");
  const reference = referenceSeconds === null ? "" : ` (c) took ${referenceSeconds.toFixed(1)} s;`;
  const small =
    calls < GOAL_CALLS ? ` The goals are for ${GOAL_CALLS.toLocaleString("en-US")} calls.` : "";
  return (
    `${count} calls, the best of ${runs};${reference} Node ${machine.node}, ${machine.cpus} x ` +
    `${machine.cpu}, ${machine.platform}, load ${load.toFixed(1)} when it began.${small}`
  );
}

/** The caption and the table of a document. */
export const tableOf = (document) =>
  `${[captionOf(document), "", ...HEAD, ...document.rows.map(lineOf)].join("\n")}\n`;

const [BEGIN, END] = ["<!-- bench -->\n", "<!-- /bench -->\n"];

/** A page with this table between its two marks, in place of what stood there. */
export function withTable(page, table) {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN.trim()} … ${END.trim()}`);
  return `${page.slice(0, from + BEGIN.length)}\n${table}\n${page.slice(to)}`;
}
