import { readFileSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { definitionDigest } from "../api/definition-digest.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { whyUnreadable } from "../node/file-error.ts";
import { makeFolder } from "../node/make-folder.ts";
import { replaceFile } from "../node/replace-file.ts";
import { isJsonObject, objectMember, type JsonObject } from "../request/json.ts";

/** Definitions of tools by name. */
type Tools = ReadonlyMap<string, JsonObject>;

/** What is known of the tools of one server. */
export interface KnownServer {
  readonly accepted: Tools;
  /** Definitions that are not the accepted ones, as they were seen last. */
  readonly unaccepted: Tools;
}

/** A tool whose definition nobody accepted yet, under `server/name`. */
export interface UnacceptedTool {
  readonly tool: string;
  readonly definition: JsonObject;
  /** Undefined: the tool is new on a server whose tools were accepted. */
  readonly accepted: JsonObject | undefined;
}

function toolsOf(value: JsonObject | undefined): Tools {
  return new Map(
    Object.entries(value ?? {}).flatMap(([name, tool]) =>
      isJsonObject(tool) ? [[name, tool]] : [],
    ),
  );
}

function malformed(path: string, why: string): UserError {
  return new UserError("definitions", `\`${path}\` cannot be used: ${why}`, {
    help: "fix the file, or delete it: agentz then accepts the definitions that servers list next",
  });
}

/** Tells a file's content from another; empty: there is no file. */
function markOf(found: Stats | undefined): string {
  return found === undefined
    ? ""
    : `${found.dev} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`;
}

/** The file of accepted definitions: what was accepted on first use, or by a person since. */
export class DefinitionStore {
  readonly path: string;
  /** What the file contained when it was read last. WHY kept: it is asked about each call. */
  #read: { readonly mark: string; readonly servers: ReadonlyMap<string, KnownServer> } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Every server that is known; a file that cannot be used is a `UserError`. */
  read(): ReadonlyMap<string, KnownServer> {
    const mark = markOf(statSync(this.path, { throwIfNoEntry: false }));
    if (this.#read?.mark !== mark) this.#read = { mark, servers: this.#servers(mark) };
    return this.#read.servers;
  }

  #servers(mark: string): ReadonlyMap<string, KnownServer> {
    if (mark === "") return new Map();
    const servers = objectMember(this.#document(), "servers") ?? {};
    return new Map(
      Object.entries(servers).flatMap(([name, known]) =>
        isJsonObject(known)
          ? [
              [
                name,
                {
                  accepted: toolsOf(objectMember(known, "accepted")),
                  // the name of the member in the file
                  unaccepted: toolsOf(objectMember(known, "held")),
                },
              ] as const,
            ]
          : [],
      ),
    );
  }

  #document(): JsonObject {
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(this.path, "utf8"));
    } catch (cause) {
      const why = cause instanceof SyntaxError ? "it is not JSON" : whyUnreadable(cause);
      throw malformed(this.path, why);
    }
    if (!isJsonObject(value) || value["schemaVersion"] !== 1 || !isJsonObject(value["servers"]))
      throw malformed(this.path, "it is not a file of definitions that this version knows");
    return value;
  }

  /** Writes what is known of one server; the others stay as the file has them. */
  write(server: string, known: KnownServer): Promise<void> {
    const all = new Map(this.read());
    all.set(server, known);
    const servers = Object.fromEntries(
      [...all].map(([name, { accepted, unaccepted }]) => [
        name,
        { accepted: Object.fromEntries(accepted), held: Object.fromEntries(unaccepted) },
      ]),
    );
    makeFolder(dirname(this.path), 0o700);
    const text = `${JSON.stringify({ schemaVersion: 1, servers }, null, 2)}\n`;
    // WHY no waiting: it is written by the time this returns
    return replaceFile(this.path, this.path, text);
  }

  /** The tools whose definitions nobody accepted yet, in the order of the file. */
  unaccepted(): readonly UnacceptedTool[] {
    return [...this.read()].flatMap(([server, { accepted, unaccepted }]) =>
      [...unaccepted].map(([name, definition]) => ({
        tool: `${server}/${name}`,
        definition,
        accepted: accepted.get(name),
      })),
    );
  }

  /** Accepts the definition of a tool as it was looked at; another one is a `UserError`. */
  async accept({ tool, definition }: UnacceptedTool): Promise<void> {
    const slash = tool.indexOf("/");
    const [server, name] = [tool.slice(0, slash), tool.slice(slash + 1)];
    const known = this.read().get(server);
    const there = known?.unaccepted.get(name);
    if (
      known === undefined ||
      there === undefined ||
      definitionDigest(there) !== definitionDigest(definition)
    )
      throw new UserError("definitions", `the definition of \`${tool}\` changed again meanwhile`, {
        help: "run `agentz catalog accept` to review the definition again",
      });
    const accepted = new Map(known.accepted).set(name, definition);
    const unaccepted = new Map(known.unaccepted);
    unaccepted.delete(name);
    await this.write(server, { accepted, unaccepted });
  }
}
