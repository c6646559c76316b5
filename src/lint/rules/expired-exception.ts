import { quoted } from "../../policy/log.ts";
import { dayText } from "../../text/time.ts";
import type { SetRule } from "../rule.ts";

export const expiredException: SetRule = {
  code: "expired-exception",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: (context) =>
    context.analysed.rules.flatMap(({ rule, policy }) =>
      rule.exceptions
        .filter(({ expires }) => expires !== undefined && expires < context.today)
        .map(({ place, expires = 0, owner }) => ({
          place: context.placeIn(policy, { place }, "expires"),
          message: `an exception of rule ${quoted(rule.id)} expired on ${dayText(expires)}`,
          help: `the exception no longer applies; remove it, or ask ${quoted(owner)} to renew it`,
        })),
    ),
};
