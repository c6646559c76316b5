import { randomUUID } from "node:crypto";
import { objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { lineOf } from "../answers.ts";
import type { Channel } from "../in-flight.ts";
import { readLine, type Message, type MessageId } from "../message.ts";
import { Relay } from "../relay.ts";
import { answeredIds } from "../server-messages.ts";
import type { RelayOptions } from "../relay-options.ts";
import { sharedParts } from "../shared-parts.ts";
import type { LinkEvents, ServerLink } from "./server-link.ts";

/** What a member tells of its server. */
export interface MemberEvents {
  /** A line for the client, as the server names things. */
  readonly toClient: (line: Buffer, message: Message) => void;
  /** The server is not there any more. */
  readonly down: (why: string) => void;
}

/** How a member is opened. */
export interface MemberOptions {
  readonly relay: RelayOptions;
  readonly open: (events: LinkEvents) => ServerLink;
  /** Milliseconds for which an answer to a question of the gateway itself is waited for. */
  readonly patience: number;
}

/** One of several servers, with the relay that has its calls decided. */
export class Member {
  readonly name: string;
  readonly #relay: Relay;
  readonly #link: ServerLink;
  readonly #framing: RelayOptions["framing"];
  readonly #events: MemberEvents;
  /** Milliseconds for which an answer to a question of the gateway itself is waited for. */
  readonly patience: number;
  readonly #asked = new Map<string, (body: JsonObject) => void>();
  /** What it answered to `initialize`; undefined: nothing yet. */
  greeting: JsonObject | undefined;
  /** Why it cannot be used; undefined: it can. */
  fault: string | undefined;

  constructor({ relay, open, patience }: MemberOptions, events: MemberEvents) {
    this.name = relay.caller.server;
    this.#framing = relay.framing;
    this.patience = patience;
    this.#events = events;
    this.#relay = new Relay(sharedParts(relay), { toServer: (line) => this.#link.send(line) });
    this.#link = open({
      line: (line) => this.#fromServer(line),
      tooLong: () => this.#relay.serverTooLong(),
      unsent: (line, why) => this.#unsent(line, why),
      gone: (why) => this.#gone(why),
    });
  }

  /** Takes a message of the client, as this server names things. */
  take(line: Buffer): void {
    this.#relay.fromClient(line, readLine(line, "lines"), this.#channel(line));
  }

  #channel(line: Buffer): Channel {
    return {
      forward: (edit) => this.#link.send(edit === undefined ? line : edit(line)),
      answer: (own) => this.#toClient(own),
      ask: (own) => this.#toClient(own),
    };
  }

  /**
   * Asks the server something; a failure is an `Error` whose message says why. It waits for `patience`
   * milliseconds, which are what is left of `within`.
   */
  async ask(
    method: string,
    params: JsonObject,
    patience = this.patience,
    within = this.patience,
  ): Promise<JsonObject> {
    if (this.fault !== undefined) throw new Error(this.fault);
    const id = `agentz-${randomUUID()}`;
    const body = await new Promise<JsonObject>((resolve) => {
      const flag = within === this.patience ? " (--server-wait)" : "";
      const why = `it did not answer \`${method}\` within ${within / 1000} s${flag}`;
      const late = { error: { message: why } };
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        resolve(late);
      }, patience);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.take(lineOf({ jsonrpc: "2.0", id, method, params }));
    });
    const result = objectMember(body, "result");
    if (result !== undefined) return result;
    const why = stringMember(objectMember(body, "error"), "message") ?? "it gave no result";
    // who asked for this names the server itself
    throw new Error(why.replace(/^agentz: /, "").replace(this.#noAnswer, ""));
  }

  #fromServer(line: Buffer): void {
    const kept = this.#relay.fromServer(line);
    if (kept !== undefined) this.#toClient(kept);
  }

  #toClient(line: Buffer): void {
    const message = readLine(line, this.#framing);
    // outside of `enforce` the relay lets it pass, but with several servers nobody can send it on
    if (message.kind === "unreadable")
      for (const id of answeredIds(line))
        this.#relay.unanswered(
          id,
          `the answer of the server \`${this.name}\` cannot be used: ${message.reason}`,
        );
    const answered = message.kind === "response" ? this.#asked.get(String(message.id)) : undefined;
    if (answered === undefined || message.kind !== "response")
      return this.#events.toClient(line, message);
    this.#asked.delete(String(message.id));
    answered(message.body);
  }

  get #noAnswer(): string {
    return `the server \`${this.name}\` gave no answer: `;
  }

  #unsent(line: Buffer, why: string): void {
    const message = readLine(line, "lines");
    const id: MessageId | undefined = message.kind === "request" ? message.id : undefined;
    this.#relay.unanswered(id, this.#noAnswer + why);
  }

  /** The server is not there any more: every open request is answered, and no other is sent. */
  #gone(why: string): void {
    if (this.fault !== undefined) return;
    this.fault = why;
    this.#relay.serverGone(this.#noAnswer + why);
    this.#events.down(why);
  }

  /** Ends the connection and the session. */
  async close(): Promise<void> {
    this.fault ??= "the gateway ends";
    await this.#link.close();
    this.#relay.serverGone("the gateway ends");
    this.#relay.close();
  }
}
