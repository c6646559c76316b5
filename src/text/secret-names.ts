import { foldName } from "./fold-name.ts";

/** What every name of a secret ends with, written together and without a plural. */
const ENDINGS = [
  ...["password", "passwd", "passphrase", "passcode", "secret", "token", "cookie", "credential"],
  ...["authorization", "authorisation", "connectionstring", "jwt"],
  ...["seedphrase", "recoveryphrase", "mnemonic", "requirepass", "masterauth"],
  // which `key` is a secret: alone it is a name of anything
  ...["api", "access", "secret", "private", "signing", "encryption", "decryption", "master"].map(
    (word) => `${word}key`,
  ),
  ...["shared", "symmetric", "hmac", "account", "subscription", "application", "license"].map(
    (word) => `${word}key`,
  ),
  ...["auth", "ssh", "deploy"].map((word) => `${word}key`),
  ...["verification", "security", "auth", "authentication", "onetime", "mfa", "2fa", "otp"].map(
    (word) => `${word}code`,
  ),
  ...["sms", "access", "unlock", "backup", "recovery"].map((word) => `${word}code`),
  // as other languages say it
  ...["passwort", "kennwort", "motdepasse", "contraseña", "contrasena", "senha", "wachtwoord"],
  ...["пароль", "密码", "密碼", "パスワード", "비밀번호"],
];

/** What is the name of a secret only as a word of its own: `compass` and `spin` are none. */
const WORDS: ReadonlySet<string> = new Set([
  ...["pass", "pwd", "pw", "pin", "otp", "totp", "cvv", "cvc", "auth", "bearer", "cred", "creds"],
]);

/** What may follow such a name and changes nothing: `password_value`, `new_password_2`. */
const TAILS: ReadonlySet<string> = new Set([
  ...["value", "val", "text", "string", "str", "plain", "plaintext", "clear", "cleartext", "raw"],
  ...["b64", "base64", "hex", "hash", "encoded", "binary", "bytes", "data", "content", "header"],
  ...["confirm", "confirmation", "repeat", "again", "new", "old", "current", "field", "input"],
  ...["box", "textbox"],
]);

/** Words before `token` that make a place in a list, a count or a word of a language of it. */
const NO_TOKENS: ReadonlySet<string> = new Set([
  ...["page", "next", "prev", "previous", "continuation", "continue", "pagination", "paging"],
  ...["cursor", "progress", "sync", "resume", "start", "starting", "end", "stop", "idempotency"],
  ...["max", "min", "num", "total", "input", "output", "prompt", "completion", "cached"],
  ...["reasoning", "special", "bos", "eos", "pad", "unk", "sep", "cls", "mask", "design"],
]);

const ENDING = new RegExp(`(?:${ENDINGS.map(foldName).join("|")})s?$`, "u");
const TOKEN = /^(?<what>.*)tokens?$/u;
/**
 * A part of every name of a secret that is written in ASCII. WHY: most names are none, and one look is
 * enough for them.
 */
const HINT = new RegExp(
  "[%\\u0080-\\uffff]|pass|pwd|pw|secret|key|token|cookie|cred|auth|string|phrase|mnemonic|jwt|wort|mot" +
    "|contra|senha|wacht|pin|otp|cv[vc]|bearer|code",
  "i",
);
/** Of a longer name its end is looked at: there stands what it is the name of. */
const LONGEST = 200;

/** The words of a name as `camelCase`, `kebab-case` and sentences divide it, folded. */
function wordsOf(name: string): string[] {
  const divided = name
    .slice(-LONGEST)
    .normalize("NFKC")
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
  return foldName(divided).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

function withoutTails(words: readonly string[]): string[] {
  const left = [...words];
  for (let last = left.at(-1); last !== undefined; last = left.at(-1)) {
    if (left.length === 1 || !(TAILS.has(last) || /^v?\d+$/.test(last))) break;
    left.pop();
  }
  const last = left.pop();
  return last === undefined ? left : [...left, last.replace(/\d{1,4}$/, "") || last];
}

/** Whether a `token` is a place, a count or a word: `next_page_token`, `max_tokens`. */
function isNoSecret(words: readonly string[]): boolean {
  const last = words.at(-1) ?? "";
  const what = TOKEN.exec(last)?.groups?.["what"];
  if (what === undefined) return false;
  return NO_TOKENS.has(what === "" ? (words.at(-2) ?? "") : what);
}

function isSecret(words: readonly string[]): boolean {
  if (WORDS.has(words.at(-1) ?? "")) return true;
  return ENDING.test(words.join("")) && !isNoSecret(words);
}

/**
 * Whether a member of that name holds a secret, whatever its value looks like, as `db_password`,
 * `apiKey` and `X-Auth-Token`; and not `password_policy`, `token_count` or `author`, which only tell
 * of one. The one list there is of such names: forms, logs, tests and texts use it.
 */
export function isSecretName(name: string): boolean {
  if (!HINT.test(name)) return false;
  const words = wordsOf(name);
  return isSecret(words) || isSecret(withoutTails(words));
}
