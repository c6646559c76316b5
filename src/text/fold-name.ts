/** Characters that are not shown: joiners, soft hyphens, marks of direction. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu;

/**
 * A name folded so that look-alikes meet (design 3.6): Unicode NFKC and full case folding without regard to locale,
 * without characters that are not shown and without white space around it.
 */
export function foldName(name: string): string {
  const shown = name.normalize("NFKC").replace(UNSEEN, "").replace(/\s+/gu, " ").trim();
  return shown.toUpperCase().toLowerCase().normalize("NFKC");
}
