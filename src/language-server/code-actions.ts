import {
  CodeActionKind,
  StringValue,
  type CodeAction,
  type CodeActionParams,
  type Diagnostic as Shown,
  type Range,
} from "vscode-languageserver/node";
import { fixedTexts, isSuppressible } from "../api/editor/fixes.ts";
import { meantEdit } from "../api/editor/meant.ts";
import type { EditorFinding } from "../api/editor/lint-texts.ts";
import { suppressEdit, type EditorFile } from "../api/editor/questions.ts";
import { ADD_TEST } from "./commands.ts";
import { editBetween, workspaceEdit, type Shelf } from "./edits.ts";
import type { Member } from "./workspace.ts";

/** The kind of the action that makes all fixes of a document. */
export const FIX_ALL = "source.fixAll.agentz";

/** A document with what was found in it. */
export interface ActionHost {
  readonly member: Member;
  readonly file: EditorFile;
  readonly findings: readonly EditorFinding[];
  readonly shelf: Shelf;
  /** Whether the editor takes snippets as edits (LSP 3.18). */
  readonly snippetEdits: boolean;
}

function isBefore(a: Range["start"], b: Range["start"]): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

/** Whether two ranges have a place in common, ends included. */
export function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

/** The finding that an editor shows, among those that it was told. */
export function shownOf(
  finding: { readonly code: string },
  range: Range,
  shown: readonly Shown[],
): Shown[] {
  return shown.filter((one) => one.code === finding.code && touches(one.range, range));
}

function fixAction(
  finding: EditorFinding,
  diagnostics: Shown[],
  shelf: Shelf,
): readonly CodeAction[] {
  const edit = finding.fix && workspaceEdit(finding.fix, shelf);
  if (edit === undefined) return [];
  const title = `Fix ${finding.code}${finding.help === undefined ? "" : `: ${finding.help}`}`;
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics, isPreferred: true, edit }];
}

/** What the action is called that writes the word that was meant. */
export function meantTitle(word: string): string {
  return `Change to \`${word}\``;
}

/** The word that was meant: a guess, so that it is no part of all fixes at once. */
function meantAction(
  finding: EditorFinding,
  diagnostics: Shown[],
  { file, shelf }: ActionHost,
): readonly CodeAction[] {
  const meant = meantEdit(finding, file.source.text);
  const edit = meant && workspaceEdit([meant.edit], shelf);
  if (meant === undefined || edit === undefined) return [];
  return [{ title: meantTitle(meant.word), kind: CodeActionKind.QuickFix, diagnostics, edit }];
}

/** A text as a snippet that leaves the cursor at an offset of it. */
function snippetWith(text: string, cursor: number): string {
  const escaped = (part: string): string => part.replace(/[\\$}]/g, "\\$&");
  return `${escaped(text.slice(0, cursor))}$0${escaped(text.slice(cursor))}`;
}

/** The comment that suppresses a finding; where the editor can, the cursor waits for the reason. */
function suppressAction(
  finding: EditorFinding,
  diagnostics: Shown[],
  { file, member, shelf, snippetEdits }: ActionHost,
): readonly CodeAction[] {
  const change = isSuppressible(finding.code) ? suppressEdit(file, finding) : undefined;
  if (change === undefined) return [];
  const { uri, version, positions } = member.document;
  const snippet = StringValue.createSnippet(snippetWith(change.text, change.reasonAt));
  const edit = snippetEdits
    ? {
        documentChanges: [
          {
            textDocument: { uri, version },
            edits: [{ range: positions.range(change.span), snippet }],
          },
        ],
      }
    : workspaceEdit([change], shelf);
  if (edit === undefined) return [];
  const title = `Suppress ${finding.code} here, and say why`;
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics, edit }];
}

/** All fixes of a document at once. */
function fixAll({ member, file, findings, shelf }: ActionHost): readonly CodeAction[] {
  const own = findings.filter(
    ({ fix }) => fix?.every((edit) => edit.file === member.file) === true,
  );
  const [fixed] = fixedTexts(own, [file.source]);
  const positions = shelf.positions(member.file);
  if (fixed === undefined || positions === undefined) return [];
  const edit = {
    changes: { [member.document.uri]: editBetween(file.source.text, fixed.text, positions) },
  };
  return [{ title: "Fix all findings of agentz", kind: FIX_ALL, edit }];
}

/** The rule whose name stands at the place, as a test. */
function testActions({ member, file }: ActionHost, range: Range): readonly CodeAction[] {
  if (member.project.place.trace.length === 0) return [];
  const offset = member.document.positions.offset(range.start);
  const rules = file.mentions().filter(({ kind, isDefinition }) => kind === "rule" && isDefinition);
  const rule = rules.filter(({ span }) => span.start <= offset).at(-1);
  if (rule === undefined) return [];
  const title = `Add a test of ${rule.name} from the newest call of the trace`;
  const command = { title, command: ADD_TEST, arguments: [member.document.uri, rule.name] };
  return [{ title, kind: CodeActionKind.Refactor, command }];
}

function isWanted(kind: string | undefined, only: readonly string[] | undefined): boolean {
  if (only === undefined) return true;
  return only.some((one) => kind === one || kind?.startsWith(`${one}.`) === true);
}

/** What an editor offers at a range: fixes, suppressions, all fixes at once, a test of the rule. */
export function codeActions(host: ActionHost, { range, context }: CodeActionParams): CodeAction[] {
  const positions = host.member.document.positions;
  const here = host.findings.filter(({ span }) => touches(positions.range(span), range));
  const actions = [
    ...here.flatMap((finding) => {
      const shown = shownOf(finding, positions.range(finding.span), context.diagnostics);
      const fixes = fixAction(finding, shown, host.shelf);
      return [
        ...fixes,
        ...(fixes.length > 0 ? [] : meantAction(finding, shown, host)),
        ...suppressAction(finding, shown, host),
      ];
    }),
    ...fixAll(host),
    ...testActions(host, range),
  ];
  return actions.filter(({ kind }) => isWanted(kind, context.only));
}
