import { isJsonObject, type Json, type JsonObject } from "./json.ts";

/** A piece of text between values. */
class Mark {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Json | Mark;

function byUnits([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function objectPieces(object: JsonObject): Piece[] {
  const pieces: Piece[] = [];
  for (const [key, value] of Object.entries(object).sort(byUnits)) {
    if (value !== undefined)
      pieces.push(new Mark(`${pieces.length === 0 ? "{" : ","}${JSON.stringify(key)}:`), value);
  }
  pieces.push(new Mark(pieces.length === 0 ? "{}" : "}"));
  return pieces;
}

function listPieces(list: readonly Json[]): Piece[] {
  const pieces = list.flatMap((item, i): Piece[] => [new Mark(i === 0 ? "[" : ","), item]);
  pieces.push(new Mark(list.length === 0 ? "[]" : "]"));
  return pieces;
}

/**
 * The RFC 8785 text of a JSON value: members sorted by UTF-16 units, numbers as ECMAScript prints
 * them, no white space. Members that are undefined are left out; numbers that JSON does not know
 * become null. A lone surrogate, which RFC 8785 refuses, is written as an escape. Does not recurse:
 * arguments of calls may be of any depth.
 */
export function canonicalJson(value: Json): string {
  const written: string[] = [];
  const todo: Piece[] = [value];
  while (todo.length > 0) {
    const piece = todo.pop();
    if (piece === undefined) break;
    if (piece instanceof Mark) written.push(piece.text);
    else if (Array.isArray(piece)) pushReversed(todo, listPieces(piece));
    else if (isJsonObject(piece)) pushReversed(todo, objectPieces(piece));
    else written.push(JSON.stringify(piece));
  }
  return written.join("");
}

function pushReversed(todo: Piece[], pieces: readonly Piece[]): void {
  for (let i = pieces.length - 1; i >= 0; i--) {
    const piece = pieces[i];
    if (piece !== undefined) todo.push(piece);
  }
}
