import type { Command } from "commander";
import { repeatable, timed } from "../options.ts";

/** The flags of a gateway that listens. */
export interface HttpFlags {
  readonly listen?: string;
  readonly upstream?: string;
  readonly url?: string;
  readonly allowOrigin?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly tokenIssuer?: string;
  readonly tokenKeys?: string;
  readonly sessionIdle: number;
  readonly serverWait: number;
  readonly maxMessage: number;
  readonly grace: number;
  readonly server: string;
}

/** Adds the flags of a gateway that listens. */
export function addHttpOptions(command: Command): Command {
  return command
    .option("--listen <address>", "listen here for clients (streamable HTTP), as host:port")
    .option("--upstream <url>", "the server's MCP endpoint, such as http://127.0.0.1:3001/mcp")
    .option("--url <url>", "the address of this gateway for clients; tokens have to be for it")
    .addOption(
      repeatable("--allow-origin <origin>", "a web page that may send requests; default: none"),
    )
    .option("--tls-cert <file>", "the gateway's certificate, PEM")
    .option("--tls-key <file>", "the key of --tls-cert, PEM")
    .option("--client-ca <file>", "require a client certificate that this authority signed")
    .option("--token-issuer <url>", "require an access token (JWT) of this issuer for --url")
    .option("--token-keys <place>", "the issuer's keys: the URL or file of its JWK set")
    .addOption(
      timed("--session-idle <time>", "end sessions without a message for this long", "1h"),
    );
}
