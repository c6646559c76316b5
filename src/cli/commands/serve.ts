import { InvalidArgumentError, Option } from "commander";
import { resolve } from "node:path";
import type { ExtMcpSettings } from "../../gateway/ext-mcp/beside.ts";
import { HOOK_ROUTES } from "../../hook/http-hooks.ts";
import { subjectOf } from "../../hook/subject.ts";
import { Serving, type ServeOptions } from "../../serve/server.ts";
import { isLocal, readAddress, type Address } from "../../serve/listener.ts";
import { inertText } from "../../diagnostics/inert-text.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { LeastVersion } from "../../api/config/trust-config.ts";
import type { Io } from "../../node/io.ts";
import type { CommandContext, CommandModule } from "../command.ts";
import { logSizeOption, maskOption } from "../log-options.ts";
import { redactOption } from "../redact-option.ts";
import { refuseUnsigned } from "../refuse-unsigned.ts";
import { neededPaths, readConfig, type Config } from "../../api/config/config.ts";
import { addSetOptions, duration, repeatable, timed } from "../options.ts";
import { certificatesOf, counted, lasting, sized, untilStopped } from "../server-flags.ts";

interface Flags {
  readonly listen?: readonly string[];
  readonly socketMode: number;
  readonly adminListen?: string;
  readonly candidate?: readonly string[];
  readonly shadow?: readonly string[];
  readonly log: string;
  readonly logMaxBytes: number;
  readonly logSync?: boolean;
  readonly logFailure: "deny" | "allow";
  readonly maskAbove: string;
  readonly id: string;
  readonly url?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly credentials?: string;
  readonly maxBody: number;
  readonly maxBatch: number;
  readonly maxPending: number;
  readonly headerTimeout: number;
  readonly requestTimeout: number;
  readonly idleTimeout: number;
  readonly idle?: number;
  readonly otlp?: string;
  readonly otlpInterval: number;
  readonly reload: number;
  readonly grace: number;
  readonly approvalTtl: number;
  readonly approvalWebhook?: string;
  readonly approvalWebhookKey?: string;
  readonly extMcp?: string;
  readonly extMcpSubject?: string;
  readonly extMcpRedact?: readonly string[];
  readonly verifyKey?: readonly string[];
  readonly atLeast?: readonly LeastVersion[];
  readonly config?: string;
}

const HELP = `
Answers OpenID AuthZEN 1.0 (/access/v1/evaluation, /access/v1/evaluations, /access/v1/search/*, metadata at
/.well-known/authzen-configuration), and canonical calls at POST /v1/decide. \`decision\` of an answer says whether the
call may run; \`context\` says why. Report the result of a call at POST /v1/outcomes.

Each decision is a line of --log, written before the answer is sent. The log is a trace: \`agentz replay\` reads it. On
start, agentz rebuilds the session state from the log, so keep its files as long as the state in them matters.

Policies are loaded again when their files change, and on SIGHUP. If they do not load, the old ones stay in force.
SIGTERM and SIGINT end the server after it has answered all open requests; the exit status is then 0.

Examples:
  agentz serve --candidate policies
  agentz serve --candidate release.agentz --verify-key release.pub.pem --listen unix:/run/agentz.sock
  agentz serve --candidate policies --shadow next --admin-listen 127.0.0.1:9090
  agentz serve --candidate policies --ext-mcp 127.0.0.1:8183`;

function fileMode(value: string): number {
  if (!/^0?[0-7]{3}$/.test(value))
    throw new InvalidArgumentError("it has to be a mode such as 0600 or 0660.");
  return Number.parseInt(value, 8);
}

function refuseWebhook({ approvalWebhook, approvalWebhookKey }: Flags): void {
  if (approvalWebhookKey !== undefined && approvalWebhook === undefined)
    throw new UserError("usage", "--approval-webhook-key needs --approval-webhook");
  if (approvalWebhook !== undefined && !/^https?:\/\/[^\s]+$/.test(approvalWebhook))
    throw new UserError("usage", `\`${approvalWebhook}\` is not a URL that a webhook can have`, {
      help: "write http:// or https:// and the address of the receiver",
    });
}

function refuseUrl({ otlp, url }: Flags): void {
  if (otlp !== undefined && !(URL.canParse(otlp) && /^https?:/.test(otlp)))
    throw new UserError("usage", `\`${otlp}\` is not an address that metrics can be sent to`, {
      help: "write the whole address, such as http://localhost:4318/v1/metrics",
    });
  if (url !== undefined && !(URL.canParse(url) && /^https?:\/\/[^?#\s]+$/.test(url)))
    throw new UserError("usage", `\`${url}\` is not an address that clients can use`, {
      help: "write https:// and the address, without `?` and `#`",
    });
}

function refuseOpen(flags: Flags, addresses: readonly Address[]): void {
  const isGuarded = flags.credentials !== undefined || flags.clientCa !== undefined;
  if (!isGuarded && !addresses.every(isLocal))
    throw new UserError("usage", "an address that other machines can reach needs credentials", {
      help: "pass --credentials <file> or --client-ca <file>, or listen on 127.0.0.1 or a unix socket",
    });
}

function logOf(flags: Flags, cwd: string): ServeOptions["log"] {
  if (flags.log === "none") return undefined;
  return {
    path: resolve(cwd, flags.log),
    maxBytes: flags.logMaxBytes,
    sync: flags.logSync === true,
  };
}

function optionsOf(flags: Flags, config: Config, cwd: string): ServeOptions {
  const listen = (flags.listen ?? ["127.0.0.1:8181"]).map((text) =>
    readAddress(text, flags.socketMode),
  );
  const certificates = certificatesOf(flags, cwd);
  refuseOpen(flags, listen);
  refuseWebhook(flags);
  refuseUrl(flags);
  const candidate = neededPaths(flags.candidate ?? config.candidate, "candidate");
  refuseUnsigned(flags, [...candidate, ...(flags.shadow ?? [])]);
  return {
    cwd,
    listen,
    admin:
      flags.adminListen === undefined
        ? undefined
        : readAddress(flags.adminListen, flags.socketMode),
    candidate,
    shadow: flags.shadow,
    trust: {
      keys: flags.verifyKey ?? config.keys ?? [],
      atLeast: flags.atLeast ?? config.at_least ?? [],
    },
    log: logOf(flags, cwd),
    logFailure: flags.logFailure,
    maskAbove: flags.maskAbove,
    pdp: flags.id,
    url: flags.url?.replace(/\/+$/, ""),
    certificates,
    credentials: flags.credentials,
    limits: { body: flags.maxBody, batch: flags.maxBatch, pending: flags.maxPending },
    patience: {
      header: flags.headerTimeout,
      request: flags.requestTimeout,
      idle: flags.idleTimeout,
    },
    idle: flags.idle,
    otlp: flags.otlp === undefined ? undefined : { url: flags.otlp, interval: flags.otlpInterval },
    reload: flags.reload,
    grace: flags.grace,
    approvals: {
      ttl: flags.approvalTtl,
      webhook: flags.approvalWebhook,
      webhookKey: flags.approvalWebhookKey,
    },
  };
}

/** How other MCP gateways are answered; undefined: they are not. */
function extMcpOf(flags: Flags, tell: ExtMcpSettings["tell"]): ExtMcpSettings | undefined {
  const { extMcp, extMcpSubject, extMcpRedact } = flags;
  if (extMcp === undefined) {
    if (extMcpSubject === undefined && extMcpRedact === undefined) return undefined;
    throw new UserError("usage", "--ext-mcp-subject and --ext-mcp-redact need --ext-mcp");
  }
  const address = readAddress(extMcp, flags.socketMode);
  if ("path" in address)
    throw new UserError("usage", "--ext-mcp needs host:port, such as 127.0.0.1:8183");
  refuseOpen(flags, [address]);
  const subject = extMcpSubject === undefined ? undefined : subjectOf(extMcpSubject);
  return { address, subject, redactKinds: extMcpRedact ?? [], tell };
}

async function act(flags: Flags, { io, finish }: CommandContext): Promise<void> {
  const config = await readConfig(io, flags.config);
  const tell = (what: string): void => say(io, what);
  const extMcp = extMcpOf(flags, tell);
  const serving = await Serving.start(optionsOf(flags, config, io.cwd), {
    clock: io.clock,
    tell,
    routes: HOOK_ROUTES,
    ...(extMcp !== undefined && {
      beside: async (asked) => {
        const { openExtMcp } = await import("../../gateway/ext-mcp/beside.ts");
        return openExtMcp(extMcp, asked);
      },
    }),
  });
  // WHY first: whoever reads that it serves may send a signal at once
  const stopped = untilStopped(() => void serving.reload());
  say(io, `serving ${serving.policies.digest ?? ""} on ${serving.where.join(", ")}`);
  await stopped;
  await serving.close();
  finish(0);
}

function say(io: Pick<Io, "stderr">, what: string): void {
  io.stderr.write(inertText(`agentz: ${what}\n`));
}

export const serveCommand: CommandModule = {
  define: (command, context) => {
    command
      .addOption(
        repeatable("--listen <address>", "host:port or unix:path; default: 127.0.0.1:8181"),
      )
      .addOption(
        new Option("--socket-mode <mode>", "permissions of unix sockets")
          .argParser(fileMode)
          .default(0o600, "0600"),
      )
      .option(
        "--admin-listen <address>",
        "answer /healthz, /readyz and /metrics only at this address",
      )
      .addOption(
        repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
      )
      .addOption(
        repeatable(
          "--shadow <path>",
          "another policy set: its decisions are logged, and do not affect the answers",
        ),
      )
      .option(
        "--log <file>",
        "the file of the decision log, which is a trace; `none` keeps no log",
        "decisions.jsonl",
      )
      .addOption(logSizeOption())
      .option("--log-sync", "force each line to the disk before the answer is sent")
      .addOption(
        new Option("--log-failure <answer>", "the answer if the log cannot be written")
          .choices(["deny", "allow"])
          .default("deny"),
      )
      .addOption(maskOption())
      .option("--id <name>", "the name of this decision point in the log", "agentz")
      .option(
        "--url <url>",
        "the address that clients use, for the metadata; default: where it listens",
      )
      .option("--tls-cert <file>", "the server's certificate, PEM")
      .option("--tls-key <file>", "the key of --tls-cert, PEM")
      .option("--client-ca <file>", "require a client certificate that this authority signed")
      .option("--credentials <file>", "require one of these tokens, keys or passwords")
      .addOption(sized("--max-body <size>", "maximum size of a request", 1024 ** 2, "1M"))
      .addOption(counted("--max-batch <n>", "maximum number of evaluations in a batch", 1000))
      .addOption(
        counted(
          "--max-pending <n>",
          "maximum number of requests at once; more are answered with 429",
          4096,
        ),
      )
      .addOption(
        lasting("--header-timeout <time>", "maximum time for the header of a request", "10s"),
      )
      .addOption(lasting("--request-timeout <time>", "maximum time for a whole request", "30s"))
      .addOption(
        lasting(
          "--idle-timeout <time>",
          "maximum time between two requests of a connection",
          "72s",
        ),
      )
      .addOption(
        new Option("--idle <time>", "forget sessions that have no event for this long").argParser(
          duration,
        ),
      )
      .option(
        "--otlp <url>",
        "send the metrics there by OTLP over HTTP, such as http://localhost:4318/v1/metrics",
      )
      .addOption(lasting("--otlp-interval <time>", "time between two exports of metrics", "15s"))
      .addOption(timed("--reload <time>", "time between two checks of the policy files", "2s"))
      .addOption(
        timed("--grace <time>", "maximum time for open requests when the server ends", "10s"),
      )
      .addOption(lasting("--approval-ttl <time>", "time for which an approval is valid", "1h"))
      .option(
        "--approval-webhook <url>",
        "a URL that receives each call that waits for an approval",
      )
      .option(
        "--approval-webhook-key <file>",
        "sign what the webhook receives with the key of this file, base64 (Standard Webhooks)",
      )
      .option(
        "--ext-mcp <address>",
        "answer MCP gateways by gRPC (agentgateway's ExtMcp) at this host:port",
      )
      .option(
        "--ext-mcp-subject <name>",
        "who makes all calls of these gateways, as type:id; default: `subject` of their metadata",
      )
      .addOption(redactOption("--ext-mcp-redact"))
      .addHelpText("after", HELP)
      .action((flags: Flags) => act(flags, context));
    addSetOptions(command);
  },
};
