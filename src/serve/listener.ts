import { chmodSync, existsSync, lstatSync, readFileSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect, type ListenOptions } from "node:net";
import { dirname } from "node:path";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import { createSecureContext, Server as SecureServer } from "node:tls";
import { errorCode, whyUnreadable } from "../node/file-error.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** Where a server listens. */
export type Address =
  | { readonly host: string; readonly port: number }
  | { readonly path: string; readonly mode: number };

/** The files of a server's certificate; `clientCa`: of the authority that signs those of clients. */
export interface Certificates {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | undefined;
}

/** How long a server waits for slow clients, in milliseconds. */
export interface Patience {
  /** For the header of a request. */
  readonly header: number;
  /** For all of it. */
  readonly request: number;
  /** For the next one on the same connection. */
  readonly idle: number;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function fileOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new UserError("no-such-path", `\`${path}\` cannot be read: ${whyUnreadable(cause)}`);
  }
}

/** What the files of a certificate say; a `UserError` where they are none, or do not fit. */
function secure({ cert, key, clientCa }: Certificates): SecureContextOptions {
  const context: SecureContextOptions = {
    cert: fileOf(cert),
    key: fileOf(key),
    minVersion: "TLSv1.2",
    ...(clientCa !== undefined && { ca: fileOf(clientCa) }),
  };
  try {
    createSecureContext(context);
    return context;
  } catch (cause) {
    const files = [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
    const names = files.map((file) => `\`${file}\``).join(", ");
    const why = cause instanceof Error ? cause.message.replace(/^error:[0-9A-F]+:/, "") : "";
    throw new UserError("credentials", `the certificate cannot be used: ${why}`, {
      help: `write a certificate, its own key and, for --client-ca, a certificate, as PEM: ${names}`,
    });
  }
}

/** `host:port`, `[::1]:port` or `unix:path`; what is none of them is a `UserError`. */
export function readAddress(text: string, mode: number): Address {
  const [, path] = /^unix:(.+)$/s.exec(text) ?? [];
  if (path !== undefined) return { path, mode };
  const [, six, host, port] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) <= 65_535)
    return { host: six ?? host ?? "", port: Number(port) };
  throw new UserError("usage", `\`${text}\` is not an address to listen on`, {
    help: "write host:port, such as 127.0.0.1:8181, or unix:path",
  });
}

/** Whether only this machine reaches an address. */
export function isLocal(address: Address): boolean {
  return "path" in address || ["127.0.0.1", "::1", "localhost"].includes(address.host);
}

/** What a connection to a socket's path fails with where nobody listens any more. */
const NOBODY: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOENT"]);

/** Whether somebody listens at a socket's path, or may: only a refusal tells that nobody does. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", (cause) => resolve(!NOBODY.has(errorCode(cause))));
  });
}

/** Takes away the socket that a killed process left. */
async function clearSocket(path: string): Promise<void> {
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket())
    throw new UserError("usage", `\`${path}\` exists already, and is not a socket`);
  if (await isAnswered(path))
    throw new UserError("in-use", `another process listens on \`unix:${path}\` already`);
  unlinkSync(path);
}

/** A server and where it listens. */
export class Listener {
  readonly #server: Server;
  readonly #certificates: Certificates | undefined;
  readonly #address: Address;

  constructor(
    handler: Handler,
    socket: {
      readonly address: Address;
      readonly certificates: Certificates | undefined;
      readonly patience: Patience;
    },
  ) {
    const { certificates, patience } = socket;
    this.#address = socket.address;
    this.#certificates = certificates;
    const options = {
      headersTimeout: patience.header,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: Math.min(1000, patience.header),
      noDelay: true,
    };
    const asks: TlsOptions =
      certificates?.clientCa === undefined ? {} : { requestCert: true, rejectUnauthorized: false };
    this.#server =
      certificates === undefined
        ? createServer(options, handler)
        : createSecureServer({ ...options, ...asks, ...secure(certificates) }, handler);
  }

  /** Begins to listen; an address that cannot be had is a `UserError`. */
  async listen(): Promise<void> {
    const address = this.#address;
    if ("path" in address) await clearSocket(address.path);
    const options: ListenOptions = "path" in address ? { path: address.path } : address;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (cause) => reject(refusal(address, this.#text(), cause)));
      withMode(address, () => this.#server.listen({ ...options, backlog: 4096 }, () => resolve()));
    });
    this.#server.on("error", () => undefined);
    if ("path" in address) chmodSync(address.path, address.mode);
  }

  #text(): string {
    const address = this.#address;
    return "path" in address ? `unix:${address.path}` : `${address.host}:${address.port}`;
  }

  /** Where it listens, as a URL or `unix:path`. */
  get where(): string {
    const address = this.#address;
    if ("path" in address) return `unix:${address.path}`;
    const bound = this.#server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : address.port;
    const host = address.host.includes(":") ? `[${address.host}]` : address.host;
    return `${this.scheme}://${host === "" ? "localhost" : host}:${port}`;
  }

  get scheme(): "http" | "https" {
    return this.#certificates === undefined ? "http" : "https";
  }

  /** Reads the certificate's files anew. */
  reload(): void {
    if (this.#certificates !== undefined && this.#server instanceof SecureServer)
      this.#server.setSecureContext(secure(this.#certificates));
  }

  /** Takes no more connections, and waits until those that are open are answered. */
  async close(within: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const idle = setInterval(() => this.#server.closeIdleConnections(), 50);
    const late = setTimeout(() => this.#server.closeAllConnections(), within);
    await closed;
    clearInterval(idle);
    clearTimeout(late);
  }
}

/** Begins to listen with the permissions of a socket, so that at no moment others can connect. */
function withMode(address: Address, listen: () => void): void {
  if (!("path" in address)) return listen();
  const before = process.umask(0o777 & ~address.mode);
  try {
    listen();
  } finally {
    process.umask(before);
  }
}

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["EADDRINUSE", "it is already in use"],
  ["EADDRNOTAVAIL", "no network interface of this machine has this address"],
  ["ENOTFOUND", "no host has this name"],
]);

function refusal(address: Address, where: string, cause: unknown): UserError {
  const taken = errorCode(cause) === "EADDRINUSE";
  const isNowhere = "path" in address && !existsSync(dirname(address.path));
  const why = isNowhere
    ? "its folder does not exist"
    : (REFUSALS.get(errorCode(cause)) ?? whyUnreadable(cause));
  return new UserError("cannot-listen", `cannot listen on \`${where}\`: ${why}`, {
    ...(taken && { help: "pass another address as --listen" }),
  });
}
