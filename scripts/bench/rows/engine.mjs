// What the engine costs for one request after the other, and for a walk of two versions over whole
// events: by CPU time, so that what else the machine does counts for nothing.
import { readFileSync } from "node:fs";
import { parse } from "@marcbachmann/cel-js";
import { parseAllDocuments } from "yaml";
import { worstOf } from "../cases.mjs";
import { compiled, engine } from "../engine.mjs";
import { best } from "../process.mjs";

/** So many events are kept in memory. */
const MOST = 30_000;

function cpuSeconds(work) {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e6;
}

const bestCpu = (bench, work) => best(Math.max(5, bench.runs), () => cpuSeconds(work));

/** The first events of a case, as lines and decoded, and its set after an edit. */
async function prepared(bench, one) {
  const { decodeEvent } = await engine();
  const lines = readFileSync(one.trace(Math.min(bench.calls, MOST)), "utf8")
    .trimEnd()
    .split("\n");
  const events = lines.map((line, i) =>
    decodeEvent(JSON.parse(line), { file: one.name, line: i + 1 }),
  );
  const { set } = await compiled(one.texts(0));
  return { lines, events, set, candidate: (await compiled(one.texts(1))).set };
}

const literal = (text) => JSON.stringify(text);

/** A condition on the tool's server and name in CEL, as an action's pattern asks it. */
function fitting(pattern) {
  const [server, name] = pattern.includes("/") ? pattern.split("/") : ["*", pattern];
  const part = (path, text) =>
    text.endsWith("*")
      ? `${path}.startsWith(${literal(text.replace(/\*+$/, ""))})`
      : `${path} == ${literal(text)}`;
  return `(${part("action.server", server)} && ${part("action.name", name)})`;
}

/** Every rule of a set for another evaluator of CEL, its actions first. */
function celRules(texts) {
  const policies = texts
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS()))
    .filter(({ kind }) => kind === "Policy");
  return policies.flatMap(({ name, rules }) =>
    rules.map(({ id, actions, when = "true" }) => {
      const scope =
        actions === undefined || actions.includes("**")
          ? "true"
          : actions.map(fitting).join(" || ");
      return { name: `${name}/${id}`, ask: parse(`(${scope}) && (${when})`) };
    }),
  );
}

function entityOf({ absent, known, direct, type, id }) {
  return absent ? {} : { ...direct, ...Object.fromEntries(known), type, id };
}

/** What the other evaluator is given of a call: made beforehand, which is not measured. */
function scopeOf(set, call) {
  const { request, subject, action, resource } = call;
  return {
    subject: entityOf(subject),
    action: { ...entityOf(action.entity), server: request.action.server },
    resource: entityOf(resource),
    args: request.args ?? {},
    context: request.context ?? {},
    data: set.catalog.data,
  };
}

const asked = (rules, scope) => rules.filter(({ ask }) => ask(scope) === true);

/** The calls of a case of which nothing is missing, with the scopes for the other evaluator. */
async function completeCalls(bench, one) {
  const { PolicySession } = await engine();
  const { events, set } = await prepared(bench, one);
  const run = new PolicySession(set);
  const rules = celRules(one.texts(0));
  const requests = [];
  const scopes = [];
  for (const { type, request } of events) {
    if (type !== "call") continue;
    const call = run.prepare(request);
    const { matched, missing, errors } = run.decide(call).decision;
    if (missing.length > 0 || errors.length > 0) continue;
    const scope = scopeOf(set, call);
    const others = asked(rules, scope).map(({ name }) => name);
    const own = matched.filter((name) => name.includes("/") && !name.startsWith("lifecycle/"));
    if (JSON.stringify(others.sort()) !== JSON.stringify(own))
      throw new Error(`${one.name}: cel-js says ${others} matched, agentz ${own}`);
    requests.push(request);
    scopes.push(scope);
  }
  return { PolicySession, set, rules, requests, scopes };
}

async function againstCelJs(bench, one) {
  const { PolicySession, set, rules, requests, scopes } = await completeCalls(bench, one);
  const run = new PolicySession(set);
  let matched = 0;
  const own = bestCpu(bench, () => {
    for (const request of requests)
      matched += run.decide(run.prepare(request)).members[0].rules.length;
  });
  const others = bestCpu(bench, () => {
    for (const scope of scopes) matched += asked(rules, scope).length;
  });
  return { ratio: others / own, decisionsPerSecond: requests.length / own, matched };
}

const singleRow = {
  name: "single-cel-js",
  what:
    "one request at a time, as objects, with the match of every rule: times the speed of " +
    "@marcbachmann/cel-js (by CPU time)",
  goal: 10,
  atLeast: true,
  measure: (bench) =>
    worstOf(
      "stateless",
      (one) => againstCelJs(bench, one),
      (a, b) => a < b,
    ),
};

async function walkOfParsing(bench, one) {
  const { CoverageTally, EventBatches, readVersions, ReplayTally } = await engine();
  const { lines, events, set, candidate } = await prepared(bench, one);
  const sets = { baseline: set, candidate };
  const options = { history: "counterfactual", approvals: "recorded", idle: undefined };
  const walked = bestCpu(bench, () => {
    const batches = new EventBatches(readVersions(sets, { ids: false }), options, {
      tally: new ReplayTally(),
      coverage: new CoverageTally(sets),
      log: undefined,
    });
    for (const event of events) batches.take(event, true);
    batches.finish();
  });
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  const parsed = bestCpu(bench, () => {
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      JSON.parse(bytes.toString("utf8", start, end));
      start = end + 1;
    }
  });
  return { ratio: walked / parsed };
}

const walkRow = (variant) => ({
  name: `walk-${variant}`,
  what:
    "time to decide two versions and compare them, from whole events in memory, " +
    `${variant}, one thread, divided by (c) (by CPU time)`,
  measure: (bench) => worstOf(variant, (one) => walkOfParsing(bench, one)),
});

/** Rows of the engine asked call by call. */
export const ENGINE_ROWS = [singleRow, walkRow("stateless"), walkRow("session")];
