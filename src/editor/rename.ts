import type { Span } from "../text/span.ts";
import type { EditorFile, EditorSet } from "./editor-set.ts";
import type { Mention, SymbolKind } from "./mentions.ts";
import { definitionsOf, mentionAt, referencesOf, ruleId } from "./symbols.ts";

/** A change of a file's text. */
export interface TextEdit {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}

/** Why a name cannot become another one, as a sentence. */
export interface RenameFault {
  readonly fault: string;
}

const RENAMED: ReadonlySet<SymbolKind> = new Set([
  "rule",
  "label",
  "counter",
  "value list",
  "data",
  "fixture",
]);
interface Form {
  readonly shape: RegExp;
  readonly letters: string;
}

/** What conditions read as a member: its name is a name of CEL. */
const MEMBER: Form = { shape: /^[A-Za-z_]\w*$/, letters: "letters, digits and `_`" };
/** What is a text without quotes in YAML, and within quotes of CEL: `ASI02:2026`. */
const LABEL: Form = {
  shape: /^[A-Za-z_][\w.:/-]*(?<!:)$/,
  letters: "letters, digits, `_`, `-`, `.`, `/` and, within it, `:`",
};
const NAME: Form = {
  shape: /^[A-Za-z_][\w.-]*$/,
  letters: "letters, digits, `_`, `-` and `.`",
};
const FORMS: ReadonlyMap<SymbolKind, Form> = new Map([
  ["counter", MEMBER],
  ["value list", MEMBER],
  ["data", MEMBER],
  ["label", LABEL],
]);
const YAML_WORDS = /^(?:true|false|null)$/i;

/** The part of a mention that a rename replaces: of `policy/rule` the rule. */
function renamedSpan({ kind, name, span }: Mention): Span {
  return kind === "rule" ? { start: span.end - ruleId(name).length, end: span.end } : span;
}

function aKind(kind: SymbolKind): string {
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** What may be renamed at an offset, and the part that would change. */
export function renamableAt(
  file: EditorFile,
  offset: number,
): { readonly mention: Mention; readonly span: Span } | RenameFault {
  const mention = mentionAt(file, offset);
  if (mention === undefined)
    return {
      fault:
        "there is no name here that can be renamed: rules, session labels, counters, values, data " +
        "and fixtures can",
    };
  if (RENAMED.has(mention.kind)) return { mention, span: renamedSpan(mention) };
  return { fault: `${aKind(mention.kind)} is known by its name outside of these documents too` };
}

function nameFault(kind: SymbolKind, name: string): string | undefined {
  const { shape, letters } = FORMS.get(kind) ?? NAME;
  if (shape.test(name) && !YAML_WORDS.test(name)) return undefined;
  return `the name has to be ${letters}, and begin with a letter`;
}

function takenFault(mention: Mention, name: string, set: EditorSet): string | undefined {
  const same = definitionsOf({ ...mention, name }, set);
  return same.length === 0 ? undefined : `there is already a ${mention.kind} \`${name}\``;
}

/** The edits that give a name another form, wherever it stands in the set; or why that is not possible. */
export function renameEdits(
  mention: Mention,
  name: string,
  set: EditorSet,
): readonly TextEdit[] | RenameFault {
  const [definition] = definitionsOf(mention, set);
  if (definition === undefined) return { fault: `nothing declares this ${mention.kind}` };
  const fault = nameFault(mention.kind, name) ?? takenFault(mention, name, set);
  if (fault !== undefined) return { fault };
  return referencesOf(mention, set).map((one) => ({
    file: one.file,
    span: renamedSpan(one),
    text: name,
  }));
}
