import { member, objectMember, stringMember } from "../request/json.ts";
import type { Answer } from "../serve/decision-service.ts";
import { readRequest, type Action } from "./action.ts";
import {
  deniedCall,
  deniedRequest,
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
} from "./answers.ts";
import type { HeldCall } from "./approval-asks.ts";
import { denialOf } from "./denial.ts";
import { ElicitedApprovals } from "./elicited-approvals.ts";
import type { Channel, InFlight, OpenRequest } from "./in-flight.ts";
import type { Request } from "./message.ts";
import { redactsAnything } from "./redact.ts";
import type { RelaySession } from "./relay-session.ts";

const MODERN_VERSION = "io.modelcontextprotocol/protocolVersion";

/** Has the requests of a client decided: each is sent on, answered or held. */
export class ClientRequests {
  readonly approvals: ElicitedApprovals;
  readonly #session: RelaySession;
  readonly #open: InFlight;

  /** @param open the requests that were sent on and are not answered */
  constructor(session: RelaySession, open: InFlight) {
    this.#session = session;
    this.#open = open;
    this.approvals = new ElicitedApprovals(session, {
      approved: (call) => this.#decideAgain(call),
      denied: ({ request, channel, answer }, why) => this.#deny(request, channel, answer, why),
    });
  }

  /** Takes a request, whose answer goes to the channel. */
  take(request: Request, channel: Channel): void {
    const { id, method, params } = request;
    const reused = this.approvals.waitsFor(id) ? WAITS : this.#open.refusal(id);
    if (reused !== undefined) return this.#refuse(request, channel, INVALID_REQUEST, reused);
    if (Object.hasOwn(objectMember(params, "_meta") ?? {}, MODERN_VERSION)) {
      const why = "agentz does not support protocol 2026-07-28 yet; connect by `initialize`";
      return this.#refuse(request, channel, METHOD_NOT_FOUND, why);
    }
    if (method === "initialize") {
      this.#session.peers.client = objectMember(params, "clientInfo");
      this.approvals.greeted(objectMember(params, "capabilities"));
    }
    const asked = readRequest("client", method, params);
    if (asked.how === "refuse") {
      const code = asked.code === "invalid" ? INVALID_PARAMS : METHOD_NOT_FOUND;
      return this.#refuse(request, channel, code, asked.why);
    }
    if (asked.how === "pass") return this.#send(request, channel, undefined);
    this.#decide(request, channel, asked.action);
  }

  /** Answers a request that nobody can decide; only `enforce` does. */
  #refuse(request: Request, channel: Channel, code: number, why: string): void {
    this.#session.log.refused("client", why);
    if (!this.#session.enforces) return this.#send(request, channel, undefined);
    channel.answer(errorAnswer(request.id, { code, message: `agentz: ${why}` }));
  }

  #send({ id, method, params }: Request, channel: Channel, answer: Answer | undefined): void {
    const token = member(objectMember(params, "_meta"), "progressToken");
    const open: OpenRequest = {
      id,
      method,
      channel,
      answer,
      progressToken: typeof token === "string" || typeof token === "number" ? token : undefined,
      isSettled: false,
    };
    // outside of `enforce` a second request of an id goes on as well; the first one stays known
    if (this.#open.refusal(id) === undefined) this.#open.add(open);
    this.#open.restart(open);
    channel.forward();
  }

  #decide(request: Request, channel: Channel, asked: Action): void {
    const { id, method } = request;
    const session = this.#session;
    const isTool = method === "tools/call";
    const definitionDigest = session.lists.digestOf(asked.name);
    const action = isTool ? { ...asked, definitionDigest } : asked;
    const blocked = isTool ? session.blockedReason(action.name) : undefined;
    if (blocked !== undefined && session.enforces)
      return this.#block(request, channel, action, blocked);
    const answer = session.decided(action);
    if (!session.enforces)
      return this.#send(request, channel, "failure" in answer ? undefined : answer);
    if ("failure" in answer)
      return channel.answer(errorAnswer(id, { code: INTERNAL_ERROR, message: answer.failure }));
    if (answer.permitted) return this.#permitted(request, channel, answer);
    this.#notPermitted(request, channel, action, answer);
  }

  /** Denies a call, or asks for the approval that it needs. */
  #notPermitted(request: Request, channel: Channel, action: Action, answer: Answer): void {
    if (!this.approvals.canAsk || !isHeld(answer)) return this.#deny(request, channel, answer);
    const approval = stringMember(objectMember(answer.context, "access_request"), "id");
    if (approval === undefined) return this.#deny(request, channel, answer, UNBOUND);
    const policy = this.#session.options.service.policies.digest ?? "";
    this.approvals.hold({ request, channel, action, answer, approval, policy });
  }

  #decideAgain({ request, channel, action }: HeldCall): void {
    const again = this.#session.decided(action);
    if ("failure" in again)
      channel.answer(errorAnswer(request.id, { code: INTERNAL_ERROR, message: again.failure }));
    else if (again.permitted) this.#permitted(request, channel, again);
    else this.#deny(request, channel, again);
  }

  #permitted(request: Request, channel: Channel, answer: Answer): void {
    const isTask = Object.hasOwn(request.params, "task");
    if (!isTask || !redactsAnything(this.#session.redactionOf(answer)))
      return this.#send(request, channel, answer);
    this.#session.options.service.outcome(answer.id, { status: "not_sent" });
    const message = "agentz: a call whose result has to be redacted cannot be a task";
    channel.answer(errorAnswer(request.id, { code: INVALID_REQUEST, message }));
  }

  #deny({ id, method }: Request, channel: Channel, answer: Answer, more = ""): void {
    const denial = denialOf(answer, more);
    channel.answer(
      method === "tools/call"
        ? deniedCall(id, denial)
        : deniedRequest(id, this.#session.options.errorCode, denial),
    );
  }

  /** Denies a call of a tool whose definition nobody accepted. */
  #block({ id }: Request, channel: Channel, action: Action, why: string): void {
    this.#session.noteBlocked(action);
    const text = `agentz: denied: ${why}`;
    channel.answer(deniedCall(id, { text, meta: { decision: "deny", rule: "definition" } }));
  }
}

const UNBOUND =
  "; it cannot be approved here: its resource is unknown, so add the tool to a catalog";
const WAITS = "a request with this id waits for an approval";

function isHeld({ context }: Answer): boolean {
  return stringMember(context, "effect") === "require_approval";
}
