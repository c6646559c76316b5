/** Whether a text is one word of a shell's line as it stands, and no command takes it for a flag. */
export function isPlainWord(text: string): boolean {
  return /^[\w./:@%+,][\w./:@%+,-]*$/.test(text);
}

/** A word of a shell's line, quoted where a shell would read it differently. */
export function shellWord(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `"${word.replace(/["\\$\`]/g, "\\$&")}"`;
}
