/** What JSON leaves as it is and a terminal or a CI runner would act on. */
const ACTIVE = /[\u007f-\u009f\u2028\u2029\p{Cf}]|(?<=##\w{0,40})\[/gu;

function unit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * JSON text that says the same and is safe to print (design 11.5): controls, invisible and
 * bidirectional characters and the brackets of `##[command]` are written as escapes. INVARIANT:
 * these stand in strings only, or `[` would change meaning.
 */
export function inertJson(json: string): string {
  return json.replace(ACTIVE, (text) =>
    Array.from({ length: text.length }, (_, i) => unit(text.charCodeAt(i))).join(""),
  );
}
