/** Words as they begin a sentence: with a capital letter. */
export function capital(words: string): string {
  return `${(words[0] ?? "").toUpperCase()}${words.slice(1)}`;
}
