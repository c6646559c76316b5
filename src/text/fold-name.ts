/** Characters that are not shown: joiners, soft hyphens, marks of direction, fillers. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu;
const ENCODED = /(?:%[0-9a-f]{2})+/gi;
/** How often an encoded name is decoded. */
const LEVELS = 4;

/** Letters of Cyrillic, Greek, Armenian and of phonetics, in lower case, and the Latin ones that they look like. */
const LOOKS_LIKE: readonly (readonly [letters: string, latin: string])[] = [
  ["аα\u0251", "a"], ["вβʙ", "b"], ["сϲᴄ", "c"], ["ԁ", "d"], ["еεєҽ", "e"], ["ԍɡց", "g"], ["нһհʜ", "h"], ["іιı\u04cf", "i"],
  ["јϳ", "j"], ["кκĸ", "k"], ["мμ", "m"], ["пηո", "n"], ["оοօᴏ", "o"], ["рρ", "p"], ["ԛ", "q"], ["гᴦ", "r"], ["ѕꜱ", "s"],
  ["тτᴛ", "t"], ["υսᴜ", "u"], ["νѵᴠ", "v"], ["ԝωᴡ", "w"], ["хχ", "x"], ["уγүʏ", "y"], ["ζᴢ", "z"],
];
const LATIN: ReadonlyMap<string, string> = new Map(LOOKS_LIKE.flatMap(([letters, latin]) => [...letters].map((letter) => [letter, latin] as const)));
/** What stands for a dot, a hyphen or an apostrophe, as keyboards and documents write them. */
const MARKS: ReadonlyMap<string, string> = new Map([["。", "."], ["‐", "-"], ["‑", "-"], ["–", "-"], ["—", "-"], ["−", "-"], ["’", "'"], ["‘", "'"], ["ʼ", "'"], ["⁄", "/"], ["∕", "/"]]);

/**
 * A name folded so that look-alikes meet (design 2.5, 3.6): percent-encoding undone, Unicode NFKC and full case folding
 * without regard to locale, letters of other scripts as the Latin ones that they look like, without characters that are
 * not shown, without white space around it and without final dots. A mail address without what is put around it, and
 * without the tag behind a `+`: all of these reach one mailbox.
 */
export function foldName(name: string): string {
  const plain = decoded(name).normalize("NFKC").replace(UNSEEN, "").toUpperCase().toLowerCase().normalize("NFKC");
  const latin = /^[\u0000-\u007f]*$/.test(plain) ? plain : [...plain].map((letter) => LATIN.get(letter) ?? MARKS.get(letter) ?? letter).join("");
  return mailbox(latin.replace(/\s+/gu, " ").trim()).replace(/(?:\.|\s)+$/u, "");
}

function decoded(name: string): string {
  let text = name;
  for (let level = 0; level < LEVELS && text.includes("%"); level++) text = text.replace(ENCODED, decodedRun);
  return text;
}

/** Bytes that are no UTF-8 stay as they are. */
function decodedRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}

/** Of an address (`Jane <jane+x@a.example>`, `mailto:jane@a.example`) the mailbox; any other text as it is. */
function mailbox(text: string): string {
  if (!text.includes("@")) return text;
  const bare = /<([^<>]+@[^<>]+)>$/.exec(text)?.[1] ?? text;
  return bare.replace(/^mailto:/, "").replace(/^([^+@\s]+)\+[^@\s]*@/, "$1@");
}
