/**
 * Characters that are not shown: joiners, soft hyphens, marks of direction, fillers, controls, what
 * has no shape of its own, and signs that are blank (of Braille, of hieroglyphs, of Khitan, of
 * notes). White space is another matter.
 */
const UNSEEN = new RegExp(
  String.raw`(?!\s)[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Cs}\p{Co}` +
    String.raw`\p{Noncharacter_Code_Point}\u2800\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}]`,
  "gu",
);
const ENCODED = /(?:%[0-9a-f]{2})+/gi;
/** How often an encoded name is decoded. */
const LEVELS = 4;

/**
 * Letters of Cyrillic, Greek, Armenian and of phonetics, in lower case, and the Latin ones that
 * they look like.
 */
const LOOKS_LIKE: readonly (readonly [letters: string, latin: string])[] = [
  ["аα\u0251", "a"],
  ["вβʙ", "b"],
  ["сϲᴄ", "c"],
  ["ԁ", "d"],
  ["еεєҽ", "e"],
  ["ԍɡց", "g"],
  ["нһհʜ", "h"],
  ["іιı\u04cf", "i"],
  ["јϳ", "j"],
  ["кκĸ", "k"],
  ["мμ", "m"],
  ["пηո", "n"],
  ["оοօᴏ", "o"],
  ["рρ", "p"],
  ["ԛ", "q"],
  ["гᴦ", "r"],
  ["ѕꜱ", "s"],
  ["тτᴛ", "t"],
  ["υսᴜ", "u"],
  ["νѵᴠ", "v"],
  ["ԝωᴡ", "w"],
  ["хχ", "x"],
  ["уγүʏ", "y"],
  ["ζᴢ", "z"],
];
const LATIN: ReadonlyMap<string, string> = new Map(
  LOOKS_LIKE.flatMap(([letters, latin]) => [...letters].map((letter) => [letter, latin] as const)),
);
/** What stands for a dot, a hyphen or an apostrophe, as keyboards and documents write them. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ["。", "."],
  ["‐", "-"],
  ["‑", "-"],
  ["–", "-"],
  ["—", "-"],
  ["−", "-"],
  ["’", "'"],
  ["‘", "'"],
  ["ʼ", "'"],
  ["⁄", "/"],
  ["∕", "/"],
]);

/**
 * A name folded so that look-alikes meet (design 2.5, 3.6): percent-encoding undone, Unicode NFKC
 * and full case folding without regard to locale, letters of other scripts as the Latin ones that
 * they look like, without characters that are not shown, without white space around it and without
 * final dots.
 */
export function foldName(name: string): string {
  const plain = decoded(name)
    .normalize("NFKC")
    .replace(UNSEEN, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFKC");
  const latin = /^[\u0000-\u007f]*$/.test(plain)
    ? plain
    : [...plain].map((letter) => LATIN.get(letter) ?? MARKS.get(letter) ?? letter).join("");
  return withoutDots(latin.replace(/\s+/gu, " ").trim());
}

function decoded(name: string): string {
  let text = name;
  for (let level = 0; level < LEVELS && text.includes("%"); level++)
    text = text.replace(ENCODED, decodedRun);
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

/** WHY no expression: one that looks for the end tries every dot of a long name. */
function withoutDots(text: string): string {
  let end = text.length;
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
