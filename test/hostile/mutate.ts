import { LONG_TEXTS, NASTY_TEXTS, nastyValue } from "./nasty.ts";
import type { Random } from "./random.ts";

type TextMutation = (text: string, random: Random) => string;

/** Two positions of the text, in order. */
function range(text: string, random: Random): readonly [number, number] {
  const from = random.below(text.length + 1);
  return [from, Math.min(text.length, from + 1 + random.below(random.chance(0.2) ? 400 : 20))];
}

function splice(text: string, at: readonly [number, number], put: string): string {
  return text.slice(0, at[0]) + put + text.slice(at[1]);
}

function onLines(change: (lines: string[], at: number, random: Random) => void): TextMutation {
  return (text, random) => {
    const lines = text.split("\n");
    change(lines, random.below(lines.length), random);
    return lines.join("\n");
  };
}

const CHARACTERS = [
  "\u0000",
  "\uFEFF",
  "\t",
  "\r",
  "\u0085",
  "\u2028",
  "\ud800",
  '"',
  "'",
  "`",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "&a ",
  "*a",
  "!",
  "|",
  ">",
  "%",
  "@",
  "#",
  "-",
  "?",
  "\\",
  "~",
  "\u001b[2J",
  "\u202e",
];

const TEXT_MUTATIONS: readonly TextMutation[] = [
  (text, random) => splice(text, range(text, random), ""),
  (text, random) => splice(text, range(text, random), random.pick(NASTY_TEXTS)),
  (text, random) => {
    const at = random.below(text.length + 1);
    return splice(text, [at, at], random.pick(CHARACTERS));
  },
  (text, random) => {
    const at = range(text, random);
    return splice(text, at, text.slice(at[0], at[1]).repeat(2 + random.below(3)));
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => {
    const [from, to] = [range(text, random), range(text, random)];
    return splice(text, from, text.slice(to[0], to[1]));
  },
  onLines((lines, at) => void lines.splice(at, 1)),
  onLines((lines, at) => void lines.splice(at, 0, lines[at] ?? "")),
  onLines(
    (lines, at, random) =>
      void (lines[at] = `${" ".repeat(random.below(6))}${(lines[at] ?? "").trimStart()}`),
  ),
  onLines(
    (lines, at, random) => void (lines[at] = `${lines[at] ?? ""}${random.pick(NASTY_TEXTS)}`),
  ),
  // the value behind a colon, a word, a number
  (text, random) =>
    replaceOne(
      text,
      /:[ \t]*[^\s{}[\],]+/g,
      () => `: ${JSON.stringify(nastyValue(random))}`,
      random,
    ),
  (text, random) => replaceOne(text, /[A-Za-z_]\w*/g, () => random.pick(NASTY_TEXTS), random),
  (text, random) =>
    replaceOne(
      text,
      /\d+(\.\d+)?/g,
      () =>
        random.pick([
          "-1",
          "0",
          "1e400",
          "9".repeat(40),
          "0x1F",
          "1_0",
          ".5",
          "NaN",
          "1.2.3",
          "-0",
        ]),
      random,
    ),
  (text, random) =>
    random.chance(0.15)
      ? replaceOne(text, /[A-Za-z_]\w*/g, () => random.pick(LONG_TEXTS), random)
      : text,
  (text) => text.replace(/\n/g, "\r\n"),
  (text) => `\uFEFF${text}`,
];

function replaceOne(text: string, pattern: RegExp, put: () => string, random: Random): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const match = random.pick(found);
  return splice(text, [match.index, match.index + match[0].length], put());
}

/** A text with a few faults in it. */
export function mutateText(text: string, random: Random): string {
  return random
    .some(TEXT_MUTATIONS, 4)
    .reduce((changed, mutation) => mutation(changed, random), text);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How a member is written so that `__proto__` is an ordinary key. */
function put(map: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

function mutateMap(map: Record<string, unknown>, random: Random): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(map)) put(copy, key, value);
  const keys = Object.keys(copy);
  const key = keys.length === 0 ? "a" : random.pick(keys);
  switch (random.below(6)) {
    case 0:
      delete copy[key];
      break;
    case 1:
      put(copy, random.pick(NASTY_TEXTS), nastyValue(random));
      break;
    case 2:
      put(copy, random.pick(NASTY_TEXTS), copy[key]);
      delete copy[key];
      break;
    case 3:
      put(copy, key, nastyValue(random));
      break;
    default:
      put(copy, key, mutateValue(copy[key], random));
  }
  return copy;
}

function mutateList(list: readonly unknown[], random: Random): unknown {
  const copy = [...list];
  const at = random.below(copy.length);
  switch (random.below(5)) {
    case 0:
      copy.splice(at, 1);
      break;
    case 1:
      copy.splice(at, 0, nastyValue(random));
      break;
    case 2:
      copy.push(copy[at]);
      break;
    default:
      copy[at] = mutateValue(copy[at], random);
  }
  return copy;
}

/** A value that differs somewhere, mostly deep inside. */
export function mutateValue(value: unknown, random: Random): unknown {
  if (random.chance(0.06)) return nastyValue(random);
  if (isMap(value)) return mutateMap(value, random);
  if (Array.isArray(value) && value.length > 0) return mutateList(value, random);
  if (typeof value === "string" && value.length > 3 && random.chance(0.6))
    return mutateText(value, random);
  return nastyValue(random);
}
