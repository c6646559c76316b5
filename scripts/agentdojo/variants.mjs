// What happens without one rule, with shorter lists, and with the attacker on a list.
import { mapInParallel } from "./agentz.mjs";
import { changeLists, LEVELS, removeRule, rulesOf, withCopy } from "./pack.mjs";
import { levelOf, replay } from "./replay.mjs";
import { tally } from "./score.mjs";
import { share, table } from "./tables.mjs";

/** Counts the runs whose fate differs: `test(with, without)`. */
function count(full, less, test) {
  let sum = 0;
  for (const [session, fate] of full) sum += test(fate, less.get(session)) ? 1 : 0;
  return sum;
}

const WORSE = { untouched: 0, held: 1, denied: 2 };

function ruleRow(level, rule, { full, less }) {
  const attack = (fate) => fate.run.kind === "attack";
  return [
    level,
    `\`${rule.name}\``,
    rule.effect,
    [...full.values()].filter((fate) => attack(fate) && fate.rules.has(rule.name)).length,
    count(full, less, (a, b) => attack(a) && a.stopped && !b.stopped),
    count(full, less, (a, b) => attack(a) && a.outright && !b.outright),
    count(full, less, (a, b) => !attack(a) && WORSE[a.fate] > WORSE[b.fate]),
    count(full, less, (a, b) => !attack(a) && WORSE[a.fate] < WORSE[b.fate]),
  ];
}

/**
 * What each rule alone stops, denies outright, costs and makes possible: every level replayed
 * without it.
 */
export async function rulesTable(levels, context) {
  const cases = levels.flatMap(([level, full]) =>
    rulesOf(level).map((rule) => ({ level, full, rule })),
  );
  const rows = await mapInParallel(cases, async ({ level, full, rule }) => {
    const less = await withCopy(
      (copy) => (removeRule(copy, level, rule.name), replay(levelOf(copy, level), context)),
    );
    return ruleRow(level, rule, { full, less });
  });
  return table(
    [
      "level",
      "rule",
      "effect",
      "attacks that it stops, alone or with others",
      "attacks that only it stops",
      "attacks that only it denies",
      "benign runs that only it holds or denies",
      "benign runs that need it",
    ],
    rows,
  );
}

/** A company knows its own name; what it may lack are the others. */
const ITS_OWN = new Set(["own_domains", "own_sites"]);

/** The levels with every fourth entry missing, for each of the four ways to count. */
export async function threeQuartersTable(context) {
  const cases = LEVELS.flatMap((level) => [0, 1, 2, 3].map((missing) => ({ level, missing })));
  const rows = await mapInParallel(cases, async ({ level, missing }) => {
    const cut = (name, entries) =>
      ITS_OWN.has(name) ? entries : entries.filter((_, at) => at % 4 !== missing);
    const sum = tally(
      await withCopy((copy) => (changeLists(copy, cut), replay(levelOf(copy, level), context))),
    );
    return [
      level,
      `${missing + 1}, ${missing + 5}, ...`,
      share(sum.stopped, sum.attacks),
      share(sum.outright, sum.attacks),
      share(sum.denied, sum.benign),
      share(sum.held, sum.benign),
    ];
  });
  return table(
    ["level", "entries missing", "stopped", "denied outright", "benign denied", "benign held"],
    rows,
  );
}

const strings = (value) =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(strings) : [];
const site = (url) =>
  url
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/?#].*$/, "")
    .replace(/^www\./, "");

/** What the attackers in the runs would want to see on each list. */
function wishes(attackerArgs) {
  const of = (...fields) => [
    ...new Set(attackerArgs.flatMap((args) => fields.flatMap((field) => strings(args[field])))),
  ];
  const linked = of("body", "content").flatMap(
    (text) => text.match(/\b(?:www\.|https?:\/\/)[^\s)>\]'"]+/g) ?? [],
  );
  return new Map([
    ["payees", of("recipient").filter((to) => /\d/.test(to))],
    [
      "contacts",
      of("recipients", "participants", "user_email").map((address) => address.toLowerCase()),
    ],
    ["known_sites", [...new Set([...of("url"), ...linked].map(site))]],
    ["own_sites", [...new Set(of("url").map(site))]],
    ["members", of("user")],
  ]);
}

/** The levels with the attackers' own entries on one list after the other, and on all. */
export async function attackerTable(context, attackerArgs) {
  const wanted = wishes(attackerArgs);
  const lists = [
    ...[...wanted.keys()].map((list) => [list, new Set([list])]),
    ["all of them", new Set(wanted.keys())],
  ];
  const cases = LEVELS.flatMap((level) => lists.map(([name, on]) => ({ level, name, on })));
  const rows = await mapInParallel(cases, async ({ level, name, on }) => {
    const add = (list, entries) =>
      on.has(list) ? [...new Set([...entries, ...wanted.get(list)])] : entries;
    const sum = tally(
      await withCopy((copy) => (changeLists(copy, add), replay(levelOf(copy, level), context))),
    );
    return [level, name, share(sum.stopped, sum.attacks), share(sum.outright, sum.attacks)];
  });
  return table(["level", "the attackers are on", "stopped", "denied outright"], rows);
}
