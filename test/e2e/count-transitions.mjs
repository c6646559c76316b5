// Counts what five edits of policies/baseline change, from traces/sample.jsonl alone: no code and
// no output of agentz.
import { readFileSync } from "node:fs";

const events = readFileSync(process.argv[2], "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const calls = events.filter((e) => (e.type ?? "call") === "call" && e.subject?.type === "agent");
const tool = (e) => `${e.action.server}/${e.action.name}`;
const by = (agent, name) => calls.filter((e) => e.subject.id === agent && tool(e) === name);

// dollars are no longer refunded without anybody asking (the manifest lets the support agent refund
// any positive amount)
const dollars = by("support", "payments/refund").filter(
  (e) => e.args.currency === "USD" && e.args.amount > 0,
);
// the coder's cloud calls need an approval, but for deletions that name production, which stay
// denied
const cloud = calls.filter(
  (e) =>
    e.subject.id === "coder" &&
    e.action.server === "cloud" &&
    !(e.action.name === "delete_volume" && e.args.environment === "production"),
);
// the junior's shell only lists
const prefixes = ["ls", "cat ", "git ", "grep ", "npm ", "pwd"];
const junior = by("apprentice", "host/shell").filter(
  (e) => prefixes.some((p) => e.args.command.startsWith(p)) && !e.args.command.startsWith("ls"),
);
// the planner starts no sub-agent; what runs under one it started is not reached, and not counted
// here
const invocations = by("planner", "agents/invoke").filter((e) => e.parent === undefined);
// refunds from 50 euro on need the approval that those above 100 need today
const middle = by("support", "payments/refund").filter(
  (e) => e.args.currency === "EUR" && e.args.amount >= 50 && e.args.amount <= 100,
);

console.log(
  JSON.stringify({
    dollars: { "allow>deny": dollars.length },
    cloud: { "allow>require_approval": cloud.length },
    junior: { "allow>deny": junior.length },
    planner: { "allow>deny": invocations.length },
    middle: { "allow>require_approval": middle.length },
  }),
);
