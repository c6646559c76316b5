// `agentz serve` as a process of its own, for what is tried on it from outside.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../bin/agentz.js", import.meta.url));

/** Starts a decision point; gives its port once it listens, and what ends it. */
export function startServe(args, cwd) {
  const line = [BIN, "serve", "--listen", "127.0.0.1:0", ...args];
  const child = spawn(process.execPath, line, { cwd, stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const [, port] = /serving \S+ on http:\/\/127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port === undefined) return;
      const end = async (signal) => {
        child.kill(signal);
        await ended;
        return said;
      };
      resolve({ port: Number(port), end });
    });
    ended.then(() => reject(new Error(`it ended: ${said}`)));
  });
}

/** Policies whose decisions hang on what came before: labels, counters, windows, values, bounds. */
export const STATEFUL = `apiVersion: agentz/v1
kind: Policy
name: live
version: 1.0.0
session:
  labels:
    - { name: seen, when: "action.name == 'look'" }
  counters:
    - { name: spent, add: args.amount, when: "action.name == 'pay'", within: 1h, key: subject }
    - { name: tries, add: "1.0", on: attempted, key: tenant }
  values:
    - { name: orders, add: args.order, when: "action.name == 'look'" }
    - { name: paid, add: args.order, when: "action.name == 'pay'", on: completed }
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - id: pay
    effect: allow
    actions: [shop/pay]
    when: "args.amount <= 50.0 && args.order in session.values.orders && session.counters.spent + args.amount <= 400.0"
  - { id: much, effect: require_approval, actions: [shop/pay], when: "args.amount > 50.0" }
  - { id: tried, effect: deny, actions: [shop/drop], when: "session.counters.tries > 40.0", on_deny: block_tool }
  - { id: drop, effect: allow, actions: [shop/drop],
      when: "'seen' in session.labels && !(args.order in session.values.paid)" }
---
apiVersion: agentz/v1
kind: Catalog
name: live
version: 1.0.0
attributes: { subject.tenant: string }
tools:
  - { name: look, server: shop, effects: [read], resource: none,
      args: { type: object, properties: { order: { type: string } } } }
  - { name: pay, server: shop, effects: [pay], resource: none,
      args: { type: object, properties: { order: { type: string }, amount: { type: number } } } }
  - { name: drop, server: shop, effects: [delete], resource: none,
      args: { type: object, properties: { order: { type: string } } } }
`;

/** Random numbers from 0 to 1 that a seed tells. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A random call on the policies above; some of it is not said. */
export function randomCall(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const name = pick(["look", "look", "pay", "pay", "drop"]);
  const order = `o${Math.floor(random() * 6)}`;
  const args = name === "pay" ? { order, amount: pick([1, 10, 50, 51, 0.5]) } : { order };
  const tenant = random() < 0.9 ? { tenant: pick(["a", "b", "c", "d"]) } : {};
  return {
    ...(random() < 0.95 && { session: `s${Math.floor(random() * 40)}` }),
    subject: { type: "agent", id: `agent-${Math.floor(random() * 9)}`, ...tenant },
    action: { kind: "tool_call", server: "shop", name },
    ...(random() < 0.95 && { args }),
    ...(random() < 0.1 && {
      context: {
        approvals: [
          { by: pick(["human:mia", "human:leo"]), decision: pick(["granted", "refused"]) },
        ],
        on_behalf_of: { type: "human", id: "jane" },
        delegation: [],
      },
    }),
  };
}

/** Sends a body; gives the answer, or undefined where the process was gone before it came. */
async function post(port, path, body) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return undefined;
  }
}

/** Asks for a decision, and tells of most permitted calls how they ended; gives the answer. */
export async function decide(port, call, random = () => 1) {
  const answer = await post(port, "/v1/decide", call);
  if (answer?.decision === true && random() < 0.7) {
    const outcome = { status: random() < 0.8 ? "ok" : "error" };
    await post(port, "/v1/outcomes", { id: answer.context.id, outcome });
  }
  return answer;
}
