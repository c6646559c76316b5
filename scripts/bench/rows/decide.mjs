// What deciding costs, and what it costs others: forty rules with conditions, one thread, the calls
// in memory.
import { parseAllDocuments } from "yaml";
import { decideByColumns, decideByEvents } from "../by-columns.mjs";
import { compiled, engine } from "../engine.mjs";
import { COMMANDS, isOnPath } from "../peers/commands.mjs";
import { casbin, casl, cedar, celJs, celJsByTool, versionOf } from "../peers/peers.mjs";
import { closures, RULES } from "../peers/rules.mjs";
import { best, NotAvailable } from "../process.mjs";
import { textsOf } from "../sets.mjs";

/** So many calls are kept as objects, for closures and for others. */
const MOST = 100_000;
const now = () => Number(process.hrtime.bigint()) / 1e9;

function seconds(work) {
  const from = now();
  work();
  return now() - from;
}

/**
 * Other rules beside the forty: for tools and agents of their own, so that few can speak of any one
 * call.
 */
function manyRules(count) {
  const rules = Array.from(
    { length: count },
    (_, i) =>
      `  - { id: r${i}, effect: ${["allow", "deny", "require_approval"][i % 3]}, subjects: ` +
      `["agent:other-${i % 50}"], actions: ["server-${i % 120}/tool-${i % 7}"], when: ` +
      `"args.amount > ${i}.0 && context.region == 'r${i % 9}'" }`,
  );
  return [
    "more.yaml",
    "apiVersion: agentz/v1\nkind: Policy\nname: more\nversion: 1.0.0\nowner: bench\n" +
      `description: rules of others\nrules:\n${rules.join("\n")}\n`,
  ];
}

/**
 * Each call's answer, and a record of the complete ones for those who cannot say "unknown": of so
 * many calls; the digest of all decisions.
 */
async function answers(path, set) {
  const payees = payeesOf();
  const d = new Set(payees);
  const of = { requests: [], records: [], allowed: [], lacking: 0 };
  let calls = 0;
  const digest = await decideByEvents(path, set, ({ request }, call, decision) => {
    calls++;
    const { task, region, signals, on_behalf_of: person } = request.context;
    const lacks =
      task.type === undefined ||
      region === undefined ||
      signals === undefined ||
      person === undefined;
    const excluded = lacks || decision.missing.length > 0 || decision.errors.length > 0;
    if (excluded) of.lacking++;
    if (calls > MOST) return;
    of.requests.push(request);
    if (excluded) return;
    const known = (entity, name) => entity.known.get(name);
    const r = call.resource.absent
      ? {}
      : Object.fromEntries(
          ["classification", "tenant", "owner", "environment"].map((name) => [
            name,
            known(call.resource, name),
          ]),
        );
    of.records.push({
      tool: `${request.action.server}/${request.action.name}`,
      s: {
        id: request.subject.id,
        team: known(call.subject, "team"),
        tenant: known(call.subject, "tenant"),
      },
      r,
      a: request.args,
      c: request.context,
      f: call.action.tool.tool.effects,
      d,
      payees,
    });
    of.allowed.push(decision.effect === "allow");
  });
  return { ...of, calls, digest };
}

function payeesOf() {
  const [, catalog] = textsOf("stateless").find(([name]) => name === "catalog.yaml");
  return parseAllDocuments(catalog)[0].toJS().data.payees;
}

const known = new Map();

/** What all rows share: prepared once a bench. */
function shared(bench) {
  const prepared = known.get(bench) ?? prepare(bench);
  known.set(bench, prepared);
  return prepared;
}

async function prepare(bench) {
  const texts = textsOf("stateless");
  const { set } = await compiled(texts);
  const of = await answers(bench.trace, set);
  const { seconds: taken, calls, digest } = await decideByColumns(bench.trace, set, bench.runs);
  if (digest !== of.digest)
    throw new Error(
      `the decisions by columns (${digest}) are not those of the engine asked call by call (${of.digest})`,
    );
  const answer = closures([...new Set(of.records.map(({ tool }) => tool))]);
  check("the closures", of, answer);
  const written =
    of.records.length /
    best(Math.max(5, bench.runs), () =>
      seconds(() => of.records.forEach((record) => answer(record))),
    );
  return { ...of, set, texts, rate: calls / taken, written };
}

function check(name, { records, allowed }, answer) {
  const wrong = records.findIndex((record, i) => answer(record) !== allowed[i]);
  if (wrong >= 0)
    throw new Error(
      `${name} and agentz differ on ${JSON.stringify({ ...records[wrong], payees: 0 })}: ` +
        `${!allowed[wrong]} for ${allowed[wrong]}`,
    );
}

/**
 * Decisions a second of a peer over those calls that lack nothing, each prepared beforehand; at
 * most so many.
 */
async function peerRate(of, name, make, most) {
  const tools = [...new Set(of.records.map(({ tool }) => tool))];
  const peer = await make(tools);
  const some = of.records.slice(0, most);
  const prepared = some.map((record) => peer.prepare(record));
  check(name, { records: prepared, allowed: of.allowed.slice(0, most) }, peer.answer);
  return some.length / best(3, () => seconds(() => prepared.forEach((one) => peer.answer(one))));
}

function peerRow(name, goal, { make, most, label = name, how = "" }) {
  return {
    name: `decide-${label.split("/").at(-1)}`,
    what: `deciding, 40 rules: times the speed of ${name}${how}`,
    goal,
    atLeast: true,
    measure: async (bench) => {
      const of = await shared(bench);
      const rate = await peerRate(of, name, (tools) => make(tools, of), most);
      return { ratio: of.rate / rate, version: versionOf(name), decisionsPerSecond: rate };
    },
  };
}

/** The conditions of the set as they stand in it, for another evaluator of CEL. */
function conditionsOf(texts) {
  return texts
    .filter(([name]) => name !== "catalog.yaml")
    .flatMap(([, text]) =>
      parseAllDocuments(text).flatMap((document) => document.toJS().rules ?? []),
    )
    .map(({ effect, actions: [tool], when }) => ({ effect, tool, when }));
}

const decideRow = {
  name: "decide",
  what: "deciding, 40 rules: times the speed of hand-written closures that answer yes or no",
  goal: 3,
  atLeast: true,
  measure: async (bench) => {
    const { rate, written, lacking, calls, digest } = await shared(bench);
    return {
      ratio: rate / written,
      decisionsPerSecond: rate,
      closuresPerSecond: written,
      lacking: lacking / calls,
      decisions: digest,
    };
  },
};

const singleRow = {
  name: "decide-single",
  what: "the same, but one request at a time, as objects",
  atLeast: true,
  measure: async (bench) => {
    const { requests, set, written } = await shared(bench);
    const { PolicySession } = await engine();
    const taken = best(bench.runs, () => {
      const run = new PolicySession(set);
      return seconds(() => requests.forEach((request) => run.decide(run.prepare(request))));
    });
    return {
      ratio: requests.length / taken / written,
      decisionsPerSecond: requests.length / taken,
    };
  },
};

const manyRow = {
  name: "rules-1000",
  what: "time with 1,000 rules, divided by the time with 40",
  goal: 3,
  measure: async (bench) => {
    const of = await shared(bench);
    const { set } = await compiled([...of.texts, manyRules(1000 - RULES.length)]);
    const { seconds: taken, digest } = await decideByColumns(bench.trace, set, bench.runs);
    if (digest !== of.digest)
      throw new Error("rules that speak of other calls have changed a decision");
    return { ratio: (taken * of.rate) / of.calls };
  },
};

/** Engines that are no packages: measured where somebody has them, on the same complete calls. */
function commandRow([command, known]) {
  return {
    name: `decide-${command}`,
    what: `deciding, 40 rules: times the speed of ${command}, if it is on the PATH`,
    atLeast: true,
    measure: async (bench) => {
      if (!isOnPath(command)) throw new NotAvailable("not on this PATH");
      const of = await shared(bench);
      const some = of.records.slice(0, known.most);
      const conditions = conditionsOf(of.texts);
      let taken = Infinity;
      for (let run = 0; run < 3; run++) {
        const { answers, seconds } = await known.decide(some, conditions);
        if (answers.length !== some.length) throw new Error(`${command} did not answer every call`);
        const given = new Map(some.map((record, i) => [record, answers[i]]));
        check(command, { records: some, allowed: of.allowed }, (record) => given.get(record));
        taken = Math.min(taken, seconds);
      }
      return { ratio: (of.rate * taken) / some.length, decisionsPerSecond: some.length / taken };
    },
  };
}

export const DECIDE_ROWS = [
  decideRow,
  singleRow,
  peerRow("@marcbachmann/cel-js", 20, {
    make: (tools, of) => celJs(tools, conditionsOf(of.texts)),
    most: 20_000,
    label: "cel-js",
    how: ", with the match of every rule",
  }),
  peerRow("@marcbachmann/cel-js", undefined, {
    make: (tools, of) => celJsByTool(tools, conditionsOf(of.texts)),
    most: 20_000,
    label: "cel-js-by-tool",
    how: ", yes or no from rules grouped by tool",
  }),
  peerRow("casbin", 100, { make: casbin, most: 1_000 }),
  peerRow("@cedar-policy/cedar-wasm", 300, { make: cedar, most: 2_000 }),
  peerRow("@casl/ability", undefined, { make: casl, most: 20_000, label: "casl" }),
  ...Object.entries(COMMANDS).map(commandRow),
  manyRow,
];
