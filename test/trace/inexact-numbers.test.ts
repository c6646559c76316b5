import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readEventText } from "../../src/trace/read-event.ts";
import type { Request } from "../../src/request/request.ts";
import { folderOf, runIn } from "../hostile/run-case.ts";
import { byColumns, byEvents } from "../replay/columns.ts";
import { catalog, decide, load, policy, verdict, walk } from "../tricks/world.ts";
import { eventLine } from "../../src/trace/event-line.ts";
import { readArguments } from "../../src/trace/importers/call-values.ts";
import { importFileOf } from "./bytes.ts";
import { importAll } from "./importers/import-all.ts";

const PLACE = { file: "t", line: 1 };
const HEAD =
  '"session":"s","subject":{"type":"agent","id":"a"},"action":{"server":"bank","name":"pay"}';

function line(args: string, more = ""): string {
  return `{${HEAD},"args":${args}${more}}`;
}

function read(text: string): Request {
  const event = readEventText(text, PLACE);
  if (typeof event === "string") throw new Error(event);
  return event.request;
}

/** What a deny and an allow with one condition say of a call. */
function told(when: string, args: string): string {
  const on = (effect: string): string => {
    const rules = [
      { id: "r", effect, when },
      { id: "any", effect: "allow" },
    ];
    return verdict(
      decide(load(policy(effect === "allow" ? rules.slice(0, 1) : rules)), read(line(args))),
    );
  };
  return `${on("deny")} ${on("allow")}`;
}

describe("design 3.4: a number of a trace that no double holds is unrecorded", () => {
  it.each([
    ["is not its neighbour", "args.n == 9007199254740992", '{"n":9007199254740993}', "deny? deny?"],
    [
      "is not surely another one",
      "args.n != 9007199254740992",
      '{"n":9007199254740993}',
      "deny? deny?",
    ],
    [
      "in a list of constants",
      "args.n in [9007199254740992, 5]",
      '{"n":9007199254740993}',
      "deny? deny?",
    ],
    [
      "in a list of the call",
      "9007199254740992.0 in args.n",
      '{"n":[9007199254740993]}',
      "deny? deny?",
    ],
    ["beside one that is there", "5.0 in args.n", '{"n":[9007199254740993,5]}', "deny allow"],
    ["as a text", "string(args.n) == '9007199254740992'", '{"n":9007199254740993}', "deny? deny?"],
    ["as an int", "int(args.n) == 9007199254740992", '{"n":9007199254740993}', "deny? deny?"],
    [
      "after arithmetic",
      "args.n - 9007199254740992.0 == 0.0",
      '{"n":9007199254740993}',
      "deny? deny?",
    ],
    [
      "beyond 2^64",
      "args.n == 12345678901234567000.0",
      '{"n":12345678901234567890}',
      "deny? deny?",
    ],
    ["below -2^53", "args.n == -9007199254740992", '{"n":-9007199254740993}', "deny? deny?"],
    ["beyond all doubles", "args.n > 100.0", '{"n":1e400}', "deny? deny?"],
    ["too small to be told from zero", "args.n == 0.0", '{"n":1e-400}', "deny? deny?"],
    ["with too many digits", "args.n == 1.0", '{"n":1.00000000000000001}', "deny? deny?"],
    ["with a fraction", "args.n == 9007199254740992.0", '{"n":9007199254740992.5}', "deny? deny?"],
    [
      "deep inside",
      "args.a.exists(x, x.n == 9007199254740992.0)",
      '{"a":[{"n":1},{"n":9007199254740993}]}',
      "deny? deny?",
    ],
    [
      "below a key with a quote",
      "args['a\"b'] == 9007199254740992.0",
      '{"a\\"b":9007199254740993}',
      "deny? deny?",
    ],
    [
      "below a key with a backslash",
      "args['a\\\\b'] == 9007199254740992.0",
      '{"a\\\\b":9007199254740993}',
      "deny? deny?",
    ],
    [
      "below a key with a dot",
      "args['a.b'] == 9007199254740992.0",
      '{"a.b":9007199254740993}',
      "deny? deny?",
    ],
    [
      "two of them beside each other",
      "args.n == args.m",
      '{"n":9007199254740993,"m":9007199254740992}',
      "deny? deny?",
    ],
    ["another member of the call", "args.m == 1.0", '{"n":9007199254740993,"m":1}', "deny allow"],
    [
      "one that a double holds",
      "args.n == 9007199254740996",
      '{"n":9007199254740996}',
      "deny allow",
    ],
    [
      "one that a double holds is not another",
      "args.n == 9007199254740996",
      '{"n":9007199254740994}',
      "allow deny",
    ],
    ["a large round one", "args.n == 1e22", '{"n":10000000000000000000000}', "deny allow"],
    ["a decimal", "args.n == 0.1", '{"n":0.1}', "deny allow"],
    ["a decimal by seventeen digits", "args.n == 0.1", '{"n":0.10000000000000001}', "deny allow"],
    ["minus zero", "args.n == 0.0", '{"n":-0}', "deny allow"],
    ["one by two writings", "args.n == 1.0", '{"n":1.000e0}', "deny allow"],
    ["an id in quotes", "args.n == '9007199254740993'", '{"n":"9007199254740993"}', "deny allow"],
  ])("%s: %s of %s is %s", (_, when, args, wanted) => {
    expect(told(when, args)).toBe(wanted);
  });

  it("wherever conditions read one", () => {
    const number = "9007199254740993";
    const event =
      `{"subject":{"type":"agent","id":"a","level":${number},"properties":{"rank":${number}}},` +
      `"action":{"name":"t"},"resource":{"type":"x","id":"1","size":${number}},` +
      `"context":{"signals":{"a ` +
      `b":${number}}},"outcome":{"size":${number}},"args":{"n":[0,${number}]},"labels":{"n":${number}}}`;
    const paths = [
      "subject.level",
      "subject.rank",
      "resource.size",
      'context.signals["a b"]',
      "outcome.size",
      'args.n["1"]',
    ];
    expect(read(event).unrecorded).toEqual(paths);
    expect(read(line(`{"n":${number}}`, ',"unrecorded":["context.x"]')).unrecorded).toEqual([
      "context.x",
      "args.n",
    ]);
  });

  it("what state keeps of one is unknown", () => {
    const seen = load(
      policy(
        [
          { id: "once", effect: "deny", when: "args.n in session.values.seen" },
          { id: "any", effect: "allow" },
        ],
        { session: { values: [{ name: "seen", add: "args.n" }] } },
      ),
    );
    const calls = ['{"n":9007199254740993}', '{"n":9007199254740992}', '{"n":5}'].map((args) =>
      read(line(args)),
    );
    expect(walk(seen, calls).map(verdict)).toEqual(["deny?", "deny?", "deny?"]);
    const cap = load(
      policy([{ id: "cap", effect: "allow", when: "session.counters.spent + args.n <= 1e17" }], {
        session: { counters: [{ name: "spent", add: "args.n" }] },
      }),
    );
    expect(
      walk(
        cap,
        ['{"n":1}', '{"n":9007199254740993}', '{"n":1}'].map((args) => read(line(args))),
      ).map(verdict),
    ).toEqual(["allow", "deny?", "deny?"]);
    const all = load(
      policy(
        [
          { id: "any", effect: "allow" },
          { id: "cap", effect: "deny", when: "session.counters.spent > 1e17" },
        ],
        { session: { counters: [{ name: "spent", add: "args.n" }] } },
      ),
    );
    expect(
      walk(
        all,
        ['{"n":9007199254740993}', '{"n":1}'].map((args) => read(line(args))),
      ).map(verdict),
    ).toEqual(["allow", "deny?"]);
    const keyed = load(
      policy(
        [
          { id: "any", effect: "allow" },
          { id: "once", effect: "deny", when: "'paid' in session.labels" },
        ],
        { session: { labels: [{ name: "paid", when: "true", key: "string(args.n)" }] } },
      ),
    );
    expect(
      walk(
        keyed,
        ['{"n":9007199254740992}', '{"n":9007199254740993}'].map((args) => read(line(args))),
      ).map(verdict),
    ).toEqual(["allow", "deny?"]);
  });

  it("an approval binds to none", () => {
    const set = load(
      policy([{ id: "ask", effect: "require_approval" }]),
      catalog({ tools: [{ name: "pay", server: "bank", effects: ["pay"], resource: "none" }] }),
    );
    const context =
      `,"complete":["context"],"context":{"delegation":[],"on_behalf_of":{"type":"human",` +
      `"id":"jane"},"approvals":[{"by":"human:omar","digest":"sha256:${"0".repeat(64)}"}]}`;
    const verdicts = ['{"n":1.00000000000000001}', '{"n":[{"m":9007199254740993}]}', '{"n":1}'].map(
      (args) => verdict(decide(set, read(line(args, context)))),
    );
    expect(verdicts).toEqual(["require_approval?", "require_approval?", "require_approval"]);
  });

  it("a manifest's schema is not known to take one", () => {
    const tools = [
      {
        name: "bank/pay",
        args: { type: "object", properties: { n: { type: "number", maximum: 9007199254740992 } } },
      },
    ];
    const set = load(
      policy([{ id: "any", effect: "allow" }]),
      catalog({ agents: [{ id: "a", manifest: { tools } }] }),
    );
    expect(
      ['{"n":9007199254740993}', '{"n":9007199254740992}'].map((args) =>
        verdict(decide(set, read(line(args)))),
      ),
    ).toEqual(["deny?", "allow"]);
  });

  it("the replay by columns says the same", () => {
    const candidate = load(
      policy([
        { id: "any", effect: "allow" },
        { id: "blocked", effect: "deny", when: "args.n == 9007199254740992.0" },
        { id: "high", effect: "deny", when: "context.score > 0.5" },
      ]),
    );
    const numbers = [
      "9007199254740992",
      "9007199254740993",
      "5",
      "0.30000000000000004",
      "1e400",
      "1E5",
      "0.10000000000000001",
      "1.00000000000000001",
      "-0",
      "123456789012345678",
      "0.1234567890123456",
    ];
    const lines = numbers.flatMap((n) => [
      line(`{"n":${n}}`),
      line('{"n":5}', `,"context":{"score":${n},"more":[${n}]}`),
      line(`{"n":5,"m":{"k":[${n}]}}`),
    ]);
    const sets = { baseline: undefined, candidate };
    const options = { history: "counterfactual", approvals: "recorded", idle: undefined } as const;
    expect(byColumns(lines, sets, { options, size: 4 })).toEqual(byEvents(lines, sets, options));
  });
});

describe("design 3.4: such a number on its way through", () => {
  const MESSAGES = (args: string): string =>
    JSON.stringify([
      { role: "user", content: "pay" },
      { role: "assistant", tool_calls: [{ id: "c", function: { name: "pay", arguments: args } }] },
    ]);

  it.each([
    ["JSON text", MESSAGES('{"account":9007199254740993,"tiny":1e-400}')],
    ["an object", MESSAGES("@").replace('"@"', '{"account":9007199254740993,"tiny":1e-400}')],
  ])("an import keeps its digits: arguments as %s", async (_, text) => {
    const { text: trace } = await importAll([importFileOf("a.json", text)]);
    const call = trace.split("\n").find((one) => one.includes('"args"')) ?? "";
    expect(call).toMatch(/"account":9007199254740993,"tiny":1e-400[,}]/);
    expect(read(call).unrecorded).toEqual(["args.account", "args.tiny"]);
  });

  it("and of what Python prints", () => {
    const { args } = readArguments("{'account': 9007199254740993, 'tiny': [1e-400, 5]}");
    expect(eventLine({ args })).toBe('{"args":{"account":9007199254740993,"tiny":[1e-400,5]}}');
  });

  const FILES = {
    "p.yaml": policy([
      { id: "any", effect: "allow" },
      { id: "blocked", effect: "deny", when: "args.n == 9007199254740992" },
    ]),
    "t.jsonl":
      `${line('{"n":9007199254740993}', ',"id":"1","time":"2026-05-18T10:00:00Z"')}\n` +
      `${line('{"n":9007199254740994}', ',"id":"2","time":"2026-05-18T10:00:00Z"')}\n`,
    "request.json": line('{"n":9007199254740993}'),
  };

  it(
    "replay and explain do not take it for its neighbour, a redacted copy neither, and a request " +
      "with one is refused",
    async () => {
      const folder = folderOf(FILES);
      try {
        const replay = async (trace: string): Promise<readonly unknown[]> => {
          const { status } = await runIn(folder, [
            "replay",
            "--candidate",
            "p.yaml",
            "--baseline",
            "recorded",
            "--trace",
            `@/${trace}`,
            "--decisions",
            "@/d.jsonl",
          ]);
          expect(status).toBe(0);
          return readFileSync(join(folder, "d.jsonl"), "utf8")
            .trim()
            .split("\n")
            .map((text): unknown => JSON.parse(text));
        };
        const wanted = [
          { candidate: { effect: "deny", indeterminate: true }, missing: ["args.n"] },
          { candidate: { effect: "allow", indeterminate: false }, missing: [] },
        ];
        expect(await replay("t.jsonl")).toMatchObject(wanted);
        const explained = await runIn(folder, [
          "explain",
          "1",
          "--candidate",
          "p.yaml",
          "--trace",
          "@/t.jsonl",
          "--show-arguments",
          "--format",
          "json",
        ]);
        expect(JSON.parse(explained.stdout)).toMatchObject({
          decision: { effect: "deny", indeterminate: true },
        });
        expect(
          (
            await runIn(folder, [
              "trace",
              "redact",
              "@/t.jsonl",
              "--candidate",
              "p.yaml",
              "--output",
              "@/r.jsonl",
            ])
          ).status,
        ).toBe(0);
        expect((await replay("r.jsonl")).map((one) => ({ ...Object(one), id: "" }))).toMatchObject(
          wanted,
        );
        const decided = await runIn(folder, ["decide", "--candidate", "p.yaml", "request.json"]);
        expect([decided.status, decided.stderr]).toEqual([
          2,
          expect.stringContaining("a double cannot represent the number"),
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
