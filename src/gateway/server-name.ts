import { UserError } from "../diagnostics/user-error.ts";
import { HOST_SERVER } from "../request/host-server.ts";

/** The name of a server in policies and in the log; one that rules use otherwise is a `UserError`. */
export function serverName(value: string): string {
  if (value !== HOST_SERVER) return value;
  throw new UserError(
    "usage",
    `--server cannot be \`${HOST_SERVER}\`: rules use it for an agent's own tools`,
  );
}
