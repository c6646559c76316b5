import { formatTime } from "../text/time.ts";
import type { InputCheck } from "../engine/input-check.ts";
import type { InputProblem } from "../engine/input-problem.ts";
import type { InputFinding, RequestTime } from "../documents/decide-result.ts";
import type { SessionExample } from "../policy/model.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { indexText, maskedSentence, secretsIn, type KnownSecrets } from "../text/excerpt.ts";
import { quoted } from "../text/quoted.ts";
import { slippedFrom } from "../text/slip.ts";
import { decodeEvent, EVENT_MEMBERS, type TraceEvent } from "../trace/event.ts";
import { plainJson } from "./plain-json.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { readYamlValue, type YamlValue } from "./yaml-value.ts";

/**
 * One request as `decide` takes it: a canonical event, with session state where the rules read
 * some.
 */
export interface RequestDocument {
  readonly request: Request;
  readonly state: SessionExample;
  /** As it is written. */
  readonly json: JsonObject;
  readonly places: RequestPlaces;
  /** What is written, for the secrets in it. */
  readonly text: () => string;
}

/** Where the parts of a request stand: in a file, or by their paths alone. */
export interface RequestPlaces extends Pick<YamlValue, "locate"> {
  /** A place as a message begins with it. */
  readonly tell: (place: Pick<InputFinding, "file" | "line" | "column" | "path">) => string;
}

/** A request before anybody has looked at what it says. */
type WrittenRequest = Pick<RequestDocument, "json" | "places" | "text">;

const NO_SECRETS: KnownSecrets = new Map();

/** More findings than these say nothing more. */
const MOST_FINDINGS = 200;

/**
 * Members of an event that tell what came of a call: a request may have them, and they decide
 * nothing.
 */
const HINDSIGHT = ["decision", "outcome", "labels"] as const;

function refuse(
  places: RequestPlaces,
  path: string,
  { message, help, part }: { message: string; help?: string; part?: "key" | "value" },
): never {
  throw new UserError(
    "request",
    `${places.tell({ ...places.locate(path, part), path })}: ${message}`,
    help === undefined ? {} : { help },
  );
}

function parse(text: string, name: string): WrittenRequest {
  const yaml = readYamlValue({ name, text, code: "request", secret: true });
  if (!isJsonObject(yaml.value))
    throw new UserError(
      "request",
      `${name} has to contain one request: a map with subject, action, resource, args, context`,
    );
  const tell: RequestPlaces["tell"] = ({ file, line, column }) => `${file}:${line}:${column}`;
  return { json: yaml.value, places: { locate: yaml.locate, tell }, text: () => text };
}

function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function stateOf(session: JsonObject): SessionExample {
  const counters = objectMember(session, "counters") ?? {};
  const values = objectMember(session, "values") ?? {};
  return {
    labels: textsOf(member(session, "labels")),
    counters: Object.fromEntries(
      Object.entries(counters).flatMap(([name, value]) =>
        typeof value === "number" ? [[name, value] as const] : [],
      ),
    ),
    values: Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) =>
        Array.isArray(value) ? [[name, value] as const] : [],
      ),
    ),
  };
}

function refuseMember(places: RequestPlaces, key: string): never {
  const meant = slippedFrom(key, EVENT_MEMBERS);
  const known =
    "a request has subject, action, resource, args, context, time, session, parent, complete and unrecorded";
  refuse(places, `$.${key}`, {
    message: `a request has no field ${quoted(key)}`,
    help: meant === undefined ? known : `did you mean ${quoted(meant)}?`,
    part: "key",
  });
}

/** The path that a sentence about an event begins with. */
function pathIn(reason: string): string {
  const [, path] = /^`([\w.]+)`/.exec(reason) ?? [];
  return path === undefined ? "$" : `$.${path}`;
}

/**
 * Reads a request from YAML or JSON. `session` is an id, or state: `{labels, counters, values}`.
 * What is missing is unrecorded. Whether a policy set knows what it says, {@link checkRequest}
 * tells.
 */
export function readRequest(text: string, name: string): RequestDocument {
  return interpret(parse(text, name), name);
}

/** As {@link readRequest}, of a value at hand: its parts stand at their paths. */
export function readRequestValue(value: unknown): RequestDocument {
  const json = plainJson(value, "$");
  if (!isJsonObject(json))
    throw new UserError(
      "request",
      "the request has to be an object with subject, action, resource, args, context",
    );
  const places: RequestPlaces = {
    tell: ({ path }) => `request ${path}`,
    locate: () => ({ file: "request", line: 1, column: 1 }),
  };
  return interpret({ json, places, text: () => JSON.stringify(json) }, "request");
}

function interpret(written: WrittenRequest, name: string): RequestDocument {
  const { json, places } = written;
  const session = member(json, "session");
  if (session !== undefined && !isJsonObject(session) && typeof session !== "string") {
    refuse(places, "$.session", {
      message: "`session` is neither an id nor session state",
      help: "write a text, or `{ labels: [..], counters: {..}, values: {..} }`",
    });
  }
  const plain = isJsonObject(session)
    ? Object.fromEntries(Object.entries(json).filter(([key]) => key !== "session"))
    : json;
  const unknown: string[] = [];
  const event = decodeEvent(plain, {
    file: name,
    line: 1,
    onUnknownMember: (key) => unknown.push(key),
  });
  const [first] = unknown;
  if (first !== undefined) refuseMember(places, first);
  if (typeof event === "string")
    refuse(places, pathIn(event), { message: `this is not a request: ${event}` });
  if (event.type !== "call")
    refuse(places, "$.type", {
      message: "this is not a call, so there is nothing to decide",
      help: "leave out `type`, or write `type: call`",
    });
  const request = { ...event.request, session: stringMember(json, "session") ?? "decide" };
  return {
    request,
    state: isJsonObject(session) ? stateOf(session) : { labels: [], counters: {}, values: {} },
    ...written,
  };
}

/** Errors first, and as many as a person reads; how many more there are is the last of them. */
function mostTelling(problems: readonly InputProblem[]): readonly InputProblem[] {
  if (problems.length <= MOST_FINDINGS) return problems;
  const rank = ({ severity }: InputProblem): number => (severity === "error" ? 0 : 1);
  const shown = [...problems].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FINDINGS);
  const message = `${problems.length - MOST_FINDINGS} more findings are not shown`;
  return [
    ...shown,
    {
      code: "unknown-input",
      severity: "warning",
      path: "$",
      part: "value",
      message,
      help: undefined,
    },
  ];
}

/** A problem at its place; secrets that the request holds are hidden from sentences about it. */
function findingOf(
  problem: InputProblem,
  places: RequestPlaces,
  known: KnownSecrets,
): InputFinding {
  const { code, severity, path, part, message, help } = problem;
  const { file, line, column } = places.locate(path, part);
  const masked = (sentence: string): string => maskedSentence(sentence, known);
  return {
    code,
    severity,
    message: masked(message),
    file,
    line,
    column,
    path: masked(path),
    help: help === undefined ? null : masked(help),
  };
}

function hindsight({ json }: RequestDocument): readonly InputProblem[] {
  return HINDSIGHT.filter((name) => member(json, name) !== undefined).map((name) => ({
    code: "unknown-input",
    severity: "warning",
    path: `$.${name}`,
    part: "key",
    message: `${quoted(name)} is the result of a call, so it does not affect the decision`,
    help: undefined,
  }));
}

/** `request.yaml:3:5: no policy declares …`, with the way out behind it. */
export function findingLine({ file, line, column, message, help }: InputFinding): string {
  return `${file}:${line}:${column}: ${message}${help === null ? "" : `\n  help: ${help}`}`;
}

/**
 * What a request says and a policy set does not know, in the order of the request: warnings. State
 * that no policy declares, and paths that begin with nothing of a call, are a `UserError` (design
 * 5.1).
 */
export function checkRequest(
  document: RequestDocument,
  check: InputCheck,
): readonly InputFinding[] {
  const session = objectMember(document.json, "session");
  const problems = [
    ...(session === undefined ? [] : check.state(session, "$.session")),
    ...check.call({ json: document.json, path: "$" }),
    ...hindsight(document),
  ];
  const known = problems.length === 0 ? NO_SECRETS : secretsIn([indexText(document.text())]);
  const findings = mostTelling(problems)
    .map((problem) => findingOf(problem, document.places, known))
    .sort((a, b) => a.line - b.line || a.column - b.column);
  const [first, ...others] = findings.filter(({ severity }) => severity === "error");
  if (first === undefined) return findings;
  throw new UserError("request", `${document.places.tell(first)}: ${first.message}`, {
    findings,
    ...(first.help === null ? {} : { help: first.help }),
    ...(others.length === 0 ? {} : { details: others.map(findingLine).join("\n") }),
  });
}

/**
 * What the recorded arguments of an event are that its tool, as the catalog declares it, does not
 * take: such an argument makes conditions errors.
 */
export function argumentFindings(
  { file, line, request: { action, args } }: TraceEvent,
  check: InputCheck,
): readonly InputFinding[] {
  if (action === undefined || args === undefined) return [];
  const found = check.call({ json: { action, args }, path: "$", complete: true });
  const ofArguments = found.filter(({ path }) => path.startsWith("$.args"));
  return mostTelling(ofArguments).map(({ code, message, path, help }) => ({
    code,
    severity: "warning",
    message,
    file,
    line,
    column: 1,
    path,
    help: help ?? null,
  }));
}

/**
 * The request with the time that it is decided at: its own, else `--now`, else the clock's; none
 * where it says that its time is masked (design 11.6).
 */
export function timedRequest(
  request: Request,
  { now, clock }: { readonly now: number | undefined; readonly clock: () => number },
): { readonly request: Request; readonly now: RequestTime } {
  if (request.time !== undefined)
    return { request, now: { time: formatTime(request.time), from: "request" } };
  if (request.unrecorded?.includes("time") === true)
    return { request, now: { time: null, from: "unrecorded" } };
  const time = now ?? Math.floor(clock());
  return {
    request: { ...request, time },
    now: { time: formatTime(time), from: now === undefined ? "clock" : "flag" },
  };
}
