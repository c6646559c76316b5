import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { AskedCall, AskedCalls } from "../../api/never-permitted.ts";
import { makeFolder } from "../../node/make-folder.ts";
import { hideSecrets } from "../../text/hide-secrets.ts";
import { stringMember, type JsonObject } from "../../request/json.ts";
import { GATEWAY_DENIAL } from "../../api/trace-event.ts";
import { EventClock } from "../../serve/clock.ts";
import { DecisionLog, type LogOptions } from "../../serve/decision-log.ts";
import type { Answer } from "../../serve/decision-service.ts";
import { HttpProblem } from "../../serve/http-problem.ts";
import { recordedLine } from "../../serve/recorded-line.ts";
import type { Decisions } from "../decisions.ts";
import { DecisionThread } from "./decision-thread.ts";
import type { DecisionPoint } from "./post.ts";
import { RemoteLists } from "./remote-lists.ts";
import { answerOf } from "./remote-answer.ts";

/** How another decision point is asked. */
export interface RemoteOptions {
  readonly point: DecisionPoint;
  /** Milliseconds for an answer. */
  readonly patience: number;
  readonly log: LogOptions;
  /** The name of this gateway in its log. */
  readonly pdp: string;
  readonly clock: () => number;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/**
 * Has a decision point elsewhere decide (design 14, 15.1), and records here what it said: the log of
 * the gateway is a trace as well. What is not decided, or cannot be recorded, is not permitted.
 */
export class RemoteDecisions implements Decisions {
  readonly policies = undefined;
  readonly options: RemoteOptions;
  readonly #thread: DecisionThread;
  readonly #lists: RemoteLists;
  readonly #log: DecisionLog;
  readonly #clock: EventClock;
  readonly #boot: string;
  /** The sessions of calls that wait for an outcome, by id. */
  readonly #open = new Map<string, string | undefined>();
  #next = 0;

  constructor(options: RemoteOptions) {
    this.options = options;
    makeFolder(dirname(options.log.path), 0o700);
    this.#log = new DecisionLog(options.log);
    this.#clock = new EventClock(options.clock);
    this.#boot = `${options.clock().toString(36)}-${randomBytes(6).toString("hex")}`;
    this.#thread = new DecisionThread(options.point, options.patience, (why) =>
      options.tell(`the decision point was not told: ${hideSecrets(why)}`),
    );
    this.#lists = new RemoteLists((path, body) => this.#thread.ask(path, body), options.tell);
  }

  #id(): string {
    return `${this.#boot}-${(this.#next++).toString(36)}`;
  }

  /** Asks; that there is no decision is an `HttpProblem` that says why, and is recorded as a deny. */
  decide(event: JsonObject): Answer {
    const id = this.#id();
    const time = this.#clock.text();
    const answer = this.#asked({ ...event, id });
    if (typeof answer === "string") {
      const decision = { effect: "deny", rule: "decision-point", pdp: this.options.pdp };
      this.#write({ id, time, type: GATEWAY_DENIAL, ...event, decision });
      // it may have decided, and counts a call that never ran
      this.#tell("/v1/outcomes", { id, outcome: { status: "not_sent" } });
      throw new HttpProblem(502, `the decision point cannot be used: ${hideSecrets(answer)}`);
    }
    const { effect, rules, indeterminate } = answer.decision;
    const policy = stringMember(answer.context, "policy") ?? "";
    const [rule] = rules;
    const decision = {
      effect,
      rule,
      policy,
      pdp: this.options.pdp,
      ...(indeterminate && { indeterminate }),
    };
    const isApproved = answer.permitted && effect === "require_approval";
    const line = { id, time, ...event, decision, ...(isApproved && { outcome: {} }) };
    if (!this.#write(line)) {
      this.#tell("/v1/outcomes", { id, outcome: { status: "not_sent" } });
      throw new HttpProblem(
        503,
        "the log cannot be written, and a call that is not recorded is not permitted",
      );
    }
    if (answer.permitted) this.#open.set(id, stringMember(event, "session"));
    return answer;
  }

  #asked(event: JsonObject): Answer | string {
    try {
      const { status, text } = this.#thread.ask("/v1/decide", JSON.stringify(event));
      return status === 200
        ? answerOf(text, stringMember(event, "id") ?? "")
        : `it answered with status ${status}: ${text.slice(0, 200)}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  outcome(id: string, outcome: JsonObject): void {
    const session = this.#open.get(id);
    this.#open.delete(id);
    this.#tell("/v1/outcomes", { id, outcome });
    this.#recorded({ type: "outcome", session, parent: id, outcome });
  }

  note(event: JsonObject): string {
    const session = stringMember(event, "session");
    if (event["type"] === "session_end" && session !== undefined)
      this.#tell("/v1/sessions/end", { session });
    return this.#recorded(event);
  }

  /** What the decision point proves never to be permitted (design 15.2). */
  neverPermitted(asked: AskedCalls): ReadonlySet<AskedCall> {
    return this.#lists.never(asked);
  }

  /** Only the decision point knows who may approve. */
  mayNotApprove(): boolean {
    return false;
  }

  /** Approvals are given at the decision point. */
  answerApproval(): never {
    throw new HttpProblem(403, "approvals are given at the decision point");
  }

  #tell(path: string, body: JsonObject): void {
    this.#thread.tell(path, JSON.stringify(body));
  }

  #recorded(event: JsonObject): string {
    const id = this.#id();
    if (!this.#write({ id, time: this.#clock.text(), ...event }))
      throw new HttpProblem(503, "the log cannot be written");
    return id;
  }

  #write(event: JsonObject): boolean {
    try {
      this.#log.append(recordedLine({ event, masked: [] }).text);
      return true;
    } catch (error) {
      this.options.tell(
        `the log cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  }

  /** Tells the decision point what it was not told yet, and closes the log. */
  async close(): Promise<void> {
    await this.#thread.close();
    this.#log.close();
  }
}
