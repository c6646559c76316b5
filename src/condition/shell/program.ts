import { isBuiltin } from "./builtins.ts";
import { ShellFault } from "./fault.ts";
import { splits, suffixOf, textOf, type Word } from "./word.ts";
import {
  BEHIND_DASHES,
  FOREIGN_SHELLS,
  SHELLS,
  SUB_COMMANDS,
  UNREAD,
  WRAPPERS,
} from "./wrappers.ts";

/** Keywords: as the first word of a command, and plain, they were read as something else. */
const KEYWORDS: ReadonlySet<string> = new Set(
  "if then elif else fi for while until do done case esac in function select coproc time { } ! [[ ((".split(
    " ",
  ),
);

function fault(word: Word, problem: string): never {
  throw new ShellFault(word.at, "the word", problem);
}

function isKnown(name: string): boolean {
  const tables = [WRAPPERS, SUB_COMMANDS, BEHIND_DASHES, SHELLS, FOREIGN_SHELLS, UNREAD];
  return isBuiltin(name) || tables.some((table) => table.has(name));
}

/** Whether a first word is cut, or meant, otherwise by some shell: `{a}`, `a=b`, `^x`. */
function checkForm(word: Word, text: string): void {
  const unquoted = word.pieces.some(
    (piece) => piece.kind === "text" && !piece.quoted && /[{}^]/.test(piece.text),
  );
  if (text === "") fault(word, "is empty, and names the command");
  if (unquoted || text.includes("=")) fault(word, "may not be the name of a command");
  if (word.plain && KEYWORDS.has(text) && text !== "time" && text !== "[[")
    fault(word, "is a keyword");
}

/**
 * The name of the program that a command's first word means, without its folder. The word may
 * depend on an expansion only where it surely ends in a path: every other one may be `eval`.
 */
export function programOf(word: Word): string {
  const text = textOf(word);
  if (text !== undefined) checkForm(word, text);
  const known = text ?? (splits(word) ? "" : suffixOf(word));
  if (text === undefined && !known.includes("/"))
    fault(word, "names the command, and depends on an expansion");
  const name = known.slice(known.lastIndexOf("/") + 1).replace(/\.exe$/i, "");
  if (text === undefined && name === "")
    fault(word, "names the command, and depends on an expansion");
  const lower = name.toLowerCase();
  if (name !== lower && isKnown(lower))
    fault(word, `is \`${lower}\` where names are the same in capitals`);
  return name;
}
