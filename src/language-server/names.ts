import {
  ResponseError,
  SemanticTokensBuilder,
  SymbolKind,
  type DocumentSymbol,
  type Location,
  type Range,
  type SemanticTokens,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import {
  conditionTokensOf,
  definitionsOf,
  mentionAt,
  outlineOf,
  referencesOf,
  renamableAt,
  renameEdits,
  TOKEN_KINDS,
  type OutlineEntry,
} from "../api/editor/questions.ts";
import { workspaceEdit } from "./edits.ts";
import { shelfOf, type Place } from "./place.ts";

/** LSP 3.17: a request was well-formed, but cannot be done. */
const REQUEST_FAILED = -32803;

function refused(why: string): ResponseError<void> {
  return new ResponseError(REQUEST_FAILED, why);
}

async function locations(place: Place, isReference: boolean): Promise<Location[]> {
  const mention = mentionAt(place.file, place.offset);
  if (mention === undefined) return [];
  const set = await place.member.project.set();
  const shelf = await shelfOf(place);
  const found = isReference ? referencesOf(mention, set) : definitionsOf(mention, set);
  return found.flatMap(({ file, span }) => {
    const range = shelf.positions(file)?.range(span);
    return range === undefined ? [] : [{ uri: shelf.uri(file), range }];
  });
}

/** Where what stands at a place is declared. */
export function definitions(place: Place): Promise<Location[]> {
  return locations(place, false);
}

/** Every place that names what stands at a place. */
export function references(place: Place): Promise<Location[]> {
  return locations(place, true);
}

/** The part of a text that a rename would replace; why there is none is an error of the protocol. */
export function preparedRename({ file, offset, member }: Place): Range | ResponseError<void> {
  const found = renamableAt(file, offset);
  return "fault" in found ? refused(found.fault) : member.document.positions.range(found.span);
}

/** The edits of a rename in all files of a set; why it is not possible is an error of the protocol. */
export async function renamed(
  place: Place,
  name: string,
): Promise<WorkspaceEdit | ResponseError<void>> {
  const found = renamableAt(place.file, place.offset);
  if ("fault" in found) return refused(found.fault);
  const broken = await place.member.project.unread();
  if (broken !== undefined)
    return refused(`${broken} is not well-formed, so names in it would be left behind`);
  const edits = renameEdits(found.mention, name, await place.member.project.set());
  if ("fault" in edits) return refused(edits.fault);
  return workspaceEdit(edits, await shelfOf(place)) ?? refused("a file of the set is not at hand");
}

const SYMBOLS: Readonly<Record<OutlineEntry["kind"], SymbolKind>> = {
  rule: SymbolKind.Function,
  label: SymbolKind.Boolean,
  "rule label": SymbolKind.Constant,
  counter: SymbolKind.Number,
  "value list": SymbolKind.Array,
  tool: SymbolKind.Method,
  agent: SymbolKind.Object,
  person: SymbolKind.Object,
  role: SymbolKind.Object,
  data: SymbolKind.Constant,
  fixture: SymbolKind.Variable,
  test: SymbolKind.Event,
};

/** What a document declares. */
export function symbols({ file, member }: Omit<Place, "offset">): DocumentSymbol[] {
  return outlineOf(file).map(({ name, kind, span }) => {
    const range = member.document.positions.range(span);
    return { name, kind: SYMBOLS[kind], detail: kind, range, selectionRange: range };
  });
}

/** The tokens of the conditions of a document, in the numbers of the protocol. */
export function conditionColours({ file, member }: Omit<Place, "offset">): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { start, end, kind } of conditionTokensOf(file)) {
    const range = member.document.positions.range({ start, end });
    const length = range.end.character - range.start.character;
    builder.push(range.start.line, range.start.character, length, TOKEN_KINDS.indexOf(kind), 0);
  }
  return builder.build();
}
