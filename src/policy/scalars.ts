import { quoted, type DiagnosticSink } from "./log.ts";
import { meantWord } from "./word-lists.ts";
import type { Decode } from "./fields.ts";
import { describeNode, type Node, type ScalarNode } from "./node.ts";
import { parseDuration, parseInstant, type Instant } from "../text/time.ts";

function emptyHelp(node: Node): string | undefined {
  return node.kind === "scalar" && node.value === null
    ? "leave out the field, or give it a value"
    : undefined;
}

/** Reports that `node` is not `wanted`; silent where it has been reported already. */
export function wrongType(
  node: Node,
  wanted: string,
  log: DiagnosticSink,
  help?: string,
): undefined {
  if (node.kind === "broken") return undefined;
  const found =
    node.kind === "scalar" && node.value !== null
      ? `${describeNode(node)} (${quoted(node.source)})`
      : describeNode(node);
  log.add({
    code: "wrong-type",
    place: node.place,
    message: `expected ${wanted}, but found ${found}`,
    help: help ?? emptyHelp(node),
  });
  return undefined;
}

/** Reports a value that its field does not allow. */
export function invalid(
  node: Node,
  message: string,
  log: DiagnosticSink,
  help?: string,
): undefined {
  log.add({ code: "invalid-value", place: node.place, message, help });
  return undefined;
}

/** Any text, the empty one included. */
export const anyText: Decode<string> = (node, log) => {
  if (node.kind === "scalar" && typeof node.value === "string") return node.value;
  const bare = node.kind === "scalar" && node.value !== null;
  return wrongType(node, "text", log, bare ? `put it in quotes: "${node.source}"` : undefined);
};

/** Text that says something. */
export const text: Decode<string> = (node, log) => {
  const value = anyText(node, log);
  if (value === undefined || value.trim() !== "") return value;
  return invalid(node, "the text is empty", log, "leave out the field, or give it a value");
};

/**
 * An id: no white space, no control or invisible characters; `without` names further characters
 * that it may not hold.
 */
export function identifier(without = ""): Decode<string> {
  return (node, log) => {
    const value = text(node, log);
    if (value === undefined) return undefined;
    const bad = [...value].find((c) => /[\s\p{C}]/u.test(c) || without.includes(c));
    if (bad === undefined) return value;
    const named = /[\s\p{C}]/u.test(bad)
      ? "white space, control or invisible characters"
      : quoted(bad);
    return invalid(node, `the name ${quoted(value)} must not contain ${named}`, log);
  };
}

/** What was most likely meant; the words themselves stand in the message. */
function wordHelp(word: string, words: readonly string[]): string | undefined {
  const meant = meantWord(word, words);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}

/** One of a few words. */
export function oneOf<const W extends string>(words: readonly W[]): Decode<W> {
  return (node, log) => {
    if (node.kind !== "scalar" || typeof node.value !== "string")
      return wrongType(node, `one of ${words.join(", ")}`, log);
    const word = words.find((known) => known === node.value);
    return (
      word ??
      invalid(
        node,
        `${quoted(node.value)} is not one of ${words.join(", ")}`,
        log,
        wordHelp(node.value, words),
      )
    );
  };
}

export const boolean: Decode<boolean> = (node, log) => {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  const word =
    node.kind === "scalar" &&
    typeof node.value === "string" &&
    /^(yes|no|on|off)$/i.test(node.value);
  return wrongType(
    node,
    "`true` or `false`",
    log,
    word
      ? `write \`${/^(yes|on)$/i.test(node.value)}\`: YAML 1.2 reads \`yes\`, \`no\`, \`on\` and \`off\` as text`
      : undefined,
  );
};

/** What a text was meant to be where a number is expected: YAML 1.2 numbers hold no `_`. */
function digitsHelp(node: Node): string | undefined {
  const text = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (/^[-+]?\d[\d_]*(?:\.\d+)?$/.test(text))
    return `write it without quotes and without \`_\`: ${text.replaceAll("_", "")}`;
  return undefined;
}

/** WHY an error: other readers of YAML take `010` for eight. */
function leadingZero(node: Node, log: DiagnosticSink): boolean {
  if (node.kind !== "scalar" || !/^[-+]?0\d/.test(node.source)) return false;
  invalid(
    node,
    `${quoted(node.source)} begins with a zero, so some programs read it as octal`,
    log,
    `write \`${String(node.value)}\``,
  );
  return true;
}

/** A whole number of at least `min`. */
export function integer(min: number): Decode<number> {
  return (node, log) => {
    if (node.kind !== "scalar" || typeof node.value !== "number")
      return wrongType(node, "a whole number", log, digitsHelp(node));
    if (leadingZero(node, log)) return undefined;
    if (!Number.isSafeInteger(node.value))
      return invalid(node, `${quoted(node.source)} is not a whole number`, log);
    return node.value >= min
      ? node.value
      : invalid(node, `${quoted(node.source)} is less than ${min}`, log);
  };
}

export const number: Decode<number> = (node, log) => {
  if (node.kind !== "scalar" || typeof node.value !== "number")
    return wrongType(node, "a number", log, digitsHelp(node));
  return leadingZero(node, log) ? undefined : node.value;
};

/** A text with a meaning; `help` says how it is written, where a number stands instead. */
function written(
  node: Node,
  wanted: string,
  log: DiagnosticSink,
  help: (source: string) => string,
): (ScalarNode & { readonly value: string }) | undefined {
  if (node.kind === "scalar" && typeof node.value === "string")
    return { ...node, value: node.value };
  if (node.kind !== "scalar" || node.value === null || typeof node.value === "boolean")
    return wrongType(node, wanted, log);
  return invalid(node, `${quoted(node.source)} is not ${wanted}`, log, help(node.source));
}

const DURATION_HELP = "a duration is a whole number and a unit: `90d`, `1h`, `30m`, `30s`, `500ms`";

const LONG_UNIT =
  /^(\d{1,6})\s*(?:(s)ec(?:ond)?s?|(m)in(?:ute)?s?|(h)(?:our|r)s?|(d)ays?|[smhd])$/i;

/** A duration as it has to be written, where it is written with a longer unit or a blank. */
function durationHelp(text: string): string {
  const [, count, ...units] = LONG_UNIT.exec(text.trim()) ?? [];
  const unit = units.find((one) => one !== undefined) ?? text.trim().at(-1);
  return count === undefined || unit === undefined
    ? DURATION_HELP
    : `write \`${count}${unit.toLowerCase()}\`: ${DURATION_HELP}`;
}

/** Milliseconds of a duration such as `90d` (design 2.1). */
export const duration: Decode<number> = (node, log) => {
  const found = written(node, "a duration", log, () => DURATION_HELP);
  if (found === undefined) return undefined;
  const milliseconds = parseDuration(found.value);
  if (milliseconds === undefined)
    return invalid(
      node,
      `${quoted(found.value)} is not a duration`,
      log,
      durationHelp(found.value),
    );
  return milliseconds > 0 ? milliseconds : invalid(node, "the duration is not positive", log);
};

const INSTANT_HELP =
  "write a date (`2027-06-30`, to its end in UTC) or a time with its offset (`2027-06-30T18:00:00Z`)";

/** A date, which ends with its day in UTC, or an RFC 3339 time. */
export const instant: Decode<Instant> = (node, log) => {
  const found = written(node, "a date or time", log, () => INSTANT_HELP);
  if (found === undefined) return undefined;
  return (
    parseInstant(found.value) ??
    invalid(node, `${quoted(found.value)} is not a date or time`, log, INSTANT_HELP)
  );
};

const SEMVER = new RegExp(
  String.raw`^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*` +
    String.raw`|\d*[A-Za-z-][\dA-Za-z-]*)(\.(0|[1-9]\d*` +
    String.raw`|\d*[A-Za-z-][\dA-Za-z-]*))*)?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$`,
);

/** Whether a text is a semantic version, 2.0.0 of that specification. */
export function isVersion(text: string): boolean {
  return text.length <= 256 && SEMVER.test(text);
}

/** How a text or number such as `1.0` is written as a version. */
function versionHelp(source: string): string {
  const whole = [...source.split("."), "0", "0"].slice(0, 3).join(".");
  return `write it as \`${/^[\d.]+$/.test(source) && isVersion(whole) ? whole : "1.2.0"}\``;
}

/** A semantic version, 2.0.0 of that specification. */
export const version: Decode<string> = (node, log) => {
  const found = written(node, "a semantic version", log, versionHelp);
  if (found === undefined) return undefined;
  return isVersion(found.value)
    ? found.value
    : invalid(
        node,
        `${quoted(found.value)} is not a semantic version`,
        log,
        versionHelp(found.value),
      );
};
