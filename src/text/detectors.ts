import type { Span } from "./span.ts";

/** Something secret or personal that stands in a text. */
export interface Found {
  /** `secret/<kind>` or `personal/<kind>`. */
  readonly kind: string;
  /** What it is, with its article: `a GitHub token`. */
  readonly what: string;
  /** The value alone: not the word, the name or the address before it. */
  readonly span: Span;
  /**
   * False where the value may be a word of a sentence: it is hidden, but nobody is told of it as a
   * fault.
   */
  readonly certain: boolean;
}

interface Detector {
  readonly kind: string;
  readonly what: string;
  /**
   * Source of an expression that every match holds a match of, whatever the case of its letters.
   */
  readonly hint: string;
  readonly find: (text: string) => readonly Span[];
  readonly isCertain: (value: string) => boolean;
}

type Test = (value: string) => boolean;
const always: Test = () => true;

const NONE: readonly Span[] = [];

function fromStart(shape: RegExp): RegExp {
  shape.lastIndex = 0;
  return shape;
}

/**
 * What a shape matches and is `sound`; of a match with a group `secret`, which has to stand at its
 * end, that group. INVARIANT: each shape takes time linear in the text, also where it fails: what
 * repeats before a fixed part is bounded.
 */
function shaped(shape: RegExp, sound: Test = always): (text: string) => readonly Span[] {
  return (text) => {
    // WHY not matchAll: it copies the expression, and most texts are names
    if (!fromStart(shape).test(text)) return NONE;
    const spans: Span[] = [];
    for (const { 0: match, index, groups } of text.matchAll(fromStart(shape))) {
      const value = groups?.["secret"] ?? match;
      const end = index + match.length;
      if (sound(value)) spans.push({ start: end - value.length, end });
    }
    return spans;
  };
}

const KEY_MARK = /-----(?<side>BEGIN|END) [A-Z0-9 ]{0,30}PRIVATE KEY[A-Z ]{0,10}-{0,5}/g;
/**
 * Where a key is cut off: its lines up to there. A PEM's lines have 64 characters, the last one
 * fewer.
 */
const KEY_LINES = /(?:\s|\\[nr])*(?:[A-Za-z0-9+/=]{16,}(?:\s|\\[nr])*)*/y;
/** Further apart, two marks are not those of one key. */
const LONGEST_KEY = 20_000;

function keyEnd(text: string, from: number): number {
  KEY_LINES.lastIndex = from;
  const [lines = ""] = KEY_LINES.exec(text) ?? [];
  return from + lines.trimEnd().length;
}

/** Private keys in PEM, from the mark at their begin to that at their end. */
function privateKeys(text: string): readonly Span[] {
  const spans: Span[] = [];
  let open: Span | undefined;
  if (!fromStart(KEY_MARK).test(text)) return NONE;
  for (const { 0: mark, index, groups } of text.matchAll(fromStart(KEY_MARK))) {
    const end = index + mark.length;
    if (groups?.["side"] === "END" && open !== undefined && index - open.end <= LONGEST_KEY)
      spans.push({ start: open.start, end });
    else if (open !== undefined) spans.push({ start: open.start, end: keyEnd(text, open.end) });
    open = groups?.["side"] === "BEGIN" ? { start: index, end } : undefined;
  }
  return open === undefined
    ? spans
    : [...spans, { start: open.start, end: keyEnd(text, open.end) }];
}

/** The check digit of card numbers (ISO/IEC 7812). */
function passesLuhn(written: string): boolean {
  const digits = [...written.replace(/\D/g, "")].reverse().map(Number);
  const sum = digits.reduce(
    (total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0 && new Set(digits).size > 1;
}

/** The remainder of account numbers (ISO 13616). */
function isIban(written: string): boolean {
  const text = written.replace(/ /g, "");
  if (text.length < 15 || text.length > 34) return false;
  let remainder = 0;
  for (const char of text.slice(4) + text.slice(0, 4)) {
    for (const digit of String(parseInt(char, 36)))
      remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return remainder === 1;
}

/** No word looks like that: long, with digits and letters. */
function isRandom(value: string): boolean {
  const [run = ""] = /^[A-Za-z0-9+/_-]{16,}/.exec(value) ?? [];
  return /\d/.test(run) && /[A-Za-z]/.test(run);
}

/** What stands behind HTTP's `Basic` (RFC 7617) is Base64, and no word behind "basic". */
function isBasic(value: string): boolean {
  return value.endsWith("=") || (/\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value));
}

/**
 * Written where a value stands elsewhere, or where a schema or a sentence says what kind of value
 * is meant.
 */
const PLACEHOLDER = new RegExp(
  "^(?:\\$\\{?\\w+\\}?|\\$\\(.*|\\{\\{.*|<.*|\\*+|string|number|integer|boolean|object|required|optional|missing|" +
    "unknown|expired|invalid|undefined|redacted)(?![A-Za-z0-9])",
  "i",
);

/** Whether a value only stands for one, such as `$PASSWORD` and `<token>`. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value);
}

const isValue: Test = (value) => !isPlaceholder(value);

/** Words for a secret, as parts of a name. */
const SECRET_WORD =
  "pass(?:word|wd|phrase)|pwd|secret|api[_-]?key|access[_-]?(?:token|key)|auth[_-]?token" +
  "|private[_-]?key|secret[_-]?key";

/** Before the name of a rule that ends like that, such as `denied by p/no-secret: they stay here`. */
const OF_RULE = "(?<!\\bby [\\w.-]{1,80}\\/[\\w.-]{0,80})";

const NAMED = new RegExp(
  `(?<![A-Za-z0-9])${OF_RULE}(?:${SECRET_WORD})(?![A-Za-z0-9_-])` +
    `["'\\\\]{0,4}[ \\t]{0,20}[:=]{1,2}[ \\t]{0,20}["'\\\\]{0,4}` +
    "(?<secret>[^\\s\"',;\\\\]{6,})",
  "gi",
);

/** A detector whose `hint` is the least that each match holds; `isCertain`: see {@link Found}. */
function detector(
  kind: string,
  [what, hint]: readonly [what: string, hint: string],
  find: Detector["find"],
  isCertain: Test = always,
): Detector {
  return { kind, what, hint, find, isCertain };
}

/**
 * Every detector there is: lint, excerpts, `redact`, pinned tests and the function `detect` look
 * through these alone. WHY our own: the maintained sets (secretlint's) run only asynchronously,
 * over files, on newer Node; here texts are looked at one by one. Kinds follow the issuers'
 * published formats.
 */
const DETECTORS: readonly Detector[] = [
  detector("secret/private-key", ["a private key", "PRIVATE KEY"], privateKeys),
  detector(
    "secret/aws-access-key",
    ["an AWS access key", "A[KS]IA"],
    shaped(/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g),
  ),
  detector(
    "secret/github-token",
    ["a GitHub token", "gh[pousr]_|github_pat_"],
    shaped(/\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/g),
  ),
  detector(
    "secret/gitlab-token",
    ["a GitLab token", "glpat-"],
    shaped(/\bglpat-[A-Za-z0-9_-]{20,}/g),
  ),
  detector(
    "secret/slack-token",
    ["a Slack token", "xox[a-z]-|hooks\\.slack"],
    shaped(
      /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bhooks\.slack\.com\/services\/T[A-Z0-9]{1,20}\/B[A-Z0-9]{1,20}\/\w{0,40}/g,
    ),
  ),
  detector(
    "secret/stripe-key",
    ["a Stripe key", "k_(?:live|test)_"],
    shaped(/\b[prs]k_(?:live|test)_[A-Za-z0-9]{16,}/g),
  ),
  detector(
    "secret/google-api-key",
    ["a Google API key", "AIza"],
    shaped(/\bAIza[0-9A-Za-z_-]{35}/g),
  ),
  detector(
    "secret/model-api-key",
    ["an API key", "sk-|hf_"],
    shaped(/\bsk-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}/g),
    (value) => /[A-Za-z0-9_]{20,}/.test(value),
  ),
  detector("secret/npm-token", ["an npm token", "npm_"], shaped(/\bnpm_[A-Za-z0-9]{36}/g)),
  detector("secret/pypi-token", ["a PyPI token", "pypi-"], shaped(/\bpypi-AgE[A-Za-z0-9_-]{30,}/g)),
  detector(
    "secret/sendgrid-key",
    ["a SendGrid key", "SG\\."],
    shaped(/\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g),
  ),
  detector(
    "secret/jwt",
    ["a signed token", "eyJ"],
    shaped(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]*/g),
    (value) => /\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/.test(value),
  ),
  detector(
    "secret/bearer",
    ["a bearer token", "bearer"],
    shaped(/\bbearer\s{1,20}(?<secret>[A-Za-z0-9._~+/-]{16,}=*)/gi),
    isRandom,
  ),
  detector(
    "secret/basic-auth",
    ["a password in a header", "basic"],
    shaped(/\bbasic\s{1,20}(?<secret>[A-Za-z0-9+/]{8,}=*)/gi, isBasic),
  ),
  detector(
    "secret/basic-auth",
    ["a password in a URL", "://"],
    shaped(/\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{0,200}:(?<secret>[^\s/@"']{1,200})(?=@)/gi),
    (value) => value.length >= 3,
  ),
  detector("secret/password", ["a password", SECRET_WORD], shaped(NAMED, isValue), isRandom),
  detector(
    "personal/email",
    ["an e-mail address", "@"],
    shaped(/\b[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,20}\.[a-z]{2,24}\b/gi),
  ),
  detector(
    "personal/us-ssn",
    ["a social security number", "-"],
    shaped(/\b[0-8]\d{2}-\d{2}-\d{4}\b/g),
  ),
  detector(
    "personal/phone",
    ["a phone number", "\\+"],
    shaped(/\+[1-9]\d{0,2}[ .()-]{0,3}\d[\d .()-]{6,16}\d\b/g),
  ),
  detector(
    "personal/card-number",
    ["a card number", "\\d"],
    shaped(/(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])/g, passesLuhn),
  ),
  detector(
    "personal/iban",
    ["an account number", "\\d"],
    shaped(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/g, isIban),
  ),
];

/**
 * What every text with a secret in it holds: most texts are names, and one look is enough for them.
 */
const SECRET_HINT = new RegExp(
  DETECTORS.filter(({ kind }) => isSecretKind(kind))
    .map(({ hint }) => hint)
    .join("|"),
  "i",
);

/** Every kind that there is, in the order of the detectors. */
export const KINDS: readonly string[] = [...new Set(DETECTORS.map(({ kind }) => kind))];

/** The kinds of secrets and personal data in a text, in the order of {@link KINDS}. */
export function kindsIn(text: string): readonly string[] {
  return [
    ...new Set(DETECTORS.filter(({ find }) => find(text).length > 0).map(({ kind }) => kind)),
  ];
}

/** True for a kind that gives access, false for one that only tells of a person. */
export function isSecretKind(kind: string): boolean {
  return kind.startsWith("secret/");
}

/**
 * Every secret in a text, detector by detector, each in the order of the text; they may overlap.
 */
export function secretsOf(text: string): readonly Found[] {
  return SECRET_HINT.test(text) ? foundBy(text, isSecretKind) : [];
}

/** Escapes of JSON: their last letter is none of the word behind them. */
const ESCAPE = /\\(?:[bfnrt]|u[0-9a-f]{4})/gi;

/** The spans of what detectors of some kinds find, also in a text that is written as JSON. */
export function foundBy(text: string, wanted: (kind: string) => boolean): readonly Found[] {
  const found = [...foundIn(text, wanted)];
  if (!fromStart(ESCAPE).test(text)) return found;
  const known = new Set(found.map(({ kind, span }) => `${kind} ${span.start} ${span.end}`));
  const unescaped = text.replace(fromStart(ESCAPE), (escape) => " ".repeat(escape.length));
  const more = foundIn(unescaped, wanted);
  return [
    ...found,
    ...more.filter(({ kind, span }) => !known.has(`${kind} ${span.start} ${span.end}`)),
  ];
}

function foundIn(text: string, wanted: (kind: string) => boolean): readonly Found[] {
  const found: Found[] = [];
  for (const { kind, what, find, isCertain } of DETECTORS) {
    if (!wanted(kind)) continue;
    for (const span of find(text))
      found.push({ kind, what, span, certain: isCertain(text.slice(span.start, span.end)) });
  }
  return found;
}
