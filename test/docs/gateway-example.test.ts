import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { agentzProcess, ROOT, scratch } from "../e2e/agentz.ts";
import { connected, load, textOf } from "../gateway/sdks.ts";
import { lacks, MCP_PACKAGES } from "../needs.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const page = readFileSync(join(ROOT, "docs/gateway.md"), "utf8");
const [, section = ""] = /^## A first example\n([^]*?)^## /m.exec(page) ?? [];
const blocks = [...section.matchAll(/^```\w+\n([^]*?)^```/gm)].map(([, text = ""]) => text);
const [config = "", policy = "", catalog = "", install = "", coverage = ""] = blocks;
/** What the table of the page quotes of answers. */
const quoted = [...section.matchAll(/`((?:denied|it needs)[^`]*)`/g)].map(([, text = ""]) => text);

describe.skipIf(lacks("mcp-packages"))("docs/gateway.md, a first example", () => {
  test("works as it is written, with a real server and a real client", async () => {
    const cwd = scratch({ "policies/files.yaml": policy, "policies/catalog.yaml": catalog });
    const server = resolve(MCP_PACKAGES, "@modelcontextprotocol/server-filesystem/dist/index.js");
    // what npx would download is here already
    const local = config
      .replace('"npx"', JSON.stringify(process.execPath))
      .replace('"-y", "@modelcontextprotocol/server-filesystem"', JSON.stringify(server));
    writeFileSync(join(cwd, ".mcp.json"), local);
    mkdirSync(join(cwd, "notes/drafts"), { recursive: true });
    writeFileSync(join(cwd, "notes/a.txt"), "hello");
    const run = (line: string): string => {
      const done = agentzProcess(line.split(" ").slice(1), { cwd });
      expect([line, done.status, done.stderr]).toEqual([line, 0, ""]);
      return done.stdout;
    };
    const [lint = "", put = ""] = install.trim().split("\n");
    expect(run(lint)).toContain("no findings");
    run(put);
    const { command, args } = JSON.parse(readFileSync(join(cwd, ".mcp.json"), "utf8")).mcpServers
      .files;
    const { StdioClientTransport } = await load("sdk/dist/esm/client/stdio.js");
    const started = (): Loose => new StdioClientTransport({ command, args, cwd, stderr: "ignore" });

    const silent = await connected("SDK 1, 2025-11-25", started(), undefined);
    const { tools, _meta } = await silent.listTools();
    expect(tools.map(({ name }: Loose) => name)).toHaveLength(3);
    expect(_meta["dev.agentz/hidden"]).toBe(11);
    const called = (client: Loose, name: string, more: object): Promise<Loose> =>
      client.callTool({ name, arguments: more });
    const to = (path: string): object => ({ path, content: "new" });
    expect(textOf(await called(silent, "read_text_file", { path: "notes/a.txt" }))).toBe("hello");
    expect(await called(silent, "write_file", to("notes/drafts/b.txt"))).not.toHaveProperty(
      "isError",
      true,
    );
    const answers: string[] = [];
    for (const path of ["notes/a.txt", "notes/drafts/../a.txt"])
      answers.push(textOf(await called(silent, "write_file", to(path))));
    const moved = { source: "notes/a.txt", destination: "notes/b.txt" };
    answers.push(textOf(await called(silent, "move_file", moved)));
    answers.push(
      textOf(await called(silent, "read_text_file", { path: join(cwd, "notes/a.txt") })),
    );
    expect(quoted.filter((text) => !answers.some((answer) => answer.includes(text)))).toEqual([]);
    expect(quoted.length).toBeGreaterThan(2);
    await silent.close();
    expect(readFileSync(join(cwd, "notes/a.txt"), "utf8")).toBe("hello");

    const user = { answer: () => ({ action: "accept", content: { approve: true } }) };
    const asking = await connected("SDK 1, 2025-11-25", started(), user);
    await called(asking, "write_file", to("notes/a.txt"));
    await asking.close();
    expect(readFileSync(join(cwd, "notes/a.txt"), "utf8")).toBe("new");

    const told = run(coverage.trim());
    expect(told).toMatch(/enforcement +\S+ +100%/);
    expect(told).toMatch(/policy +\S+ +(?:100|[5-9]\d)/);
    expect(told).toMatch(/identity +\S+ +0%/);
    expect(told).toMatch(/classification +\S+ +100%/);
  });
});
