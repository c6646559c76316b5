import { isPlaceholder } from "./detectors.ts";
import { isSecretName } from "./secret-names.ts";
import { joinedSpans } from "./masked-slice.ts";
import type { Span } from "./span.ts";
import { spliced } from "./splice.ts";

/**
 * Forms in which a text gives a value a name, each with the groups `name` and `value`, which stands at
 * the end of the match. INVARIANT: each takes time linear in the text: what repeats is bounded, or ends
 * where the next match can begin.
 */
const FORMS: readonly RegExp[] = [
  // a member of JSON, also inside a text of JSON
  /"(?<name>[^"\\\n]{1,100})\\{0,7}"\s{0,20}:\s{0,20}\\{0,7}"?(?<value>[^"\\\s,{}[\]][^"\\\n]{0,10000})/g,
  // a parameter of a URL or of a form
  /(?:[?&]|^)(?<name>[\w.%-]{1,100})=(?<value>[^&\s#"']{1,10000})/g,
  // an option of a command line
  new RegExp(
    "(?<![^\\s\"'])--(?<name>[A-Za-z][\\w-]{0,100})(?:=|[ \\t]{1,20})[\"']?" +
      "(?<value>(?:-(?=[^\\s\"'-][^\\s\"']{4}))?[^\\s\"'-][^\\s\"']{0,10000})",
    "g",
  ),
  // a variable of an environment
  /(?<![\w$])(?<name>[A-Z][A-Z0-9_]{1,100})=["']?(?<value>[^\s"';&|]{1,10000})/g,
  // a header
  new RegExp(
    "(?<![\\w-])(?<name>(?:[A-Za-z]{1,30}-){1,6}[A-Za-z]{1,30}|[Aa]uthorization|[Cc]ookie):" +
      "[ \\t]{0,20}(?<value>[^\\s\"'][^\"'\\r\\n]{0,10000})",
    "g",
  ),
  // an element of XML
  /<(?<name>[\w.:-]{1,100})>(?<value>[^<>\s][^<>]{0,10000})(?=<\/)/g,
  // a setting that a command line sets
  new RegExp(
    "\\b(?:conf(?:ig(?:ure)?)?[ \\t]{1,9}set|setx)[ \\t]{1,9}(?<name>[\\w./:-]{1,100})" +
      "(?:=|[ \\t]{1,9})[\"']?(?<value>[^\\s\"']{1,10000})",
    "gi",
  ),
];

/** Forms in which the words around a value say that it is a password, with the group `value` as above. */
const SAID: readonly RegExp[] = [
  // of curl; `1000:1000` and `root:root` are users of containers
  new RegExp(
    "(?<![^\\s\"'])(?:-u|-U|--user|--proxy-user)(?:=|[ \\t]{1,9})[\"']?[^\\s:/\"']{1,100}:" +
      "(?!\\d{1,9}(?!\\S)|\\/\\/)(?<value>[^\\s\"']{1,10000})",
    "g",
  ),
  // of SQL
  /\b(?:password|identified[ \t]{1,9}by)[ \t]{1,9}'(?<value>[^'\n]{1,1000})/gi,
  // of .netrc
  /\b(?:machine\s{1,9}\S{1,200}|default)\s{1,9}login\s{1,9}\S{1,200}\s{1,9}password\s{1,9}(?<value>\S{1,1000})/g,
];

/** A name and what gives it a value: a line of YAML, an assignment, a parameter, a header. */
const ASSIGNMENT = new RegExp(
  "(?<![\\p{L}\\p{N}_.-])(?<name>[\\p{L}_][\\p{L}\\p{N}_.-]{0,100})[\"'`]?" +
    "[ \\t]{0,20}(?<by>:=|=(?![=>~])|:(?![:=/]))[ \\t]{0,20}(?<quote>[\"'`]?)",
  "gu",
);
const VALUE = /[^\s"'`,;&|()[\]{}<>]{3,10000}/y;
/** What a name of that length ends in is no call and no place in a list. */
const LONGEST_NAME = 200;
/** A type, a setting or a name of a variable, and no secret. */
const NO_SECRET =
  /^(?:(?:str|bytes|any|char|yes|basic|bearer|read|write|inherit|self|this)|\d{0,3}|[A-Za-z_$]+(?:\.[A-Za-z_$]+)+)$/i;
/** What stands behind these is counted, too: `tokens: 1024`, `pass: 245`. */
const COUNTED = /(?:tokens|pass)$/i;

/**
 * The values that `name: value` and `name = value` give to names of secrets anywhere in a text. Behind
 * a colon there can be a sentence: there a value counts that is quoted, ends its line, or has digits.
 * INVARIANT: linear: of a value that is none, at most `LONGEST_NAME` units are read again.
 */
function assignedSecrets(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const { 0: match, index, groups } of text.matchAll(ASSIGNMENT)) {
    const { name = "", by = "", quote = "" } = groups ?? {};
    const start = index + match.length;
    if (start < (spans.at(-1)?.end ?? 0) || !isSecretName(name)) continue;
    VALUE.lastIndex = start;
    const [value = ""] = VALUE.exec(text) ?? [];
    const end = start + value.length;
    if (value === "" || isPlaceholder(value) || NO_VALUE.test(value)) continue;
    const isShort = value.length <= LONGEST_NAME;
    if (isShort && quote === "" && isOrdinary(name, value, text.slice(end, end + 1))) continue;
    if (isShort && by === ":" && !isClear(value, quote, text.slice(end, end + 20))) continue;
    spans.push({ start, end });
  }
  return spans;
}

/** Whether an unquoted value is a call, a name of what holds the secret, a word or a count. */
function isOrdinary(name: string, value: string, next: string): boolean {
  if (/[([{<]/.test(next) || (COUNTED.test(name) && /^\d{1,6}$/.test(value))) return true;
  return (NO_SECRET.test(value) && !/^cv[vc]/i.test(name)) || isSecretName(value);
}

/** Whether what stands behind a colon is a value, and no sentence. */
function isClear(value: string, quote: string, behind: string): boolean {
  if (quote !== "") return behind.startsWith(quote);
  return (value.length > 3 && /\d/.test(value)) || /^["'`]|^[ \t]{0,9}(?:[\r\n#]|$)/.test(behind);
}

const NO_VALUE = /^(?:null|true|false|none)(?![A-Za-z0-9])/i;

/** What every such form holds: most texts are names, and one look is enough for them. */
const HINT = /[=:<]|--|password|identified|set/i;

/** The values in a text that have the name of a secret; a reference such as `$PASSWORD` is none. */
export function namedSecrets(text: string): readonly Span[] {
  if (!HINT.test(text)) return [];
  const inForms = [...FORMS, ...SAID].flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ 0: match, index, groups }) => {
      const { name = "password", value = "" } = groups ?? {};
      if (!isSecretName(name) || isPlaceholder(value) || NO_VALUE.test(value)) return [];
      const end = index + match.length;
      return [{ start: end - value.length, end }];
    }),
  );
  return [...inForms, ...assignedSecrets(text)];
}

/** A text with these values in it written as stars. */
export function hideNamedSecrets(text: string): string {
  const spans = joinedSpans(namedSecrets(text));
  if (spans.length === 0) return text;
  return spliced(text, spans, ({ start, end }) => "*".repeat(end - start));
}
