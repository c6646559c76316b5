import { credentialEnd } from "../request/credential.ts";
import { jsonDigest, type JsonDigest } from "../request/json-digest.ts";
import { objectMember, stringMember, type JsonObject } from "../request/json.ts";
import type { RecordedEffect, TraceEvent } from "../trace/event.ts";
import type { CallResult } from "./walk.ts";

/** An event that counts, as whoever looks at all of them sees it. */
export interface SeenEvent {
  readonly type: string;
  /** Milliseconds with their fraction. */
  readonly time: number | undefined;
  readonly session: string | undefined;
  readonly labels: JsonObject | undefined;
  /** The event's id; asked for only where it is shown. */
  readonly id: () => string;
}

/**
 * A call that counts. What many calls share is told by numbers: calls of one number are alike in
 * all that hangs on it, so it is worked out once. Below 0: no other call is known to be alike.
 */
export interface SeenCall extends SeenEvent {
  /** What both versions decide, its class included; the event and the calls may be another's. */
  readonly decided: CallResult;
  /** Of {@link decided}. */
  readonly decision: number;
  /** Of the subject, whether it has a person's name, the kind of credential, and what has expired. */
  readonly who: number;
  /** Of the action, and of the resource but for its id. */
  readonly tool: number;
  /** Of all that coverage counts. */
  readonly judged: number;
  /** The call with its own event, as far as anybody counts by it; made where it is asked for. */
  readonly result: () => CallResult;
  /** The number of its credential; undefined: none is named. */
  readonly credential: number | undefined;
  /** When its credential expires, in milliseconds; undefined: that is not recorded. */
  readonly credentialEnd: number | undefined;
  /** What the decision point answered, which it was, and in how many milliseconds. */
  readonly effect: RecordedEffect | undefined;
  readonly point: string | undefined;
  readonly answeredIn: number | undefined;
  readonly hasOutcome: boolean;
  readonly hasModel: boolean;
  readonly hasSignals: boolean;
  readonly surface: string | undefined;
  readonly task: string | undefined;
  /** The resource as the candidate names it. */
  readonly resource: () => ResourceName;
  /** What tells the arguments apart from all others; undefined: there are none. */
  readonly args: () => JsonDigest | undefined;
  /** The arguments as JSON; undefined: there are none. */
  readonly argsText: () => string | undefined;
}

/** How a resource is named. */
export interface ResourceName {
  readonly type: string | undefined;
  readonly id: string | undefined;
}

/** Whatever takes the calls of a replay that count, and the other events, in their order. */
export interface SeenObserver {
  readonly call: (call: SeenCall) => void;
  /** Events that are no calls. */
  readonly other?: (event: SeenEvent) => void;
  /** From now on the numbers of calls mean others than before. */
  readonly renumber?: () => void;
}

/** Takes what calls of a replay come to, each time with how many calls come to it. */
export type DecisionCounter = (result: CallResult, calls: number) => void;

/** An event that was read as a whole. */
export class WholeEvent implements SeenEvent {
  readonly type: string;
  readonly time: number | undefined;
  readonly session: string | undefined;
  readonly labels: JsonObject | undefined;
  readonly id: () => string;

  constructor(event: TraceEvent) {
    this.type = event.type;
    this.time = event.time;
    this.session = event.session;
    this.labels = event.labels;
    this.id = () => event.id;
  }
}

/** A call that was read as a whole: nothing of it is known to be another's. */
export class WholeCall extends WholeEvent implements SeenCall {
  readonly decision = -1;
  readonly who = -1;
  readonly tool = -1;
  readonly judged = -1;
  readonly decided: CallResult;
  readonly credential: number | undefined;

  /** `credential`: the number of its credential. */
  constructor(result: CallResult, credential: number | undefined) {
    super(result.event);
    this.decided = result;
    this.credential = credential;
  }

  get #event(): TraceEvent {
    return this.decided.event;
  }

  result = (): CallResult => this.decided;

  get credentialEnd(): number | undefined {
    return credentialEnd(this.#event.request);
  }

  get effect(): RecordedEffect | undefined {
    return this.#event.decision?.effect;
  }

  get point(): string | undefined {
    return this.#event.decision?.pdp;
  }

  get answeredIn(): number | undefined {
    return this.#event.decision?.ms;
  }

  get hasOutcome(): boolean {
    return this.#event.request.outcome !== undefined;
  }

  get hasModel(): boolean {
    const { context } = this.#event.request;
    return objectMember(context, "model") !== undefined || typeof context?.["model"] === "string";
  }

  get hasSignals(): boolean {
    return objectMember(this.#event.request.context, "signals") !== undefined;
  }

  get surface(): string | undefined {
    return stringMember(this.#event.request.context, "surface");
  }

  get task(): string | undefined {
    return stringMember(objectMember(this.#event.request.context, "task"), "id");
  }

  resource = (): ResourceName => resourceNamed(this.decided);

  args = (): JsonDigest | undefined => {
    const { args } = this.#event.request;
    return args === undefined ? undefined : jsonDigest(args);
  };

  argsText = (): string | undefined => {
    const { args } = this.#event.request;
    return args === undefined ? undefined : JSON.stringify(args);
  };
}

/** How the candidate names the resource of a call. */
export function resourceNamed({ candidate }: CallResult): ResourceName {
  const resource = candidate.engine?.call.resource;
  return { type: resource?.type, id: resource?.id };
}
