import { rmSync } from "node:fs";
import { describe, expect, test as trick } from "vitest";
import { folderOf, runIn } from "../hostile/run-case.ts";
import { at, call, load, policy, verdict, walk } from "./world.ts";

const READ_THEN_SEND = load(
  policy(
    [
      { id: "read", effect: "allow", actions: ["kb/read"] },
      { id: "send", effect: "allow", actions: ["kb/send"] },
      { id: "leak", effect: "deny", actions: ["kb/send"], when: "'read' in session.labels" },
    ],
    {
      session: { labels: [{ name: "read", when: "action.name == 'read'" }] },
    },
  ),
);
/** At most a hundred within an hour, whoever's sessions they are in. */
function capped(more: object = {}): ReturnType<typeof load> {
  return load(
    policy([{ id: "pay", effect: "allow", when: "session.counters.paid + args.amount <= 100" }], {
      session: { counters: [{ name: "paid", add: "args.amount", within: "1h", ...more }] },
    }),
  );
}
const pay = (amount: number, more: object = {}): ReturnType<typeof call> =>
  call("pay/send", { amount }, { time: at(0), ...more });

interface Replayed {
  readonly status: number;
  readonly stderr: string;
  /** `id effect` of every call, by id. */
  readonly effects: readonly string[];
  readonly reordered: number;
}

async function replayed(
  rules: string,
  events: readonly object[],
  flags: readonly string[] = [],
): Promise<Replayed> {
  const folder = folderOf({
    "p.yaml": rules,
    "t.jsonl": events
      .map((event) => `${JSON.stringify({ subject: { type: "agent", id: "a" }, ...event })}\n`)
      .join(""),
  });
  try {
    const { status, stdout, stderr } = await runIn(folder, [
      "replay",
      "--candidate",
      "p.yaml",
      "--baseline",
      "p.yaml",
      "--trace",
      "@/t.jsonl",
      "--decisions",
      "-",
      "--details",
      ...flags,
    ]);
    const lines: { id: string; candidate: { effect: string } }[] = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    return {
      status,
      stderr,
      reordered: Number(/sorted by time: (\d+)/.exec(stdout)?.[1] ?? 0),
      effects: lines.map(({ id, candidate }) => `${id} ${candidate.effect}`).sort(),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("how policies are fooled, 12: history", () => {
  trick("history: the state of one session does not affect another", () => {
    const calls = [
      call("kb/read", {}, { session: "s1" }),
      call("kb/send", {}, { session: "s2" }),
      call("kb/send", {}, { session: "s1" }),
    ];
    expect(walk(READ_THEN_SEND, calls).map(verdict)).toEqual(["allow", "allow", "deny"]);
  });
  trick(
    "history: the state of one agent does not affect another; with key subject it spans sessions",
    () => {
      const set = capped({ key: "subject" });
      const by = (id: string, session: string): object => ({
        subject: { type: "agent", id },
        session,
      });
      expect(
        walk(set, [
          pay(100, by("a", "s1")),
          pay(100, by("b", "s1")),
          pay(1, by("a", "s2")),
          pay(1, by("b", "s3")),
        ]).map(verdict),
      ).toEqual(["allow", "allow", "deny", "deny"]);
    },
  );
  trick("history: the state of a call without a recorded key is unknown", () => {
    const set = load(
      policy([{ id: "x", effect: "allow", when: "!('read' in session.labels)" }], {
        session: { labels: [{ name: "read", when: "action.name == 'read'" }] },
      }),
    );
    expect(walk(set, [call("kb/send", {}, { session: "" })]).map(verdict)).toEqual(["deny?"]);
  });
  trick("history: events of the same time are decided in the order of the file", async () => {
    const rules = policy(
      [
        { id: "read", effect: "allow", actions: ["kb/read"] },
        { id: "send", effect: "allow", actions: ["kb/send"], when: "!('read' in session.labels)" },
      ],
      { session: { labels: [{ name: "read", when: "action.name == 'read'" }] } },
    );
    const read = {
      id: "r",
      time: at(0),
      session: "s",
      action: { server: "kb", name: "read" },
      args: {},
    };
    const send = {
      id: "s",
      time: at(0),
      session: "s",
      action: { server: "kb", name: "send" },
      args: {},
    };
    expect((await replayed(rules, [read, send])).effects).toEqual(["r allow", "s deny"]);
    expect((await replayed(rules, [send, read])).effects).toEqual(["r allow", "s allow"]);
  });
  trick(
    "history: late events are sorted by time and counted; too late ones are refused",
    async () => {
      const rules = policy(
        [
          { id: "read", effect: "allow", actions: ["kb/read"] },
          {
            id: "send",
            effect: "allow",
            actions: ["kb/send"],
            when: "!('read' in session.labels)",
          },
        ],
        { session: { labels: [{ name: "read", when: "action.name == 'read'" }] } },
      );
      const send = {
        id: "s",
        time: at(5),
        session: "s",
        action: { server: "kb", name: "send" },
        args: {},
      };
      const read = {
        id: "r",
        time: at(0),
        session: "s",
        action: { server: "kb", name: "read" },
        args: {},
      };
      expect(await replayed(rules, [send, read])).toMatchObject({
        effects: ["r allow", "s deny"],
        reordered: 1,
      });
      const many = Array.from({ length: 5 }, (_, i) => ({ ...send, id: `s${i}` }));
      const refused = await replayed(rules, [...many, read], ["--reorder", "2"]);
      expect([refused.status, refused.stderr.includes("agentz trace sort")]).toEqual([2, true]);
    },
  );
  trick("history: denied calls do not count", () => {
    expect(walk(capped(), [pay(80), pay(80), pay(20)]).map(verdict)).toEqual([
      "allow",
      "deny",
      "allow",
    ]);
    expect(walk(READ_THEN_SEND, [call("kb/other", {}), call("kb/send", {})]).map(verdict)).toEqual([
      "deny",
      "allow",
    ]);
  });
  trick("history: calls that wait for an approval do not count", () => {
    const rules = [
      { id: "ask", effect: "require_approval", when: "args.amount > 50" },
      {
        id: "pay",
        effect: "allow",
        when: "args.amount <= 50 && session.counters.paid + args.amount <= 100",
      },
    ];
    const set = load(
      policy(rules, { session: { counters: [{ name: "paid", add: "args.amount" }] } }),
    );
    const approved = {
      context: {
        approvals: [{ by: "human:omar" }],
        on_behalf_of: { type: "human", id: "jane" },
        delegation: [],
      },
    };
    expect(walk(set, [pay(60), pay(50), pay(50), pay(1)]).map(verdict)).toEqual([
      "require_approval",
      "allow",
      "allow",
      "deny",
    ]);
    expect(walk(set, [pay(60, approved), pay(50)]).map(verdict)).toEqual([
      "require_approvaled",
      "deny",
    ]);
  });
  trick("history: a window includes both ends", () => {
    const set = capped();
    const after = (minutes: number, seconds = 0): string =>
      verdict(walk(set, [pay(100), pay(1, { time: at(minutes, seconds) })])[1] ?? expect.fail());
    expect([after(59), after(60), after(60, 1)]).toEqual(["deny", "deny", "allow"]);
  });
  trick("history: a limit applies to the sum of all calls", () => {
    expect(
      walk(
        capped(),
        Array.from({ length: 102 }, () => pay(1)),
      ).filter(({ permitted }) => permitted),
    ).toHaveLength(100);
    expect(walk(capped(), [pay(33.4), pay(33.4), pay(33.4)]).map(verdict)).toEqual([
      "allow",
      "allow",
      "deny",
    ]);
  });
  trick("history: a negative amount does not lower a counter", () => {
    expect(walk(capped(), [pay(100), pay(-100), pay(1)]).map(verdict)).toEqual([
      "allow",
      "allow",
      "deny?",
    ]);
  });
  trick(
    "history: a session with the same name is the same session until it ends, after any pause",
    () => {
      const after = (minutes: number): readonly string[] =>
        walk(READ_THEN_SEND, [
          call("kb/read", {}, { time: at(0) }),
          call("kb/send", {}, { time: at(minutes) }),
        ]).map(verdict);
      expect([23 * 60, 24 * 60 + 1, 365 * 24 * 60].map(after)).toEqual(
        Array(3).fill(["allow", "deny"]),
      );
    },
  );
});
