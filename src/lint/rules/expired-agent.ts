import { quoted } from "../../policy/log.ts";
import { dayText } from "../../text/time.ts";
import type { SetRule } from "../rule.ts";

export const expiredAgent: SetRule = {
  code: "expired-agent",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) =>
    context.agents
      .filter(
        ({ status, expires }) =>
          status === "commissioned" && expires !== undefined && expires < context.today,
      )
      .map(({ id, place, expires = 0 }) => ({
        place,
        message: `agent ${quoted(id)} is commissioned and expired on ${dayText(expires)}`,
        help: "its lifecycle denies every call of the agent; renew `expires`, or set `status: decommissioned`",
      })),
};
