// What deciding over HTTP costs, beside a bare server that parses and answers the same requests.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { load, requestBytes } from "../load/client.mjs";
import { CERBOS_SERVER, OPA } from "../load/peers.mjs";
import { BIN, ENV } from "../process.mjs";

const ECHO = fileURLToPath(new URL("../load/echo.mjs", import.meta.url));
const CONNECTIONS = 16;
const [WARM_SECONDS, TURNS] = [8, 5];

/** Policies whose decisions read state: what the log and the state cost is measured too. */
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: live
version: 1.0.0
session:
  counters: [{ name: spent, add: args.amount, when: "action.name == 'pay'" }]
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - { id: pay, effect: allow, actions: [shop/pay],
      when: "args.amount <= 100.0 && session.counters.spent < 1000000000.0" }
`;

/** An agent waits for an answer before it asks again, so calls of one moment are of many sessions. */
const CALLS = Array.from({ length: 1024 }, (_, i) => ({
  session: `s-${i}`,
  subject: { type: "agent", id: `agent-${i % 8}` },
  action: { kind: "mcp_request", server: "shop", name: i % 2 === 0 ? "look" : "pay" },
  args: { order: `o-${i}`, amount: i % 64 },
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
      if (port !== undefined) resolve({ port: Number(port), pid: child.pid, end });
    });
    ended.then(() => reject(new Error(`it ended: ${said}`)));
  });
}

const REQUESTS = CALLS.map((call) => requestBytes("/v1/decide", call));

const TICKS = 100;

/** Processor time that a process and its group took so far, in seconds, as Linux counts it. */
function processorSeconds(pid) {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ticks = processes.map((name) => {
    const [group, user, system] = statOf(name, [2, 11, 12]);
    return Number(name) === pid || group === pid ? user + system : 0;
  });
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS;
}

/** Fields of a process, counted from its state; none of one that has ended. */
function statOf(name, fields) {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1).split(" ");
    return fields.map((field) => Number(stat[field]));
  } catch {
    return fields.map(() => 0);
  }
}

/** Answers a second of the clock and of the server's own processor time, and the p99 in ms. */
async function window({ server, requests }, seconds) {
  const before = processorSeconds(server.pid);
  const result = await load(server.port, requests, { connections: CONNECTIONS, seconds });
  const took = processorSeconds(server.pid) - before;
  return { ...result, perProcessorSecond: (result.perSecond * seconds) / took };
}

/** The value in the middle. */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * How many answers a second of processor time one server gives of another's: both run, and are asked
 * in turn, second by second. The middle of all turns counts, since what else the machine does
 * changes from one to the next.
 */
async function compared(own, other, runs) {
  for (const one of [own, other]) await window(one, WARM_SECONDS);
  const turns = [];
  for (let turn = 0; turn < TURNS * runs; turn++)
    turns.push([await window(own, 1), await window(other, 1)]);
  for (const { server } of [own, other]) await server.end();
  const middle = (of) => median(turns.map(of));
  return {
    ratio: middle(([a, b]) => a.perProcessorSecond / b.perProcessorSecond),
    byClock: middle(([a, b]) => a.perSecond / b.perSecond),
    own: { perSecond: middle(([a]) => a.perSecond), p99: middle(([a]) => a.p99) },
    other: { perSecond: middle(([, b]) => b.perSecond), p99: middle(([, b]) => b.p99) },
  };
}

/** A bare server that parses a request and answers with it. */
const BARE = {
  name: "echo",
  requests: () => REQUESTS,
  start: () => started([ECHO]),
};

/** A row that measures it beside another server. */
function beside(peer) {
  return async ({ runs, folder }) => {
    const [policy, log] = [join(folder, "live.yaml"), join(folder, "live.jsonl")];
    writeFileSync(policy, POLICY);
    const args = [BIN, "serve", "--candidate", policy, "--listen", "127.0.0.1:0", "--log", log];
    const other = { server: await peer.start(folder), requests: peer.requests(CALLS) };
    const serving = { server: await started(args), requests: REQUESTS };
    const { ratio, byClock, own, other: theirs } = await compared(serving, other, runs);
    rmSync(log, { force: true });
    const traces = {
      "by the clock": byClock.toFixed(2),
      "decisions/s": String(Math.round(own.perSecond)),
      "p99 ms": own.p99.toFixed(1),
      [`${peer.name}/s`]: String(Math.round(theirs.perSecond)),
      [`${peer.name} p99 ms`]: theirs.p99.toFixed(1),
    };
    const p99Milliseconds = Math.round(own.p99 * 10) / 10;
    return { ratio, perSecond: Math.round(own.perSecond), p99Milliseconds, traces };
  };
}

export const SERVE_ROWS = [
  {
    name: "serve",
    what:
      "decisions a second of `agentz serve` at 16 connections over loopback, with log and state, " +
      "divided by the answers of a bare node:http echo (by CPU time)",
    goal: 0.6,
    atLeast: true,
    measure: beside(BARE),
  },
  {
    name: "serve-opa",
    what:
      "the same: times the decisions a second of `opa run --server` in one thread, without log " +
      "and state, if it is on the PATH (by CPU time)",
    goal: 1.5,
    atLeast: true,
    measure: beside(OPA),
  },
  {
    name: "serve-cerbos",
    what:
      "the same: times the decisions a second of `cerbos server` in one thread, without log and " +
      "state, if it is on the PATH (by CPU time)",
    goal: 1.5,
    atLeast: true,
    measure: beside(CERBOS_SERVER),
  },
];
