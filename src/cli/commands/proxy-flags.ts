import { Option, type Command } from "commander";
import { UserError } from "../../diagnostics/user-error.ts";
import { serverName } from "../../gateway/server-name.ts";
import { logSizeOption, maskOption } from "../log-options.ts";
import { addSetOptions, repeatable, timed } from "../options.ts";
import { redactOption } from "../redact-option.ts";
import { lasting, sized } from "../server-flags.ts";
import { addDeciderOptions, type DeciderFlags } from "./proxy-decider.ts";
import { addHttpOptions, type HttpFlags } from "./proxy-http-flags.ts";

/** The flags of a gateway. */
export interface ProxyFlags extends HttpFlags, DeciderFlags {
  readonly servers?: string;
  readonly subject: string;
  readonly onBehalfOf?: string;
  readonly session?: string;
  readonly definitions: string;
  readonly results?: boolean;
  readonly errorCode: number;
  readonly timeout: number;
  readonly approver?: string;
  readonly approvalWait: number;
  readonly redact?: readonly string[];
  // of both
  readonly listen?: string;
  readonly server: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

function errorCodeOf(value: string): number {
  const code = Number(value);
  if (code === 0) throw new UserError("usage", "an error code cannot be 0");
  if (/^-?\d{1,9}$/.test(value)) return code;
  throw new UserError("usage", `\`${value}\` is not an error code`, { help: "use a whole number" });
}

/** Adds the argument and the flags of a gateway. */
export function addProxyOptions(command: Command): Command {
  command
    .argument("[command...]", "the command of the server, after `--`")
    .addOption(
      new Option("--mode <mode>", "what happens to calls that are not permitted")
        .choices(["record", "shadow", "enforce"])
        .default("enforce"),
    )
    .addOption(
      repeatable("--candidate <path>", "policies and catalogs; repeated paths are one set"),
    )
    .addOption(
      new Option("--server <name>", "the name of the server in policies and in the log")
        .argParser(serverName)
        .default("mcp"),
    )
    .option("--servers <file>", "the servers of this file, as one: .mcp.json and the like")
    .option("--subject <name>", "who makes the calls, as type:id", "agent:mcp-client")
    .option("--on-behalf-of <name>", "for whom, as type:id, or `nobody`; default: unrecorded")
    .option("--session <id>", "the session of the calls; default: a new one for each start")
    .option("--log <file>", "the file of the log; default: .agentz/proxy-<server>.jsonl")
    .addOption(logSizeOption())
    .option("--log-sync", "force each line to the disk before its call is forwarded")
    .option("--definitions <file>", "the accepted definitions of tools", ".agentz/definitions.json")
    .option("--results", "record the results of calls too, not only whether they succeeded")
    .addOption(maskOption())
    .option("--id <name>", "the name of this gateway in the log", "agentz-proxy")
    .addOption(
      new Option(
        "--error-code <code>",
        "the JSON-RPC code of a denied request that is not a call of a tool",
      )
        .argParser(errorCodeOf)
        .default(403),
    )
    .addOption(
      timed(
        "--timeout <time>",
        "maximum time for the server to answer the client; 0s: no limit",
        "0s",
      ),
    )
    .addOption(
      lasting(
        "--server-wait <time>",
        "with --servers: maximum time for a server to answer `initialize`, or to list its tools",
        "15s",
      ),
    )
    .addOption(sized("--max-message <size>", "refuse longer messages", 128 * 1024 ** 2, "128M"))
    .addOption(timed("--grace <time>", "time for the server to end before it is killed", "5s"))
    .addOption(redactOption("--redact"))
    .option(
      "--approver <name>",
      "the person at the client who may approve calls there, as type:id; default: nobody",
    )
    .addOption(timed("--approval-wait <time>", "time for the person at the client to answer", "5m"))
    .addOption(timed("--approval-ttl <time>", "time for which an approval is valid", "1h"))
    .addOption(timed("--reload <time>", "time between two checks of the policy files", "2s"));
  addHttpOptions(command);
  addDeciderOptions(command);
  return addSetOptions(command);
}
