import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { decodeEvent, unwrapProperties } from "../event.ts";
import { filled, timeText, unpackJson } from "./call-values.ts";
import { stemOf } from "./chat-origin.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";

/**
 * AuthZEN Authorization API 1.0: recorded evaluations, single or batched
 * (docs/importers/authzen.md).
 */
export const authzen: Importer = {
  name: "authzen",
  title: "AuthZEN evaluations: requests with their decisions",
  recognises,
  convert,
};

const ENTITY = /"subject"\s*:\s*\{[^{}]*"(type|id)"\s*:/;
/** A request with what was answered, where the request leaves the subject out. */
const ANSWERED =
  /"request"\s*:\s*\{\s*"(subject|action|resource|context)"\s*:[\s\S]*"decision"\s*:\s*(true|false)/;

/** WHY not the canonical event: it has the same members, and others that AuthZEN has not. */
function recognises({ text }: ImportSample): boolean {
  if (/"evaluations"\s*:\s*\[/.test(text) && /"(subject|resource|decision)"\s*:/.test(text))
    return true;
  return (
    (ENTITY.test(text) || ANSWERED.test(text)) &&
    /"resource"\s*:\s*\{/.test(text) &&
    (/"decision"\s*:\s*(true|false)/.test(text) ||
      /"expected"\s*:\s*(true|false|\[)/.test(text) ||
      /"request"\s*:/.test(text) ||
      !/"session"\s*:|"args"\s*:|"kind"\s*:/.test(text))
  );
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  const log = new EvaluationLog({ file, options, tally });
  for await (const items of readJson(file, tally))
    yield items.flatMap(({ value, line }) => log.read(value, line));
}

interface Work {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

/** What surrounds an evaluation in a log. */
interface Envelope {
  readonly id: string | undefined;
  readonly time: string | undefined;
  readonly pdp: string | undefined;
  readonly ms: number | undefined;
}

const TIMES = ["time", "timestamp", "ts", "@timestamp", "evaluated_at"] as const;
const IDS = ["id", "request_id", "requestId", "evaluation_id", "decision_id"] as const;
const PDPS = ["pdp", "policy_decision_point", "pdp_id"] as const;
const RESPONSES = ["response", "expected", "result", "decision", "output"] as const;

class EvaluationLog {
  readonly #work: Work;
  #count = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  read(value: unknown, line: number): JsonObject[] {
    if (!isJsonObject(value)) return this.#refuse("a value is not an object", line);
    // the interoperability suites keep their cases in lists
    const suites = ["evaluation", "decisions", "evaluations"]
      .map((name) => member(value, name))
      .filter(
        (list): list is readonly Json[] =>
          Array.isArray(list) &&
          list.some((item) => isJsonObject(item) && objectMember(item, "request") !== undefined),
      );
    if (suites.length > 0) {
      const others = Object.values(value)
        .map((held) => held ?? null)
        .filter((held) => !suites.some((suite) => suite === held));
      this.#overlook(seemingRequests(others), line);
      return suites.flatMap((list) => list.flatMap((item) => this.read(item, line)));
    }
    const request = bodyOf(member(value, "request") ?? member(value, "evaluation"));
    const answer = RESPONSES.map((name) => bodyOf(member(value, name))).find(
      (found) => found !== undefined,
    );
    const inside = request ?? value;
    const overlooked = isRequest(inside) ? unknownParts(inside) : seemingRequests(value);
    this.#overlook(overlooked, line);
    if (overlooked > 0) return [];
    if (!isRequest(inside)) return this.#refuse("an object contains no evaluation request", line);
    const envelope = envelopeOf(value);
    if (isSearch(inside, answer)) {
      this.#work.tally.addLeftOut("searches are not calls");
      return [];
    }
    const parts = member(inside, "evaluations");
    if (Array.isArray(parts) && parts.length > 0)
      return this.#batch(inside, parts, { answer, envelope, line });
    return this.#checked(inside, { answer, envelope, line });
  }

  /**
   * INVARIANT: what a part names replaces the default of that name as a whole (AuthZEN 1.0,
   * evaluations).
   */
  #batch(
    request: JsonObject,
    parts: readonly Json[],
    answered: { answer: Json | undefined; envelope: Envelope; line: number },
  ): JsonObject[] {
    const given = isJsonObject(answered.answer)
      ? member(answered.answer, "evaluations")
      : answered.answer;
    const answers = Array.isArray(given) ? given : [];
    this.#countUnasked(answers.length - parts.length, answered.line);
    const made = madeIn(request, answers);
    for (let left = parts.length - made; left > 0; left--)
      this.#work.tally.addLeftOut("evaluations that a batch did not make are not calls");
    return parts.slice(0, made).flatMap((part, index) => {
      if (!isJsonObject(part))
        return this.#refuse("an evaluation of a batch is not an object", answered.line);
      const whole = Object.fromEntries(
        ["subject", "action", "resource", "context"].map((name) => [
          name,
          member(part, name) ?? member(request, name),
        ]),
      );
      const id =
        answered.envelope.id === undefined ? undefined : `${answered.envelope.id}/${index}`;
      return this.#checked(whole, {
        answer: answers[index],
        envelope: { ...answered.envelope, id },
        line: answered.line,
      });
    });
  }

  #countUnasked(count: number, line: number): void {
    const { tally, file } = this.#work;
    for (let left = count; left > 0; left--)
      tally.addNotUnderstood("an answer to no evaluation of its batch", file.name, line);
  }

  #checked(
    request: JsonObject,
    answered: { answer: Json | undefined; envelope: Envelope; line: number },
  ): JsonObject[] {
    const event = this.#event(request, answered.answer, answered.envelope);
    const read = decodeEvent(event, { file: this.#work.file.name, line: answered.line });
    return typeof read === "string"
      ? this.#refuse(`an evaluation is not an event: ${read}`, answered.line)
      : [event];
  }

  #event(request: JsonObject, answer: Json | undefined, envelope: Envelope): JsonObject {
    const { options, file } = this.#work;
    const response =
      typeof answer === "boolean"
        ? { decision: answer }
        : isJsonObject(answer)
          ? answer
          : undefined;
    const carried = objectMember(objectMember(response, "context"), "agentz");
    const extra = objectMember(objectMember(request, "context"), "agentz");
    const context = withoutOwn(objectMember(request, "context"));
    return {
      id: envelope.id ?? `${stemOf(file)}/${this.#count++}`,
      time: envelope.time ?? timeText(member(context, "time")),
      ...extra,
      subject:
        this.#entity(objectMember(request, "subject")) ??
        (options.subject && { ...options.subject }),
      action: this.#action(objectMember(request, "action")),
      resource: this.#entity(objectMember(request, "resource")),
      context: this.#context(context),
      decision: decisionOf(response, carried, envelope),
    };
  }

  #entity(entity: JsonObject | undefined): JsonObject | undefined {
    return entity === undefined ? undefined : (unwrapProperties(entity) ?? entity);
  }

  #action(action: JsonObject | undefined): JsonObject | undefined {
    const { server } = this.#work.options;
    const known = this.#entity(action);
    return server === undefined || known === undefined ? known : { ...known, server };
  }

  #context(context: JsonObject | undefined): JsonObject | undefined {
    const { model, onBehalfOf } = this.#work.options;
    if (model === undefined && onBehalfOf === undefined) return context;
    return {
      ...context,
      ...(model !== undefined && { model: { name: model } }),
      ...(onBehalfOf !== undefined && { on_behalf_of: { ...onBehalfOf } }),
    };
  }

  #overlook(count: number, line: number): void {
    const { tally, file } = this.#work;
    for (let left = count; left > 0; left--)
      tally.addNotUnderstood(
        "an object that may be an evaluation, in an unknown place",
        file.name,
        line,
      );
  }

  #refuse(cause: string, line: number): JsonObject[] {
    this.#work.tally.addUnreadable(cause, this.#work.file.name, line);
    return [];
  }
}

/** The decision that ends a batch, by what its options say (AuthZEN 1.0, evaluations semantics). */
const ENDS: ReadonlyMap<string, boolean> = new Map([
  ["deny_on_first_deny", false],
  ["permit_on_first_permit", true],
]);

/** How many evaluations a batch made: none after the one that ended it, whatever answers follow. */
function madeIn(request: JsonObject, answers: readonly Json[]): number {
  const semantic = stringMember(objectMember(request, "options"), "evaluations_semantic");
  const last = ENDS.get(semantic ?? "");
  const end = last === undefined ? -1 : answers.findIndex((each) => isPermitted(each) === last);
  return end < 0 ? Infinity : end + 1;
}

function isPermitted(answer: Json): Json | undefined {
  return isJsonObject(answer) ? member(answer, "decision") : answer;
}

/**
 * The event's own members, carried in the request's context by an export of agentz, are no
 * attributes.
 */
function withoutOwn(context: JsonObject | undefined): JsonObject | undefined {
  if (context === undefined || !Object.hasOwn(context, "agentz")) return context;
  return filled({ ...context, agentz: undefined });
}

/**
 * What was decided. AuthZEN knows permit and deny; a deny whose context offers to request access,
 * or says that an approval is required, is taken as that (Access Request and Approval profile).
 */
function decisionOf(
  response: JsonObject | undefined,
  carried: JsonObject | undefined,
  envelope: Envelope,
): JsonObject | undefined {
  const permitted = member(response, "decision");
  if (typeof permitted !== "boolean") return carried;
  const context = objectMember(response, "context");
  const asks =
    !permitted &&
    (member(context, "access_request") !== undefined ||
      /^approval[ _-]?required$/i.test(stringMember(context, "reason") ?? ""));
  const effect = permitted ? "allow" : asks ? "require_approval" : "deny";
  // the answer on the wire beats what the log says besides
  const agrees = (stringMember(carried, "effect") === "allow") === permitted;
  return filled({
    effect,
    rule: stringMember(context, "rule"),
    policy: stringMember(context, "policy"),
    pdp: envelope.pdp,
    ms: envelope.ms,
    ...(agrees && carried),
  });
}

function envelopeOf(value: JsonObject): Envelope {
  const ms = ["ms", "duration_ms", "latency_ms"]
    .map((name) => member(value, name))
    .find((found) => typeof found === "number");
  return {
    id: IDS.map((name) => stringMember(value, name)).find(
      (found) => found !== undefined && found !== "",
    ),
    time: TIMES.map((name) => timeText(member(value, name))).find((found) => found !== undefined),
    pdp: PDPS.map((name) => stringMember(value, name)).find((found) => found !== undefined),
    ms: typeof ms === "number" ? ms : undefined,
  };
}

/** A request or response as logged: itself, its JSON text, or an HTTP message with a body. */
function bodyOf(written: Json | undefined): Json | undefined {
  const value = unpackJson(written);
  if (!isJsonObject(value)) return value;
  const body = member(value, "body");
  return body === undefined ? value : unpackJson(body);
}

/**
 * A search (AuthZEN 1.0, search APIs): it names a subject or resource by its type alone, or no
 * action, and is answered by a list of results.
 */
function isSearch(request: JsonObject, answer: Json | undefined): boolean {
  if (Array.isArray(member(request, "evaluations"))) return false;
  if (isJsonObject(answer)) {
    if (typeof member(answer, "decision") === "boolean") return false;
    if (Array.isArray(member(answer, "results"))) return true;
  }
  if (answer !== undefined) return false;
  if (member(request, "page") !== undefined) return true;
  const [subject, resource] = ["subject", "resource"].map((name) => objectMember(request, name));
  const isType = (entity: JsonObject | undefined): boolean =>
    member(entity, "type") !== undefined && member(entity, "id") === undefined;
  const byType = (isType(subject) ? 1 : 0) + (isType(resource) ? 1 : 0);
  const hasAction = objectMember(request, "action") !== undefined;
  return hasAction
    ? byType === 1 && subject !== undefined && resource !== undefined
    : byType === 0 && subject !== undefined && resource !== undefined;
}

const ENTITIES = ["subject", "action", "resource"] as const;
/** Members of a request that hold no evaluations but those that are read. */
const KNOWN: ReadonlySet<string> = new Set([...ENTITIES, "context", "options", "evaluations"]);

/** How many evaluations stand in lists that a request of the specification does not have. */
function unknownParts(request: JsonObject): number {
  const lists = Object.entries(request).filter(([name]) => !KNOWN.has(name));
  return Math.max(0, ...lists.map(([, list]) => partsIn(list)));
}

/** How many parts of a batch a list holds: each leaves out what it takes from the whole. */
function partsIn(list: Json | undefined): number {
  const isPart = (part: Json): boolean =>
    isJsonObject(part) && Object.keys(part).every((name) => KNOWN.has(name));
  return Array.isArray(list) && list.every(isPart) ? list.length : 0;
}

/** How many evaluations a value seems to hold. */
function seemingRequests(written: Json | undefined, depth = 0): number {
  const value = unpackJson(written);
  if (depth > 12 || typeof value !== "object" || value === null) return 0;
  if (isJsonObject(value) && ENTITIES.some((name) => objectMember(value, name) !== undefined))
    return Math.max(1, ...Object.values(value).map(partsIn));
  return Object.values(value).reduce<number>(
    (sum, one) => sum + seemingRequests(one, depth + 1),
    0,
  );
}

function isRequest(value: Json | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  return (
    ENTITIES.some((name) => objectMember(value, name) !== undefined) ||
    Array.isArray(member(value, "evaluations"))
  );
}
