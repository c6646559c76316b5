import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { listening } from "./listening.ts";
import { connected, load, SDKS, textOf, type Sdk } from "./sdks.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: c
version: 1.0.0
rules:
  - { id: ask, effect: require_approval, actions: [c/test_simple_text], approval: { approvers: ["human:mia"] } }
  - { id: rest, effect: allow, actions: [c/test_input_required_result_multi_round, c/elicitation/create,
      c/test_tool_with_progress, c/test_elicitation] }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: test_simple_text, server: c, effects: [read], resource: none }]
`;
const SERVER = [process.execPath, resolve(import.meta.dirname, "servers/conformance-server.mjs")];
const PROXY = [
  ...[process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--candidate", "p.yaml"],
  ...["--server", "c", "--log", "log.jsonl", "--subject", "agent:coder"],
  ...["--on-behalf-of", "human:jane", "--approver", "human:mia"],
];
/** The way of a client to the gateway before the server. */
async function transportOf(sdk: Sdk, way: "stdio" | "http", cwd: string): Promise<Loose> {
  const isFirst = SDKS[sdk].mode === undefined;
  if (way === "stdio") {
    const { StdioClientTransport } = await load(
      isFirst ? "sdk/dist/esm/client/stdio.js" : "client/dist/stdio.mjs",
    );
    const [command = "", ...args] = [...PROXY, "--", ...SERVER];
    return new StdioClientTransport({ command, args, cwd, stderr: "ignore" });
  }
  const upstream = await listening([...SERVER, "0"], { cwd, says: /listening on (\S+)/ });
  const flags = ["--listen", "127.0.0.1:0", "--upstream", upstream];
  const url = await listening([...PROXY, ...flags], { cwd, says: /listening on (\S+),/ });
  const { StreamableHTTPClientTransport } = await load(
    isFirst ? "sdk/dist/esm/client/streamableHttp.js" : "client/dist/index.mjs",
  );
  return new StreamableHTTPClientTransport(new URL(url));
}

const ways = Object.keys(SDKS).flatMap((sdk) =>
  (["stdio", "http"] as const).map((way) => [sdk, way] as readonly [Sdk, "stdio" | "http"]),
);

describe.skipIf(lacks("mcp-packages"))(
  "design 15.2: approvals with real clients and servers",
  () => {
    test.each(ways)("%s, %s: yes, no, and nobody to ask", async (sdk, way) => {
      const call = { name: "test_simple_text", arguments: {} };
      const said = async (answer: ((form: Loose) => object) | undefined): Promise<string> => {
        const cwd = scratch({ "p.yaml": POLICY });
        const client = await connected(sdk, await transportOf(sdk, way, cwd), answer && { answer });
        const text = textOf(await client.callTool(call));
        await client.close();
        const log = readFileSync(join(cwd, "log.jsonl"), "utf8");
        expect(log).toContain(`"protocol":"${sdk.slice(-10)}"`);
        return text;
      };
      const forms: string[] = [];
      const yes = (form: Loose): object => {
        forms.push(form.message);
        return { action: "accept", content: { approve: true } };
      };
      expect(await said(yes)).toMatch(/simple text response/);
      expect(forms).toEqual([
        expect.stringMatching(/agent:coder wants to call c\/test_simple_text/),
      ]);
      expect(await said(() => ({ action: "decline" }))).toMatch(/denied|requires an approval/);
      expect(await said(undefined)).toMatch(/requires an approval/);
    });

    test.each(ways)(
      "%s, %s: questions of the server, progress, what is denied",
      async (sdk, way) => {
        const cwd = scratch({ "p.yaml": POLICY });
        const client = await connected(sdk, await transportOf(sdk, way, cwd), {
          answer: () => ({
            action: "accept",
            content: { name: "Ann", color: "red", username: "ann", email: "ann@example.com" },
          }),
        });
        const tool =
          sdk === "SDK 2, 2026-07-28"
            ? "test_input_required_result_multi_round"
            : "test_elicitation";
        const asked = await client.callTool({ name: tool, arguments: { message: "who?" } });
        expect(textOf(asked)).toMatch(/both rounds are done|Elicitation completed: action=accept/);
        const steps: Loose[] = [];
        const long = { name: "test_tool_with_progress", arguments: {} };
        const options = { onprogress: (step: Loose) => void steps.push(step) };
        await (sdk === "SDK 1, 2025-11-25"
          ? client.callTool(long, undefined, options)
          : client.callTool(long, options));
        expect(steps.map(({ progress }) => progress)).toContain(50);
        const denied = await client.callTool({ name: "test_image_content", arguments: {} });
        expect(denied.isError).toBe(true);
        const { tools } = await client.listTools();
        expect(tools.map(({ name }: Loose) => name).sort()).toEqual([
          ...["test_elicitation", "test_input_required_result_multi_round"],
          ...["test_simple_text", "test_tool_with_progress"],
        ]);
        await client.close();
      },
    );
  },
);
