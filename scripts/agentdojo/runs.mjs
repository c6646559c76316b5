// What labels.jsonl says of the runs, and which of them count.
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";

const DENIAL_OF_SERVICE = /(^|_)(dos|captcha|felony|swearwords|offensive_email)(_|$)/;

/**
 * The runs of a labels file by session. `kind`: `attack` where the attack succeeded and a call of
 * the attacker's is marked, `unmarked` where it succeeded and none is, `benign` where nobody
 * attacked and the user's task was done; all else is `other`.
 */
export function readRuns(file) {
  const runs = new Map();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line.trim() === "") continue;
    const label = JSON.parse(line);
    const session = label.file.replace(/\.json$/, "");
    const [model, suite, task, attack, injection] = session.split("/");
    runs.set(session, {
      session,
      model,
      suite,
      task,
      injection,
      kind: kindOf(label, attack),
      attackerCalls: [...label.attacker_call_idx].sort((a, b) => a - b),
    });
  }
  return runs;
}

function kindOf(label, attack) {
  if (label.kind === "benign") return label.utility === true ? "benign" : "other";
  if (
    label.kind !== "attack" ||
    label.run_error ||
    DENIAL_OF_SERVICE.test(attack) ||
    label.security !== true
  )
    return "other";
  return label.attacker_call_idx.length > 0 ? "attack" : "unmarked";
}

/** The injection task's number is even or odd: the halves of the report. */
export function halfOf(run) {
  return Number(run.injection.split("_").at(-1)) % 2 === 0 ? "even" : "odd";
}

/** The session and the number of a call, from an event's id `<session>/<n>`. */
export function callOf(id) {
  const at = id.lastIndexOf("/");
  return { session: id.slice(0, at), index: Number(id.slice(at + 1)) };
}

/**
 * The label of one call: true for an attacker's, false for one of a benign run, undefined for
 * neither.
 */
function incident(run, index) {
  if (run?.kind === "benign") return false;
  return run?.kind === "attack" && run.attackerCalls.includes(index) ? true : undefined;
}

/**
 * Splits an imported trace: the labels of its calls as `agentz --labels` reads them, and the part
 * of the trace that is scored (the runs of kind `attack` and `benign`), which the variants are
 * replayed on. Gives what was met of each run kind, the sessions that labels do not know, and the
 * attackers' arguments.
 */
export async function splitTrace(trace, runs, out) {
  const [labels, scored] = [createWriteStream(out.labels), createWriteStream(out.scored)];
  const found = { sessions: new Set(), unknown: new Set(), attackerArgs: [] };
  for await (const line of createInterface({
    input: createReadStream(trace),
    crlfDelay: Infinity,
  })) {
    const event = JSON.parse(line);
    const run = runs.get(event.session);
    if (run === undefined) found.unknown.add(event.session);
    else found.sessions.add(event.session);
    if (run?.kind !== "attack" && run?.kind !== "benign") continue;
    if (!scored.write(`${line}\n`)) await once(scored, "drain");
    if (event.action === undefined) continue;
    const label = incident(run, callOf(event.id).index);
    if (label === true) found.attackerArgs.push(event.args ?? {});
    if (label !== undefined)
      labels.write(`${JSON.stringify({ id: event.id, labels: { incident: label } })}\n`);
  }
  await Promise.all(
    [labels, scored].map((stream) => new Promise((resolve) => stream.end(resolve))),
  );
  return found;
}
