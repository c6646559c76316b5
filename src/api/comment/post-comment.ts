import { UserError } from "../../diagnostics/user-error.ts";
import { type JsonAnswer, type JsonRequest, requestJson } from "../../node/json-request.ts";
import {
  isJsonObject,
  type JsonObject,
  member,
  objectMember,
  stringMember,
} from "../../request/json.ts";
import type { ChangeRequest } from "./change-request.ts";

/** What became of a comment, and its address where the server gives one. */
export interface PostedComment {
  readonly done: "created" | "updated" | "unchanged";
  readonly url: string | null;
}

/** A page of comments, and the most pages that are read. */
const PAGE = 100;
const PAGES = 100;

/**
 * Writes a comment whose first line is its marker: it updates the oldest comment of the token's own
 * user that begins with this line, else creates one. What the server refuses is a `UserError`.
 */
export async function postComment(change: ChangeRequest, text: string): Promise<PostedComment> {
  const own = await findOwn(change, firstLine(text));
  const done = own === undefined ? "created" : "updated";
  // GitHub may give back other line ends than it was given, and no blank ones at the end
  if (own !== undefined && plain(stringMember(own, "body") ?? "") === plain(text))
    return { done: "unchanged", url: addressOf(own) };
  const answer = await ask(change, {
    method: own === undefined ? "POST" : change.update,
    url: own === undefined ? change.comments : `${change.oneOf}/${idOf(own)}`,
    body: { body: text },
  });
  return { done, url: addressOf(answer.body) };
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

function plain(text: string): string {
  return text.replace(/\r\n/g, "\n").trimEnd();
}

/** The oldest own comment with the marker; undefined: there is none. */
async function findOwn(change: ChangeRequest, marker: string): Promise<JsonObject | undefined> {
  const isOwn = await ownership(change);
  for (let page = 1; page <= PAGES; page++) {
    const answer = await ask(change, {
      method: "GET",
      url: `${change.comments}?per_page=${PAGE}&page=${page}`,
    });
    if (!Array.isArray(answer.body)) throw refused(change, answer);
    const found = answer.body
      .filter(isJsonObject)
      .find(
        (comment) => firstLine(stringMember(comment, "body") ?? "") === marker && isOwn(comment),
      );
    if (found !== undefined || !hasNext(answer)) return found;
  }
  throw new UserError("comment", `${change.name} has more than ${PAGE * PAGES} comments`);
}

/**
 * Whose comments are agentz's own. WHY at all: anybody may write a comment with the marker, and
 * could edit what agentz had written into it. A token of GitHub Actions may not ask who it is; a
 * person cannot be a bot.
 */
async function ownership(change: ChangeRequest): Promise<(comment: JsonObject) => boolean> {
  const { user, userName } = change;
  const answer = await send(change, { method: "GET", url: user });
  const me = isJsonObject(answer.body) ? stringMember(answer.body, userName) : undefined;
  const author = (comment: JsonObject): JsonObject | undefined =>
    objectMember(comment, userName === "login" ? "user" : "author");
  if (answer.status === 200 && me !== undefined)
    return (comment) => stringMember(author(comment), userName) === me;
  if (userName === "login" && (answer.status === 403 || answer.status === 404))
    return (comment) => stringMember(author(comment), "type") === "Bot";
  throw refused(change, answer);
}

/** WHY not the address that the server names: the token would follow it to any other server. */
function hasNext({ headers }: JsonAnswer): boolean {
  return (
    (headers.get("x-next-page") ?? "") !== "" || /;\s*rel="?next"?/.test(headers.get("link") ?? "")
  );
}

/** The id, which goes into an address. */
function idOf(comment: JsonObject): string {
  const id = member(comment, "id");
  if (typeof id === "number" && Number.isSafeInteger(id)) return String(id);
  throw new UserError("comment", "the server gave a comment without an id");
}

/** GitHub names the address of a comment, GitLab does not. */
function addressOf(comment: unknown): string | null {
  return (isJsonObject(comment) ? stringMember(comment, "html_url") : undefined) ?? null;
}

type Ask = Omit<JsonRequest, "token">;

function send({ token }: ChangeRequest, request: Ask): Promise<JsonAnswer> {
  return requestJson({ ...request, token });
}

async function ask(change: ChangeRequest, request: Ask): Promise<JsonAnswer> {
  const answer = await send(change, request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refused(change, answer);
}

/** What the server says, without the token should it quote it. */
function refused(change: ChangeRequest, { status, headers, body }: JsonAnswer): UserError {
  const said = isJsonObject(body)
    ? (stringMember(body, "message") ?? stringMember(body, "error") ?? "")
    : "";
  const why = said.replaceAll(change.token, "***").slice(0, 200);
  const to = headers.get("location");
  const moved = to === null || status < 300 || status > 399 ? "" : ", a redirect";
  const quoted = why === "" ? "" : ` (${why})`;
  return new UserError(
    "comment",
    `the comment on ${change.name} was not written: the server answered ${status}${moved}${quoted}`,
    { help: helpFor(change, status) },
  );
}

function helpFor(change: ChangeRequest, status: number): string {
  if (status === 401) return `the token in ${change.tokenFrom} is wrong or has expired`;
  if (status === 403 || status === 404) return change.permission;
  if (status >= 300 && status <= 399) return "set the address of the API to where the server is";
  return "run the job again; the result itself is complete";
}
