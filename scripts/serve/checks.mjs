// What holds of a decision point whatever happens to its process, tried on the process itself.
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { decide as decideOnce, loadPolicies, openLivePoint, readTrace } from "../../dist/index.js";
import { decide, randomCall, seeded, startServe, STATEFUL } from "./process.mjs";

/**
 * A decision point with so many idle connections: how many it holds, whether it decides beside them,
 * and the slowest of 100 decisions, in milliseconds.
 */
export async function idle(folder, connections) {
  writeFileSync(join(folder, "p.yaml"), STATEFUL);
  const random = seeded(1);
  const server = await startServe(["--candidate", "p.yaml", "--idle-timeout", "10m"], folder);
  const sockets = [];
  for (let i = 0; i < connections; i++) {
    const socket = connect(server.port, "127.0.0.1");
    // one that never asked anything is let go after --header-timeout
    socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve, reject) => socket.once("data", resolve).once("error", reject));
    sockets.push(socket);
  }
  let [answered, slowest] = [0, 0];
  for (let i = 0; i < 100; i++) {
    const from = performance.now();
    const answer = await decide(server.port, randomCall(random), random);
    slowest = Math.max(slowest, performance.now() - from);
    if (typeof answer?.decision === "boolean") answered++;
  }
  const held = sockets.filter((socket) => !socket.destroyed && socket.readyState === "open").length;
  for (const socket of sockets) socket.destroy();
  await server.end("SIGTERM");
  return { held, answered, slowest };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const linesOf = (path) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/**
 * Decides the log anew: by a history of its own, and, where nothing was before, by `decide`. Gives
 * how many calls it holds and those that were answered otherwise.
 */
export async function differences(folder) {
  const policies = await loadPolicies("p.yaml", { cwd: folder });
  const point = openLivePoint(policies);
  const logged = new Map(linesOf(join(folder, "decisions.jsonl")).map((line) => [line.id, line]));
  const [seen, others] = [new Set(), []];
  let calls = 0;
  const { events, report } = await readTrace(join(folder, "decisions.jsonl"));
  for await (const event of events) {
    if (event.type !== "call") {
      point.restore(event);
      continue;
    }
    calls++;
    const { decision, outcome, ...call } = logged.get(event.id);
    const again = point.decide(call);
    if (again.decision.effect !== decision.effect) others.push([event.id, decision.effect]);
    again.commit();
    // `decide` knows no history: it is asked where this call's session, subject and tenant are new
    const keys = [call.session, call.subject.id, call.subject.tenant ?? "none"];
    if (!keys.some((key) => seen.has(key)) && call.session !== undefined) {
      const { effect } = decideOnce(policies, call).decision;
      if (effect !== decision.effect) others.push([event.id, "decide", effect]);
    }
    for (const key of keys) seen.add(key);
  }
  return { calls, others, malformed: report.malformed };
}

/** So many random calls, so many at once: the log of all, decided anew. */
export async function equality(folder, { calls, seed = 1, connections = 8 }) {
  writeFileSync(join(folder, "p.yaml"), STATEFUL);
  const random = seeded(seed);
  const server = await startServe(["--candidate", "p.yaml"], folder);
  let left = calls;
  const asker = async () => {
    while (left-- > 0) await decide(server.port, randomCall(random), random);
  };
  await Promise.all(Array.from({ length: connections }, asker));
  await server.end("SIGTERM");
  return differences(folder);
}

/**
 * Kills the process at random moments under load, again and again on the same log: which permits
 * that were answered are missing from it, and which decisions its history does not explain.
 */
export async function kills(folder, { rounds, seed = 1, tell = () => undefined }) {
  writeFileSync(join(folder, "p.yaml"), STATEFUL);
  const random = seeded(seed);
  const permitted = [];
  for (let round = 0; round < rounds; round++) {
    const server = await startServe(["--candidate", "p.yaml"], folder);
    let isRunning = true;
    const asker = async () => {
      while (isRunning) {
        const answer = await decide(server.port, randomCall(random), random);
        if (answer?.decision === true) permitted.push(answer.context.id);
      }
    };
    const askers = Array.from({ length: 8 }, asker);
    const before = permitted.length;
    while (permitted.length === before) await wait(5);
    await wait(random() * 150);
    await server.end("SIGKILL");
    isRunning = false;
    await Promise.all(askers);
    tell(`round ${round + 1} of ${rounds}: ${permitted.length} permits so far`);
  }
  // once more, so that a line that was begun is taken off
  await (await startServe(["--candidate", "p.yaml"], folder)).end("SIGTERM");
  const ids = new Set(linesOf(join(folder, "decisions.jsonl")).map(({ id }) => id));
  const lost = permitted.filter((id) => !ids.has(id));
  return { permits: permitted.length, lost, ...(await differences(folder)) };
}
