import { definitionDigest } from "../api/definition-digest.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";
import { count } from "../text/count.ts";
import type { Caller } from "./action.ts";
import type { Decisions } from "./decisions.ts";
import type { DefinitionStore, KnownServer } from "./definition-store.ts";
import { editedLine } from "./edited-json.ts";

/** What lists of tools are judged by. */
export interface ToolListOptions {
  readonly caller: Caller;
  /** Who knows what is never permitted; undefined: everything is shown. */
  readonly service: Pick<Decisions, "neverPermitted"> | undefined;
  /** The accepted definitions; undefined: nobody minds changes. */
  readonly store: DefinitionStore | undefined;
  /** Whether tools are left out of lists at all. */
  readonly enforces: boolean;
  /** Records an event that is no call. */
  readonly note: (event: JsonObject) => void;
  /** Told in one sentence what an operator has to know. */
  readonly tell: (what: string) => void;
}

/** A tool as a server lists it. */
interface ListedTool {
  readonly name: string;
  readonly definition: JsonObject;
  readonly digest: string;
  /** Why it is not shown; undefined: it is. */
  readonly hidden: "never permitted" | "changed" | "new" | "listed twice" | undefined;
}

type Tools = Map<string, JsonObject>;

const NONE: KnownServer = { accepted: new Map(), unaccepted: new Map() };

/**
 * The lists of tools of one server: a tool is left out where it is proved that no call of it could
 * be permitted (design 15.2), or while its definition is not the accepted one.
 */
export class ToolLists {
  readonly #options: ToolListOptions;
  /** Digests of the definitions that the client saw, by tool. */
  readonly #seen = new Map<string, string>();
  readonly #recorded = new Set<string>();
  /** Definitions of a first list that is not whole yet; undefined: the server is known. */
  #first: Tools | undefined;

  constructor(options: ToolListOptions) {
    this.#options = options;
  }

  /** What is known of the server, as the file has it now. */
  #known(): KnownServer | undefined {
    return this.#options.store?.read().get(this.#options.caller.server);
  }

  /** The digest of the definition that the client was shown of a tool. */
  digestOf(name: string): string | undefined {
    return this.#seen.get(name);
  }

  /** Why no call of a tool goes on, whatever the policies say; undefined: nothing stands in the way. */
  blockedReason(name: string): string | undefined {
    const known = this.#known();
    const [accepted, seen] = [known?.accepted.get(name), this.#seen.get(name)];
    const isOther = seen !== undefined && known !== undefined && digestOf(accepted) !== seen;
    if (known?.unaccepted.has(name) !== true && !isOther) return undefined;
    const what = accepted === undefined ? "is new" : "changed since it was accepted";
    return (
      `the definition of this tool ${what}; a person has to review it with ` +
      `\`agentz catalog accept ${this.#options.caller.server}/${name}\``
    );
  }

  /** A list as it goes to the client: the bytes as they came, unless a tool is left out. */
  shown(body: JsonObject, line: Buffer): Buffer {
    const result = objectMember(body, "result");
    const listed = member(result, "tools");
    if (!Array.isArray(listed)) return line;
    const tools = this.#judged(listed.filter(isJsonObject));
    this.#remember(tools, member(result, "nextCursor") === undefined);
    for (const tool of tools) this.#record(tool);
    const hidden = new Set(
      tools.flatMap(({ name, hidden: why }) => (why === undefined ? [] : [name])),
    );
    if (hidden.size === 0 || !this.#options.enforces) return line;
    return editedLine(line, (message) => withoutTools(message, hidden));
  }

  #judged(definitions: readonly JsonObject[]): readonly ListedTool[] {
    const named = definitions.map((definition) => ({
      definition,
      name: stringMember(definition, "name") ?? "",
      digest: definitionDigest(definition),
    }));
    const known = this.#known();
    const never = this.#neverPermitted(named.map(({ name }) => name));
    const repeated = repeatedNames(named.map(({ name }) => name));
    return named.map((tool) => ({
      ...tool,
      hidden: repeated.has(tool.name)
        ? "listed twice"
        : (changeOf(tool, known) ?? (never.has(tool.name) ? "never permitted" : undefined)),
    }));
  }

  #neverPermitted(names: readonly string[]): ReadonlySet<string> {
    const { service, caller } = this.#options;
    if (service === undefined) return new Set();
    const { subject, server } = caller;
    const calls = names.map((name) => ({ name }));
    const never = service.neverPermitted({ subject, server, calls });
    return new Set([...never].map(({ name }) => name));
  }

  /** Keeps definitions that nobody accepted yet; those of a server's first list are. */
  #remember(tools: readonly ListedTool[], isLast: boolean): void {
    const { store, caller, tell } = this.#options;
    for (const { name, digest } of tools) this.#seen.set(name, digest);
    if (store === undefined) return;
    const known = this.#known();
    if (known === undefined) {
      this.#first = new Map([...(this.#first ?? []), ...tools.map(named)]);
      if (!isLast) return;
      this.#write({ ...NONE, accepted: this.#first });
      tell(
        `accepted the definitions of ${count(this.#first.size, "tool")} of ` +
          `\`${caller.server}\`, which is seen for the first time: ${store.path}`,
      );
      return;
    }
    const changed = tools.filter((tool) => changeOf(tool, known) !== undefined);
    const back = tools.filter(
      ({ name, hidden }) => known.unaccepted.has(name) && !isChange(hidden),
    );
    if (changed.length === 0 && back.length === 0) return;
    const unaccepted = new Map([...known.unaccepted, ...changed.map(named)]);
    for (const { name } of back) unaccepted.delete(name);
    this.#write({ accepted: known.accepted, unaccepted });
  }

  #write(known: KnownServer): void {
    const { store, caller, tell } = this.#options;
    store?.write(caller.server, known).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      tell(`the definitions of tools cannot be remembered: ${why}`);
    });
  }

  #record({ name, definition, digest, hidden }: ListedTool): void {
    const { caller, note, tell, enforces } = this.#options;
    const key = JSON.stringify([name, digest, hidden]);
    if (this.#recorded.has(key)) return;
    this.#recorded.add(key);
    const { server, session } = caller;
    note({
      type: "tool_definition",
      session,
      action: { kind: "mcp_request", server, name, definition_digest: digest },
      context: { definition, ...(hidden !== undefined && { hidden }) },
    });
    if (isChange(hidden))
      tell(
        `${enforces ? "blocked" : "would block"} ${server}/${name}: its definition is ${hidden}; ` +
          `review it with \`agentz catalog accept ${server}/${name}\``,
      );
  }
}

function repeatedNames(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

function digestOf(accepted: JsonObject | undefined): string | undefined {
  return accepted === undefined ? undefined : definitionDigest(accepted);
}

function isChange(hidden: ListedTool["hidden"]): boolean {
  return hidden !== undefined && hidden !== "never permitted";
}

function named({ name, definition }: ListedTool): readonly [string, JsonObject] {
  return [name, definition];
}

/** How a definition differs from the accepted ones; undefined: it does not, or none are known. */
function changeOf(
  { name, digest }: Pick<ListedTool, "name" | "digest">,
  known: KnownServer | undefined,
): "changed" | "new" | undefined {
  if (known === undefined) return undefined;
  const accepted = known.accepted.get(name);
  if (accepted === undefined) return "new";
  return digestOf(accepted) === digest ? undefined : "changed";
}

function withoutTools(message: JsonObject, hidden: ReadonlySet<string>): JsonObject {
  const result = objectMember(message, "result");
  const tools = member(result, "tools");
  const shown = Array.isArray(tools)
    ? tools.filter(
        (tool) => !hidden.has(stringMember(isJsonObject(tool) ? tool : {}, "name") ?? ""),
      )
    : [];
  const meta = { ...objectMember(result, "_meta"), "dev.agentz/hidden": hidden.size };
  return { ...message, result: { ...result, tools: shown, _meta: meta } };
}
