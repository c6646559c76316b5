import { createHash } from "node:crypto";

/**
 * WHY text alone is set, with the code points of what nobody sees: it comes from agents, so nothing
 * of it may run, or look like something else.
 */
const SCRIPT = `
const byId = (id) => document.getElementById(id);
const token = byId("token"), list = byId("list"), said = byId("said");
const ask = async (path, body) => {
  const headers = { "Content-Type": "application/json" };
  if (token.value !== "") headers.Authorization = "Bearer " + token.value;
  const answer = await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};
const HIDDEN = /[^\\P{C}\\n]/gu;
const shown = (text) => String(text).replace(HIDDEN, (one) => "\\\\u{" + one.codePointAt(0).toString(16) + "}");
const part = (tag, text, kind) => {
  const made = document.createElement(tag);
  made.textContent = shown(text);
  if (kind) made.className = kind;
  return made;
};
const isGiven = (value) => value !== undefined && value !== null && value !== "";
const row = (name, value) => {
  if (!isGiven(value)) return [];
  const told = part("dd", "");
  told.append(typeof value === "string" ? shown(value) : part("pre", JSON.stringify(value, null, 2)));
  return [part("dt", name), told];
};
const who = (entity) => (entity ? entity.type + ":" + entity.id : "");
const people = (names) => (names.length === 0 ? "any person" : names.join(", "));
const needs = ({ quorum, approvers, have, rule }) =>
  quorum + " of " + people(approvers) + " (rule " + rule + (have.length ? ", so far " + have.join(", ") : "") + ")";
const when = (text) => new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
const isOpen = ({ state }) => state === "open" || state === "unknown";
const STATES = { satisfied: "approved: the agent may make this call once", refused: "refused",
  unknown: "open: whether an answer counts depends on unrecorded attributes",
  none: "the policies no longer ask for an approval" };
const button = (text, one, decision) => {
  const made = part("button", text, decision);
  made.type = "button";
  made.setAttribute("aria-describedby", "call-" + one.id);
  made.addEventListener("click", () => tell(async () => {
    for (const other of list.querySelectorAll("button")) other.disabled = true;
    try {
      await ask("/v1/approvals", { id: one.id, decision });
    } finally {
      await show();
    }
    const done = decision === "granted" ? "You approved the call. " : "You refused the call. ";
    said.textContent = done + said.textContent;
    said.focus();
  }));
  return made;
};
const card = (one) => {
  const item = part("li", "");
  const action = one.action || {};
  const title = part("h2", [action.server, action.name].filter(isGiven).join("/") || "a call without a name");
  title.id = "call-" + one.id;
  const facts = part("dl", "");
  facts.append(
    ...row("Asked by", who(one.subject)),
    ...row("Sent by", one.asked_by.join(", ")),
    ...row("For", who(one.on_behalf_of)),
    ...row("On", who(one.resource)),
    ...row("Arguments", one.args),
    ...row("Why it waits", one.reason),
    ...row("Needs", one.requirements.map(needs).join("; ")),
    ...row("State", STATES[one.state]),
    ...row("Answered by", one.given.map((given) => given.by + ": " + given.decision).join(", ")),
    ...row("Asked at", when(one.at)),
    ...row("Answer until", when(one.expires_at)),
  );
  item.append(title, facts);
  const buttons = [
    ...(isOpen(one) ? [button("Approve", one, "granted")] : []),
    ...(isOpen(one) || one.state === "satisfied" ? [button("Refuse", one, "refused")] : []),
  ];
  const answers = part("div", "", "answers");
  answers.append(...buttons);
  if (buttons.length > 0) item.append(answers);
  return item;
};
const show = async () => {
  const { approvals } = await ask("/v1/approvals");
  list.replaceChildren(...approvals.map(card));
  const waiting = approvals.filter(isOpen).length;
  said.textContent = waiting === 0 ? "No call waits for an approval."
    : waiting === 1 ? "1 call waits for an approval." : waiting + " calls wait for an approval.";
};
const tell = (what) => what().catch((error) => { said.textContent = "It did not work: " + error.message; });
byId("form").addEventListener("submit", (event) => { event.preventDefault(); tell(show); });
`;

const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --soft: #595959; --page: #fff; --card: #f7f7f8; --line: #767676;
  --main: #003d7a; --on-main: #fff; --no: #8a1c1c; --focus: #b35900; }
@media (prefers-color-scheme: dark) { :root { --text: #ececec; --soft: #b4b4b4; --page: #16181c; --card: #20242b;
  --line: #8b8f97; --main: #9cc9ff; --on-main: #10233a; --no: #ffb3b3; --focus: #ffb86b; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1.5rem 1rem 3rem;
  color: var(--text); background: var(--page); }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
input { flex: 1 1 12rem; min-width: 0; }
ul { list-style: none; padding: 0; margin: 0; }
li { border: 1px solid var(--line); border-radius: .5rem; background: var(--card); padding: 1rem; margin: 1rem 0; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr); gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { margin: 0; font: .9rem/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.answers { display: flex; gap: .5rem; margin-top: 1rem; }
button, input { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line);
  border-radius: .35rem; min-height: 2.75rem; }
input { color: var(--text); background: var(--page); }
button { background: var(--main); color: var(--on-main); border-color: var(--main); cursor: pointer; }
button.refused { background: transparent; color: var(--no); border-color: var(--no); }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .5rem; }
  .answers button { flex: 1; } }
`;

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** What a browser lets the page do: its own script and style, and requests to where it came from. */
export const APPROVAL_PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page on which a person sees what is asked and answers: one file, nothing from elsewhere. */
export const APPROVAL_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Approvals</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Calls that wait for an approval</h1>
<form id="form">
<label for="token">Your token</label> <input id="token" type="password" autocomplete="off">
<button type="submit">Show</button>
</form>
<p id="said" role="status" tabindex="-1">
Enter your token to see which calls wait. If you use a client certificate, leave it empty.
</p>
<ul id="list" aria-label="Waiting calls"></ul>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
