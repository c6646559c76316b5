// Where the pack's values come from: each must be known without any attack.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentsOf, LEVELS, listsOf, PACK } from "./pack.mjs";

const textOf = (content) =>
  typeof content === "string"
    ? content
    : Array.isArray(content)
      ? content.map((part) => part?.content ?? part?.text ?? "").join("\n")
      : "";

/** The benign runs below a folder of models: `<model>/<suite>/<user task>/none/none.json`. */
function benignFiles(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => /\/user_task_[^/]+\/none\/none\.json$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * What was said in the benign runs without the agent's doing: the users' requests, and the results
 * of tools that only read (what changes something answers with the arguments it was given). Both in
 * lower case.
 */
export function benignTexts(folder) {
  const readers = new Set(
    toolsOf()
      .filter((tool) => tool.effects.includes("read"))
      .map((tool) => `${tool.server}/${tool.name}`),
  );
  const [requests, results] = [[], []];
  for (const file of benignFiles(folder)) {
    const { suite_name: suite, messages } = JSON.parse(readFileSync(file, "utf8"));
    for (const message of messages) {
      if (message.role === "user") requests.push(textOf(message.content).toLowerCase());
      else if (message.role === "tool" && readers.has(`${suite}/${message.tool_call?.function}`))
        results.push(textOf(message.content).toLowerCase());
    }
  }
  return {
    files: benignFiles(folder).length,
    requests: requests.join("\n"),
    results: results.join("\n"),
  };
}

function toolsOf() {
  return documentsOf(join(PACK, "catalog")).flatMap(({ document }) => document.toJS().tools ?? []);
}

/** Every quoted text of a condition; `pattern` where it is a regular expression. */
function quoted(condition) {
  return [
    ...condition.matchAll(/(\.matches\(\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g),
  ].map(([, pattern, single, double]) => ({
    text: single ?? double,
    pattern: pattern !== undefined,
  }));
}

function conditionsOf(value) {
  if (Array.isArray(value)) return value.flatMap(conditionsOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ["when", "add", "key"].includes(key) && typeof inner === "string"
      ? [inner]
      : conditionsOf(inner),
  );
}

/** The words of the language and of the catalog, which no attack could have brought in. */
function vocabulary() {
  const session = LEVELS.flatMap((level) => documentsOf(join(PACK, level))).flatMap(
    ({ document }) => Object.values(document.toJS().session ?? {}).flat(),
  );
  return {
    tools: toolsOf().map((tool) => tool.name),
    words: new Set(["", "read", ...session.map((declaration) => declaration.name)]),
  };
}

/**
 * The pack's values: entries of lists, and texts in conditions that are no names of tools, fields
 * or states.
 */
export async function packValues() {
  const { tools, words } = vocabulary();
  const entries = [...(await listsOf())].flatMap(([list, values]) =>
    values.map((text) => ({ where: `data.${list}`, text, pattern: false })),
  );
  const literals = LEVELS.flatMap((level) =>
    documentsOf(join(PACK, level)).flatMap(({ file, document }) =>
      conditionsOf(document.toJS())
        .flatMap(quoted)
        .map((one) => ({ where: file.slice(PACK.length + 1), ...one })),
    ),
  );
  return [
    ...entries,
    ...literals.filter(
      ({ text }) => !words.has(text) && !tools.some((name) => name.startsWith(text)),
    ),
  ];
}

const occurs = ({ text, pattern }, where) =>
  pattern ? new RegExp(text, "i").test(where) : where.includes(text.toLowerCase());

/**
 * Judges each value of the pack: `source` is `result` or `request` (where the benign runs hold it),
 * or undefined: nobody but an attacker could have known it. `named`: the injections name it too.
 */
export async function judgeValues(benign, injections) {
  const attack = JSON.stringify(injections).toLowerCase();
  return (await packValues()).map((value) => ({
    ...value,
    source: occurs(value, benign.results)
      ? "result"
      : occurs(value, benign.requests)
        ? "request"
        : undefined,
    named: !value.pattern && attack.includes(value.text.toLowerCase()),
  }));
}

const strings = (value) =>
  typeof value === "string"
    ? [value]
    : value !== null && typeof value === "object"
      ? Object.values(value).flatMap(strings)
      : [];

/**
 * What only the injections have: their arguments, and the addresses, sites, accounts and quoted
 * texts of their goals, unless benign runs hold them.
 */
export function attackOnly(injections, benign) {
  const tasks = Object.values(injections).flatMap((version) => Object.values(version));
  const inArguments = tasks.flatMap((task) =>
    [...task.gt, ...task.mark].flatMap(([, args]) => strings(args)),
  );
  const inGoals = tasks.flatMap(({ goal }) =>
    [...goal.matchAll(/[^\s'"]*[@\d.][^\s'"]*[a-z\d]|'([^']+)'/gi)].map(
      ([whole, inner]) => inner ?? whole,
    ),
  );
  const found = new Set(
    [...inArguments, ...inGoals]
      .map((text) => text.toLowerCase().trim())
      .filter((text) => text.length >= 5),
  );
  return [...found].filter(
    (text) => !benign.results.includes(text) && !benign.requests.includes(text),
  );
}

/** Which of these texts any file of the pack holds, comments and reasons included. */
export function foundInPack(texts) {
  const files = readdirSync(PACK, { recursive: true }).filter((name) => /\.(yaml|csv)$/.test(name));
  return files.flatMap((name) => {
    const text = readFileSync(join(PACK, name), "utf8").toLowerCase();
    return texts.filter((one) => text.includes(one)).map((one) => `${name}: ${one}`);
  });
}

/** The injections' ground truth beside a labels file; undefined where there is none. */
export function readInjections(folder) {
  const file = join(folder, "injection_ground_truth.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
