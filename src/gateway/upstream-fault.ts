import type { IncomingMessage } from "node:http";
import { errorCode } from "../node/file-error.ts";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "nothing listens at its address"],
  ["ECONNRESET", "it closed the connection before its answer was complete"],
  ["EPIPE", "it closed the connection before its answer was complete"],
  ["ENOTFOUND", "the name of its address is not known"],
  ["EAI_AGAIN", "the name of its address cannot be looked up now"],
  ["EHOSTUNREACH", "there is no way to its address"],
  ["ENETUNREACH", "there is no way to its address"],
  ["ETIMEDOUT", "its address does not answer"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["EPROTO", "it does not speak TLS as it should: check whether its address is http or https"],
]);

/** Codes of certificates that are not trusted. */
const CERTIFICATE = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** Why a server on HTTP gave no answer, as a clause whose subject is the server. */
export function whyNoAnswer(error: unknown): string {
  const code = errorCode(error);
  const why = error instanceof Error ? error.message : String(error);
  const known = REASONS.get(code);
  if (known !== undefined) return known;
  if (CERTIFICATE.test(code)) return `its certificate is not trusted: ${why}`;
  if (code.startsWith("HPE_")) return `it does not answer by HTTP: ${why}`;
  return why === "" ? code : why;
}

/** The end of an answer in which a request was not answered. */
export const NO_RESULT = "it ended its answer without a result";

/** Where a response sends its reader instead, without what may be secret; undefined: nowhere. */
export function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  const { location } = headers;
  if (statusCode < 300 || statusCode > 399) return undefined;
  if (location === undefined || !URL.canParse(location))
    return location?.replace(/[?#].*$/s, "") ?? "";
  const { origin, pathname } = new URL(location);
  return `${origin}${pathname}`;
}

/**
 * WHY a redirect is never followed or passed on: who follows it calls the server without a decision, or
 * shows another one the credentials of this one.
 */
export function redirectFault(to: string): string {
  return `it redirects to \`${to}\`, and agentz follows no redirects: use that address if you trust it`;
}
