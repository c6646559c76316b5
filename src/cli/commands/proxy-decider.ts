import { resolve } from "node:path";
import { Option, type Command } from "commander";
import { readConfig } from "../../api/config/config.ts";
import type { LeastVersion } from "../../api/config/trust-config.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { Decisions } from "../../gateway/decisions.ts";
import { GatewayService } from "../../gateway/gateway-service.ts";
import type { LogOptions } from "../../serve/decision-log.ts";
import { readAddress } from "../../serve/listener.ts";
import type { CommandContext } from "../command.ts";
import { lasting } from "../server-flags.ts";
import { refuseUnsigned } from "../refuse-unsigned.ts";
import { certificatesOf } from "../server-flags.ts";

/** The flags of whoever decides for a gateway, and of who approves. */
export interface DeciderFlags {
  readonly mode: "record" | "shadow" | "enforce";
  readonly server: string;
  readonly candidate?: readonly string[];
  readonly decisionPoint?: string;
  readonly decisionTimeout: number;
  readonly approvals?: string;
  readonly credentials?: string;
  readonly approver?: string;
  readonly approvalTtl: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly log?: string;
  readonly logMaxBytes: number;
  readonly logSync?: boolean;
  readonly maskAbove: string;
  readonly id: string;
  readonly reload: number;
  readonly verifyKey?: readonly string[];
  readonly atLeast?: readonly LeastVersion[];
  readonly config?: string;
}

/** Whoever decides for a gateway. */
export interface GatewayDecider {
  readonly service: Decisions;
  /** Where people who are not at the client approve calls; undefined: nowhere. */
  readonly approvalPlace: string | undefined;
  readonly close: () => Promise<void>;
}

/** Told in one sentence what an operator has to know. */
type Tell = (what: string) => void;

/** Adds the flags of another decision point. */
export function addDeciderOptions(command: Command): void {
  command
    .addOption(
      new Option(
        "--decision-point <address>",
        "have this `agentz serve` decide: a URL, or unix:path; its token is in $AGENTZ_TOKEN",
      ),
    )
    .addOption(
      lasting(
        "--decision-timeout <time>",
        "deny a call that it does not decide in this time",
        "5s",
      ),
    )
    .option(
      "--approvals <address>",
      "let people approve calls here, by /approvals and /v1/approvals",
    )
    .option("--credentials <file>", "who may approve at --approvals: `bearer <token> human:mia`");
}

function logOf(flags: DeciderFlags, cwd: string): LogOptions {
  return {
    path: resolve(cwd, flags.log ?? `.agentz/proxy-${flags.server}.jsonl`),
    maxBytes: flags.logMaxBytes,
    sync: flags.logSync === true,
  };
}

/** What another decision point cannot be asked with. */
function refuseBeside(flags: DeciderFlags, address: string): void {
  const others = { "--candidate": flags.candidate };
  const approvals = { "--approver": flags.approver, "--approvals": flags.approvals };
  const found = Object.entries({ ...others, ...approvals }).find(
    ([, value]) => value !== undefined,
  );
  if (found !== undefined)
    throw new UserError("usage", `${found[0]} does not go with --decision-point`, {
      help: "policies and approvals are those of the decision point",
    });
  if (flags.mode !== "enforce")
    throw new UserError("usage", "--decision-point decides only in mode `enforce`");
  const isAddress = /^unix:./.test(address) || (URL.canParse(address) && /^https?:/.test(address));
  if (!isAddress)
    throw new UserError("usage", `\`${address}\` is not the address of a decision point`, {
      help: "write a URL, such as http://127.0.0.1:8181, or unix:path",
    });
}

async function openRemote(
  flags: DeciderFlags,
  address: string,
  { io, tell }: Pick<CommandContext, "io"> & { readonly tell: Tell },
): Promise<GatewayDecider> {
  refuseBeside(flags, address);
  const { RemoteDecisions } = await import("../../gateway/remote/remote-decisions.ts");
  const service = new RemoteDecisions({
    point: { address, token: io.env["AGENTZ_TOKEN"] },
    patience: flags.decisionTimeout,
    log: logOf(flags, io.cwd),
    pdp: flags.id,
    clock: io.clock,
    tell,
  });
  const approvalPlace = address.startsWith("unix:")
    ? "the decision point"
    : `${address.replace(/\/+$/, "")}/approvals`;
  return { service, approvalPlace, close: () => service.close() };
}

async function openHere(
  flags: DeciderFlags,
  { io, tell }: Pick<CommandContext, "io"> & { readonly tell: Tell },
): Promise<GatewayService> {
  const config = await readConfig(io, flags.config);
  const candidate = flags.candidate ?? config.candidate;
  if (flags.mode !== "record") refuseUnsigned(flags, candidate ?? []);
  return GatewayService.open({
    cwd: io.cwd,
    mode: flags.mode,
    candidate,
    trust: {
      keys: flags.verifyKey ?? config.keys ?? [],
      atLeast: flags.atLeast ?? config.at_least ?? [],
    },
    log: logOf(flags, io.cwd),
    maskAbove: flags.maskAbove,
    pdp: flags.id,
    approvalTtl: flags.approvalTtl,
    reload: flags.reload,
    clock: io.clock,
    tell,
  });
}

/** Where people who are not at the client give approvals; undefined: nowhere. */
async function approvalsOf(flags: DeciderFlags, { service }: GatewayService, cwd: string) {
  const { approvals, credentials } = flags;
  if (approvals === undefined || credentials === undefined) return undefined;
  const { openApprovals } = await import("../../serve/approval-server.ts");
  const certificates = certificatesOf({ tlsCert: flags.tlsCert, tlsKey: flags.tlsKey }, cwd);
  const address = readAddress(approvals, 0o600);
  return openApprovals(service, { cwd, address, credentials, certificates });
}

/** Opens what decides for a gateway, as the flags say; what stands in the way is a `UserError`. */
export async function openDecider(
  flags: DeciderFlags,
  { io }: CommandContext,
  tell: Tell,
): Promise<GatewayDecider> {
  if ((flags.approvals === undefined) !== (flags.credentials === undefined))
    throw new UserError("usage", "--approvals and --credentials go together", {
      help: "the file names who may approve: `bearer <token> human:mia` on each line",
    });
  if (flags.decisionPoint !== undefined)
    return openRemote(flags, flags.decisionPoint, { io, tell });
  const here = await openHere(flags, { io, tell });
  try {
    const approvals = await approvalsOf(flags, here, io.cwd);
    const approvalPlace = approvals && `${approvals.where}/approvals`;
    if (approvalPlace !== undefined) tell(`approvals are given at ${approvalPlace}`);
    const close = async (): Promise<void> => {
      await approvals?.close();
      here.close();
    };
    return { service: here.service, approvalPlace, close };
  } catch (error) {
    here.close();
    throw error;
  }
}
