import { member, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { readClientRequest, type Action } from "./action.ts";
import {
  deniedCall,
  deniedRequest,
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  UNSUPPORTED_VERSION,
} from "./answers.ts";
import { canShowForms, countApproval, type HeldCall } from "./approval-answer.ts";
import { isHeld } from "./denial.ts";
import { editedLine } from "./edited-json.ts";
import { ElicitedApprovals } from "./elicited-approvals.ts";
import type { Channel, InFlight, OpenRequest } from "./in-flight.ts";
import type { Request } from "./message.ts";
import { MODERN_VERSIONS, modernOf, withParams, type Modern } from "./modern.ts";
import { redactsAnything, withoutKinds } from "../serve/redact.ts";
import type { RelaySession } from "./relay-session.ts";
import type { SharedParts } from "./shared-parts.ts";
import { toldOf } from "./question-end.ts";

/** A request that is looked at, and where its answer goes. */
interface Incoming {
  readonly request: Request;
  readonly channel: Channel;
  /** Undefined: the client began with `initialize`. */
  readonly modern: Modern | undefined;
  /** How the message is changed before it goes on; undefined: it is not. */
  readonly edit?: ((line: Buffer) => Buffer) | undefined;
}

/** Why nobody can decide a request. */
interface Fault {
  readonly code: number;
  readonly why: string;
  readonly data?: JsonObject;
}

/** Has the requests of a client decided: each is sent on, answered or held. */
export class ClientRequests {
  readonly elicited: ElicitedApprovals;
  readonly #parts: SharedParts;
  readonly #session: RelaySession;
  readonly #open: InFlight;

  /** @param open the requests that were sent on and are not answered */
  constructor(parts: SharedParts, open: InFlight) {
    this.#parts = parts;
    this.#session = parts.session;
    this.#open = open;
    this.elicited = new ElicitedApprovals(parts.session, {
      answered: (call, said) => this.#decideAgain(call, call.action, toldOf(said)),
      denied: (call, why) => this.#deny(call, call.answer, why),
    });
  }

  /** Lets go of every call that waits for an approval. */
  close(): void {
    this.elicited.close();
    this.#parts.approvals.close();
  }

  /** Takes a request, whose answer goes to the channel. */
  take(request: Request, channel: Channel): void {
    const { id, method, params } = request;
    const incoming = { request, channel, modern: modernOf(params) };
    const reused = this.elicited.waitsFor(id) ? WAITS : this.#open.refusal(id);
    if (reused !== undefined) return this.#refuse(incoming, { code: INVALID_REQUEST, why: reused });
    const unknown = versionFault(incoming.modern);
    if (unknown !== undefined) return this.#refuse(incoming, unknown);
    if (method === "initialize") {
      this.#session.peers.client = objectMember(params, "clientInfo");
      this.elicited.greeted(objectMember(params, "capabilities"));
    }
    const asked = readClientRequest(method, params, incoming.modern !== undefined);
    switch (asked.how) {
      case "refuse": {
        const code = asked.code === "invalid" ? INVALID_PARAMS : METHOD_NOT_FOUND;
        return this.#refuse(incoming, { code, why: asked.why });
      }
      case "pass":
        return this.#send(incoming);
      case "decide-all":
        return this.#decideAll(incoming, asked.actions);
      case "decide":
        return this.#decide(incoming, asked.action);
    }
  }

  /** Answers a request that nobody can decide; only `enforce` does. */
  #refuse(incoming: Incoming, { code, why, data }: Fault): void {
    const { request, channel } = incoming;
    this.#session.log.refused("client", why);
    if (!this.#session.enforces) return this.#send(incoming);
    const error = { code, message: `agentz: ${why}`, ...(data !== undefined && { data }) };
    channel.answer(errorAnswer(request.id, error), code);
  }

  #send({ request, channel, modern, edit }: Incoming, ...answers: readonly Answer[]): void {
    const { id, method, params } = request;
    const token = member(objectMember(params, "_meta"), "progressToken");
    const [answer, ...more] = answers;
    for (const one of answers) this.#session.sent(one);
    const open: OpenRequest = {
      ...{ id, method, request, modern, channel, answer, more },
      progressToken: typeof token === "string" || typeof token === "number" ? token : undefined,
      isSettled: false,
    };
    // outside of `enforce` a second request of an id goes on as well; the first one stays known
    if (this.#open.refusal(id) === undefined) this.#open.add(open);
    this.#open.restart(open);
    this.#parts.inputs.answered(request);
    const redact = this.#redactedInputs(request);
    channel.forward(edit && redact ? (line) => redact(edit(line)) : (edit ?? redact));
  }

  /** What a client answers a server inside a request is redacted like an answer of its own. */
  #redactedInputs({ params }: Request): ((line: Buffer) => Buffer) | undefined {
    const { redactKinds } = this.#session.options;
    const inputs = objectMember(params, "inputResponses");
    if (!this.#session.enforces || redactKinds.length === 0 || inputs === undefined)
      return undefined;
    return (line) =>
      editedLine(line, (message) =>
        withParams(message, (all) => {
          const { inputResponses } = all;
          if (inputResponses === undefined) return all;
          return { ...all, inputResponses: withoutKinds(inputResponses, redactKinds) };
        }),
      );
  }

  #decide(incoming: Incoming, asked: Action): void {
    const { request, modern } = incoming;
    const session = this.#session;
    const isTool = request.method === "tools/call";
    const definitionDigest = session.lists.digestOf(asked.name);
    const action = isTool ? { ...asked, definitionDigest } : asked;
    const blocked = isTool ? session.blockedReason(action.name) : undefined;
    if (blocked !== undefined && session.enforces) return this.#block(incoming, action, blocked);
    if (session.enforces && this.#parts.approvals.owns(request))
      return this.#retried(incoming, action);
    const answer = session.decided(action, modern);
    if ("failure" in answer)
      return session.enforces ? this.#fail(incoming, answer.failure) : this.#send(incoming);
    if (!session.enforces) return this.#send(incoming, answer);
    if (answer.permitted) return this.#permitted(incoming, answer);
    this.#notPermitted(incoming, action, answer);
  }

  /** Decides each part of a request by itself: it goes on where all of them may. */
  #decideAll(incoming: Incoming, actions: readonly Action[]): void {
    const session = this.#session;
    const permitted: Answer[] = [];
    for (const action of actions) {
      const answer = session.decided(action, incoming.modern);
      if ("failure" in answer) {
        if (session.enforces) return this.#fail(incoming, answer.failure);
        continue;
      }
      if (session.enforces && !answer.permitted) {
        for (const { id } of permitted) session.options.service.outcome(id, { status: "not_sent" });
        return this.#deny(incoming, answer);
      }
      permitted.push(answer);
    }
    this.#send(incoming, ...permitted);
  }

  #fail({ request, channel }: Incoming, message: string): void {
    channel.answer(errorAnswer(request.id, { code: INTERNAL_ERROR, message }));
  }

  /** Denies a call, or asks for the approval that it needs. */
  #notPermitted(incoming: Incoming, action: Action, answer: Answer): void {
    const { request, channel, modern } = incoming;
    const { approver, service } = this.#session.options;
    const canAsk = modern === undefined ? this.elicited.canAsk : canShowForms(modern.capabilities);
    if (approver === undefined || !canAsk || !isHeld(answer)) return this.#deny(incoming, answer);
    const approval = stringMember(objectMember(answer.context, "access_request"), "id");
    if (approval === undefined) return this.#deny(incoming, answer, UNBOUND);
    if (service.mayNotApprove(approval, approver))
      return this.#deny(
        incoming,
        answer,
        `; \`${approver}\`, the person at the client, may not approve it`,
      );
    const policy = service.policies?.digest ?? "";
    const call = { request, channel, modern, action, answer, approval, policy };
    if (modern !== undefined) channel.answer(this.#parts.approvals.ask(call));
    else if (channel.ask !== undefined) this.elicited.hold(call, channel.ask);
    else this.#deny(incoming, answer, ALONE);
  }

  /** Takes a call that comes again with what the person at the client said. */
  #retried(incoming: Incoming, action: Action): void {
    const taken = this.#parts.approvals.take(incoming.request);
    if (typeof taken === "string")
      return this.#refuse(incoming, { code: INVALID_PARAMS, why: taken });
    if (taken.isLate) return this.#deny(incoming, taken.answer, LATE);
    const fault = countApproval(this.#session.options, taken, taken.said);
    this.#session.log.question(taken, taken.said, fault);
    if (fault !== undefined) return this.#deny(incoming, taken.answer, fault);
    this.#decideAgain({ ...incoming, edit: taken.edit }, action, toldOf(taken.said));
  }

  /** Decides a call once more after an answer; `told`: what was said, where it is still denied. */
  #decideAgain(incoming: Incoming, action: HeldCall["action"], told: string): void {
    const again = this.#session.decided(action, incoming.modern);
    if ("failure" in again) this.#fail(incoming, again.failure);
    else if (again.permitted) this.#permitted(incoming, again);
    else this.#deny(incoming, again, told);
  }

  #permitted(incoming: Incoming, answer: Answer): void {
    const { request, channel } = incoming;
    const isTask = Object.hasOwn(request.params, "task");
    if (!isTask || !redactsAnything(this.#session.redactionOf(answer)))
      return this.#send(incoming, answer);
    this.#session.options.service.outcome(answer.id, { status: "not_sent" });
    const message = "agentz: a call whose result has to be redacted cannot be a task";
    const data = { "dev.agentz/id": answer.id };
    channel.answer(errorAnswer(request.id, { code: INVALID_REQUEST, message, data }));
  }

  #deny({ request, channel, modern }: Incoming, answer: Answer, more = ""): void {
    const { id, method } = request;
    const denial = this.#session.denial(answer, more);
    channel.answer(
      method === "tools/call"
        ? deniedCall(id, denial, modern !== undefined)
        : deniedRequest(id, this.#session.options.errorCode, denial),
    );
  }

  /** Denies a call of a tool whose definition nobody accepted. */
  #block({ request, channel, modern }: Incoming, action: Action, why: string): void {
    const noted = this.#session.noteBlocked(action, modern);
    const denial = {
      text: `agentz: denied: ${why}`,
      meta: { decision: "deny", rule: "definition", ...(noted !== undefined && { id: noted }) },
    };
    channel.answer(deniedCall(request.id, denial, modern !== undefined));
  }
}

const UNBOUND =
  "; it cannot be approved here: its resource is unknown, so add the tool to a catalog";
const WAITS = "a request with this id waits for an approval";
const ALONE = "; a call in a batch cannot wait for an approval, so send it by itself";
const LATE = "; nobody answered in time";

function versionFault(modern: Modern | undefined): Fault | undefined {
  if (modern === undefined || MODERN_VERSIONS.includes(modern.version)) return undefined;
  return {
    code: UNSUPPORTED_VERSION,
    why: `agentz does not know this protocol version; it knows ${MODERN_VERSIONS.join(", ")}`,
    data: { supported: [...MODERN_VERSIONS], requested: modern.version },
  };
}
