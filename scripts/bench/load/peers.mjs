// Other decision points as servers of one thread, with the two rules of the row `serve` but without
// state, and with no log.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENV, NotAvailable } from "../process.mjs";
import { requestBytes } from "./client.mjs";

const REGO = `package live
default allow := false
allow if input.action.name == "look"
allow if { input.action.name == "pay"; input.args.amount <= 100 }
`;
const CERBOS = {
  apiVersion: "api.cerbos.dev/v1",
  resourcePolicy: {
    resource: "order",
    version: "default",
    rules: [
      { actions: ["look"], effect: "EFFECT_ALLOW", roles: ["agent"] },
      {
        actions: ["pay"],
        effect: "EFFECT_ALLOW",
        roles: ["agent"],
        condition: { match: { expr: "R.attr.args.amount <= 100.0" } },
      },
    ],
  },
};
const [OPA_PORT, CERBOS_PORT] = [18_181, 18_182];

/**
 * Starts a program in a process group of its own, as it may be a script that starts another one;
 * waits until it is healthy.
 */
async function started({ command, args, port, health }) {
  const env = { ...ENV, GOMAXPROCS: "1", CERBOS_NO_TELEMETRY: "1" };
  const child = spawn(command, args, { stdio: "ignore", env, detached: true });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let isMissing = false;
  child.once("error", () => (isMissing = true));
  const end = () => {
    process.kill(-child.pid, "SIGTERM");
    return ended;
  };
  for (let isReady = false; !isReady; ) {
    const answer = await fetch(`http://127.0.0.1:${port}${health}`).catch(() => undefined);
    isReady = answer?.ok === true;
    if (isMissing) throw new NotAvailable(`${command} is not on the PATH`);
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    if (!isReady) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { port, pid: child.pid, end };
}

/** OPA, asked for one rule by its data interface. */
export const OPA = {
  name: "opa",
  requests: (calls) => calls.map((call) => requestBytes("/v1/data/live/allow", { input: call })),
  start: (folder) => {
    const file = join(folder, "live.rego");
    writeFileSync(file, REGO);
    const args = ["run", "--server", "--disable-telemetry", "--log-level", "error"];
    return started({
      command: "opa",
      args: [...args, "--addr", `127.0.0.1:${OPA_PORT}`, file],
      port: OPA_PORT,
      health: "/health",
    });
  },
};

/** Cerbos, asked to check one resource. */
export const CERBOS_SERVER = {
  name: "cerbos",
  requests: (calls) =>
    calls.map(({ subject, action, args, context }) =>
      requestBytes("/api/check/resources", {
        principal: { id: subject.id, roles: ["agent"], attr: {} },
        resources: [
          {
            actions: [action.name],
            resource: { kind: "order", id: args.order, attr: { args, context } },
          },
        ],
      }),
    ),
  start: (folder) => {
    const policies = join(folder, "cerbos");
    mkdirSync(policies, { recursive: true });
    writeFileSync(join(policies, "order.yaml"), JSON.stringify(CERBOS));
    const config = join(folder, "cerbos.json");
    const server = {
      httpListenAddr: `127.0.0.1:${CERBOS_PORT}`,
      grpcListenAddr: `127.0.0.1:${CERBOS_PORT + 1}`,
      metricsEnabled: false,
    };
    const storage = { driver: "disk", disk: { directory: policies, watchForChanges: false } };
    const quiet = { telemetry: { disabled: true }, audit: { enabled: false } };
    writeFileSync(config, JSON.stringify({ server, storage, ...quiet }));
    return started({
      command: "cerbos",
      args: ["server", `--config=${config}`, "--log-level=error"],
      port: CERBOS_PORT,
      health: "/_cerbos/health",
    });
  },
};
