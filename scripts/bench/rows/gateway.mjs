// What the MCP gateway costs, beside the same calls of the same server without it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePorts } from "../free-ports.mjs";
import { BIN, ENV, NotAvailable } from "../process.mjs";

const PACKAGES = fileURLToPath(new URL("../../../test/gateway/node_modules/", import.meta.url));
const serverOf = (name) => join(PACKAGES, `@modelcontextprotocol/server-${name}/dist/index.js`);
const [WARM_CALLS, CALLS, IN_FLIGHT] = [500, 2000, 16];

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: live
version: 1.0.0
session:
  counters: [{ name: calls, add: "1.0" }]
rules:
  - { id: list, effect: allow, actions: [mcp/list_directory, mcp/echo], when: "session.counters.calls < 1000000000.0" }
`;
const HELLO = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bench", version: "1.0.0" },
};

function needed() {
  if (!existsSync(PACKAGES))
    throw new NotAvailable("the servers of test/gateway are not installed");
}

const message = (id, method, params) => ({ jsonrpc: "2.0", id, method, params });

/** A client on the streams of a command, which sends requests and waits for their answers. */
function lineClient(command) {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"], env: ENV });
  const waiting = new Map();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line);
    if (answer.result === undefined || answer.result.isError)
      throw new Error(`a call failed: ${line.slice(0, 300)}`);
    waiting.get(answer.id)?.();
    waiting.delete(answer.id);
  });
  return {
    ask: (id, method, params) =>
      new Promise((resolve) => {
        waiting.set(id, resolve);
        child.stdin.write(`${JSON.stringify(message(id, method, params))}\n`);
      }),
    end: () => {
      child.stdin.end();
      return new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** A client of an endpoint, which does the same. */
async function httpClient(url) {
  let session;
  const ask = async (id, method, params) => {
    const asked = () =>
      fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          ...(session !== undefined && { "Mcp-Session-Id": session }),
        },
        body: JSON.stringify(message(id, method, params)),
      });
    // the server may just have closed the connection that stood idle since the last run
    const response = await asked().catch((error) => {
      if (method === "initialize") return asked();
      throw error;
    });
    session ??= response.headers.get("mcp-session-id") ?? undefined;
    const text = await response.text();
    if (!response.ok || !text.includes('"result"') || text.includes('"isError":true'))
      throw new Error(`a call failed: ${text.slice(0, 300)}`);
  };
  return { ask, end: () => Promise.resolve() };
}

/** The middle of what single calls take, in ms, and calls a second with some in flight. */
async function measured(client, call) {
  await client.ask("hello", "initialize", HELLO);
  let id = 0;
  const one = () => client.ask(id++, "tools/call", call);
  for (let i = 0; i < WARM_CALLS; i++) await one();
  const took = [];
  for (let i = 0; i < CALLS; i++) {
    const start = performance.now();
    await one();
    took.push(performance.now() - start);
  }
  const start = performance.now();
  let left = CALLS;
  const worker = async () => {
    while (left-- > 0) await one();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const perSecond = CALLS / ((performance.now() - start) / 1000);
  await client.end();
  return { middle: took.sort((a, b) => a - b)[CALLS / 2], perSecond };
}

function gateway(folder, name) {
  const policy = join(folder, "gateway.yaml");
  writeFileSync(policy, POLICY);
  const log = join(folder, `${name}.jsonl`);
  rmSync(log, { force: true });
  const definitions = join(folder, "definitions.json");
  const files = ["--candidate", policy, "--log", log, "--definitions", definitions];
  return [process.execPath, BIN, "proxy", ...files];
}

async function onStreams({ runs, folder }) {
  needed();
  const desk = join(folder, "desk");
  mkdirSync(desk, { recursive: true });
  const server = [process.execPath, serverOf("filesystem"), desk];
  const call = { name: "list_directory", arguments: { path: desk } };
  const through = [...gateway(folder, "streams"), "--", ...server];
  return best(runs, async () => ({
    direct: await measured(lineClient(server), call),
    through: await measured(lineClient(through), call),
  }));
}

/** Starts a program, which says on stderr when it listens. */
function listening(command, env, says) {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...ENV, ...env },
  });
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const [, found] = says.exec(said) ?? [];
      if (found !== undefined) resolve({ found, end: () => child.kill("SIGTERM") });
    });
    child.once("exit", () => reject(new Error(`it ended: ${said}`)));
  });
}

async function onHttp({ runs, folder }) {
  needed();
  const [port] = await freePorts(1);
  const direct = `http://127.0.0.1:${port}/mcp`;
  const command = [process.execPath, serverOf("everything"), "streamableHttp"];
  const server = await listening(command, { PORT: String(port) }, /(listening on port)/i);
  const flags = ["--listen", "127.0.0.1:0", "--upstream", direct];
  const proxy = await listening([...gateway(folder, "http"), ...flags], {}, /listening on (\S+),/);
  const call = { name: "echo", arguments: { message: "x" } };
  try {
    return await best(runs, async () => ({
      direct: await measured(await httpClient(direct), call),
      through: await measured(await httpClient(proxy.found), call),
    }));
  } finally {
    proxy.end();
    server.end();
  }
}

/** The run in which the machine did least else. */
async function best(runs, measure) {
  const found = [];
  for (let run = 0; run < runs; run++) found.push(await measure());
  return found.sort((a, b) => a.through.middle - b.through.middle)[0];
}

const ofTransport = { stdio: onStreams, http: onHttp };
const kept = new Map();

/** Both rows of a transport come of one run. */
async function comparison(transport, bench) {
  if (!kept.has(transport)) kept.set(transport, await ofTransport[transport](bench));
  return kept.get(transport);
}

function rowsOf(transport, words, goal) {
  return [
    {
      name: `proxy-${transport}`,
      what: `milliseconds that \`agentz proxy\` adds to a call ${words}, the median of 2,000`,
      goal,
      measure: async (bench) => {
        const { direct, through } = await comparison(transport, bench);
        return {
          ratio: through.middle - direct.middle,
          traces: {
            "direct ms": direct.middle.toFixed(2),
            "through ms": through.middle.toFixed(2),
          },
        };
      },
    },
    {
      name: `proxy-${transport}-16`,
      what: `calls a second through \`agentz proxy\`, 16 at once, ${words}, divided by those without it`,
      goal: 0.5,
      atLeast: true,
      measure: async (bench) => {
        const { direct, through } = await comparison(transport, bench);
        return {
          ratio: through.perSecond / direct.perSecond,
          traces: {
            "through/s": String(Math.round(through.perSecond)),
            "direct/s": String(Math.round(direct.perSecond)),
          },
        };
      },
    },
  ];
}

export const GATEWAY_ROWS = [
  ...rowsOf("stdio", "of server-filesystem over stdio", 0.5),
  ...rowsOf("http", "of server-everything over HTTP", 1),
];
