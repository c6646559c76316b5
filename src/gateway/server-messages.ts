import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";
import { readServerRequest } from "./action.ts";
import {
  deniedCall,
  deniedRequest,
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  type Denial,
} from "./answers.ts";
import { flattened, listOf } from "./batch-elements.ts";
import { messageOf } from "./denial.ts";
import type { Channel, InFlight, OpenRequest } from "./in-flight.ts";
import { lineText } from "./line-splitter.ts";
import {
  BATCH_VERSION,
  HANDSHAKE_VERSIONS,
  readLine,
  seemingValue,
  type Batch,
  type Message,
  type MessageId,
  type Notification,
  type Request,
  type Response,
  type Unreadable,
} from "./message.ts";
import { editedLine } from "./edited-json.ts";
import {
  isComplete,
  isInputRequired,
  knownVersions,
  MODERN_VERSIONS,
  modernServer,
} from "./modern.ts";
import { outcomeOf } from "./outcome.ts";
import { NAMED_LISTS } from "./named-lists.ts";
import type { RelaySession } from "./relay-session.ts";
import type { SharedParts } from "./shared-parts.ts";

/** The requests of both sides that are not answered, and the way to the server. */
export interface Traffic {
  readonly ofClient: InFlight;
  readonly ofServer: InFlight;
  readonly toServer: (line: Buffer) => void;
}

/** Takes the messages of a server: its answers, its own requests, its notifications. */
export class ServerMessages {
  readonly #parts: SharedParts;
  readonly #session: RelaySession;
  readonly #traffic: Traffic;

  constructor(parts: SharedParts, traffic: Traffic) {
    this.#parts = parts;
    this.#session = parts.session;
    this.#traffic = traffic;
  }

  /** Takes a line: it is given back as it goes to the client; undefined: it does not. */
  take(line: Buffer): Buffer | undefined {
    return this.#taken(readLine(line, this.#session.options.framing), line);
  }

  #taken(message: Message, line: Buffer): Buffer | undefined {
    switch (message.kind) {
      case "batch":
        return this.#batch(message, line);
      case "request":
        return this.#request(message, line);
      case "notification":
        this.#notification(message);
        return this.#session.redactedNotification(line);
      case "response":
        return this.#gathered(message, line);
      case "unreadable":
        if (lineText(line).length === 0) return line;
        return this.#unreadable(message, line);
    }
  }

  /** The error that a client gets instead of an answer. */
  failed(open: OpenRequest, outcome: JsonObject, why: string): Buffer {
    this.#traffic.ofClient.forget(open.id);
    this.#session.log.settle(open, outcome);
    return errorAnswer(open.id, { code: INTERNAL_ERROR, message: `agentz: ${why}` });
  }

  /** Takes several messages as one (protocol 2025-03-26): as it came, where all of it goes on. */
  #batch({ members }: Batch, line: Buffer): Buffer | undefined {
    if (this.#session.peers.protocol !== BATCH_VERSION)
      return this.#unreadable({ reason: `batches exist only in protocol ${BATCH_VERSION}` }, line);
    const kept = members.flatMap(({ bytes, message }) => {
      const taken = this.#taken(message, bytes);
      return taken === undefined ? [] : flattened(taken);
    });
    if (kept.length === 0) return undefined;
    const isWhole =
      kept.length === members.length && members.every(({ bytes }, at) => kept[at]?.equals(bytes));
    return isWhole ? line : listOf(kept);
  }

  #unreadable({ reason }: Pick<Unreadable, "reason">, line: Buffer): Buffer | undefined {
    this.#session.log.refused("server", reason);
    if (!this.#session.enforces) return line;
    const why = `the answer of ${this.#session.server} cannot be used: ${reason}`;
    const errors = answeredIds(line).flatMap((id) => {
      const open = this.#traffic.ofClient.take(id);
      if (open === undefined) return [];
      const error = this.failed(open, { status: "error" }, why);
      const given = open.channel.batch === undefined ? error : open.channel.batch.gather(error);
      return given === undefined ? [] : [given];
    });
    return errors.length === 0 ? undefined : Buffer.concat(errors);
  }

  /** An answer as it goes to the client: by itself, or with the other ones of its batch. */
  #gathered(response: Response, line: Buffer): Buffer | undefined {
    const place = this.#traffic.ofClient.get(response.id)?.channel.batch;
    const answer = this.#response(response, line);
    return place === undefined || answer === undefined ? answer : place.gather(answer);
  }

  #request(request: Request, line: Buffer): Buffer | undefined {
    const { id, method, params } = request;
    const session = this.#session;
    const reused = this.#traffic.ofServer.refusal(id);
    const asked = readServerRequest(method, params);
    const fault = reused ?? (asked.how === "refuse" ? asked.why : undefined);
    if (fault !== undefined) {
      session.log.refused("server", fault);
      if (!session.enforces) return line;
      const code = reused === undefined ? METHOD_NOT_FOUND : INVALID_REQUEST;
      return this.#answer(errorAnswer(id, { code, message: `agentz: ${fault}` }));
    }
    const answer = asked.how === "decide" ? session.decided(asked.action, undefined) : undefined;
    if (answer !== undefined && session.enforces) {
      if ("failure" in answer)
        return this.#answer(errorAnswer(id, { code: INTERNAL_ERROR, message: answer.failure }));
      if (!answer.permitted)
        return this.#answer(
          deniedRequest(id, session.options.errorCode, session.denial(answer, "")),
        );
    }
    this.#traffic.ofServer.add({
      ...{ id, method, request },
      modern: undefined,
      channel: NOWHERE,
      answer: answer === undefined || "failure" in answer ? undefined : answer,
      progressToken: undefined,
      isSettled: false,
    });
    this.#traffic.ofClient.restartAll();
    return line;
  }

  #answer(line: Buffer): undefined {
    this.#traffic.toServer(line);
  }

  #notification({ method, params }: Notification): void {
    const { ofClient } = this.#traffic;
    const id = member(params, "requestId");
    // so a server ends a subscription (protocol 2026-07-28)
    if (
      method === "notifications/cancelled" &&
      (typeof id === "string" || typeof id === "number")
    ) {
      const open =
        ofClient.get(id)?.method === "subscriptions/listen" ? ofClient.take(id) : undefined;
      if (open !== undefined) this.#session.log.settle(open, { status: "ok" });
    }
    const token = params["progressToken"];
    if (typeof token !== "string" && typeof token !== "number") return;
    const open = ofClient.byProgressToken(token);
    if (open !== undefined) ofClient.restart(open);
  }

  #response({ id, body }: Response, line: Buffer): Buffer | undefined {
    const session = this.#session;
    // what was answered may come again where a stream is resumed
    const open = this.#traffic.ofClient.take(id) ?? this.#again(id);
    if (open === undefined) {
      session.log.refused("server", "an answer to no request of the client");
      return session.enforces ? undefined : line;
    }
    const denial = this.#parts.inputs.take(open, objectMember(body, "result"));
    if (denial !== undefined) return this.#deniedInput(open, denial);
    if (open.method === "initialize") return this.#greeted(open, body, line);
    if (open.method === "server/discover") return this.#discovered(body, line);
    if (NAMED_LISTS.has(open.method)) return this.#listed(open, body, line);
    if (this.#isWithheld(open, body))
      return this.failed(open, { status: "error" }, "a result that comes later cannot be redacted");
    const isRecorded = session.log.settle(open, outcomeOf(body, session.options.results));
    if (isRecorded || !session.enforces) return session.redacted(open, line);
    const why = "the answer cannot be recorded, so it is withheld";
    return errorAnswer(open.id, { code: INTERNAL_ERROR, message: `agentz: ${why}` });
  }

  #again(id: MessageId): OpenRequest | undefined {
    const isStream = this.#session.options.framing === "bodies";
    return isStream ? this.#traffic.ofClient.answered(id) : undefined;
  }

  /** Whether what has to be redacted would come in another answer than this one, such as a task's. */
  #isWithheld({ answer }: OpenRequest, body: JsonObject): boolean {
    const result = objectMember(body, "result");
    if (!this.#session.enforces || isComplete(result) || isInputRequired(result)) return false;
    return answer !== undefined && this.#session.redactionOf(answer).fields.length > 0;
  }

  /** Answers a call for which the server asks what the client may not be asked. */
  #deniedInput(open: OpenRequest, denial: Denial): Buffer {
    this.#session.log.settle(open, { status: "input_required" });
    return open.method === "tools/call"
      ? deniedCall(open.id, denial, open.modern !== undefined)
      : deniedRequest(open.id, this.#session.options.errorCode, denial);
  }

  /** What a server says of itself without a handshake; versions that the gateway does not know are left out. */
  #discovered(body: JsonObject, line: Buffer): Buffer {
    const { peers, enforces } = this.#session;
    const result = objectMember(body, "result");
    peers.server = modernServer(result) ?? peers.server;
    const known = knownVersions(result, [...MODERN_VERSIONS, ...HANDSHAKE_VERSIONS]);
    if (known === undefined || !enforces) return line;
    return editedLine(line, (message) => ({
      ...message,
      result: { ...objectMember(message, "result"), supportedVersions: known },
    }));
  }

  #greeted(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    const { peers, log, enforces } = this.#session;
    const result = objectMember(body, "result");
    const version = stringMember(result, "protocolVersion");
    peers.server = objectMember(result, "serverInfo");
    peers.protocol = version;
    if (result === undefined || (version !== undefined && HANDSHAKE_VERSIONS.includes(version)))
      return line;
    const known = HANDSHAKE_VERSIONS.join(", ");
    const why = `the server speaks a protocol version that agentz does not know: it knows ${known}`;
    log.refused("server", why);
    return enforces ? this.failed(open, { status: "error" }, why) : line;
  }

  #listed(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    const { lists, others, options, enforces } = this.#session;
    const { method } = open;
    try {
      return method === "tools/list" ? lists.shown(body, line) : others.shown(method, body, line);
    } catch (error) {
      const why = `the list of ${method} cannot be checked: ${messageOf(error)}`;
      options.tell(why);
      return enforces ? this.failed(open, { status: "error" }, why) : line;
    }
  }
}

/** A request of a server is answered by the client, whose answer is sent on. */
const NOWHERE: Channel = {
  forward: () => undefined,
  answer: () => undefined,
  ask: undefined,
};

/** The ids of answers that cannot be used, as far as they seem to have some. */
export function answeredIds(line: Buffer): readonly MessageId[] {
  const value = seemingValue(line.toString("utf8"));
  return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => {
    const id = isJsonObject(one) ? one["id"] : undefined;
    return typeof id === "string" || typeof id === "number" ? [id] : [];
  });
}
