import { isJsonObject, objectMember, stringMember, type JsonObject } from "../request/json.ts";
import { readRequest } from "./action.ts";
import {
  deniedRequest,
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
} from "./answers.ts";
import { denialOf, messageOf } from "./denial.ts";
import type { Channel, InFlight, OpenRequest } from "./in-flight.ts";
import { lineText } from "./line-splitter.ts";
import {
  readLine,
  seemingValue,
  type MessageId,
  type Request,
  type Response,
  type Unreadable,
} from "./message.ts";
import { outcomeOf } from "./outcome.ts";
import type { RelaySession } from "./relay-session.ts";

/** Protocol versions that begin with `initialize`, as far as the gateway knows them. */
const VERSIONS: readonly string[] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/** The requests of both sides that are not answered, and the way to the server. */
export interface Traffic {
  readonly ofClient: InFlight;
  readonly ofServer: InFlight;
  readonly toServer: (line: Buffer) => void;
}

/** Takes the messages of a server: its answers, its own requests, its notifications. */
export class ServerMessages {
  readonly #session: RelaySession;
  readonly #traffic: Traffic;

  constructor(session: RelaySession, traffic: Traffic) {
    this.#session = session;
    this.#traffic = traffic;
  }

  /** Takes a line: it is given back as it goes to the client; undefined: it does not. */
  take(line: Buffer): Buffer | undefined {
    const message = readLine(line, this.#session.options.framing);
    switch (message.kind) {
      case "request":
        return this.#request(message, line);
      case "notification":
        this.#notification(message.params);
        return line;
      case "response":
        return this.#response(message, line);
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

  #unreadable({ reason }: Unreadable, line: Buffer): Buffer | undefined {
    this.#session.log.refused("server", reason);
    if (!this.#session.enforces) return line;
    const id = answeredId(line);
    const open = id === undefined ? undefined : this.#traffic.ofClient.take(id);
    if (open === undefined) return undefined;
    return this.failed(open, { status: "error" }, `the server's answer cannot be used: ${reason}`);
  }

  #request(request: Request, line: Buffer): Buffer | undefined {
    const { id, method, params } = request;
    const session = this.#session;
    const reused = this.#traffic.ofServer.refusal(id);
    const asked = readRequest("server", method, params);
    const fault = reused ?? (asked.how === "refuse" ? asked.why : undefined);
    if (fault !== undefined) {
      session.log.refused("server", fault);
      if (!session.enforces) return line;
      const code = reused === undefined ? METHOD_NOT_FOUND : INVALID_REQUEST;
      return this.#answer(errorAnswer(id, { code, message: `agentz: ${fault}` }));
    }
    const answer = asked.how === "decide" ? session.decided(asked.action) : undefined;
    if (answer !== undefined && session.enforces) {
      if ("failure" in answer)
        return this.#answer(errorAnswer(id, { code: INTERNAL_ERROR, message: answer.failure }));
      if (!answer.permitted)
        return this.#answer(deniedRequest(id, session.options.errorCode, denialOf(answer, "")));
    }
    this.#traffic.ofServer.add({
      id,
      method,
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

  #notification(params: JsonObject): void {
    const token = params["progressToken"];
    if (typeof token !== "string" && typeof token !== "number") return;
    const open = this.#traffic.ofClient.byProgressToken(token);
    if (open !== undefined) this.#traffic.ofClient.restart(open);
  }

  #response({ id, body }: Response, line: Buffer): Buffer | undefined {
    const session = this.#session;
    // what was answered may come again where a stream is resumed
    const open = this.#traffic.ofClient.take(id) ?? this.#again(id);
    if (open === undefined) {
      session.log.refused("server", "an answer to no request of the client");
      return session.enforces ? undefined : line;
    }
    if (open.method === "initialize") return this.#greeted(open, body, line);
    if (open.method === "tools/list") return this.#listed(open, body, line);
    const isRecorded = session.log.settle(open, outcomeOf(body, session.options.results));
    if (isRecorded || !session.enforces) return session.redacted(open, line);
    const why = "the answer cannot be recorded, so it is withheld";
    return errorAnswer(open.id, { code: INTERNAL_ERROR, message: `agentz: ${why}` });
  }

  #again(id: MessageId): OpenRequest | undefined {
    const isStream = this.#session.options.framing === "bodies";
    return isStream ? this.#traffic.ofClient.answered(id) : undefined;
  }

  #greeted(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    const { peers, log, enforces } = this.#session;
    const result = objectMember(body, "result");
    const version = stringMember(result, "protocolVersion");
    peers.server = objectMember(result, "serverInfo");
    peers.protocol = version;
    if (result === undefined || (version !== undefined && VERSIONS.includes(version))) return line;
    const why = `the server speaks a protocol version that agentz does not know: it knows ${VERSIONS.join(", ")}`;
    log.refused("server", why);
    return enforces ? this.failed(open, { status: "error" }, why) : line;
  }

  #listed(open: OpenRequest, body: JsonObject, line: Buffer): Buffer {
    const { lists, options, enforces } = this.#session;
    try {
      return lists.shown(body, line);
    } catch (error) {
      const why = `the list of tools cannot be checked: ${messageOf(error)}`;
      options.tell(why);
      return enforces ? this.failed(open, { status: "error" }, why) : line;
    }
  }
}

/** A request of a server is answered by the client, whose answer is sent on. */
const NOWHERE: Channel = {
  forward: () => undefined,
  answer: () => undefined,
  ask: () => undefined,
};

/** The id of an answer that cannot be used, as far as it seems to have one. */
function answeredId(line: Buffer): MessageId | undefined {
  const value = seemingValue(line.toString("utf8"));
  const id = isJsonObject(value) ? value["id"] : undefined;
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}
