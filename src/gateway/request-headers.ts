import type { IncomingHttpHeaders } from "node:http";
import { stringMember } from "../request/json.ts";
import type { Request } from "./message.ts";
import type { Modern } from "./modern.ts";

/** Methods whose subject a header names, and the member of `params` that it mirrors. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
]);

/** A header's value as it was before it was encoded for the wire; undefined: it cannot be decoded. */
function decoded(value: string): string | undefined {
  const [, base64] = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value) ?? [];
  if (base64 === undefined) return value.startsWith("=?base64?") ? undefined : value;
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes.toString("utf8") : undefined;
}

/** A value as a header can carry it. */
function encoded(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
  return isPlain && !value.startsWith("=?base64?")
    ? value
    : `=?base64?${Buffer.from(value).toString("base64")}?=`;
}

/** The headers that go with a request of protocol 2026-07-28. */
export function headersOf(
  { method, params }: Request,
  modern: Modern,
): Readonly<Record<string, string>> {
  const field = NAMED.get(method);
  const name = field === undefined ? undefined : stringMember(params, field);
  return {
    "MCP-Protocol-Version": modern.version,
    "Mcp-Method": method,
    ...(name !== undefined && { "Mcp-Name": encoded(name) }),
  };
}

/**
 * Why the headers of a request do not say what its body says (protocol 2026-07-28, server validation);
 * undefined: they do. Earlier versions do without these headers, but where they stand they are right:
 * what is behind the gateway may go by them.
 */
export function headerFault(
  headers: IncomingHttpHeaders,
  { method, params }: Request,
  modern: Modern | undefined,
): string | undefined {
  const field = NAMED.get(method);
  const said: readonly (readonly [string, string | undefined])[] = [
    ["mcp-method", method],
    ...(field === undefined ? [] : [["mcp-name", stringMember(params, field)] as const]),
    ...(modern === undefined ? [] : [["mcp-protocol-version", modern.version] as const]),
  ];
  for (const [name, value] of said) {
    const header = headers[name];
    if (header === undefined && modern === undefined) continue;
    if (header === undefined) return `the header \`${name}\` is missing`;
    if (typeof header !== "string" || decoded(header) !== value)
      return `the header \`${name}\` is not what the body says`;
  }
  return undefined;
}
