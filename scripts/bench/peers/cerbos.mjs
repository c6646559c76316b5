// Cerbos, a service: started once for all calls on ports of this machine, with the forty rules as
// one resource policy, and asked over HTTP. One request speaks of one principal, so the calls are
// asked agent by agent. It has one thread, as all have here.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePorts } from "../free-ports.mjs";

/** So many resources a request: the most that its configuration lets a server take. */
const BATCH = 500;
/** So long it may take to start and to stop, in milliseconds. */
const PATIENCE = 30_000;

/**
 * Where the attributes of the policies' CEL are for Cerbos: the subject's are the principal's, data
 * are constants, all others the resource's.
 */
const ROOTS = {
  args: "R.attr.args",
  context: "R.attr.context",
  resource: "R.attr.resource",
  action: "R.attr.action",
  subject: "P.attr",
  data: "C",
};

/** The same condition in Cerbos's names; what stands in quotes stays. */
function rewritten(when) {
  return when.replace(
    /'[^']*'|(?<![\w.])(args|context|resource|action|subject|data)(?=\.)/g,
    (text, root) => (root === undefined ? text : ROOTS[root]),
  );
}

/**
 * One policy of all rules; one that asks for an approval denies, as its call is not allowed yet.
 * JSON, which is YAML too.
 */
function policyOf(conditions, payees) {
  const rules = conditions.map(({ effect, tool, when }) => ({
    actions: [tool === "**" ? "*" : tool],
    effect: effect === "allow" ? "EFFECT_ALLOW" : "EFFECT_DENY",
    roles: ["*"],
    condition: { match: { expr: rewritten(when) } },
  }));
  return {
    apiVersion: "api.cerbos.dev/v1",
    resourcePolicy: {
      resource: "call",
      version: "default",
      constants: { local: { payees } },
      rules,
    },
  };
}

function send(agent, port, path, body) {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path,
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json" },
      },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part)).on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }),
        );
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/**
 * A started server that answers; in a group of its own, as the command may be a script that starts
 * another program.
 */
async function started(folder, agent, conditions, payees) {
  const [port, grpc] = await freePorts(2);
  const policies = join(folder, "policies");
  mkdirSync(policies);
  writeFileSync(join(policies, "call.yaml"), JSON.stringify(policyOf(conditions, payees)));
  const config = {
    server: {
      httpListenAddr: `127.0.0.1:${port}`,
      grpcListenAddr: `127.0.0.1:${grpc}`,
      metricsEnabled: false,
      requestLimits: { maxResourcesPerRequest: BATCH, maxActionsPerResource: 1 },
    },
    storage: { driver: "disk", disk: { directory: policies, watchForChanges: false } },
    telemetry: { disabled: true },
    audit: { enabled: false },
  };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(config));
  const server = spawn(
    "cerbos",
    ["server", `--config=${join(folder, "config.yaml")}`, "--log-level=error"],
    {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, CERBOS_NO_TELEMETRY: "1", GOMAXPROCS: "1" },
    },
  );
  let said = "";
  server.stderr.on("data", (part) => (said += part));
  const stop = stopper(server);
  try {
    for (const until = Date.now() + PATIENCE; ; await setTimeout(50)) {
      if (server.exitCode !== null || Date.now() > until)
        throw new Error(`cerbos did not start: ${said}`);
      const health = await send(agent, port, "/_cerbos/health").catch(() => undefined);
      if (health?.status === 200) return { port, stop };
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * What stops the server and waits until it has ended; the bench's own end, by a signal too, stops
 * it as well.
 */
function stopper(server) {
  const ended = once(server, "close");
  const kill = (signal) => {
    try {
      process.kill(-server.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const atExit = () => kill("SIGKILL");
  const atSignal = (signal) => {
    atExit();
    process.kill(process.pid, signal);
  };
  process.once("exit", atExit).once("SIGINT", atSignal).once("SIGTERM", atSignal);
  return async () => {
    kill("SIGTERM");
    const late = globalThis.setTimeout(atExit, PATIENCE);
    await ended;
    clearTimeout(late);
    process.off("exit", atExit).off("SIGINT", atSignal).off("SIGTERM", atSignal);
  };
}

/**
 * The requests' bodies: of one agent each, at most a batch of calls, each with its place among the
 * records.
 */
function bodiesOf(records) {
  const byAgent = new Map();
  for (const call of records.entries()) {
    const { id } = call[1].s;
    byAgent.set(id, [...(byAgent.get(id) ?? []), call]);
  }
  return [...byAgent.values()].flatMap((calls) => {
    const { id, ...attr } = calls[0][1].s;
    const batches = Array.from({ length: Math.ceil(calls.length / BATCH) }, (_, i) =>
      calls.slice(i * BATCH, (i + 1) * BATCH),
    );
    return batches.map((batch) =>
      JSON.stringify({
        principal: { id, roles: ["agent"], attr },
        resources: batch.map(([place, { tool, r, a, c, f }]) => ({
          actions: [tool],
          resource: {
            kind: "call",
            id: String(place),
            attr: { args: a, context: c, resource: r, action: { effects: f } },
          },
        })),
      }),
    );
  });
}

/**
 * Cerbos's answers to records, in their order, and the seconds of all requests there and back,
 * without making and reading their JSON here.
 */
export async function cerbos(records, conditions) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-cerbos-"));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const { port, stop } = await started(folder, agent, conditions, records[0].payees);
    try {
      return await asked(bodiesOf(records), (body) =>
        send(agent, port, "/api/check/resources", body),
      );
    } finally {
      await stop();
    }
  } finally {
    agent.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function asked(bodies, check) {
  const answers = [];
  let seconds = 0;
  await check(bodies[0]);
  for (const body of bodies) {
    const from = process.hrtime.bigint();
    const { status, text } = await check(body);
    seconds += Number(process.hrtime.bigint() - from) / 1e9;
    if (status !== 200) throw new Error(`cerbos answered ${status}: ${text}`);
    for (const { resource, actions } of JSON.parse(text).results)
      answers[Number(resource.id)] = Object.values(actions)[0] === "EFFECT_ALLOW";
  }
  return { answers, seconds };
}
