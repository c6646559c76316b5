import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { agentz, jsonl, scratch } from "../../e2e/agentz.ts";
import { importFileOf } from "../bytes.ts";
import { importAll, importFiles } from "./import-all.ts";
import { mapped } from "./variants/generic.ts";
import { otlp, span, tool } from "./variants/otel.ts";

const run = {
  messages: [
    { role: "user", content: "go" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", function: { name: "x", arguments: "{}" } }],
    },
  ],
};
const spans = otlp([span("01", tool("x"))]);
const RUN = jsonl([run]);

/**
 * What an import of a file with such bytes says: status, calls in what was written, and the last
 * cause with its place.
 */
function imported(
  format: string,
  name: string,
  bytes: string | Uint8Array,
  flags: readonly string[] = [],
): { readonly status: number | null; readonly calls: number; readonly stderr: string } {
  const cwd = scratch();
  writeFileSync(join(cwd, name), bytes);
  const { status, stdout, stderr } = agentz(["import", format, name, ...flags], { cwd });
  return {
    status,
    calls: stdout.split("\n").filter((line) => line.includes('"action"')).length,
    stderr,
  };
}

describe("gzip that is cut off: what comes before is imported, and the break is told with its file", () => {
  // many, so that something comes before the break; each with other ids, so that it does not pack
  // away
  const many = (of: (i: number) => object): Uint8Array =>
    gzipSync(jsonl(Array.from({ length: 3000 }, (_, i) => of(i))));
  test.each<[string, (i: number) => object]>([
    ["chat", (i) => ({ id: Math.sin(i), ...run })],
    ["otel", (i) => otlp([{ ...span("01", tool("x")), traceId: `T${Math.sin(i)}` }])],
    [
      "mcp",
      (i) => ({ jsonrpc: "2.0", id: Math.sin(i), method: "tools/call", params: { name: "x" } }),
    ],
    [
      "auto",
      (i) => ({ jsonrpc: "2.0", id: Math.sin(i), method: "tools/call", params: { name: "x" } }),
    ],
  ])("%s", (format, of) => {
    const whole = many(of);
    const { status, calls, stderr } = imported(
      format,
      "log.jsonl.gz",
      whole.subarray(0, whole.length / 2),
    );
    expect(status).toBe(0);
    expect([calls > 500, calls < 3000]).toEqual([true, true]);
    expect(stderr).toMatch(/cannot read `log\.jsonl\.gz`: its gzip data is broken or truncated/);
    expect(stderr).not.toMatch(/\(0 lines/);
  });

  test("one that breaks at its start gives nothing", () => {
    expect(imported("chat", "log.jsonl.gz", gzipSync(RUN).subarray(0, 12))).toMatchObject({
      status: 2,
      calls: 0,
      stderr: expect.stringContaining("broken or truncated"),
    });
  });
});

describe("what is no log of the format: exit status 2, and why with the place", () => {
  test.each<
    [
      what: string,
      format: string,
      file: readonly [name: string, bytes: string | Uint8Array],
      why: RegExp,
    ]
  >([
    ["an empty file", "chat", ["a.jsonl", ""], /a\.jsonl: the file is empty/],
    ["an empty gzip", "otel", ["a.jsonl.gz", gzipSync("")], /a\.jsonl\.gz: the file is empty/],
    ["words", "otel", ["a.jsonl", "hello\n"], /a\.jsonl:1: the text is not JSON/],
    [
      "UTF-16",
      "chat",
      ["a.jsonl", Buffer.from(`\uFEFF${RUN}`, "utf16le")],
      /cannot read `a\.jsonl`: it is UTF-16, not UTF-8/,
    ],
    [
      "NUL bytes",
      "chat",
      ["a.jsonl", new Uint8Array(1000)],
      /cannot read `a\.jsonl`: it is binary/,
    ],
    [
      "what begins like protobuf of OTLP",
      "otel",
      ["a.jsonl", Buffer.from([0, 0, 0, 9, 10, 7, 10, 5, 10, 3, 102, 111, 111])],
      /it is binary, but not protobuf with OTLP/,
    ],
    [
      "a collector's file with compression",
      "otel",
      ["a.jsonl", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x24, 1, 2, 3])],
      /cannot read `a\.jsonl`: it is compressed with zstd: decompress it first/,
    ],
    [
      "an archive",
      "claude-code",
      [
        "a.tar.gz",
        gzipSync(
          Buffer.concat([
            Buffer.from("a.jsonl".padEnd(257, "\0")),
            Buffer.from("ustar\0", "latin1"),
            Buffer.alloc(249),
            Buffer.from(RUN),
          ]),
        ),
      ],
      /cannot read `a\.tar\.gz`: it is a tar archive: unpack it first/,
    ],
    [
      "a value that is nested deeply",
      "chat",
      ["a.jsonl", `{"messages":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`],
      /a\.jsonl:1: the value is nested deeper than 1000 levels/,
    ],
    [
      "spans as chat",
      "chat",
      ["a.jsonl", jsonl([spans])],
      /a\.jsonl:1: an object has no list of messages/,
    ],
    ["chat as spans", "otel", ["a.jsonl", RUN], /a\.jsonl:1: an object contains no spans/],
    ["chat as MCP", "mcp", ["a.jsonl", RUN], /a\.jsonl:1: a value is not a JSON-RPC message/],
    [
      "chat as a transcript",
      "claude-code",
      ["a.jsonl", RUN],
      /a\.jsonl:1: a line is neither a transcript's entry nor a hook's event/,
    ],
    [
      "chat as Langfuse",
      "langfuse",
      ["a.jsonl", RUN],
      /a\.jsonl:1: an object is neither a trace nor an observation/,
    ],
    [
      "chat as managed agents",
      "managed-agents",
      ["a.jsonl", RUN],
      /a\.jsonl:1: an object is not an event/,
    ],
    [
      "chat as AuthZEN",
      "authzen",
      ["a.jsonl", RUN],
      /a\.jsonl:1: an object contains no evaluation request/,
    ],
    [
      "a format that nothing tells",
      "auto",
      ["a.jsonl", '{"x":1}\n'],
      /a\.jsonl: the format of the file is not recognised/,
    ],
    [
      "agentz's own",
      "auto",
      ["a.jsonl", '{"id":"1","action":{"name":"x"},"args":{}}\n'],
      /the format of the file is not recognised/,
    ],
  ])("%s", (_, format, [name, bytes], why) => {
    const { status, calls, stderr } = imported(format, name, bytes);
    expect([status, calls]).toEqual([2, 0]);
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/^agentz: nothing could be imported$/m);
  });

  test.each([
    ["OPA", "opa", RUN],
    ["Cerbos", "cerbos", RUN],
  ])("chat as %s: a note or a cause, and no event", (_, format, text) => {
    const { status, calls, stderr } = imported(format, "a.jsonl", text);
    expect([status, calls]).toEqual([2, 0]);
    expect(stderr).toMatch(/left out|unreadable/);
  });

  test("paths: missing ones, folders and globs without files, a folder named as a file, no permission", () => {
    const cwd = scratch({ "log.jsonl": RUN });
    mkdirSync(join(cwd, "dir.jsonl"));
    for (const [path, why] of [
      ["nowhere.jsonl", "does not exist"],
      ["dir.jsonl", "no file of that kind"],
      ["*.csv", "no file of that kind"],
      ["/dev/null", "the file is empty"],
    ] as const) {
      const done = agentz(["import", "chat", path], { cwd });
      expect([path, done.status, done.stdout]).toEqual([path, 2, ""]);
      expect(done.stderr).toContain(why);
    }
    expect(agentz(["import", "chat", "-"], { cwd, input: "" })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("the file is empty"),
    });
    expect(
      agentz(["import", "chat", "log.jsonl", "-o", "no/such/folder/t.jsonl"], { cwd }),
    ).toMatchObject({ status: 2 });
    expect(agentz(["import", "nothing", "log.jsonl"], { cwd })).toMatchObject({ status: 2 });
    expect(agentz(["import", "generic", "log.jsonl"], { cwd })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("needs a mapping"),
    });
  });
});

describe("a log that is sound but for some lines", () => {
  test.each<[string, string | Uint8Array]>([
    ["a byte order mark", `\uFEFF${RUN}${RUN}`],
    ["CRLF", `${RUN}${RUN}`.replaceAll("\n", "\r\n")],
    ["no end of line", `${RUN}${RUN.trim()}`],
    ["gzip in two members", Buffer.concat([gzipSync(RUN), gzipSync(RUN)])],
    ["gzip named as if it were none", gzipSync(RUN + RUN)],
  ])("%s costs nothing", (_, bytes) =>
    expect(imported("chat", "a.jsonl", bytes)).toMatchObject({
      status: 0,
      calls: 2,
      stderr: expect.not.stringContaining("unreadable"),
    }),
  );

  test("Latin-1, a line that is cut off, deep nesting: one line each, with its number", () => {
    const bytes = Buffer.concat([
      Buffer.from(RUN),
      Buffer.from('{"messages":[{"role":"user","content":"caf\xe9"}]}\n', "latin1"),
      Buffer.from(`{"messages":[\n{"messages":${"[".repeat(2000)}${"]".repeat(2000)}}\n${RUN}`),
    ]);
    const { status, calls, stderr } = imported("chat", "a.jsonl", bytes);
    expect([status, calls]).toEqual([0, 2]);
    for (const why of [
      "a.jsonl:2: the line is not valid UTF-8",
      "a.jsonl:3: the JSON text is truncated",
      "a.jsonl:4: the value is nested deeper",
    ])
      expect(stderr).toContain(why);
  });

  test("a CSV in Latin-1 costs its rows, and a name that comes twice costs them all", async () => {
    const csv = Buffer.concat([
      Buffer.from("tool,tool\n"),
      Buffer.from("a,caf\xe9\n", "latin1"),
      Buffer.from("a,b\n"),
    ]);
    const { calls, report } = await importFiles(mapped({ action: { name: "record.tool" } }), [
      importFileOf("a.csv", csv),
    ]);
    expect(calls).toEqual([]);
    expect(report.unreadable.map(({ line, cause }) => `${line} ${cause}`)).toEqual([
      "2 a row is not valid UTF-8",
      "3 the first line has a name twice",
    ]);
  });

  test("a number that no double holds keeps its digits; it does not become null", async () => {
    const { written } = await importAll([
      importFileOf("a.jsonl", RUN.replace('"{}"', '{"n":1e999,"m":[-1e999,null]}')),
    ]);
    expect(written.find(({ args }) => args !== undefined)).toMatchObject({
      args: { n: Infinity, m: [-Infinity, null] },
    });
  });
});

test.each(["auto", "coding-agents", "otel"])(
  "%s: an SQLite database is refused with how its sessions are exported",
  (format) => {
    const done = imported(format, "state.db", "SQLite format 3\u0000\u0010\u0000\u0001\u0001");
    expect(done).toMatchObject({ status: 2, calls: 0 });
    expect(done.stderr).toContain("it is an SQLite database");
    expect(done.stderr).toContain("sqlite3 -json");
  },
);
