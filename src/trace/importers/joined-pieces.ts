import { isJsonObject, type JsonObject } from "../../request/json.ts";
import { answerOfPieces, beginsAnswer, isPiece } from "./model-stream.ts";
import type { JsonItem } from "./read-json.ts";

/** An answer that is being streamed: where it began, and its pieces so far. */
interface Streamed {
  readonly item: JsonItem;
  readonly pieces: JsonObject[];
}

/** The values of a file, in which the pieces of a streamed answer are one: the answer. */
export async function* joinPieces(
  batches: AsyncIterable<readonly JsonItem[]>,
): AsyncGenerator<readonly JsonItem[]> {
  let open: Streamed | undefined;
  for await (const items of batches) {
    const joined: JsonItem[] = [];
    for (const item of items) {
      const piece = isJsonObject(item.value) && isPiece(item.value) ? item.value : undefined;
      if (open !== undefined && !goesOn(open, piece)) {
        joined.push(answered(open));
        open = undefined;
      }
      if (piece === undefined) joined.push(item);
      else if (open === undefined) open = { item, pieces: [piece] };
      else open.pieces.push(piece);
    }
    yield joined;
  }
  if (open !== undefined) yield [answered(open)];
}

function goesOn({ pieces }: Streamed, piece: JsonObject | undefined): boolean {
  const last = pieces.at(-1);
  return piece !== undefined && last !== undefined && !beginsAnswer(piece, last);
}

/** WHY the first piece's members: they name the answer, its model and its time. */
function answered({ item, pieces }: Streamed): JsonItem {
  const [first = {}] = pieces;
  const said = { choices: [{ message: { role: "assistant", content: "" } }] };
  return { ...item, value: { ...first, ...(answerOfPieces(pieces) ?? said) } };
}
