import { isUndecided } from "../../trace/event.ts";
import { readEventText } from "../../trace/read-event.ts";
import { LineReader } from "../../trace/read-lines.ts";
import type { ReadReport } from "../../trace/read-report.ts";
import type { FedPiece } from "../replay/fed-piece.ts";

/** What stands for a line whose file and number mean nothing. */
export type PlaceOf = (line: string) => string;

/** Where a line stands that has no place, and is no text. */
const NOWHERE = { file: "?", line: 0 };
const NEWLINE = Uint8Array.of(10);
const PLACE = { file: "", line: 0 };

/** The numbers of the lines that are to be listed, from 0; undefined: all that are no good have to be found. */
function numbersOf({ facts }: FedPiece): ReadonlySet<number> | undefined {
  const { malformed, malformedCount, undecided, undecidedCount } = facts;
  const listed = [...malformed, ...undecided].map(({ line }) => line);
  return listed.length === malformedCount + undecidedCount ? new Set(listed) : undefined;
}

/** Lists the lines of a piece that are no event, or one of an unknown type, under what stands for their place. */
export function listLines(fed: FedPiece, report: ReadReport, placeOf: PlaceOf): void {
  const { facts, bytes, begins } = fed;
  if (facts.malformedCount + facts.undecidedCount === 0 || bytes === undefined) return;
  const numbers = numbersOf(fed);
  // a byte order mark is one only where a file begins, which is the first line of the reader
  const before = begins ? 1 : 2;
  const reader = new LineReader({
    onLine: (text, line) => {
      if (numbers?.has(line - before) === false) return;
      const event = readEventText(text, PLACE);
      if (typeof event === "string")
        report.listMalformed({ file: placeOf(text), line: 0, cause: event });
      else if (isUndecided(event))
        report.listUndecided({ file: placeOf(text), line: 0, type: event.type });
    },
    onUnreadable: (_, cause) => report.listMalformed({ ...NOWHERE, cause }),
  });
  if (!begins) reader.push(NEWLINE);
  reader.push(bytes);
  reader.end();
}
