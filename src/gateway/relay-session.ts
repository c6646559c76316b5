import type { Answer } from "../serve/decision-service.ts";
import { GATEWAY_DENIAL } from "../api/trace-event.ts";
import { toldDenial } from "../serve/told-decision.ts";
import { callEvent, type Action, type Peers } from "./action.ts";
import type { Denial } from "./answers.ts";
import { denialOf, heldDenialOf, isHeld, messageOf } from "./denial.ts";
import { editedLine } from "./edited-json.ts";
import { FilteredLists } from "./filtered-lists.ts";
import type { OpenRequest } from "./in-flight.ts";
import type { Modern } from "./modern.ts";
import { redactedResponse, redactionOf, redactsAnything, type Redaction } from "../serve/redact.ts";
import { redactedNotification } from "./redacted-notification.ts";
import type { RelayOptions } from "./relay-options.ts";
import { SessionLog } from "./session-log.ts";
import { ToolLists } from "./tool-lists.ts";

/** The decision on an action; a failure says why there is none. */
export type Decided = Answer | { readonly failure: string };

/** What all messages of one session share: how they are decided, recorded and redacted. */
export class RelaySession {
  readonly options: RelayOptions;
  readonly log: SessionLog;
  readonly lists: ToolLists;
  /** Fields that results of this session's calls are given without. */
  readonly #fields = new Set<string>();
  /** Lists of what is no tool. */
  readonly others: FilteredLists;
  readonly peers: Peers = { client: undefined, server: undefined, protocol: undefined };

  constructor(options: RelayOptions) {
    const { mode, service, caller, definitions, tell } = options;
    this.options = options;
    this.log = new SessionLog(options);
    this.others = new FilteredLists({
      caller,
      service: mode === "enforce" ? service : undefined,
    });
    this.lists = new ToolLists({
      caller,
      service: mode === "record" ? undefined : service,
      store: definitions,
      enforces: mode === "enforce",
      note: (event) => this.log.note(event),
      tell,
    });
  }

  /** How the server is called in sentences. */
  get server(): string {
    return `the server \`${this.options.caller.server}\``;
  }

  /** Whether anything is stopped at all. */
  get enforces(): boolean {
    return this.options.mode === "enforce";
  }

  /** What both sides said of themselves: without a handshake, the client does so in each request. */
  #peersOf(modern: Modern | undefined): Peers {
    if (modern === undefined) return this.peers;
    return { client: modern.client, server: this.peers.server, protocol: modern.version };
  }

  /** The decision on an action, recorded. */
  decided(action: Action, modern: Modern | undefined): Decided {
    const { service, caller, mode, tell } = this.options;
    try {
      const answer = service.decide(callEvent(action, caller, this.#peersOf(modern)));
      if (mode === "shadow" && !answer.permitted)
        tell(`would stop ${caller.server}/${action.name}: ${toldDenial(answer.context)}`);
      return answer;
    } catch (error) {
      tell(`${caller.server}/${action.name} could not be decided: ${messageOf(error)}`);
      return {
        failure: `agentz: the call could not be decided, so it is denied: ${messageOf(error)}`,
      };
    }
  }

  /** Why a tool is blocked; where that cannot be known it is. */
  blockedReason(name: string): string | undefined {
    try {
      return this.lists.blockedReason(name);
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Records that a call was denied because of the tool's definition: no policy is asked. Gives its id. */
  noteBlocked(action: Action, modern: Modern | undefined): string | undefined {
    const { caller, service } = this.options;
    const decision = { effect: "deny", rule: "definition", pdp: service.options.pdp };
    const event = callEvent(action, caller, this.#peersOf(modern));
    return this.log.note({ type: GATEWAY_DENIAL, ...event, decision });
  }

  /** Why a call may not run; of one that waits for people elsewhere, where they are asked. */
  denial(answer: Answer, more: string): Denial {
    const { approvalPlace } = this.options;
    return approvalPlace === undefined || !isHeld(answer)
      ? denialOf(answer, more)
      : heldDenialOf(answer, `at ${approvalPlace}`, more);
  }

  /** What is taken out of the result of a call. */
  redactionOf(answer: Answer): Redaction {
    return redactionOf(answer, this.options.redactKinds);
  }

  /** Remembers what a call that is sent on has to be redacted of: a server may say more of it at any time. */
  sent(answer: Answer): void {
    if (this.enforces) for (const field of this.redactionOf(answer).fields) this.#fields.add(field);
  }

  /** A notification of the server without what any call of the session has to be redacted of. */
  redactedNotification(line: Buffer): Buffer {
    const redaction = { fields: [...this.#fields], kinds: this.options.redactKinds };
    if (!this.enforces || !redactsAnything(redaction)) return line;
    return editedLine(line, (message) => redactedNotification(message, redaction));
  }

  /** An answer without what the decision on its request asks to redact; only `enforce` does. */
  redacted(open: OpenRequest, line: Buffer): Buffer {
    if (!this.enforces) return line;
    const kinds = this.options.redactKinds;
    const redaction =
      open.answer === undefined ? { fields: [], kinds } : this.redactionOf(open.answer);
    if (!redactsAnything(redaction)) return line;
    return editedLine(line, (message) => redactedResponse(message, redaction));
  }
}
