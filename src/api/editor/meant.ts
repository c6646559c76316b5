import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { TextEdit } from "../../editor/rename.ts";
import { nearestWord } from "../../text/edit-distance.ts";

/** The one form in which a finding says which word was meant. */
const MEANT = /^did you mean `([^`]+)`\?(?: (?:if not,|declared:) .*)?$/;
/** Words that YAML and CEL take as they are, with quotes around them and without. */
const PLAIN = /^\w[\w./:@-]*$/;

/** What was meant, and the change that writes it. */
export interface MeantEdit {
  readonly word: string;
  readonly edit: TextEdit;
}

const STEPS = /[./]/;

/** A part of a text, and what is to stand in its place. */
interface Meant {
  readonly part: string;
  readonly word: string;
}

/** The step of a name in which it differs from the word that was meant. */
function otherStep(name: string, word: string): Meant | undefined {
  const [steps, meant] = [name.split(STEPS), word.split(STEPS)];
  // of `args.amuont` only the last word is another one
  if (meant.length === 1) {
    const part = nearestWord(word, steps);
    return part === undefined ? undefined : { part, word };
  }
  const others = steps.flatMap((part, i) => (part === meant[i] ? [] : [{ part, word: meant[i] }]));
  const [only] = others;
  return steps.length === meant.length && others.length === 1 && only?.word !== undefined
    ? { part: only.part, word: only.word }
    : undefined;
}

/** What of a name that a finding speaks of is to become which word, as far as it is marked. */
function meantOf(name: string, word: string, marked: string): Meant | undefined {
  const isStep = !marked.includes(name) || (STEPS.test(name) && !STEPS.test(word));
  const found = isStep ? otherStep(name, word) : { part: name, word };
  return found !== undefined && marked.split(found.part).length === 2 ? found : undefined;
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
  const meant = named.map((name) => meantOf(name, word, marked)).find((one) => one !== undefined);
  if (meant === undefined) return undefined;
  const start = span.start + marked.indexOf(meant.part);
  const edit = { file, span: { start, end: start + meant.part.length }, text: meant.word };
  return { word: meant.word, edit };
}
