import { objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import {
  errorAnswer,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  lineOf,
  METHOD_NOT_FOUND,
  UNSUPPORTED_VERSION,
} from "../answers.ts";
import { editedLine } from "../edited-json.ts";
import { lineText } from "../line-splitter.ts";
import {
  HANDSHAKE_VERSIONS,
  readLine,
  type BatchMember,
  type Message,
  type MessageId,
  type Notification,
  type Request,
} from "../message.ts";
import { MODERN_VERSIONS, modernOf, SUBSCRIPTION_ID } from "../modern.ts";
import { NAMED_LISTS } from "../named-lists.ts";
import { NO_ID, TOO_LONG } from "../relay.ts";
import type { SessionLog } from "../session-log.ts";
import { batchFault, BatchReplies } from "./batch-replies.ts";
import { modernResult } from "./greeting.ts";
import { Handshake, isUsable, NotModern, whyOf } from "./handshake.ts";
import { Member, type MemberOptions } from "./member.ts";
import { mergedList } from "./merged-list.ts";
import { joinedId, joinedResult, joinedUri, splitId } from "./names.ts";
import { askedLine, withNames } from "./renamed.ts";
import { ROUTERS } from "./routed.ts";
import { Subscriptions } from "./subscriptions.ts";

/** What several servers behind one gateway need. */
export interface ManyServersOptions {
  readonly members: readonly MemberOptions[];
  /** Sends a line to the client. */
  readonly toClient: (line: Buffer) => void;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
  /** Where messages of the client are recorded that no server gets. */
  readonly log: SessionLog;
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
  readonly #subscriptions: Subscriptions;
  readonly #replies: BatchReplies;
  readonly #handshake: Handshake;

  constructor(options: ManyServersOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions(options.toClient);
    this.#replies = new BatchReplies(options.toClient);
    const members = options.members.map((one) => {
      const member: Member = new Member(one, {
        toClient: (line, message) => this.#fromServer(member, line, message),
        down: (why) => this.#down(member, why),
      });
      return [member.name, member] as const;
    });
    this.#members = new Map(members);
    this.#handshake = new Handshake(this.#all, (member, why) => this.#down(member, why));
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#members.values()].map((member) => member.close()));
  }

  get #all(): readonly Member[] {
    return [...this.#members.values()];
  }

  #answer(id: MessageId, result: JsonObject): void {
    this.#replies.take(id, lineOf({ jsonrpc: "2.0", id, result }));
  }

  /** Refuses a message of the client: it is recorded, and answered by an error. */
  #refuse(
    id: MessageId | undefined,
    code: number,
    why: string,
    { data, server }: { readonly data?: JsonObject; readonly server?: string } = {},
  ): void {
    this.#options.log.refused("client", why, server);
    this.#fail(id, code, why, data);
  }

  #fail(id: MessageId | undefined, code: number, why: string, data?: JsonObject): void {
    const error = { code, message: `agentz: ${why}`, ...(data !== undefined && { data }) };
    const line = errorAnswer(id, error);
    if (id === undefined) this.#options.toClient(line);
    else this.#replies.take(id, line);
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
        return this.#batch(message.members);
      case "unreadable":
        // nobody knows for which server it is
        if (lineText(line).length > 0) this.#refuse(message.id, INVALID_REQUEST, message.reason);
    }
  }

  /** Refuses a message of the client that is too long to be kept. */
  tooLong(): void {
    this.#refuse(undefined, INVALID_REQUEST, TOO_LONG);
  }

  /** The client ended in the middle of a message, which goes nowhere. */
  torn(bytes: number): void {
    this.#options.log.refused("client", `it ended after ${bytes} bytes of a message`);
  }

  /** Takes several messages as one: each is decided by itself, and the answers go back as one. */
  #batch(members: readonly BatchMember[]): void {
    const ids = members.flatMap(({ message }) => (message.kind === "request" ? [message.id] : []));
    const fault = batchFault(members, this.#handshake.version);
    if (fault !== undefined) {
      this.#options.log.refused("client", fault);
      const waiting = ids.length === 0 ? [undefined] : ids;
      return waiting.forEach((id) => this.#fail(id, INVALID_REQUEST, fault));
    }
    this.#replies.expect(ids);
    for (const { bytes } of members) this.fromClient(Buffer.concat([bytes, Buffer.from("\n")]));
  }

  /** Whether a request may not have this id, which is said. */
  #refusesId(id: MessageId): boolean {
    const isOpen = this.#open.has(String(id)) || this.#subscriptions.has(id);
    if (isOpen) this.#refuse(id, INVALID_REQUEST, "a request with this id is not answered yet");
    return isOpen;
  }

  #request(request: Request, line: Buffer): void {
    const { id, method, params } = request;
    if (this.#refusesId(id)) return;
    if (method === "server/discover") return this.#settle(id, this.#handshake.discover(params));
    if (modernOf(params) !== undefined) return this.#byItself(request, line);
    if (method === "initialize") return this.#settle(id, this.#handshake.greet(params));
    if (method === "ping") return this.#answer(id, {});
    if (method === "logging/setLevel") return this.#settle(id, this.#setLevel(params));
    if (NAMED_LISTS.has(method)) return this.#settle(id, mergedList(this.#all, method));
    this.#routed(request, line);
  }

  /** Takes a request without a handshake (protocol 2026-07-28), once all servers know this version. */
  #byItself(request: Request, line: Buffer): void {
    const { id, params } = request;
    const requested = modernOf(params)?.version ?? "";
    const refuse = (why: string, supported: readonly string[]): void =>
      this.#refuse(id, UNSUPPORTED_VERSION, why, {
        data: { supported: [...supported], requested },
      });
    if (!MODERN_VERSIONS.includes(requested))
      return refuse("this protocol version is not known", MODERN_VERSIONS);
    const _meta = { ...objectMember(params, "_meta") };
    delete _meta["progressToken"];
    this.#handshake.known({ _meta }).then(
      () => this.#known(request, line, _meta),
      (error: unknown) => refuse(whyOf(error), HANDSHAKE_VERSIONS),
    );
  }

  #known(request: Request, line: Buffer, _meta: JsonObject): void {
    const { id, method } = request;
    // another one may have come meanwhile
    if (this.#refusesId(id)) return;
    if (NAMED_LISTS.has(method))
      return this.#settle(id, mergedList(this.#all, method, { _meta }).then(modernResult));
    if (method !== "subscriptions/listen") return this.#routed(request, line);
    const fault = this.#subscriptions.begin(request, this.#all.filter(isUsable));
    if (fault !== undefined) this.#refuse(id, INVALID_PARAMS, fault);
  }

  #routed(request: Request, line: Buffer): void {
    const router = ROUTERS.get(request.method);
    if (router !== undefined) return this.#route(request, line, router(request.params));
    this.#refuse(
      request.id,
      METHOD_NOT_FOUND,
      "with several servers, this method is not supported",
    );
  }

  #settle(id: MessageId, result: Promise<JsonObject>): void {
    result.then(
      (value) => this.#answer(id, value),
      (error: unknown) => {
        const code = error instanceof NotModern ? METHOD_NOT_FOUND : INTERNAL_ERROR;
        this.#fail(id, code, whyOf(error));
      },
    );
  }

  #route(
    { id, params }: Request,
    line: Buffer,
    routed: { readonly server: string; readonly params: JsonObject } | string,
  ): void {
    if (typeof routed === "string") return this.#refuse(id, INVALID_PARAMS, routed);
    const member = this.#members.get(routed.server);
    if (member === undefined) {
      const names = [...this.#members.keys()].join(", ");
      return this.#refuse(id, INVALID_PARAMS, `there is no server of this name; there is ${names}`);
    }
    if (member.fault !== undefined)
      return this.#refuse(
        id,
        INTERNAL_ERROR,
        `the server \`${member.name}\` cannot be used: ${member.fault}`,
        { server: member.name },
      );
    if (member.greeting === undefined)
      return this.#refuse(id, INVALID_REQUEST, "the client has to send `initialize` first");
    const token = objectMember(params, "_meta")?.["progressToken"];
    const isToken = typeof token === "string" || typeof token === "number";
    this.#open.set(String(id), { member, token: isToken ? token : undefined });
    member.take(
      editedLine(line, (message) => ({ ...message, params: withNames(message, routed.params) })),
    );
  }

  async #setLevel(params: JsonObject): Promise<JsonObject> {
    const able = this.#all.filter(
      ({ greeting, fault }) =>
        fault === undefined && objectMember(greeting, "capabilities")?.["logging"] !== undefined,
    );
    await Promise.allSettled(able.map((member) => member.ask("logging/setLevel", params)));
    return {};
  }

  #notification(method: string, params: JsonObject, line: Buffer): void {
    if (!method.startsWith("notifications/")) return this.#options.log.refused("client", NO_ID);
    const { requestId, progressToken } = params;
    if (method === "notifications/cancelled") {
      if (this.#subscriptions.cancel(requestId, line)) return;
      if (typeof requestId === "string" || typeof requestId === "number")
        this.#replies.leave(requestId);
      return this.#open.get(String(requestId))?.member.take(line);
    }
    if (method === "notifications/progress") {
      const split = splitId(progressToken);
      const own = { ...params, progressToken: split?.id };
      return this.#usable(split?.server)?.take(lineOf({ jsonrpc: "2.0", method, params: own }));
    }
    for (const member of this.#all)
      if (isUsable(member) && member.greeting !== undefined) member.take(line);
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
      return this.#options.log.refused("client", "an answer to no request of a server");
    member.take(editedLine(line, (message) => ({ ...message, id: split.id })));
  }

  #fromServer(member: Member, line: Buffer, message: Message): void {
    switch (message.kind) {
      case "response":
        return this.#answered(member, line, message.id);
      case "request":
        return this.#options.toClient(askedLine(member.name, line, message));
      case "notification":
        return this.#notified(member, line, message);
      case "batch":
        return this.#options.tell(`a batch of the server \`${member.name}\` was not sent on`);
      case "unreadable":
        this.#options.tell(
          `a message of the server \`${member.name}\` was not sent on: ${message.reason}`,
        );
    }
  }

  #answered(member: Member, line: Buffer, id: MessageId): void {
    const { name } = member;
    if (this.#subscriptions.ended(member, id, line)) return;
    if (this.#open.get(String(id))?.member.name !== name)
      return this.#options.tell(
        `refused a message of the server \`${name}\`: an answer to no request of the client`,
      );
    this.#open.delete(String(id));
    this.#replies.take(
      id,
      editedLine(line, (message) => {
        const result = objectMember(message, "result");
        return result === undefined ? message : { ...message, result: joinedResult(name, result) };
      }),
    );
  }

  /** Progress of another server's request is not sent on; of a resource the server is named. */
  #notified(member: Member, line: Buffer, notification: Notification): void {
    if (this.#subscriptions.notified(member, notification)) return;
    const { params } = notification;
    const { progressToken, requestId } = params;
    const subscription = objectMember(params, "_meta")?.[SUBSCRIPTION_ID];
    if (subscription !== undefined && !this.#subscriptions.isOf(member, subscription)) return;
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
