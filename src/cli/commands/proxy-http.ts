import { resolve } from "node:path";
import { UserError } from "../../diagnostics/user-error.ts";
import { METADATA_PATH, type HttpFrontOptions } from "../../gateway/http-front.ts";
import { HttpGateway } from "../../gateway/http-gateway.ts";
import {
  byCertificate,
  byToken,
  configured,
  readKeySet,
  type Identify,
  type Identity,
} from "../../gateway/identity.ts";
import { ManyHttp } from "../../gateway/many/many-http.ts";
import type { ServerEntries } from "../../gateway/many/servers-file.ts";
import type { RelayOptions } from "../../gateway/relay-options.ts";
import { Upstream } from "../../gateway/upstream.ts";
import { isLocal, readAddress, type Address } from "../../serve/listener.ts";
import { certificatesOf } from "../server-flags.ts";
import type { HttpFlags } from "./proxy-http-flags.ts";

function webAddress(text: string | undefined, flag: string): URL {
  if (text !== undefined && URL.canParse(text)) {
    const url = new URL(text);
    if (/^https?:$/.test(url.protocol) && url.username === "" && url.hash === "") return url;
  }
  throw new UserError("usage", `${flag} has to be an http or https address`, {
    help: "write the whole address, such as http://127.0.0.1:3001/mcp",
  });
}

interface Guard {
  readonly identify: Identify;
  /** Whether anybody has to prove who they are. */
  readonly isGuarded: boolean;
  readonly metadata: HttpFrontOptions["metadata"];
}

function guardOf(flags: HttpFlags, cwd: string, identity: Identity): Guard {
  const { tokenIssuer, tokenKeys, clientCa } = flags;
  if ((tokenIssuer === undefined) !== (tokenKeys === undefined))
    throw new UserError("usage", "--token-issuer and --token-keys go together");
  if (tokenIssuer !== undefined && clientCa !== undefined)
    throw new UserError("usage", "--token-issuer and --client-ca cannot both identify the caller");
  if (tokenIssuer === undefined || tokenKeys === undefined)
    return {
      identify: clientCa === undefined ? configured(identity) : byCertificate(identity.onBehalfOf),
      isGuarded: clientCa !== undefined,
      metadata: undefined,
    };
  const own = webAddress(flags.url, "--url");
  const audience = own.href.replace(/\/$/, "");
  const metadata = new URL(`${METADATA_PATH}${own.pathname}`, own).href;
  const keys = /^https?:/.test(tokenKeys)
    ? webAddress(tokenKeys, "--token-keys")
    : readKeySet(resolve(cwd, tokenKeys));
  return {
    identify: byToken({ issuer: tokenIssuer, audience, keys, metadata }),
    isGuarded: true,
    metadata: {
      resource: audience,
      authorization_servers: [tokenIssuer],
      bearer_methods_supported: ["header"],
    },
  };
}

function refuseOpen(address: Address, isGuarded: boolean): void {
  if (isGuarded || isLocal(address)) return;
  throw new UserError("usage", "an address that other machines can reach needs to know who calls", {
    help: "pass --token-issuer or --client-ca, or listen on 127.0.0.1",
  });
}

function ownNames({ url }: HttpFlags): readonly string[] {
  const given = url === undefined ? [] : [webAddress(url, "--url").hostname];
  return ["localhost", "127.0.0.1", "[::1]", ...given];
}

const PATIENCE = { header: 10_000, request: 60_000, idle: 72_000 };

/** How a gateway listens, and who may ask it. */
function frontOf(flags: HttpFlags, cwd: string, caller: Identity) {
  const address = readAddress(flags.listen ?? "", 0o600);
  const { identify, isGuarded, metadata } = guardOf(flags, cwd, caller);
  refuseOpen(address, isGuarded);
  const front: HttpFrontOptions = {
    ...{ identify, metadata, grace: flags.grace },
    origins: flags.allowOrigin ?? [],
    hosts: isLocal(address) ? ownNames(flags) : undefined,
  };
  return {
    front,
    socket: { address, certificates: certificatesOf(flags, cwd), patience: PATIENCE },
  };
}

interface Host {
  readonly cwd: string;
  readonly stopped: Promise<void>;
}

/** Stands before the server at --upstream until the process is asked to end. */
export async function runHttp(
  flags: HttpFlags,
  { caller, ...relay }: RelayOptions,
  host: Host,
): Promise<number> {
  const upstream = new Upstream(webAddress(flags.upstream, "--upstream"));
  const { front, socket } = frontOf(flags, host.cwd, caller);
  const gateway = new HttpGateway({
    ...front,
    upstream,
    server: flags.server,
    relay: { ...relay, framing: "bodies" },
    passesAuthorization: front.metadata === undefined,
    maxMessage: flags.maxMessage,
    idle: flags.sessionIdle,
  });
  const where = await gateway.listen(socket);
  relay.tell(`listening on ${where}${upstream.url.pathname}, before ${upstream.url.href}`);
  await host.stopped;
  await gateway.close();
  return 0;
}

/** Stands before several servers until the process is asked to end. */
export async function runManyHttp(
  flags: HttpFlags,
  { caller, ...relay }: RelayOptions,
  { servers, cwd, stopped }: Host & { readonly servers: ServerEntries },
): Promise<number> {
  const { front, socket } = frontOf(flags, cwd, caller);
  const path = flags.url === undefined ? "/mcp" : webAddress(flags.url, "--url").pathname;
  const { maxMessage, grace, sessionIdle: idle, serverWait } = flags;
  const gateway = new ManyHttp({
    ...front,
    ...{ servers, relay, path, idle, serverWait },
    link: { cwd, maxMessage, grace },
  });
  const where = await gateway.listen(socket);
  relay.tell(`listening on ${where}${path}, before ${[...servers.keys()].join(", ")}`);
  await stopped;
  await gateway.close();
  return 0;
}
