import { createHash } from "node:crypto";

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
const part = (tag, text) => { const made = document.createElement(tag); made.textContent = text; return made; };
const row = (name, value) => value === undefined || value === null ? [] : [part("dt", name), part("dd", typeof value === "string" ? value : JSON.stringify(value))];
const who = (entity) => entity && entity.type + ":" + entity.id;
const button = (text, id, decision) => {
  const made = part("button", text);
  made.type = "button";
  made.addEventListener("click", () => tell(async () => {
    await ask("/v1/approvals", { id, decision });
    await show();
    said.textContent = decision === "granted" ? "You approved the call." : "You refused the call.";
  }));
  return made;
};
const card = (one) => {
  const item = part("li", "");
  const action = one.action || {};
  item.append(part("h2", [action.server, action.name].filter(Boolean).join("/")));
  const facts = part("dl", "");
  facts.append(...row("Asked by", who(one.subject)), ...row("For", who(one.on_behalf_of)), ...row("On", who(one.resource)),
    ...row("Arguments", one.args), ...row("Why it waits", one.reason),
    ...row("Needs", one.requirements.map((r) => r.quorum + " of " + r.approvers.join(", ") + " (" + r.rule + ")").join("; ")),
    ...row("Answered by", one.given.map((g) => g.by + ": " + g.decision).join(", ") || undefined), ...row("Until", one.expires_at));
  item.append(facts, button("Approve", one.id, "granted"), button("Refuse", one.id, "refused"));
  return item;
};
const show = async () => {
  const { approvals } = await ask("/v1/approvals");
  list.replaceChildren(...approvals.map(card));
  said.textContent = approvals.length === 0 ? "No call waits for an approval." : approvals.length === 1 ? "1 call waits." : approvals.length + " calls wait.";
};
const tell = (what) => what().catch((error) => { said.textContent = "It did not work: " + error.message; });
byId("form").addEventListener("submit", (event) => { event.preventDefault(); tell(show); });
`;

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
ul { list-style: none; padding: 0; } li { border: 1px solid #767676; border-radius: .4rem; padding: 1rem; margin: 1rem 0; }
h2 { margin: 0 0 .5rem; font-size: 1.1rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
button, input { font: inherit; padding: .4rem .8rem; margin-right: .5rem; border: 1px solid #595959; border-radius: .3rem; }
button { background: #003d7a; color: #fff; } :focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
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
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Approvals</title><style>${STYLE}</style></head>
<body>
<main>
<h1>Calls that wait for an approval</h1>
<form id="form"><label for="token">Your token</label> <input id="token" type="password" autocomplete="off"> <button type="submit">Show</button></form>
<p id="said" role="status" aria-live="polite">Give your token to see what waits.</p>
<ul id="list" aria-label="Waiting calls"></ul>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
