// `npm run agentdojo -- <runs folder> [--labels <file>]`: what the AgentDojo pack stops and what it
// costs, on recorded runs.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { spawnSync } from "node:child_process";
import { agentz, mapInParallel, root } from "./agentdojo/agentz.mjs";
import {
  attackOnly,
  benignTexts,
  foundInPack,
  judgeValues,
  readInjections,
} from "./agentdojo/literals.mjs";
import { LEVELS, PACK } from "./agentdojo/pack.mjs";
import { levelOf, replay } from "./agentdojo/replay.mjs";
import { readRuns, splitTrace } from "./agentdojo/runs.mjs";
import { detailTable, halvesTable, summaryTable, unmarkedLine } from "./agentdojo/tables.mjs";
import { attackerTable, rulesTable, threeQuartersTable } from "./agentdojo/variants.mjs";

const USAGE = `Usage: npm run agentdojo -- <runs folder> [options]

Replays recorded AgentDojo runs under each level of policies/agentdojo and prints, in Markdown,
what was stopped and what it cost.

  <runs folder>     holds <model>/<suite>/<task>/<attack>/<injection>.json
  --labels <file>   which calls are the attacker's, one run a line (default: labels.jsonl in the
                    runs folder, else ../shared/traces/agentdojo)
  --quick           the levels only: not each rule by itself, not the shortened and poisoned lists
  --docs            also write the tables into docs/agentdojo.md`;

const NOTES = `A static benchmark is no proof of security: these attackers did not know the rules. \
Replay is open-loop: an attack counts as stopped only if one of
its own marked calls is denied or held, and a held call stops the attack only if the person refuses.
The tables count attacks that succeeded and have a marked call (without runs that ended in an \
error and denial-of-service attacks), and benign
runs in which the user's task was done. "Denied outright": the first stopped call was denied. A \
benign run is denied if any call was, else held if any was.`;

const KNOWN = `For comparison: AgentDojo reports that attacks on gpt-4o-2024-05-13 succeed in 47.7% of all \
cases without a defence, and in 6.8% with its tool
filter. These figures are quoted, not measured here. They are shares of all cases, while these \
tables show shares of the attacks that succeeded. "hold every change": a person confirms every \
call that does not only read.`;

function labelsFile(given, folder) {
  const candidates =
    given === undefined
      ? [join(folder, "labels.jsonl"), join(root, "../shared/traces/agentdojo/labels.jsonl")]
      : [resolve(given)];
  const found = candidates.find(existsSync);
  if (found === undefined)
    throw new UsageError(`no labels: looked for ${candidates.join(" and ")}`);
  return found;
}

class UsageError extends Error {}

function readArgs() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        labels: { type: "string" },
        quick: { type: "boolean" },
        docs: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) return { help: true };
    if (positionals.length !== 1) throw new UsageError("name one folder of runs");
    const folder = resolve(positionals[0]);
    if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
    return { ...values, folder, labels: labelsFile(values.labels, folder) };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(error.message);
  }
}

/** Builds what is here, so that the figures are those of this version. */
function build() {
  if (process.env.AGENTZ_BIN !== undefined) return;
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("the build failed");
}

const note = (text) => process.stderr.write(`${text}\n`);

async function prepare({ folder, labels }, work) {
  const [imported, scored, eventLabels] = ["trace.jsonl", "scored.jsonl", "labels.jsonl"].map(
    (name) => join(work, name),
  );
  note(
    (
      await agentz("import", "chat", folder, "--subject", "agent:assistant", "-o", imported)
    ).stderr.trim(),
  );
  const runs = readRuns(labels);
  const found = await splitTrace(imported, runs, { labels: eventLabels, scored });
  if (found.unknown.size > 0)
    note(
      `${found.unknown.size} runs have no labels and are left out, e.g. ${[...found.unknown][0]}`,
    );
  for (const session of runs.keys()) if (!found.sessions.has(session)) runs.delete(session);
  return {
    imported,
    attackerArgs: found.attackerArgs,
    context: { trace: scored, labels: eventLabels, work, runs },
  };
}

async function sections(options, { context, imported, attackerArgs }) {
  // the levels decide the whole trace, the variants only the runs that count
  const levels = await mapInParallel(LEVELS, async (level) => [
    level,
    await replay(levelOf(PACK, level), { ...context, trace: imported }),
  ]);
  const held = await replay(
    [join(PACK, "catalog"), join(root, "scripts/agentdojo/hold-every-change.yaml")],
    context,
  );
  const main = [
    [
      "What each level stops and costs",
      [summaryTable([...levels, ["hold every change", held]]), KNOWN, unmarkedLine(context.runs)],
    ],
    ["Each model and suite", [detailTable(levels)]],
    ["Both halves of the injection tasks", [halvesTable(levels)]],
  ];
  const values = await origins(options);
  const basic = values === undefined ? main : [...main, ["Where the values come from", [values]]];
  if (options.quick) return basic;
  note(
    "replaying without each rule, with shorter lists, and with the attackers on the lists: some minutes",
  );
  return [
    ...basic,
    ["Each rule by itself", [await rulesTable(levels, context)]],
    ["Lists that cover three quarters", [await threeQuartersTable(context)]],
    ["Attackers on the lists", [await attackerTable(context, attackerArgs)]],
  ];
}

/**
 * Where the pack's values come from; undefined where the injections' ground truth does not lie
 * beside the labels.
 */
async function origins({ folder, labels }) {
  const injections = readInjections(dirname(labels));
  if (injections === undefined) return undefined;
  const benign = benignTexts(folder);
  const values = await judgeValues(benign, injections);
  const from = (source) => values.filter((value) => value.source === source);
  const named = [...new Set(values.filter((value) => value.named).map((value) => value.text))];
  return [
    `Of ${values.length} values in lists and conditions, ${from("result").length} occur in ` +
      `answers of tools in the ${benign.files} benign runs, ${from("request").length} only in ` +
      `requests of users, ${from(undefined).length} in neither.`,
    `Injections contain these too: ${named.join(", ")}. ` +
      `${attackOnly(injections, benign).length} addresses, sites, accounts and texts occur only ` +
      `in injections; the pack contains ${foundInPack(attackOnly(injections, benign)).length} of ` +
      `them.`,
  ].join("\n");
}

const MARKS = [
  "<!-- figures: written by `npm run agentdojo -- <runs> --docs` -->",
  "<!-- end of figures -->",
];

function writeDocs(text) {
  const file = join(root, "docs/agentdojo.md");
  const page = readFileSync(file, "utf8");
  const [from, to] = MARKS.map((mark) => page.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`${file} lacks the marks around its figures`);
  writeFileSync(file, `${page.slice(0, from)}${MARKS[0]}\n${text}\n${page.slice(to)}`);
}

async function main() {
  const options = readArgs();
  if (options.help) return process.stdout.write(`${USAGE}\n`);
  build();
  const work = mkdtempSync(join(tmpdir(), "agentdojo-"));
  try {
    const parts = await sections(options, await prepare(options, work));
    const text = parts
      .map(([title, blocks]) => `### ${title}\n\n${blocks.join("\n\n")}\n`)
      .join("\n");
    process.stdout.write(`${NOTES}\n\n${text}`);
    if (options.docs) writeDocs(text);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  note(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
