/** A word of a shell's line, quoted where a shell would read it differently. */
export function shellWord(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `"${word.replace(/["\\$\`]/g, "\\$&")}"`;
}
