import type { IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { HttpProblem } from "./http-problem.ts";
import type { Address } from "./listener.ts";

/** By what clients may know a server. */
export interface OwnAddress {
  /** The address that the configuration gives; undefined: that at which the server was reached. */
  readonly url: string | undefined;
  readonly scheme: "http" | "https";
  readonly listen: Address;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);
/** Whatever address of this machine. */
const ANY: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/**
 * The address under which a request reached the server, without a slash at its end. WHY the `Host`
 * header counts only where it is known to name this server: whoever sends the request writes it, and
 * clients send their calls to the address that is told here.
 */
export function baseOf(request: IncomingMessage, { url, scheme, listen }: OwnAddress): string {
  if (url !== undefined) return url;
  if ("path" in listen) return `${scheme}://localhost`;
  const { socket } = request;
  const port = socket.localPort ?? listen.port;
  const asked = hostOf(request.headers.host ?? "", scheme);
  const isOwn = asked?.port === port && isOwnName(asked.name, { host: listen.host, socket });
  const name = isOwn ? asked.name : ANY.has(listen.host) ? localName(socket) : listen.host;
  const shownPort = port === DEFAULT_PORTS[scheme] ? "" : `:${port}`;
  return `${scheme}://${name.includes(":") ? `[${name}]` : name}${shownPort}`;
}

/**
 * Refuses what a browser may send for a page of another site that had its name point here (DNS
 * rebinding): such a request has that name in `Host`. To be asked where no credential guards a
 * server. WHY only what a browser sends: other clients name a server as they like.
 */
export function refuseForeignPage(request: IncomingMessage, { url, listen }: OwnAddress): void {
  const { origin, host } = request.headers;
  const isOfPage = origin !== undefined || request.method === "GET";
  if ("path" in listen || !isOfPage || host === undefined) return;
  const name = hostOf(host, "http")?.name ?? "";
  const own = url === undefined ? undefined : new URL(url).hostname;
  if (isIP(name) > 0 || name === own) return;
  if (isOwnName(name, { host: listen.host, socket: request.socket })) return;
  throw new HttpProblem(
    403,
    "the `Host` of the request is no name of this server; pass that name as --url, or use credentials",
  );
}

interface Host {
  /** In lower case, without the brackets of IPv6. */
  readonly name: string;
  readonly port: number;
}

function hostOf(text: string, scheme: OwnAddress["scheme"]): Host | undefined {
  const [, six, name, port] = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const found = six ?? name;
  if (found === undefined) return undefined;
  return { name: found.toLowerCase(), port: Number(port ?? DEFAULT_PORTS[scheme]) };
}

/** The address of this machine at which a connection came in. */
function localName(socket: Socket): string {
  return (socket.localAddress ?? "localhost").replace(/^::ffff:/, "");
}

/** Whether a name is that of the configuration, of the connection, or of the server's certificate. */
function isOwnName(name: string, { host, socket }: { host: string; socket: Socket }): boolean {
  const local = localName(socket);
  if (name === host.toLowerCase() || name === local) return true;
  if (LOOPBACK.has(local) && LOOPBACK.has(name)) return true;
  if (!(socket instanceof TLSSocket)) return false;
  const certificate = socket.getX509Certificate();
  const isCertified = isIP(name) > 0 ? certificate?.checkIP(name) : certificate?.checkHost(name);
  return isCertified !== undefined;
}
