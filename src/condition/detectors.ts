import { RE2JS } from "@bufbuild/re2";

/** What a detector finds in a text. */
export interface Detector {
  /** `secret/<kind>` or `personal/<kind>`. */
  readonly kind: string;
  readonly finds: (text: string) => boolean;
}

/** Longer texts are looked at up to here. */
const LOOKED_AT = 65_536;

/** Compiled when it first looks at a text: most runs ask no detector. */
function pattern(kind: string, source: string): Detector {
  let compiled: RE2JS | undefined;
  return { kind, finds: (text) => (compiled ??= RE2JS.compile(source)).test(text) };
}

/** A pattern whose match must pass a check sum, so that an order's number is no card. */
function checked(kind: string, source: RegExp, isSound: (match: string) => boolean): Detector {
  return { kind, finds: (text) => [...text.matchAll(source)].some(([match]) => isSound(match)) };
}

/** The check digit of card numbers (ISO/IEC 7812). */
function passesLuhn(written: string): boolean {
  const digits = [...written.replace(/\D/g, "")].reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => total + (at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2), 0);
  return digits.length >= 13 && digits.length <= 19 && sum % 10 === 0 && new Set(digits).size > 1;
}

/** The remainder of account numbers (ISO 13616). */
function isIban(written: string): boolean {
  const text = written.replace(/ /g, "");
  if (text.length < 15 || text.length > 34) return false;
  let remainder = 0;
  for (const char of text.slice(4) + text.slice(0, 4)) for (const digit of String(parseInt(char, 36))) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder === 1;
}

/**
 * The detectors, all in linear time. WHY our own: the maintained sets (secretlint's) run only asynchronously, over
 * files, on newer Node; a trace's values are looked at one by one. Kinds follow the issuers' published token formats.
 */
export const DETECTORS: readonly Detector[] = [
  pattern("secret/private-key", "-----BEGIN [A-Z ]*PRIVATE KEY"),
  pattern("secret/aws-access-key", "\\b(AKIA|ASIA)[0-9A-Z]{16}\\b"),
  pattern("secret/github-token", "\\bgh[pousr]_[A-Za-z0-9]{36,255}\\b|\\bgithub_pat_[A-Za-z0-9_]{22,255}\\b"),
  pattern("secret/gitlab-token", "\\bglpat-[A-Za-z0-9_-]{20,}"),
  pattern("secret/slack-token", "\\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks\\.slack\\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/"),
  pattern("secret/stripe-key", "\\b[sr]k_(live|test)_[A-Za-z0-9]{16,}"),
  pattern("secret/google-api-key", "\\bAIza[0-9A-Za-z_-]{35}"),
  pattern("secret/model-api-key", "\\bsk-(ant-|proj-|or-)?[A-Za-z0-9_-]{20,}"),
  pattern("secret/npm-token", "\\bnpm_[A-Za-z0-9]{36}\\b"),
  pattern("secret/sendgrid-key", "\\bSG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}"),
  pattern("secret/jwt", "\\beyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"),
  pattern("secret/bearer", "(?i)\\bbearer\\s+[A-Za-z0-9._~+/-]{16,}=*"),
  pattern("secret/basic-auth", "\\b[a-z][a-z0-9+.-]{1,15}://[^/\\s:@]{1,100}:[^/\\s:@]{1,100}@"),
  pattern("secret/password", "(?i)\\b(password|passwd|pwd|secret|api[_-]?key|access[_-]?token)\\b[\"']?\\s*[:=]\\s*[\"']?[^\\s\"',;]{6,}"),
  pattern("personal/email", "(?i)\\b[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(\\.[a-z0-9-]{1,63})*\\.[a-z]{2,24}\\b"),
  pattern("personal/us-ssn", "\\b[0-8]\\d{2}-\\d{2}-\\d{4}\\b"),
  pattern("personal/phone", "\\+[1-9]\\d{0,2}[ .()-]{0,3}\\d[\\d .()-]{6,16}\\d\\b"),
  checked("personal/card-number", /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])/g, passesLuhn),
  checked("personal/iban", /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b/g, isIban),
];

/** The kinds of secrets and personal data in a text, in the order of the list of detectors. */
export function detect(text: string): readonly string[] {
  const looked = text.slice(0, LOOKED_AT);
  return DETECTORS.filter((detector) => detector.finds(looked)).map(({ kind }) => kind);
}
