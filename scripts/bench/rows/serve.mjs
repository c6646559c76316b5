// What deciding over HTTP costs, beside a bare server that parses and answers the same requests.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, requestBytes } from "../load/client.mjs";
import { BIN, ENV } from "../process.mjs";

const ECHO = fileURLToPath(new URL("../load/echo.mjs", import.meta.url));
const CONNECTIONS = 16;
const SECONDS = 3;

/** Policies whose decisions read state: what the log and the state cost is measured too. */
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: live
version: 1.0.0
session:
  counters: [{ name: spent, add: args.amount, when: "action.name == 'pay'" }]
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - { id: pay, effect: allow, actions: [shop/pay], when: "args.amount <= 100.0 && session.counters.spent < 1000000000.0" }
`;

const CALLS = Array.from({ length: 64 }, (_, i) => ({
  session: `s-${i % 40}`,
  subject: { type: "agent", id: `agent-${i % 8}` },
  action: { kind: "mcp_request", server: "shop", name: i % 2 === 0 ? "look" : "pay" },
  args: { order: `o-${i}`, amount: i },
  context: { on_behalf_of: { type: "human", id: "mia" }, task: { id: `T-${i}`, type: "refund" } },
}));

/** Starts a server; gives its port once it says where it listens, and what ends it. */
function started(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"], env: ENV });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      const end = () => {
        child.kill("SIGTERM");
        return ended;
      };
      if (port !== undefined) resolve({ port: Number(port), end });
    });
    ended.then(() => reject(new Error(`it ended: ${said}`)));
  });
}

async function measured(args) {
  const server = await started(args);
  const requests = CALLS.map((call) => requestBytes("/v1/decide", call));
  await load(server.port, requests, { connections: CONNECTIONS, seconds: SECONDS });
  const result = await load(server.port, requests, { connections: CONNECTIONS, seconds: SECONDS });
  await server.end();
  return result;
}

async function serveBesideEcho({ runs, folder }) {
  const [policy, log] = [join(folder, "live.yaml"), join(folder, "live.jsonl")];
  writeFileSync(policy, POLICY);
  const args = [BIN, "serve", "--candidate", policy, "--listen", "127.0.0.1:0", "--log", log];
  let best = { perSecond: 0, p99: 0 };
  let floor = 0;
  for (let run = 0; run < runs; run++) {
    floor = Math.max(floor, (await measured([ECHO])).perSecond);
    const own = await measured(args);
    if (own.perSecond > best.perSecond) best = own;
    rmSync(log, { force: true });
  }
  return {
    ratio: best.perSecond / floor,
    perSecond: Math.round(best.perSecond),
    p99Milliseconds: Math.round(best.p99 * 10) / 10,
    traces: {
      "decisions/s": String(Math.round(best.perSecond)),
      "p99 ms": best.p99.toFixed(1),
      "echo/s": String(Math.round(floor)),
    },
  };
}

export const SERVE_ROWS = [
  {
    name: "serve",
    what: "decisions a second of `agentz serve` at 16 connections over loopback, with log and state: of a bare node:http echo",
    goal: 0.6,
    atLeast: true,
    measure: serveBesideEcho,
  },
];
