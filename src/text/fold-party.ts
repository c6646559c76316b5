import { foldName } from "./fold-name.ts";
import { unicodeLabel } from "./punycode.ts";

/** How often what is put around a name is taken off; each time is a whole reading of it. */
const ROUNDS = 8;
/** Stands for the star of a pattern while that is folded: a letter that nothing folds. */
const STAR = "\u2d63";
const SCHEME = /^(?:mailto|acct|xmpp|sips?|smtp):(?:\/\/)?/;
/** Brackets, quotes, commas, signs: whatever is no letter, digit, mark or blank. */
const AROUND = /^[\p{P}\p{S}\s]$/u;
const QUOTE = /["\u201c-\u201f\u00ab\u00bb]/;
const PLAIN = /^[a-z0-9](?:[a-z0-9/._-]*[a-z0-9])?$/;

/**
 * The name of a person, agent or service folded so that two spellings of one meet (design 2.5,
 * 6.1): as {@link foldName}, without punctuation around it, and of a mail address the mailbox
 * alone: without display name, quotes and comments (RFC 5322), headers (RFC 6068), scheme, route
 * and the tag behind `+`, the domain in Unicode (RFC 3492).
 */
export function foldParty(name: string): string {
  if (PLAIN.test(name)) return name;
  let folded = foldName(name);
  for (let round = 0; round < ROUNDS; round++) {
    const next = foldName(withoutAround(mailbox(folded.replace(SCHEME, ""))));
    if (next === folded) break;
    folded = next;
  }
  return folded;
}

/** As {@link foldParty}, of a `type:id` pattern: its stars stay. */
export function foldPartyPattern(pattern: string): string {
  const colon = pattern.indexOf(":");
  const id = foldParty(pattern.slice(colon + 1).replaceAll("*", STAR)).replaceAll(STAR, "*");
  return colon < 0 ? id : `${foldName(pattern.slice(0, colon))}:${id}`;
}

function withoutAround(text: string): string {
  const characters = [...text];
  const start = characters.findIndex((character) => !AROUND.test(character));
  const end = characters.findLastIndex((character) => !AROUND.test(character));
  return start < 0 ? text : characters.slice(start, end + 1).join("");
}

/** Of an address the mailbox; of any other text what stands in its last angle brackets, or all. */
function mailbox(text: string): string {
  if (!text.includes("@")) return bracketed(text);
  const plain = withoutHeaders(unquoted(text).replace(/\s*([@.:])\s*/g, "$1"));
  const at = plain.lastIndexOf("@");
  const local = withoutAround(
    plain
      .slice(0, at)
      .split(/[:;,=<>\s]/)
      .pop() ?? "",
  );
  const [domain = ""] = plain
    .slice(at + 1)
    .trim()
    .split(/[:;,?#/&|<>\s]/);
  const [box = local] = /^[^+]+/.exec(local) ?? [];
  const labels = withoutAround(domain)
    .split(".")
    .filter((label) => label !== "");
  return `${withoutAround(box)}@${labels.map(unicodeLabel).join(".")}`;
}

function bracketed(text: string): string {
  const open = text.lastIndexOf("<");
  const close = text.indexOf(">", open);
  return open < 0 || close <= open + 1 ? text : text.slice(open + 1, close);
}

/** Headers of a `mailto:` may hold addresses too. */
function withoutHeaders(address: string): string {
  const at = address.indexOf("@");
  const headers = address.slice(at).search(/[?#]/);
  return headers < 0 ? address : address.slice(0, at + headers);
}

/**
 * An address without its comments, its quotes and the backslashes that quote single characters
 * (RFC 5322). What does not close, or holds the address itself, is none of these.
 */
function unquoted(text: string): string {
  let kept = "";
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    if (depth === 0 && QUOTE.test(character)) quoted = !quoted;
    else if (!quoted && character === "(") depth++;
    else if (!quoted && character === ")" && depth > 0) depth--;
    else if (depth === 0 && !(quoted && character === " ")) {
      kept += character === "\\" ? text.charAt(at) : character;
    }
  }
  const isWhole = depth === 0 && !quoted && kept.includes("@");
  return isWhole ? kept : text.replace(/["\\]/g, "").replace(/[()]/g, " ");
}
