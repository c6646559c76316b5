import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { TextEdit } from "../../editor/rename.ts";
import { nearestWord } from "../../text/edit-distance.ts";

/** The one form in which a finding says which word was meant. */
const MEANT = /^did you mean `([^`]+)`\?(?: if not, .*)?$/;
/** Words that YAML and CEL take as they are, with quotes around them and without. */
const PLAIN = /^\w[\w./:@-]*$/;

/** What was meant, and the change that writes it. */
export interface MeantEdit {
  readonly word: string;
  readonly edit: TextEdit;
}

/**
 * The change of a misspelt word to the one that the help of its finding names; undefined where it
 * names none, or where the word does not stand exactly once in what is marked. It is a guess: whoever
 * offers it lets a person choose.
 */
export function meantEdit(
  { file, span, message, help }: Pick<Diagnostic, "file" | "span" | "message" | "help">,
  text: string,
): MeantEdit | undefined {
  const [, word] = MEANT.exec(help ?? "") ?? [];
  if (word === undefined || !PLAIN.test(word)) return undefined;
  const marked = text.slice(span.start, span.end);
  const named = [...message.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
  const wrong = named.find((name) => marked.includes(name));
  if (wrong === undefined) return undefined;
  // of `args.amuont` only the last word is another one
  const part =
    word.includes(".") || !wrong.includes(".") ? wrong : nearestWord(word, wrong.split("."));
  if (part === undefined || marked.split(part).length !== 2) return undefined;
  const start = span.start + marked.indexOf(part);
  return { word, edit: { file, span: { start, end: start + part.length }, text: word } };
}
