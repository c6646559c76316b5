import { readFile } from "node:fs/promises";
import { UserError } from "../../diagnostics/user-error.ts";
import type { Io } from "../../node/io.ts";
import { isJsonObject, member, objectMember } from "../../request/json.ts";
import { detectCi } from "../ci-systems.ts";

type Environment = Io["env"];

/** A pull request or merge request, and how its comments are reached. */
export interface ChangeRequest {
  /** `pull request 7 of shop/policies`. */
  readonly name: string;
  readonly token: string;
  /** The variable that the token is from. */
  readonly tokenFrom: string;
  /** What the token has to be allowed, in words. */
  readonly permission: string;
  /** The address of the comments; a comment stands at `<oneOf>/<id>`. */
  readonly comments: string;
  readonly oneOf: string;
  readonly update: "PATCH" | "PUT";
  /** Who the token belongs to. */
  readonly user: string;
  /** The member of a user that names it. */
  readonly userName: "login" | "username";
  /** The characters that a comment may have. */
  readonly limit: number;
}

/**
 * The change that the run of a pipeline is for, by what the CI sets; undefined: the run is for no
 * change, as after a merge. Without such a CI, without a token, or with a value that no CI sets, it
 * is a `UserError`.
 */
export async function findChangeRequest(env: Environment): Promise<ChangeRequest | undefined> {
  if (isSet(env, "GITHUB_ACTIONS")) return onGithub(env);
  if (isSet(env, "GITLAB_CI")) return onGitlab(env);
  const system = detectCi(env)?.name;
  throw new UserError(
    "usage",
    `--comment works in GitHub Actions and GitLab CI/CD; this is ${system ?? "no pipeline"}`,
    { help: "write the comment to a file: --output markdown=comment.md" },
  );
}

// GitHub Docs, "Variables reference" and "REST API endpoints for issue comments"; Gitea and Forgejo
// set the same variables and have the same endpoints
async function onGithub(env: Environment): Promise<ChangeRequest | undefined> {
  const number = /^refs\/pull\/(\d{1,10})\//.exec(env["GITHUB_REF"] ?? "")?.[1];
  const found = number ?? (await numberOfEvent(env["GITHUB_EVENT_PATH"]));
  if (found === undefined) return undefined;
  const repository = required(env, "GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/);
  const api = `${baseOf(env, "GITHUB_API_URL")}/repos/${repository}/issues`;
  return {
    name: `pull request ${found} of ${repository}`,
    ...tokenOf(env, ["GITHUB_TOKEN", "GH_TOKEN"], "${{ github.token }}"),
    permission:
      "give the job `permissions: { pull-requests: write }`; a pull request from a fork gets a " +
      "token that cannot write",
    comments: `${api}/${found}/comments`,
    oneOf: `${api}/comments`,
    update: "PATCH",
    user: `${baseOf(env, "GITHUB_API_URL")}/user`,
    userName: "login",
    limit: 65_536,
  };
}

/** The number in the event's file: runs of `pull_request_target` have the branch as their ref. */
async function numberOfEvent(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || path === "") return undefined;
  let event: unknown;
  try {
    event = JSON.parse(await readFile(path, "utf8"));
  } catch {
    throw new UserError("usage", "the file of GITHUB_EVENT_PATH cannot be read as JSON");
  }
  const number = member(
    objectMember(isJsonObject(event) ? event : undefined, "pull_request"),
    "number",
  );
  return typeof number === "number" && Number.isSafeInteger(number) ? String(number) : undefined;
}

// GitLab Docs, "Predefined CI/CD variables reference" and "Notes API". WHY not CI_PROJECT_ID: the
// pipeline of a fork runs in the fork, the merge request is in the project that it goes to
function onGitlab(env: Environment): ChangeRequest | undefined {
  if (!isSet(env, "CI_MERGE_REQUEST_IID")) return undefined;
  const number = required(env, "CI_MERGE_REQUEST_IID", /^\d{1,10}$/);
  const project = required(env, "CI_MERGE_REQUEST_PROJECT_ID", /^\d{1,12}$/);
  const api = baseOf(env, "CI_API_V4_URL");
  const notes = `${api}/projects/${project}/merge_requests/${number}/notes`;
  return {
    name: `merge request ${number} of project ${project}`,
    ...tokenOf(env, ["GITLAB_TOKEN"], "a project access token with the scope `api`"),
    permission:
      "the token needs the scope `api` and the role Reporter or higher; CI_JOB_TOKEN cannot write " +
      "comments",
    comments: notes,
    oneOf: notes,
    update: "PUT",
    user: `${api}/user`,
    userName: "username",
    limit: 1_000_000,
  };
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

function required(env: Environment, name: string, form: RegExp): string {
  const value = env[name] ?? "";
  if (form.test(value)) return value;
  throw new UserError(
    "usage",
    value === ""
      ? `--comment needs ${name}, which is not set`
      : `${name} is not what this CI sets: \`${value.slice(0, 100)}\``,
    { help: "the CI sets this variable itself; pass it on to agentz" },
  );
}

/** The address of the API, without a slash at its end. */
function baseOf(env: Environment, name: string): string {
  return required(env, name, /^https?:\/\/[^\s/?#@]+[^\s?#@]*$/).replace(/\/+$/, "");
}

/** WHY the check: an invalid header would be quoted in the error of whoever sends it. */
function tokenOf(
  env: Environment,
  names: readonly string[],
  what: string,
): Pick<ChangeRequest, "token" | "tokenFrom"> {
  const tokenFrom = names.find((name) => isSet(env, name));
  if (tokenFrom === undefined)
    throw new UserError("usage", `--comment needs a token in ${names.join(" or ")}`, {
      help: `set ${names[0] ?? ""} to ${what}`,
    });
  const token = (env[tokenFrom] ?? "").trim();
  if (/^[\x21-\x7e]+$/.test(token)) return { token, tokenFrom };
  throw new UserError("usage", `${tokenFrom} is no token: it has blanks or special characters`);
}
