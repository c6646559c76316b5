import { readFileSync } from "node:fs";
import { join } from "node:path";
import { atEndOfFile } from "../at-end.ts";
import { scratch } from "../e2e/agentz.ts";
import { loadPolicies } from "../../src/api/load-policies.ts";
import { DefinitionStore } from "../../src/gateway/definition-store.ts";
import { GatewayService, type GatewayServiceOptions } from "../../src/gateway/gateway-service.ts";
import { readLine } from "../../src/gateway/message.ts";
import { Relay } from "../../src/gateway/relay.ts";
import type { RelayOptions } from "../../src/gateway/relay-options.ts";
import { sharedParts } from "../../src/gateway/shared-parts.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

/** A relay of a session in this process, with what it sent so far. */
export interface Relayed {
  readonly relay: Relay;
  readonly folder: string;
  /** Lines as they went to each side. */
  readonly server: string[];
  readonly client: string[];
  readonly told: string[];
  /** Sends a message of the client: a text as it is, any other value as JSON. */
  readonly fromClient: (message: unknown) => void;
  readonly fromServer: (message: unknown) => void;
  /** The last message that went to the client. */
  readonly answer: () => Loose;
  readonly log: () => readonly Loose[];
  /** Puts other policies in force. */
  readonly swap: (policy: string) => Promise<void>;
  readonly close: () => void;
}

function lineOf(message: unknown): Buffer {
  if (Buffer.isBuffer(message)) return message;
  return Buffer.from(typeof message === "string" ? message : `${JSON.stringify(message)}\n`);
}

/** Opens a decision service on a folder, with its log in there. */
export function openService(
  folder: string,
  options: Pick<GatewayServiceOptions, "mode" | "candidate" | "tell">,
): Promise<GatewayService> {
  return GatewayService.open({
    ...options,
    cwd: folder,
    trust: { keys: [], atLeast: [] },
    log: { path: join(folder, "log.jsonl"), maxBytes: 1e9, sync: false },
    maskAbove: "confidential",
    pdp: "gateway-1",
    approvalTtl: 60_000,
    reload: 0,
    clock: () => Date.now(),
  });
}

/** Opens a relay on policies, with a log in a folder of its own. */
export async function relayed(
  policy: string | undefined,
  options: Partial<RelayOptions> & { readonly folder?: string } = {},
): Promise<Relayed> {
  const folder = options.folder ?? scratch({ "p.yaml": policy ?? "" });
  const told: string[] = [];
  const tell = (what: string): void => void told.push(what);
  const mode = options.mode ?? "enforce";
  const candidate = policy === undefined ? undefined : ["p.yaml"];
  const opened = await openService(folder, { mode, candidate, tell });
  let isOpen = true;
  const close = (): void => {
    if (isOpen) opened.close();
    isOpen = false;
  };
  atEndOfFile(close);
  const [server, client]: [string[], string[]] = [[], []];
  const relay = new Relay(
    sharedParts({
      service: opened.service,
      caller: {
        server: "files",
        session: "s-1",
        subject: { type: "agent", id: "coder" },
        onBehalfOf: { type: "human", id: "jane" },
        delegation: [],
      },
      definitions: new DefinitionStore(join(folder, "definitions.json")),
      results: false,
      framing: "lines",
      approver: undefined,
      approvalPlace: undefined,
      approvalPatience: 60_000,
      redactKinds: [],
      errorCode: 403,
      timeout: 0,
      ...options,
      mode,
      tell,
    }),
    {
      toServer: (line) => void server.push(line.toString()),
    },
  );
  return {
    relay,
    folder,
    server,
    client,
    told,
    fromClient: (message) => {
      const line = lineOf(message);
      relay.fromClient(line, readLine(line, "lines"), {
        forward: (edit) => void server.push((edit?.(line) ?? line).toString()),
        answer: (own) => void client.push(own.toString()),
        ask: (own) => void client.push(own.toString()),
      });
    },
    fromServer: (message) => {
      const line = relay.fromServer(lineOf(message));
      if (line !== undefined) client.push(line.toString());
    },
    answer: () => JSON.parse(client.at(-1) ?? "null"),
    log: () => logOf(folder),
    swap: async (text) => {
      const candidate = await loadPolicies([{ file: "p.yaml", text }]);
      await opened.service.swap({ candidate, shadow: undefined });
    },
    close,
  };
}

/** The events of the log in a folder. */
export function logOf(folder: string): readonly Loose[] {
  return readFileSync(join(folder, "log.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** A request of the client. */
export function request(id: unknown, method: string, params?: unknown): object {
  return { jsonrpc: "2.0", id, method, ...(params !== undefined && { params }) };
}

/** A call of a tool. */
export function call(id: unknown, name: string, args: object = {}): object {
  return request(id, "tools/call", { name, arguments: args });
}

/** A result of the server. */
export function result(id: unknown, value: object): object {
  return { jsonrpc: "2.0", id, result: value };
}
