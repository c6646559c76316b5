import {
  isJsonObject,
  member,
  objectMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import { errorAnswer, lineOf } from "../answers.ts";
import { readLine, type MessageId, type Notification, type Request } from "../message.ts";
import { SUBSCRIPTION_ID } from "../modern.ts";
import type { Member } from "./member.ts";
import { joinedUri, splitUri } from "./names.ts";

/** A `subscriptions/listen` of a client, which each server has a part of. */
interface Subscription {
  readonly id: MessageId;
  /** Servers that go on. */
  readonly listening: Set<Member>;
  /** Servers that did not say yet what they listen to. */
  readonly silent: Set<Member>;
  honored: JsonObject;
  isTold: boolean;
  error: JsonObject | undefined;
}

const URIS = "resourceSubscriptions";
const ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

/** What each server is asked to listen to; a text: why nobody knows it. */
function partsOf(
  params: JsonObject,
  members: readonly Member[],
): ReadonlyMap<Member, JsonObject> | string {
  const asked = objectMember(params, "notifications");
  if (asked === undefined) return "`params.notifications` is not an object";
  const { [URIS]: uris = [], ...kinds } = asked;
  if (!Array.isArray(uris)) return "`resourceSubscriptions` is not a list";
  const split = uris.map((uri: Json) => (typeof uri === "string" ? splitUri(uri) : undefined));
  const names = new Set(members.map(({ name }) => name));
  if (split.some((one) => one === undefined || !names.has(one.server)))
    return "an address of `resourceSubscriptions` names no server that can be used";
  const parts = members.map((server) => {
    const own = split.flatMap((one) => (one?.server === server.name ? [one.name] : []));
    return [server, { ...kinds, ...(own.length > 0 && { [URIS]: own }) }] as const;
  });
  return new Map(parts.filter(([, part]) => Object.keys(part).length > 0));
}

/** What one server honors beside others. */
function joined(one: JsonObject, server: string, more: JsonObject | undefined): JsonObject {
  const { [URIS]: added = [], ...kinds } = more ?? {};
  const uris = Array.isArray(added)
    ? added.flatMap((uri: Json) => (typeof uri === "string" ? [joinedUri(server, uri)] : []))
    : [];
  const before = member(one, URIS);
  const all = [...(Array.isArray(before) ? before : []), ...uris];
  const isTrue = Object.entries(kinds).filter(([, value]) => value === true);
  return { ...one, ...Object.fromEntries(isTrue), ...(all.length > 0 && { [URIS]: all }) };
}

/** The subscriptions of a client (protocol 2026-07-28): one stream of what several servers tell. */
export class Subscriptions {
  readonly #open = new Map<string, Subscription>();
  readonly #toClient: (line: Buffer) => void;

  constructor(toClient: (line: Buffer) => void) {
    this.#toClient = toClient;
  }

  /** Asks each server for its part; a text says why not. */
  begin({ id, params }: Request, members: readonly Member[]): string | undefined {
    const parts = partsOf(params, members);
    if (typeof parts === "string") return parts;
    const listening = new Set(parts.keys());
    const one: Subscription = {
      ...{ id, listening, silent: new Set(listening), honored: {} },
      ...{ isTold: false, error: undefined },
    };
    this.#open.set(String(id), one);
    for (const [server, notifications] of parts)
      server.take(
        lineOf({
          jsonrpc: "2.0",
          id,
          method: "subscriptions/listen",
          params: { ...params, notifications },
        }),
      );
    this.#progress(one);
    return undefined;
  }

  has(id: MessageId): boolean {
    return this.#open.has(String(id));
  }

  /** The client listens no longer; false: it did not. */
  cancel(id: unknown, line: Buffer): boolean {
    const one = this.#open.get(String(id));
    if (one === undefined) return false;
    this.#open.delete(String(id));
    for (const server of one.listening) server.take(line);
    return true;
  }

  /** Takes what a server says of a subscription; false: this is none of it. */
  notified(server: Member, { method, params }: Notification): boolean {
    const id = objectMember(params, "_meta")?.[SUBSCRIPTION_ID];
    const one = this.#open.get(String(id));
    if (one === undefined || !one.listening.has(server) || method !== ACKNOWLEDGED) return false;
    one.silent.delete(server);
    one.honored = joined(one.honored, server.name, objectMember(params, "notifications"));
    this.#progress(one);
    return true;
  }

  /** Whether a server may tell something of this subscription. */
  isOf(server: Member, id: unknown): boolean {
    return this.#open.get(String(id))?.listening.has(server) === true;
  }

  /** A server's part ended; false: it has none. */
  ended(server: Member, id: MessageId, line: Buffer): boolean {
    const one = this.#open.get(String(id));
    if (one?.listening.delete(server) !== true) return false;
    one.silent.delete(server);
    const message = readLine(line, "bodies");
    const error = message.kind === "response" ? message.body["error"] : undefined;
    if (isJsonObject(error)) one.error = error;
    this.#progress(one);
    return true;
  }

  /** Tells the client once all servers said what they listen to, and ends when none listens. */
  #progress(one: Subscription): void {
    if (one.silent.size > 0) return;
    const { id, error } = one;
    const _meta = { [SUBSCRIPTION_ID]: id };
    const isRefused = one.listening.size === 0 && !one.isTold && error !== undefined;
    if (!one.isTold && !isRefused) {
      one.isTold = true;
      const params = { notifications: one.honored, _meta };
      this.#toClient(lineOf({ jsonrpc: "2.0", method: ACKNOWLEDGED, params }));
    }
    if (one.listening.size > 0) return;
    this.#open.delete(String(id));
    if (isRefused) {
      const { code, message } = error;
      return this.#toClient(errorAnswer(id, { code: Number(code), message: String(message) }));
    }
    const result = { resultType: "complete", _meta };
    this.#toClient(lineOf({ jsonrpc: "2.0", id, result }));
  }
}
