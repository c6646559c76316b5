import type { TextRule } from "../rule.ts";

/** Shapes of credentials that name themselves: a match is one, or was made to look like one. */
const SHAPES: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g],
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b/g],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ["a Slack token", /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g],
  ["an API key", /\bsk-(?:[a-z]+-)*[A-Za-z0-9_]{20,}/g],
  ["a Google API key", /\bAIza[0-9A-Za-z_-]{35}\b/g],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["a signed token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']+:[^\s/@"']{3,}@/g],
  ["a password", /\b(?:password|passwd|api_?key|client_secret|secret_key|access_token)["']?\s*[:=]\s*["']?(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Za-z])[A-Za-z0-9+/_-]{16,}/gi],
];

/** What most of the shapes hold; a file without any of it is not searched. */
const HINT = /PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox|sk-|AIza|npm_|eyJ|:\/\/[^\s/]*@|passw|api_?key|client_secret|secret_key|access_token/i;

export const secret: TextRule = {
  code: "secret",
  level: "error",
  kind: "fault",
  needs: "text",
  run: function* ({ file, text }) {
    if (!HINT.test(text)) return;
    for (const [what, shape] of SHAPES) {
      for (const match of text.matchAll(shape)) {
        const span = { start: match.index, end: match.index + match[0].length };
        yield { place: { file, span, path: "$" }, message: `this looks like ${what}`, help: "policies are read by many and kept for ever: revoke it, and leave it out" };
      }
    }
  },
};
