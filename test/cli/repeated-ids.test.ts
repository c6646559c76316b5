import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
session:
  counters:
    - { name: sent, add: args.amount, when: action.name == 'transfer', within: 1h, key: subject }
rules:
  - { id: ok, effect: allow, actions: [bank/transfer], when: session.counters.sent + args.amount <= 500.0 }
`;

interface Said {
  readonly id?: string;
  readonly session?: string;
  readonly type?: string;
}

/** A transfer of 400, so many seconds after the start. */
function transfer(second: number, { id = "1", session = "s1", type }: Said = {}): string {
  const time = new Date(Date.UTC(2026, 4, 18, 10, 0, second)).toISOString();
  return JSON.stringify({
    id,
    time,
    session,
    ...(type === undefined ? {} : { type }),
    subject: { type: "agent", id: "a" },
    action: { server: "bank", name: "transfer" },
    args: { amount: 400 },
    decision: { effect: "allow" },
  });
}

function project(traces: { readonly [file: string]: readonly string[] }): string {
  const folder = scratch({
    "p.yaml": POLICY,
    "agentz.yaml": "candidate: [p.yaml]\nbaseline: recorded\n",
  });
  for (const [name, lines] of Object.entries(traces)) {
    const path = join(folder, "traces", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${lines.join("\n")}\n`);
  }
  return folder;
}

const TWICE: readonly (readonly [
  what: string,
  traces: { readonly [file: string]: readonly string[] },
])[] = [
  ["in one session", { "a.jsonl": [transfer(0), transfer(1)] }],
  ["in two sessions", { "a.jsonl": [transfer(0), transfer(1, { session: "s2" })] }],
  ["in two files", { "a.jsonl": [transfer(0)], "b.jsonl": [transfer(1)] }],
  ["in files of one name", { "x/a.jsonl": [transfer(0)], "y/a.jsonl": [transfer(1)] }],
  [
    "far apart",
    {
      "a.jsonl": [
        transfer(0),
        ...Array.from({ length: 30 }, (_, i) => transfer(1 + i, { id: `e${i}`, session: `s${i}` })),
        transfer(59),
      ],
    },
  ],
];

describe("two events of one id (design 7.7)", () => {
  it.each(TWICE)(
    "are told by a replay, and asked for by what names an event: %s",
    async (_, traces) => {
      const folder = project(traces);
      const trace = join(folder, "traces");
      const replay = JSON.parse(
        (await run(folder, "replay", "--trace", trace, "--format", "json")).stdout,
      );
      expect(replay.trace.repeatedIds).toMatchObject({
        count: 1,
        first: [{ id: "1", line: expect.any(Number), file: expect.stringMatching(/jsonl$/) }],
      });
      expect((await run(folder, "replay", "--trace", trace)).stdout).toMatch(
        /^repeated {3}1 event with the id of an earlier one, e\.g\. id 1 at /m,
      );
      expect(
        (await run(folder, "replay", "--trace", trace, "--format", "markdown")).stdout,
      ).toContain("1 event with the id of an earlier one");
      for (const ask of [
        ["explain", "1", "--trace", trace],
        ["test", "p.yaml", "--pin", trace, "--event", "1"],
        ["blame", "1", "--trace", trace],
      ]) {
        const { status, stderr } = await run(folder, ...ask);
        expect([ask[0], status, stderr]).toEqual([
          ask[0],
          2,
          expect.stringContaining("2 calls have the id `1`"),
        ]);
        expect(stderr).toMatch(/help: choose one, such as `--at .*\.jsonl:1`/);
      }
    },
  );

  it("are looked for in less than 4 MiB, packed or not", async () => {
    const folder = project({ "a.jsonl": [transfer(0), transfer(1)] });
    const plain = join(folder, "traces/a.jsonl");
    const asked = async (of: string): Promise<string> =>
      (await run(folder, "replay", "--trace", of, "--format", "json")).stdout;
    for (const [size, repeated] of [
      [4 * 1024 * 1024 - 1, { count: 1, first: [expect.objectContaining({ id: "1" })] }],
      [4 * 1024 * 1024, null],
    ] as const) {
      const lines = `${transfer(0)}\n${transfer(1)}\n`;
      const blanks = `${" ".repeat(1022)}\n`;
      const filled = lines + blanks.repeat(Math.floor((size - lines.length) / blanks.length));
      const text = filled + " ".repeat(size - filled.length);
      writeFileSync(plain, text);
      writeFileSync(`${plain}.gz`, gzipSync(text));
      const said = await asked(plain);
      expect(JSON.parse(said).trace.repeatedIds).toEqual(repeated);
      expect((await asked(`${plain}.gz`)).replaceAll("jsonl.gz", "jsonl")).toBe(said);
    }
  });

  it("are told apart by their places", async () => {
    const folder = project({ "x/a.jsonl": [transfer(0), transfer(1)], "y/a.jsonl": [transfer(2)] });
    const trace = join(folder, "traces");
    const asked = async (at: string): Promise<readonly [status: number, text: string]> => {
      const { status, stdout, stderr } = await run(
        folder,
        "explain",
        "1",
        "--trace",
        trace,
        "--at",
        at,
        "--format",
        "json",
      );
      return [status, status === 0 ? JSON.parse(stdout).decision.effect : stderr];
    };
    expect(await asked(join(trace, "x/a.jsonl:1"))).toEqual([0, "allow"]);
    expect(await asked("x/a.jsonl:2")).toEqual([0, "deny"]);
    expect(await asked("a.jsonl:2")).toEqual([0, "deny"]);
    expect(await asked("y/a.jsonl:1")).toEqual([0, "deny"]);
    expect(await asked("a.jsonl:1")).toEqual([
      2,
      expect.stringContaining("2 calls have the id `1` and are at `a.jsonl:1`"),
    ]);
    expect(await asked("a.jsonl:7")).toEqual([
      2,
      expect.stringContaining("there is no call with the id `1` at `a.jsonl:7`"),
    ]);
    expect(await asked("jsonl:1")).toEqual([2, expect.stringContaining("no call with the id `1`")]);
    const pinned = await run(
      folder,
      "test",
      "p.yaml",
      "--pin",
      trace,
      "--event",
      "1",
      "--at",
      "x/a.jsonl:2",
    );
    expect([pinned.status, pinned.stdout.match(/expect:/g)?.length, pinned.stdout]).toEqual([
      0,
      1,
      expect.stringContaining("effect: deny"),
    ]);
  });

  it("of which one is no call, the call is meant; an id of none is refused", async () => {
    const folder = project({
      "a.jsonl": [
        transfer(0, { type: "prompt" }),
        transfer(1),
        transfer(2, { id: "2", type: "prompt" }),
      ],
    });
    const trace = ["--trace", join(folder, "traces")];
    const explained = await run(folder, "explain", "1", ...trace, "--format", "json");
    expect([explained.status, JSON.parse(explained.stdout).decision.effect]).toEqual([0, "allow"]);
    expect((await run(folder, "explain", "2", ...trace)).stderr).toContain(
      "the event `2` is not a call",
    );
    expect((await run(folder, "explain", "3", ...trace)).stderr).toContain(
      "the trace has no event `3`",
    );
    expect(
      JSON.parse((await run(folder, "replay", ...trace, "--format", "json")).stdout).trace
        .repeatedIds.count,
    ).toBe(1);
  });

  it("are none where ids differ, or events have none", async () => {
    const nameless = transfer(3).replace('"id":"1",', "");
    const folder = project({
      "a.jsonl": [
        transfer(0),
        transfer(1, { id: "01" }),
        transfer(2, { id: "1 " }),
        nameless,
        nameless,
      ],
    });
    const result = await run(
      folder,
      "replay",
      "--trace",
      join(folder, "traces"),
      "--format",
      "json",
    );
    expect(JSON.parse(result.stdout).trace.repeatedIds).toEqual({ count: 0, first: [] });
  });

  it("--at without an event of a trace is refused", async () => {
    const folder = project({ "a.jsonl": [transfer(0)] });
    writeFileSync(
      join(folder, "r.json"),
      JSON.stringify({
        subject: { type: "agent", id: "a" },
        action: { server: "bank", name: "transfer" },
        args: { amount: 1 },
      }),
    );
    expect((await run(folder, "explain", join(folder, "r.json"), "--at", "a.jsonl:1")).status).toBe(
      2,
    );
    expect(
      (
        await run(
          folder,
          "test",
          "p.yaml",
          "--pin",
          join(folder, "traces"),
          "--session",
          "s1",
          "--at",
          "a.jsonl:1",
        )
      ).status,
    ).toBe(2);
  });
});
