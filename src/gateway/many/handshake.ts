import { stringMember, type JsonObject } from "../../request/json.ts";
import { discoveryOf, greetingOf, isModernServer } from "./greeting.ts";
import type { Member } from "./member.ts";

/** So long a server has to say that it speaks a version without a handshake: others may not answer. */
const PROBE_MS = 3000;

/** A server does not speak a version without a handshake. */
export class NotModern extends Error {}

/** What an error says. */
export function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether anything may be sent to a server. */
export function isUsable({ fault }: Member): boolean {
  return fault === undefined;
}

/** How several servers begin to speak with one client, in the eras with and without `initialize`. */
export class Handshake {
  readonly #members: readonly Member[];
  readonly #down: (member: Member, why: string) => void;
  #version: string | undefined;
  #known: Promise<unknown> | undefined;

  /** @param down told of a server that does not answer */
  constructor(members: readonly Member[], down: (member: Member, why: string) => void) {
    this.#members = members;
    this.#down = down;
  }

  /** The version that `initialize` agreed on; undefined: there was none. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Resolves once all servers are known to speak a version without a handshake; rejects like {@link discover}. */
  async known(params: JsonObject): Promise<void> {
    this.#known ??= this.discover(params);
    try {
      await this.#known;
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
  }

  /**
   * What all servers say of themselves without a handshake; that one of them does not speak such a
   * version is a `NotModern`, after which a client begins with `initialize`.
   */
  async discover(params: JsonObject): Promise<JsonObject> {
    if (this.#version !== undefined) throw new NotModern("the session began with `initialize`");
    const asked = await Promise.all(this.#members.map((server) => probed(server, params)));
    const usable = asked.filter(({ server }) => isUsable(server));
    if (usable.length === 0) throw new NotModern(this.#noneLeft());
    const other = usable.find(({ result }) => !isModernServer(result));
    if (other !== undefined) {
      const why = other.why ?? "it does not list it";
      throw new NotModern(
        `the server \`${other.server.name}\` does not speak this version: ${why}`,
      );
    }
    for (const { server, result } of usable) server.greeting = result;
    this.#known = Promise.resolve();
    const results = usable.map(({ server, result }) => [server.name, result ?? {}] as const);
    return discoveryOf(new Map(results));
  }

  /** Greets every server; one that does not answer cannot be used. That none is left is an `Error`. */
  async greet(params: JsonObject): Promise<JsonObject> {
    await Promise.all(this.#members.map((member) => this.#greetOne(member, params)));
    const greeted = this.#members.flatMap(({ name, greeting, fault }) =>
      greeting === undefined || fault !== undefined ? [] : [[name, greeting] as const],
    );
    if (greeted.length === 0) throw new Error(this.#noneLeft());
    const greeting = greetingOf(new Map(greeted));
    this.#version = stringMember(greeting, "protocolVersion");
    return greeting;
  }

  async #greetOne(member: Member, params: JsonObject): Promise<void> {
    try {
      member.greeting = await member.ask("initialize", params);
    } catch (error) {
      if (member.fault !== undefined) return;
      member.fault = whyOf(error);
      this.#down(member, member.fault);
    }
  }

  #noneLeft(): string {
    const faults = this.#members.map(({ name, fault }) => `\`${name}\`: ${fault ?? ""}`);
    return `none of the servers can be used: ${faults.join("; ")}`;
  }
}

interface Probed {
  readonly server: Member;
  readonly result: JsonObject | undefined;
  readonly why?: string;
}

async function probed(server: Member, params: JsonObject): Promise<Probed> {
  try {
    const patience = Math.min(PROBE_MS, server.patience);
    return { server, result: await server.ask("server/discover", params, patience, patience) };
  } catch (error) {
    return { server, result: undefined, why: whyOf(error) };
  }
}
