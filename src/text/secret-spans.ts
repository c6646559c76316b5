import type { Span } from "./span.ts";

/** A credential that stands in a text. */
export interface SecretSpan {
  /** What it is, with its article: `a GitHub token`. */
  readonly what: string;
  readonly span: Span;
}

/**
 * Shapes of credentials that name themselves: a match is one, or was made to look like one.
 * INVARIANT: each takes time linear in the text, also where it fails: what repeats before a fixed part is bounded.
 */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/g],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ["a Slack token", /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g],
  ["an API key", /\bsk-(?:[a-z]{1,20}-){0,4}[A-Za-z0-9_]{20,}/g],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/g],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["a signed token", /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"']{1,200}:[^\s/@"']{3,200}@/g],
  [
    "a password",
    new RegExp(
      "\\b(?:password|passwd|api_?key|client_secret|secret_key|access_token)[\"']?\\s*[:=]\\s*[\"']?" +
        "(?=[A-Za-z0-9+/_-]*\\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{16,}",
      "gi",
    ),
  ],
];

/** What most of the shapes hold; a text without any of it is not searched. */
const HINT = new RegExp(
  "PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk-|AIza|npm_|eyJ|://[^\\s/]*@|" +
    "passw|api_?key|client_secret|secret_key|access_token",
  "i",
);

/** Every credential in a text that names itself, shape by shape, each in the order of the text; they may overlap. */
export function secretSpans(text: string): readonly SecretSpan[] {
  if (!HINT.test(text)) return [];
  return SHAPES.flatMap(([what, shape]) =>
    Array.from(text.matchAll(shape), ({ 0: found, index }) => ({
      what,
      span: { start: index, end: index + found.length },
    })),
  );
}

/** Spans in the order of the text, those that touch made one. */
export function joinedSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || span.start > last.end) joined.push(span);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return joined;
}

/** The index of the first span that ends behind `offset`. */
function firstBehind(spans: readonly Span[], offset: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.end ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A part of a text with every secret in it written as stars; it keeps its length. `secrets` as joined. */
export function maskedSlice(text: string, part: Span, secrets: readonly Span[]): string {
  let shown = "";
  let at = part.start;
  for (let i = firstBehind(secrets, at); at < part.end; i++) {
    const secret = secrets[i];
    if (secret === undefined || secret.start >= part.end) break;
    const to = Math.min(secret.end, part.end);
    shown += text.slice(at, Math.max(at, secret.start)) + "*".repeat(to - Math.max(at, secret.start));
    at = to;
  }
  return shown + text.slice(at, part.end);
}
