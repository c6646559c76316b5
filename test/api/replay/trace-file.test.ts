import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LineReader } from "../../../src/api/replay/line-reader.ts";
import { PieceReader } from "../../../src/api/replay/piece-reader.ts";
import { PIECE_BYTES, piecesOf } from "../../../src/api/replay/pieces.ts";
import { OpenTraceFile } from "../../../src/api/replay/trace-file.ts";
import { layoutFor } from "../../../src/trace/columns/layout.ts";
import { MAX_LINE_BYTES } from "../../../src/trace/read-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "agentz-trace-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LAYOUT = layoutFor([], { ids: true });
const line = (id: string): string => `{"id":"${id}","action":{"server":"a","name":"b"}}\n`;

describe("design 7.7: what cannot be read of a trace's files", () => {
  it("is the user's to mend where a file is not there", () => {
    const file = { name: "gone.jsonl", path: join(folder, "gone.jsonl") };
    expect(() => new OpenTraceFile(file)).toThrow(/^cannot read `gone.jsonl`: /);
  });

  it("is the user's to mend where a file changes while it is read", () => {
    const file = { name: "t.jsonl", path: join(folder, "t.jsonl") };
    const text = line("one");
    writeFileSync(file.path, text);
    const [piece] = piecesOf(0, text.length);
    if (piece === undefined) throw new Error("there is no piece");
    const { segment } = new PieceReader(LAYOUT).read(new OpenTraceFile(file), piece);
    const lines = new LineReader([file.name], [file]);
    expect(lines.event({ file: 0, segment }, 0).id).toBe("one");
    writeFileSync(file.path, "x".repeat(text.length));
    expect(() => lines.event({ file: 0, segment }, 0)).toThrow(
      "`t.jsonl` changed while agentz read it",
    );
    writeFileSync(file.path, "");
    expect(() => lines.event({ file: 0, segment }, 0)).toThrow(
      "`t.jsonl` changed while agentz read it",
    );
    lines.close();
  });

  it("is a malformed line where that is longer than any may be, and the lines around it are read", () => {
    const file = { name: "long.jsonl", path: join(folder, "long.jsonl") };
    const long = Buffer.alloc(MAX_LINE_BYTES + PIECE_BYTES, "z");
    const text = Buffer.concat([Buffer.from(line("one")), long, Buffer.from(`\n${line("two")}`)]);
    writeFileSync(file.path, text);
    const [open, reader] = [new OpenTraceFile(file), new PieceReader(LAYOUT)];
    const read = piecesOf(0, text.length).map((piece) => reader.read(open, piece).segment);
    expect(read.map(({ rows }) => rows).filter((rows) => rows > 0)).toEqual([1, 1]);
    expect(read.reduce((sum, { lineCount }) => sum + lineCount, 0)).toBe(3);
    expect(read.flatMap(({ malformed }) => malformed)).toEqual([
      { line: 1, cause: `the line is longer than ${MAX_LINE_BYTES} bytes` },
    ]);
  });
});
