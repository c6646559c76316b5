import { isJsonObject, objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import {
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  lineOf,
  METHOD_NOT_FOUND,
} from "../answers.ts";
import { editedLine } from "../edited-json.ts";
import { lineText } from "../line-splitter.ts";
import { readLine, type Message, type MessageId, type Request } from "../message.ts";
import { NAMED_LISTS } from "../named-lists.ts";
import { greetingOf } from "./greeting.ts";
import { Member, type MemberOptions } from "./member.ts";
import { mergedList } from "./merged-list.ts";
import { joinedId, joinedResult, joinedUri, splitId } from "./names.ts";
import { ROUTERS } from "./routed.ts";

/** What several servers behind one gateway need. */
export interface ManyServersOptions {
  readonly members: readonly MemberOptions[];
  /** Sends a line to the client. */
  readonly toClient: (line: Buffer) => void;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** A request of the client that one server answers. */
interface OpenRequest {
  readonly member: Member;
  readonly token: MessageId | undefined;
}

/**
 * Stands between one MCP client and several servers (design 15.1): names carry that of their server,
 * lists are joined, and each message finds its way back. Each server has its own relay, and all of
 * them one session.
 */
export class ManyServers {
  readonly #options: ManyServersOptions;
  readonly #members: ReadonlyMap<string, Member>;
  readonly #open = new Map<string, OpenRequest>();

  constructor(options: ManyServersOptions) {
    this.#options = options;
    const members = options.members.map((one) => {
      const member: Member = new Member(one, {
        toClient: (line, message) => this.#fromServer(member, line, message),
        down: (why) => this.#down(member, why),
      });
      return [member.name, member] as const;
    });
    this.#members = new Map(members);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.close()));
  }

  #answer(id: MessageId, result: JsonObject): void {
    this.#options.toClient(lineOf({ jsonrpc: "2.0", id, result }));
  }

  #fail(id: MessageId | undefined, code: number, why: string): void {
    this.#options.toClient(errorAnswer(id, { code, message: `agentz: ${why}` }));
  }

  #down({ name }: Member, why: string): void {
    const what = `the server \`${name}\` cannot be used: ${why}`;
    this.#options.tell(what);
    const params = { level: "error", logger: "agentz", data: what };
    this.#options.toClient(lineOf({ jsonrpc: "2.0", method: "notifications/message", params }));
  }

  /** Takes a line of the client. */
  fromClient(line: Buffer): void {
    const message = readLine(line, "lines");
    switch (message.kind) {
      case "request":
        return this.#request(message, line);
      case "notification":
        return this.#notification(message.method, message.params, line);
      case "response":
        return this.#response(message.id, line);
      case "batch":
        return this.#fail(
          undefined,
          INVALID_REQUEST,
          "with several servers, a batch is not supported",
        );
      case "unreadable":
        // nobody knows for which server it is
        if (lineText(line).length > 0) this.#fail(message.id, INVALID_REQUEST, message.reason);
    }
  }

  #request(request: Request, line: Buffer): void {
    const { id, method, params } = request;
    if (this.#open.has(String(id)))
      return this.#fail(id, INVALID_REQUEST, "a request with this id is not answered yet");
    const router = ROUTERS.get(method);
    if (router !== undefined) return this.#route(request, line, router(params));
    if (NAMED_LISTS.has(method)) return this.#settle(id, this.#list(method));
    if (method === "initialize") return this.#settle(id, this.#greet(params));
    if (method === "ping") return this.#answer(id, {});
    if (method === "logging/setLevel") return this.#settle(id, this.#setLevel(params));
    this.#fail(id, METHOD_NOT_FOUND, "with several servers, this method is not supported");
  }

  #settle(id: MessageId, result: Promise<JsonObject>): void {
    result.then(
      (value) => this.#answer(id, value),
      (error: unknown) =>
        this.#fail(id, INTERNAL_ERROR, error instanceof Error ? error.message : String(error)),
    );
  }

  #route(
    { id, params }: Request,
    line: Buffer,
    routed: { readonly server: string; readonly params: JsonObject } | string,
  ): void {
    if (typeof routed === "string") return this.#fail(id, INVALID_PARAMS, routed);
    const member = this.#members.get(routed.server);
    if (member === undefined) {
      const names = [...this.#members.keys()].join(", ");
      return this.#fail(id, INVALID_PARAMS, `there is no server of this name; there is ${names}`);
    }
    if (member.fault !== undefined)
      return this.#fail(
        id,
        INTERNAL_ERROR,
        `the server \`${member.name}\` cannot be used: ${member.fault}`,
      );
    if (member.greeting === undefined)
      return this.#fail(id, INVALID_REQUEST, "the client has to send `initialize` first");
    const token = objectMember(params, "_meta")?.["progressToken"];
    const isToken = typeof token === "string" || typeof token === "number";
    this.#open.set(String(id), { member, token: isToken ? token : undefined });
    member.take(
      editedLine(line, (message) => ({ ...message, params: withNames(message, routed.params) })),
    );
  }

  /** Greets every server; one that does not answer cannot be used. */
  async #greet(params: JsonObject): Promise<JsonObject> {
    const members = [...this.#members.values()];
    await Promise.all(
      members.map(async (member) => {
        try {
          member.greeting = await member.ask("initialize", params);
        } catch (error) {
          if (member.fault !== undefined) return;
          member.fault = error instanceof Error ? error.message : String(error);
          this.#down(member, member.fault);
        }
      }),
    );
    const greeted = members.flatMap(({ name, greeting }) =>
      greeting === undefined ? [] : [[name, greeting] as const],
    );
    if (greeted.length > 0) return greetingOf(new Map(greeted));
    const faults = members.map(({ name, fault }) => `\`${name}\`: ${fault ?? ""}`);
    throw new Error(`none of the servers can be used: ${faults.join("; ")}`);
  }

  #list(method: string): Promise<JsonObject> {
    return mergedList([...this.#members.values()], method);
  }

  async #setLevel(params: JsonObject): Promise<JsonObject> {
    const able = [...this.#members.values()].filter(
      ({ greeting, fault }) =>
        fault === undefined && objectMember(greeting, "capabilities")?.["logging"] !== undefined,
    );
    await Promise.allSettled(able.map((member) => member.ask("logging/setLevel", params)));
    return {};
  }

  #notification(method: string, params: JsonObject, line: Buffer): void {
    const { requestId, progressToken } = params;
    if (method === "notifications/cancelled")
      return this.#open.get(String(requestId))?.member.take(line);
    if (method === "notifications/progress") {
      const split = splitId(progressToken);
      const own = { ...params, progressToken: split?.id };
      return this.#usable(split?.server)?.take(lineOf({ jsonrpc: "2.0", method, params: own }));
    }
    for (const member of this.#members.values())
      if (member.fault === undefined && member.greeting !== undefined) member.take(line);
  }

  #usable(name: string | undefined): Member | undefined {
    const member = name === undefined ? undefined : this.#members.get(name);
    return member?.fault === undefined ? member : undefined;
  }

  /** An answer of the client goes to the server whose question it is to. */
  #response(id: MessageId, line: Buffer): void {
    const split = splitId(id);
    const member = this.#usable(split?.server);
    if (split === undefined || member === undefined)
      return this.#options.tell(
        "refused a message of the client: an answer to no request of a server",
      );
    member.take(editedLine(line, (message) => ({ ...message, id: split.id })));
  }

  #fromServer(member: Member, line: Buffer, message: Message): void {
    switch (message.kind) {
      case "response":
        return this.#answered(member, line, message.id);
      case "request":
        return this.#options.toClient(askedLine(member.name, line, message));
      case "notification":
        return this.#notified(member, line, message.params);
      case "batch":
        return this.#options.tell(`a batch of the server \`${member.name}\` was not sent on`);
      case "unreadable":
        this.#options.tell(
          `a message of the server \`${member.name}\` was not sent on: ${message.reason}`,
        );
    }
  }

  #answered({ name }: Member, line: Buffer, id: MessageId): void {
    if (this.#open.get(String(id))?.member.name !== name)
      return this.#options.tell(
        `refused a message of the server \`${name}\`: an answer to no request of the client`,
      );
    this.#open.delete(String(id));
    this.#options.toClient(
      editedLine(line, (message) => {
        const result = objectMember(message, "result");
        return result === undefined ? message : { ...message, result: joinedResult(name, result) };
      }),
    );
  }

  /** Progress of another server's request is not sent on; of a resource the server is named. */
  #notified(member: Member, line: Buffer, params: JsonObject): void {
    const { progressToken, requestId } = params;
    const uri = stringMember(params, "uri");
    const isOthers = [...this.#open.values()].every(
      (open) => open.member !== member || open.token !== progressToken,
    );
    if (progressToken !== undefined && isOthers) return;
    const isId = typeof requestId === "string" || typeof requestId === "number";
    const more = {
      ...(uri !== undefined && { uri: joinedUri(member.name, uri) }),
      ...(isId && { requestId: joinedId(member.name, requestId) }),
    };
    this.#options.toClient(
      editedLine(line, (message) => ({
        ...message,
        ...(Object.keys(more).length > 0 && {
          params: { ...objectMember(message, "params"), ...more },
        }),
      })),
    );
  }
}

/** The params of a message with other names; numbers stay as they were written. */
function withNames(message: JsonObject, { name, uri, ref }: JsonObject): JsonObject {
  const params = objectMember(message, "params") ?? {};
  return {
    ...params,
    ...(name !== undefined && { name }),
    ...(uri !== undefined && { uri }),
    ...(isJsonObject(ref) && { ref }),
  };
}

/** A request of a server as the client gets it: its id and progress token name the server. */
function askedLine(server: string, line: Buffer, { id, params }: Request): Buffer {
  const token = objectMember(params, "_meta")?.["progressToken"];
  const isToken = typeof token === "string" || typeof token === "number";
  return editedLine(line, (message) => {
    const named = { ...message, id: joinedId(server, id) };
    const own = objectMember(message, "params");
    if (!isToken || own === undefined) return named;
    const meta = { ...objectMember(own, "_meta"), progressToken: joinedId(server, token) };
    return { ...named, params: { ...own, _meta: meta } };
  });
}
