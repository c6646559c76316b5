import { isUtf8 } from "node:buffer";
import type { AskedCall } from "../../api/never-permitted.ts";
import { parseJson } from "../../api/trace-event.ts";
import { isJsonObject, objectMember, type JsonObject } from "../../request/json.ts";
import type { Askers } from "../../serve/approvals.ts";
import type { Answer, DecisionService } from "../../serve/decision-service.ts";
import { badRequest, HttpProblem } from "../../serve/http-problem.ts";
import { callEvent, readClientRequest, type Action, type Party } from "../action.ts";
import { heldDenialOf, messageOf } from "../denial.ts";
import { editedLine } from "../edited-json.ts";
import { itemsOf, NAMED_LISTS, withoutItems, type NamedList } from "../named-lists.ts";
import { outcomeOf } from "../outcome.ts";
import { redactedResult, redactionOf, redactsAnything } from "../../serve/redact.ts";
import { isServerName } from "../server-name.ts";
import type { Checked, CheckResult, NamedCaller } from "./checked.ts";
import { namedCall, namedCaller } from "./named-caller.ts";

/** How requests of other gateways are decided. */
export interface ExtMcpOptions {
  readonly service: DecisionService;
  /** Who makes every call; undefined: whom the gateway's metadata name. */
  readonly subject: Party | undefined;
  /** Kinds of what detectors find that results are given without, such as `secret/`. */
  readonly redactKinds: readonly string[];
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** A permitted call whose result did not come yet. */
interface OpenCall {
  readonly method: string;
  readonly service: string;
  readonly answer: Answer;
}

/** So many calls wait for their results at most: of an older one the result is refused. */
const MOST_OPEN = 10_000;
/** Between the name of a server and that of a tool or prompt, where a gateway merged several lists. */
const JOINT = "_";

/**
 * Decides what a gateway asks by agentgateway's ExtMcp (design 15.2): `params` before a request goes
 * to its server, `result` before it goes to the client. Whatever cannot be decided is an error.
 */
export class ExtMcp {
  readonly #options: ExtMcpOptions;
  readonly #open = new Map<string, OpenCall>();

  constructor(options: ExtMcpOptions) {
    this.#options = options;
  }

  /** Whether a request goes on; `askers` send it by their credentials. */
  request(checked: Checked, askers: Askers): CheckResult {
    return this.#settled(() => this.#request(checked, askers));
  }

  /** What of a result goes on. */
  response(checked: Checked): CheckResult {
    return this.#settled(() => this.#response(checked));
  }

  #settled(check: () => CheckResult): CheckResult {
    try {
      return check();
    } catch (error) {
      const isTheirs = error instanceof HttpProblem && error.status < 500;
      if (!isTheirs) this.#options.tell(`a check failed: ${messageOf(error)}`);
      const reason = `agentz: denied, because it could not be decided: ${messageOf(error)}`;
      return { how: "error", error: { code: isTheirs ? "INVALID" : "UNKNOWN", reason } };
    }
  }

  #request({ services, method, metadata, body }: Checked, askers: Askers): CheckResult {
    const params = body === undefined || body.length === 0 ? {} : objectOf(body);
    const asked = readClientRequest(method, params, false);
    if (asked.how === "refuse") throw badRequest(asked.why);
    if (asked.how === "pass") return { how: "pass" };
    if (asked.how === "decide-all") {
      if (asked.actions.length === 0) return { how: "pass" };
      throw badRequest("a subscription to resources cannot be checked here");
    }
    const [service = "", another] = services;
    if (another !== undefined) throw badRequest("the call is of more than one server");
    const caller = namedCaller(metadata, this.#options.subject);
    const event = eventOf(asked.action, service, caller);
    const answer = this.#options.service.decide(event, askers);
    if (!answer.permitted) return denied(answer);
    if (Object.hasOwn(params, "task") && redactsAnything(redactionOf(answer, [])))
      throw badRequest("a call whose result has to be redacted cannot be a task");
    this.#remember(answer.id, { method, service, answer });
    return { how: "pass", call: answer.id };
  }

  #remember(id: string, open: OpenCall): void {
    this.#open.set(id, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_OPEN && oldest !== undefined) this.#open.delete(oldest);
  }

  #response(checked: Checked): CheckResult {
    const { method, body } = checked;
    const result = objectOf(body ?? Buffer.alloc(0));
    const list = NAMED_LISTS.get(method);
    if (list !== undefined) return this.#listed(checked, result, list);
    const asked = readClientRequest(method, {}, false);
    if (asked.how === "pass" || asked.how === "decide-all") return this.#redacted(checked, []);
    return this.#answered(checked, result);
  }

  /** The result of a call, recorded, without what the decision on the call asks to redact. */
  #answered(checked: Checked, result: JsonObject): CheckResult {
    const id = namedCall(checked.metadata);
    const open = id === undefined ? undefined : this.#open.get(id);
    const isSame = open?.method === checked.method && checked.services.includes(open.service);
    if (id === undefined || open === undefined || !isSame)
      throw badRequest(
        "the result belongs to no call that was permitted: add `agentz_call: " +
          "mcpGuardrails.agentz_call` to the gateway's metadata, and check requests too",
      );
    this.#open.delete(id);
    this.#options.service.outcome(id, outcomeOf({ result }, false));
    return this.#redacted(checked, redactionOf(open.answer, []).fields);
  }

  #redacted({ body }: Checked, fields: readonly string[]): CheckResult {
    const redaction = { fields, kinds: this.#options.redactKinds };
    if (body === undefined || !redactsAnything(redaction)) return { how: "pass" };
    return {
      how: "mutated",
      body: editedLine(body, (result) => redactedResult(result, redaction)),
    };
  }

  /** A list without what is proved never to be permitted to the caller. */
  #listed(checked: Checked, result: JsonObject, list: NamedList): CheckResult {
    const { subject } = namedCaller(checked.metadata, this.#options.subject);
    const named = (itemsOf(result, list) ?? []).flatMap((item) => {
      const name = list.nameOf(item);
      return name === undefined ? [] : [{ name, meant: readings(checked.services, list, name) }];
    });
    const never = this.#never(
      subject,
      named.flatMap(({ meant }) => meant),
    );
    const isHidden = (meant: readonly Reading[]): boolean =>
      meant.length > 0 && meant.every(({ calls }) => calls.every((call) => never.has(call)));
    const hidden = new Set(named.flatMap(({ name, meant }) => (isHidden(meant) ? [name] : [])));
    if (hidden.size === 0 || checked.body === undefined) return { how: "pass" };
    return {
      how: "mutated",
      body: editedLine(checked.body, (one) => withoutItems(one, list, hidden)),
    };
  }

  /** The calls of readings that are never permitted. WHY all of a server at once: to begin takes longest. */
  #never(subject: Party, all: readonly Reading[]): ReadonlySet<AskedCall> {
    const { service } = this.#options;
    const servers = [...new Set(all.map(({ server }) => server))];
    const found = servers.flatMap((server) => {
      const calls = all.filter((one) => one.server === server).flatMap((one) => one.calls);
      return [...service.neverPermitted({ subject, server, calls })];
    });
    return new Set(found);
  }
}

/** What a listed name may stand for: all that can be done with it at a server. */
interface Reading {
  readonly server: string;
  readonly calls: readonly AskedCall[];
}

/** The servers and names that a listed name may stand for; none where that is not known. */
function readings(services: readonly string[], list: NamedList, name: string): readonly Reading[] {
  const [only, another] = services;
  if (only !== undefined && another === undefined)
    return [{ server: only, calls: list.calls(name) }];
  if (list.member === "resources" || list.member === "resourceTemplates") return [];
  return services.flatMap((server) => {
    const prefix = `${server}${JOINT}`;
    if (!name.startsWith(prefix)) return [];
    return [{ server, calls: list.calls(name.slice(prefix.length)) }];
  });
}

function objectOf(bytes: Buffer): JsonObject {
  if (!isUtf8(bytes)) throw badRequest("the message is not UTF-8");
  const parsed = parseJson(bytes.toString("utf8"));
  if ("reason" in parsed) throw badRequest(`the message cannot be read: ${parsed.reason}`);
  if (isJsonObject(parsed.value)) return parsed.value;
  throw badRequest("the message is not an object");
}

/** The event of a call. A session that nobody names is unrecorded, and so is what hangs on it. */
function eventOf(action: Action, service: string, caller: NamedCaller): JsonObject {
  if (!isServerName(service))
    throw badRequest(`\`${service}\` cannot be the name of a server in policies`);
  const event = callEvent(
    action,
    { ...caller, server: service },
    { client: undefined, server: undefined, protocol: undefined },
  );
  if (Object.keys(caller.others).length === 0) return event;
  const context = objectMember(event, "context");
  const mcp = { ...objectMember(context, "mcp"), metadata: caller.others };
  return { ...event, context: { ...context, mcp } };
}

function denied(answer: Answer): CheckResult {
  const { text, meta } = heldDenialOf(answer, "at the decision point, `POST /v1/approvals`");
  const data = Object.fromEntries(
    Object.entries(meta).map(([key, one]) => [`dev.agentz/${key}`, one]),
  );
  return { how: "error", error: { code: "PERMISSION_DENIED", reason: text, data } };
}
