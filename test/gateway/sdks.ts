import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { atEndOfFile } from "../at-end.ts";
import { MCP_PACKAGES } from "../needs.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

/** The real clients, each with the protocol that it speaks. */
export const SDKS = {
  "SDK 1, 2025-11-25": { client: "sdk/dist/esm/client/index.js", mode: undefined },
  "SDK 2, 2025-11-25": { client: "client/dist/index.mjs", mode: "legacy" },
  "SDK 2, 2026-07-28": { client: "client/dist/index.mjs", mode: "auto" },
} as const;
export type Sdk = keyof typeof SDKS;

/** A module of the MCP packages. */
export const load = (path: string): Promise<Loose> =>
  import(pathToFileURL(resolve(MCP_PACKAGES, "@modelcontextprotocol", path)).href);

/** The text of a call's result. */
export const textOf = ({ content }: Loose): string => content[0].text;

/** A connected client whose user answers forms; undefined: it has none who could. */
export async function connected(
  sdk: Sdk,
  transport: Loose,
  user: { readonly answer: (form: Loose) => object; readonly offers?: object } | undefined,
): Promise<Loose> {
  const { client: path, mode } = SDKS[sdk];
  const { Client } = await load(path);
  const client = new Client(
    { name: "test", version: "1.0.0" },
    {
      capabilities: user === undefined ? {} : { elicitation: {}, ...user.offers },
      ...(mode !== undefined && { versionNegotiation: { mode } }),
    },
  );
  const method =
    mode === undefined
      ? (await load("sdk/dist/esm/types.js")).ElicitRequestSchema
      : "elicitation/create";
  if (user !== undefined)
    client.setRequestHandler(method, ({ params }: Loose) => user.answer(params));
  await client.connect(transport);
  atEndOfFile(() => void client.close());
  return client;
}
