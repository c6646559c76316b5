/**
 * What runs in the page, as text: it ships as text and is pinned by its hash. Tables sort and
 * filter; groups open into sessions, made with `textContent` alone from the data block, so that no
 * text of a trace becomes markup.
 */
export const PAGE_SCRIPT = `
"use strict";
(() => {
  const root = document.documentElement;
  const make = (tag, options, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(options)) {
      if (name === "text") node.textContent = value;
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };

  const theme = document.getElementById("theme");
  const isDark = () =>
    root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
  const nameTheme = () => {
    theme.textContent = isDark() ? "Light colours" : "Dark colours";
  };
  nameTheme();
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    nameTheme();
  });

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return "";
    const given =
      cell.dataset.sort !== undefined
        ? cell.dataset.sort
        : (cell.querySelector("data") || {}).value;
    const text = given !== undefined ? given : cell.textContent.trim();
    const number = text === "" ? NaN : Number(text);
    return Number.isNaN(number) ? text.toLowerCase() : number;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number"
      ? a - b
      : typeof a === "number"
        ? -1
        : typeof b === "number"
          ? 1
          : a < b
            ? -1
            : a > b
              ? 1
              : 0;
  const closeDetails = (table) => {
    for (const detail of table.querySelectorAll("tr.detail")) detail.remove();
    for (const button of table.querySelectorAll("button.open"))
      button.setAttribute("aria-expanded", "false");
  };
  const sortBy = (table, header) => {
    closeDetails(table);
    const column = [...header.parentNode.children].indexOf(header);
    const falling = header.getAttribute("aria-sort")
      ? header.getAttribute("aria-sort") === "ascending"
      : header.classList.contains("num");
    for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [valueOf(row, column), row]);
    const shown = rows.filter(([, row]) => !row.classList.contains("more")).length;
    rows.sort(([a], [b]) => (falling ? compare(b, a) : compare(a, b)));
    rows.forEach(([, row], i) => row.classList.toggle("more", i >= shown));
    body.append(...rows.map(([, row]) => row));
  };
  const filter = (box, text) => {
    closeDetails(box);
    const wanted = text.trim().toLowerCase();
    box.classList.toggle("everything", wanted !== "" || box.dataset.all === "yes");
    let fits = 0;
    const rows = box.querySelectorAll("tbody tr");
    for (const row of rows) {
      const hit = wanted === "" || row.textContent.toLowerCase().includes(wanted);
      row.classList.toggle("filtered", !hit);
      if (hit) fits++;
    }
    box.querySelector(".count").textContent =
      wanted === "" ? "" : fits + " of " + rows.length + " rows";
  };

  let sessions;
  const timelines = () =>
    sessions || (sessions = JSON.parse(document.getElementById("timelines").textContent));
  const stepNode = (step) => {
    const item = make("li", { class: step.after || "other" });
    if (step.time)
      item.append(
        make("time", {
          datetime: step.time,
          text: step.time.replace("T", " ").replace("Z", "") + " ",
        }),
      );
    item.append(make("span", { class: "what", text: step.action || step.type }));
    if (step.resourceClass) item.append(" (" + step.resourceClass + ")");
    if (step.after)
      item.append(
        ": " +
          (step.before === step.after ? step.after : step.before + " \\u2192 " + step.after) +
          (step.rules.length ? " by " + step.rules.join(", ") : ""),
      );
    if (step.class && step.class !== "unchanged")
      item.append(
        " ",
        make("span", {
          class: "mark " + step.class,
          text: step.class,
        }),
      );
    if (step.incident) item.append(" ", make("span", { class: "mark bad", text: "incident" }));
    if (step.args) item.append(make("pre", { text: step.args }));
    return item;
  };
  const sessionNode = (timeline, open) => {
    const node = make(
      "details",
      { class: "session" },
      make("summary", {
        text: timeline.session + " (" + (timeline.steps.length + timeline.more) + " events)",
      }),
    );
    const fill = () => {
      if (node.querySelector("ol")) return;
      node.append(make("ol", { class: "steps" }, ...timeline.steps.map(stepNode)));
      if (timeline.more)
        node.append(
          make("p", { class: "soft", text: "\\u2026 and " + timeline.more + " more events" }),
        );
    };
    node.addEventListener("toggle", () => node.open && fill());
    if (open) {
      fill();
      node.open = true;
    }
    return node;
  };
  const toggle = (button) => {
    const row = button.closest("tr");
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) {
      row.nextElementSibling.remove();
      return;
    }
    const places = button.dataset.timelines.split(" ").map(Number);
    const cell = make(
      "td",
      { colspan: String(row.cells.length) },
      ...places.map((place, i) => sessionNode(timelines()[place], i === 0)),
    );
    row.after(make("tr", { class: "detail" }, cell));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.classList.contains("sort")) sortBy(button.closest("table"), button.closest("th"));
    else if (button.classList.contains("open")) toggle(button);
    else if (button.classList.contains("all")) {
      const box = button.closest(".table");
      box.dataset.all = box.dataset.all === "yes" ? "no" : "yes";
      box.classList.toggle("everything", box.dataset.all === "yes");
      button.textContent =
        box.dataset.all === "yes"
          ? "Show fewer"
          : "Show all " + box.querySelectorAll("tbody tr:not(.detail)").length.toLocaleString("en-US");
    }
  });
  const parts = document.querySelectorAll("details.part, details.fold, details.rest-of");
  let opened = [];
  const folds = document.querySelectorAll("details.fold");
  if (matchMedia("(max-width: 640px)").matches)
    for (const fold of folds) fold.open = false;
  const openTarget = () => {
    const fold = document.querySelector("section:target > details.fold");
    if (!fold) return;
    fold.open = true;
    fold.scrollIntoView();
  };
  openTarget();
  // a page that is still loading has no target yet
  addEventListener("load", openTarget);
  addEventListener("hashchange", openTarget);
  addEventListener("beforeprint", () => {
    opened = [...parts].filter((part) => !part.open);
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
  document.addEventListener("input", (event) => {
    if (event.target.classList.contains("filter"))
      filter(event.target.closest(".table"), event.target.value);
  });
})();
`;
