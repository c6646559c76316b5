import { count } from "../../text/count.ts";
import { html, type Html, type Part, withBreaks } from "./html-text.ts";

export interface Column {
  readonly title: string;
  /** Numbers stand to the right, and sort as numbers. */
  readonly numeric?: boolean;
  /** Names need room: they break between their parts only. */
  readonly name?: boolean;
  /** Words that must not break inside need room, and more of it than other columns. */
  readonly words?: boolean;
  /** Days need no more room than they take. */
  readonly day?: boolean;
}

export interface Cell {
  readonly content: Part;
  /** What it sorts by, where that is not what it shows. */
  readonly sort?: number | string;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Places of the sessions that it opens into. */
  readonly timelines?: readonly number[];
}

/** Rows that are shown before "show all" is asked for. */
const SHOWN = 12;

function classOf({ numeric, name, words, day }: Partial<Column> = {}): Html {
  if (numeric === true) return html` class="num"`;
  if (name === true) return html` class="name"`;
  if (words === true) return html` class="said"`;
  return day === true ? html` class="day"` : html``;
}

function head(column: Column): Html {
  return html`<th scope="col"${classOf(column)}><button type="button" class="sort">${column.title}</button></th>`;
}

function cell({ content, sort }: Cell, column: Column | undefined): Html {
  const sorted = sort === undefined ? "" : html` data-sort="${sort}"`;
  const shown = column?.name === true ? withBreaks(content) : content;
  return html`<td data-label="${column?.title ?? ""}"${classOf(column)}${sorted}>
    <div>${shown}</div>
    </td>`;
}

/** What paper shows of a table that is longer than what is shown at once. */
export interface Paper {
  /** So many first rows, where that is more than the usual. */
  readonly rows: number;
  /** What the rows are that it leaves out. */
  readonly rest: string;
}

/** How a row is shown: not at once, not on paper, as the last on paper; a row keeps the latter when it is sorted. */
function rowClass(place: number, printed: number): Html {
  const names = [
    ...(place >= SHOWN ? ["more"] : []),
    ...(place >= printed ? ["left"] : []),
    ...(place === printed - 1 ? ["end"] : []),
  ];
  return names.length === 0 ? html`` : html` class="${names.join(" ")}"`;
}

function row(columns: readonly Column[], { cells, timelines }: Row, mark: Html): Html {
  const opens = timelines !== undefined && timelines.length > 0;
  const shown = opens ? html` data-timelines="${timelines.join(" ")}"` : "";
  const opener = opens
    ? html`<button type="button" class="open" aria-expanded="false"${shown}>sessions</button>`
    : "";
  const all = cells.map((one, i) =>
    cell(
      i === cells.length - 1 && opens ? { ...one, content: [one.content, " ", opener] } : one,
      columns[i],
    ),
  );
  return html`<tr${mark}>${all}</tr>`;
}

/**
 * A table that sorts and filters where scripts run, stacks on narrow screens, and shows its first
 * rows on paper.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly Row[],
  { rows: least, rest: what }: Paper = { rows: SHOWN, rest: "" },
): Html {
  const printed = Math.min(rows.length, Math.max(SHOWN, least));
  if (rows.length === 0) return html`<p class="none">Nothing to list.</p>`;
  const all = rows.length.toLocaleString("en-US");
  const tools =
    rows.length > 5
      ? html`<div class="tools">
        <label>Filter <input type="search" class="filter" aria-label="Filter: ${caption}"></label>
        ${rows.length > SHOWN ? html`<button type="button" class="all">Show all ${all}</button>` : ""}
        <span class="count" role="status"></span></div>`
      : "";
  const rest =
    rows.length > printed
      ? html`<p class="rest">… and ${count(rows.length - printed, "more row")}${what} in the file itself:${" "}
        paper shows the first ${printed}, or all after “Show all”</p>`
      : "";
  return html`<div class="table">${tools}<table><caption>${caption}</caption><thead><tr>
    ${columns.map(head)}</tr></thead><tbody>${rows.map((one, i) => row(columns, one, rowClass(i, printed)))}</tbody>
    </table>${rest}</div>`;
}
