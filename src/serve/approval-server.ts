import { readText } from "../node/text-file.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { Credentials } from "./authenticate.ts";
import type { DecisionService } from "./decision-service.ts";
import { HttpHandler } from "./http-handler.ts";
import { Listener, type Address, type Certificates } from "./listener.ts";
import { APPROVAL_PATHS } from "./routes.ts";

/** Where the approvals of a decision point inside another program are given. */
export interface ApprovalServerOptions {
  readonly cwd: string;
  readonly address: Address;
  /** The file of those who may answer, each with a name. */
  readonly credentials: string;
  readonly certificates: Certificates | undefined;
}

/** An approval interface that is open. */
export interface ApprovalServer {
  readonly where: string;
  readonly close: () => Promise<void>;
}

const LIMITS = { body: 64 * 1024, batch: 1, pending: 256 };
const PATIENCE = { header: 10_000, request: 30_000, idle: 72_000 };
const GRACE_MS = 1000;

async function credentialsOf({ cwd, credentials }: ApprovalServerOptions): Promise<Credentials> {
  const text = await readText(cwd, credentials);
  if (text === undefined)
    throw new UserError("no-such-path", `\`${credentials}\` cannot be read: it does not exist`);
  const read = Credentials.read(text, credentials);
  if (read.namesParties) return read;
  throw new UserError("credentials", `no credential of \`${credentials}\` names a person`, {
    help: "write the name after the credential, as in `bearer <token> human:mia`",
  });
}

/**
 * Opens `/v1/approvals` and the page `/approvals` of a service, and nothing else of it; what stands
 * in the way is a `UserError`.
 */
export async function openApprovals(
  service: DecisionService,
  options: ApprovalServerOptions,
): Promise<ApprovalServer> {
  const { address, certificates } = options;
  const credentials = await credentialsOf(options);
  const handler = new HttpHandler({
    service,
    limits: LIMITS,
    credentials: () => credentials,
    certificates: certificates?.clientCa !== undefined,
    own: {
      url: undefined,
      scheme: certificates === undefined ? "http" : "https",
      listen: address,
    },
    admin: () => undefined,
    isClosing: () => false,
    only: APPROVAL_PATHS,
  });
  const listener = new Listener(handler.handle, { address, certificates, patience: PATIENCE });
  await listener.listen();
  return { where: listener.where, close: () => listener.close(GRACE_MS) };
}
