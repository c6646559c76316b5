import { UserError } from "../diagnostics/user-error.ts";
import { HOST_SERVER } from "../request/host-server.ts";

/** Whether policies can name a server so; `host` has an agent's own tools (design 2.4). */
export function isServerName(name: string): boolean {
  return name !== HOST_SERVER && /^[\w.-]+$/.test(name);
}

/** The name of a server in policies and in the log; one that cannot be it is a `UserError`. */
export function serverName(name: string): string {
  if (isServerName(name)) return name;
  throw new UserError("usage", `\`${name}\` cannot be the name of a server in policies`, {
    help:
      name === HOST_SERVER
        ? "rules use this name for an agent's own tools"
        : "use letters, digits, `.`, `-` and `_`",
  });
}
