import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { LINE_SERVER } from "./proxy.ts";
import { connected, load, SDKS, textOf, type Sdk } from "./sdks.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: echo, effect: allow, actions: [mcp/echo], when: "!has(args.api_key) || args.api_key != 'x'" }
  - { id: ask, effect: require_approval, actions: [mcp/shout], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: shout, server: mcp, effects: [update], resource: none }]
`;
const WORD = "hunter2";
const TOKEN = `ghp_${"a1B2".repeat(9)}`;
/** Secrets as agents really send them. */
const SECRETS = {
  ...{ user: "u", max_tokens: 5, password: WORD, config: { db_password: WORD, port: 5432 } },
  aws_secret_access_key: WORD,
  headers: [
    { name: "Accept", value: "*/*" },
    { name: "Authorization", value: WORD },
  ],
  ...{ Authorization: WORD, argv: ["psql", "--password", WORD], text: `a\n${TOKEN}` },
};

interface Session {
  readonly cwd: string;
  readonly client: Loose;
  readonly forms: Loose[];
  readonly log: () => string;
}

/** A real client of a real process of the gateway, before a server of its own process. */
async function session(sdk: Sdk, mode: string): Promise<Session> {
  const cwd = scratch({ "p.yaml": POLICY });
  const { StdioClientTransport } = await load(
    SDKS[sdk].mode === undefined ? "sdk/dist/esm/client/stdio.js" : "client/dist/stdio.mjs",
  );
  const args = [
    ...[join(ROOT, "bin/agentz.js"), "proxy", "--mode", mode, "--log", "log.jsonl"],
    ...(mode === "record" ? [] : ["--candidate", "p.yaml"]),
    ...["--subject", "agent:coder", "--on-behalf-of", "human:jane", "--approver", "human:mia"],
    ...["--", process.execPath, LINE_SERVER],
  ];
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd });
  const forms: Loose[] = [];
  const answer = (form: Loose): object => {
    forms.push(form);
    return { action: "accept", content: { approve: true } };
  };
  const client = await connected(sdk, transport, { answer });
  return { cwd, client, forms, log: () => readFileSync(join(cwd, "log.jsonl"), "utf8") };
}

describe.skipIf(lacks("mcp-packages"))("no secret is in the log of a gateway", () => {
  test.each(["record", "shadow", "enforce"])("%s: by its form and by its name", async (mode) => {
    const { client, log } = await session("SDK 1, 2025-11-25", mode);
    const echoed = await client.callTool({ name: "echo", arguments: SECRETS });
    // the server gets all of it
    expect(JSON.parse(textOf(echoed))).toEqual(SECRETS);
    await client.callTool({ name: "echo", arguments: { [TOKEN]: 1, b: 2 } });
    if (mode === "enforce") await client.callTool({ name: TOKEN, arguments: {} });
    await client.close();
    expect(log()).not.toContain(WORD);
    expect(log()).not.toContain(TOKEN);
    const [call] = log()
      .split("\n")
      .flatMap((line) => (line.includes('"echo"') ? [JSON.parse(line)] : []));
    expect(call.args).toEqual({ user: "u", max_tokens: 5, config: { port: 5432 } });
    expect(call.unrecorded).toEqual([
      ...["args.password", "args.config.db_password", "args.aws_secret_access_key"],
      ...["args.headers", "args.Authorization", "args.argv", "args.text"],
    ]);
  });

  test("a form shows the same stars as the log has gaps", async () => {
    const { client, forms } = await session("SDK 2, 2025-11-25", "enforce");
    await client.callTool({ name: "shout", arguments: SECRETS });
    await client.close();
    expect(forms).toHaveLength(1);
    expect(forms[0].message).not.toContain(WORD);
    expect(forms[0].message).not.toContain(TOKEN);
    expect(forms[0].message).toMatch(/"port":5432.*"Accept".*"Authorization","value":"\*+"/s);
  });

  test("a replay decides the same, but by a rule that reads what is masked", async () => {
    const { cwd, client } = await session("SDK 1, 2025-11-25", "enforce");
    await client.callTool({ name: "echo", arguments: { password: WORD } });
    await client.callTool({ name: "echo", arguments: { api_key: "x" } });
    await client.close();
    const flags = ["--trace", "log.jsonl", "--baseline", "recorded", "--format", "json"];
    const replayed = agentz(["replay", "--candidate", "p.yaml", ...flags], { cwd });
    const { changes, missing } = JSON.parse(replayed.stdout);
    expect(changes).toMatchObject({ unchanged: 1, indeterminate: 1 });
    expect(missing).toMatchObject([{ attribute: "args.api_key", rules: ["p/echo"], calls: 1 }]);
  });
});
