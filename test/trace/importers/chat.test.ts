import { describe, expect, test } from "vitest";
import {
  IMPORTERS,
  findImporter,
  recogniseImporter,
} from "../../../src/trace/importers/registry.ts";
import { importFileOf } from "../bytes.ts";
import { importAll } from "./import-all.ts";

const user = (content: unknown): object => ({ role: "user", content });
const calls = (...tool_calls: unknown[]): object => ({
  role: "assistant",
  content: null,
  tool_calls,
});
const nested = (name: unknown, args: unknown, id?: string): object => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const flat = (name: unknown, args: unknown, id: unknown): object => ({ function: name, args, id });
const result = (content: unknown, tool_call_id?: unknown, error?: unknown): object => ({
  role: "tool",
  content,
  tool_call_id,
  ...(error !== undefined && { error }),
});

async function importMessages(messages: unknown[], options = {}): ReturnType<typeof importAll> {
  return importAll([importFileOf("run.json", JSON.stringify({ messages }, undefined, 2))], options);
}

describe("calls and their arguments", () => {
  test("OpenAI's nested calls with arguments as text, and AgentDojo's flat ones with an object", async () => {
    const { calls: found, report } = await importMessages([
      user("go"),
      calls(nested("lookup", '{"order":"4711"}', "c1")),
      calls(flat("refund", { order: "4711" }, "c2")),
      calls({ name: "x", arguments: { a: 1 }, id: "c3" }),
    ]);
    expect(found.map(({ action, args }) => [action, args])).toEqual([
      [{ kind: "tool_call", name: "lookup" }, { order: "4711" }],
      [{ kind: "tool_call", name: "refund" }, { order: "4711" }],
      [{ kind: "tool_call", name: "x" }, { a: 1 }],
    ]);
    expect(report).toMatchObject({
      files: 1,
      sessions: 1,
      calls: 3,
      unreadable: [],
      without: { args: 0, agent: 3, session: 0, time: 3 },
    });
  });

  test("the older `function_call`, and content blocks", async () => {
    const { calls: found } = await importMessages([
      user("go"),
      { role: "assistant", content: null, function_call: { name: "old", arguments: '{"a":1}' } },
      { role: "function", name: "old", content: "done" },
      {
        role: "assistant",
        content: [
          { type: "text", text: "let me see" },
          { type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } },
        ],
      },
      user([{ type: "tool_result", tool_use_id: "t1", is_error: true, content: "no such folder" }]),
    ]);
    expect(found).toMatchObject([
      { action: { name: "old" }, args: { a: 1 }, outcome: { status: "ok" } },
      {
        action: { name: "Bash" },
        args: { command: "ls" },
        context: { request: "go" },
        outcome: { status: "error" },
      },
    ]);
  });

  test("arguments that cannot be read are unrecorded, and counted by cause with their place", async () => {
    const { calls: found, report } = await importMessages([
      calls(
        nested("a", '{"broken": '),
        nested("b", "[1]"),
        nested("c", 5),
        nested("d", ""),
        flat("e", null, ""),
        flat("f", [1], ""),
        nested("g", "null"),
        nested("h", '{"fine":1}'),
      ),
    ]);
    expect(found.map(({ args }) => args)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      { fine: 1 },
    ]);
    expect(report.without.args).toBe(7);
    expect(Object.fromEntries(report.causes.map(({ cause, count }) => [cause, count]))).toEqual({
      "a tool call's arguments are not JSON": 2,
      "a tool call's arguments are not an object": 4,
      "a tool call has no arguments": 1,
    });
    expect(report.unreadable[0]).toEqual({
      file: "run.json",
      line: 1,
      cause: "a tool call's arguments are not JSON",
      count: 1,
    });
  });

  test(
    "invented and empty names stay as they were written; a missing one is unrecorded; every " +
      "entry takes an index",
    async () => {
      const { calls: found, report } = await importMessages([
        calls(
          flat("", {}, ""),
          flat("Search The Web!", {}, ""),
          "nonsense",
          flat(7, {}, ""),
          nested(null, "{}"),
          flat("last", {}, ""),
        ),
      ]);
      expect(found.map(({ id, action }) => [id, action])).toEqual([
        ["run/0", { kind: "tool_call", name: "" }],
        ["run/1", { kind: "tool_call", name: "Search The Web!" }],
        ["run/3", { kind: "tool_call" }],
        ["run/4", { kind: "tool_call" }],
        ["run/5", { kind: "tool_call", name: "last" }],
      ]);
      expect(report.causes).toEqual([{ cause: "a tool call has no name", count: 2 }]);
      expect(report.notUnderstood).toEqual([{ kind: "a tool call is not an object", count: 1 }]);
    },
  );

  test("design 3.8: hostile keys in arguments are ordinary", async () => {
    const { calls: found } = await importMessages([
      calls(nested("a", '{"__proto__":{"admin":true},"constructor":1}')),
    ]);
    expect(Object.keys(Object(found[0]?.["args"]))).toEqual(["__proto__", "constructor"]);
  });

  test("`tool_calls: null` is no call; other types and messages that are none are counted", async () => {
    const { calls: found, report } = await importMessages([
      { role: "assistant", content: "hi", tool_calls: null },
      { role: "assistant", tool_calls: "x" },
      5,
      { role: "wizard" },
      { content: "?" },
    ]);
    expect(found).toEqual([]);
    expect(report.causes).toEqual([
      { cause: "a message has no known role", count: 2 },
      { cause: "a message is not an object", count: 1 },
    ]);
    expect(report.notUnderstood).toEqual([{ kind: "`tool_calls` is not a list", count: 1 }]);
  });
});

describe("results find their calls", () => {
  test("by id, whatever their order; without ids by order", async () => {
    const { calls: found } = await importMessages([
      calls(nested("a", "{}", "1"), nested("b", "{}", "2")),
      result("Error: no", "2"),
      result("fine", "1"),
      calls(flat("c", {}, ""), flat("d", {}, null)),
      result("fine", "", null),
      result("", null, "ValueError: no"),
      calls(flat("e", {}, "")),
      calls(flat("f", {}, "")),
      result("fine", ""),
    ]);
    expect(found.map(({ action, outcome }) => [Object(action).name, outcome])).toEqual([
      ["a", { status: "ok" }],
      ["b", { status: "error" }],
      ["c", { status: "ok" }],
      ["d", { status: "error" }],
      ["e", undefined],
      ["f", { status: "ok" }],
    ]);
  });

  test("an id used again belongs to the call that has no result yet; a result of no call is counted", async () => {
    const { calls: found, report } = await importMessages([
      calls(nested("a", "{}", "1")),
      result("fine", "1"),
      calls(nested("b", "{}", "1")),
      result("Error", "1"),
      result("fine", "1"),
      result("fine"),
    ]);
    expect(found.map(({ outcome }) => outcome)).toEqual([{ status: "ok" }, { status: "error" }]);
    expect(report.causes).toEqual([{ cause: "a result belongs to no call", count: 2 }]);
  });

  test("where there is an error field, the text does not matter", async () => {
    const { calls: found } = await importMessages([
      calls(flat("a", {}, "1"), flat("b", {}, "2")),
      result("Error log: empty", "1", null),
      result("Errors: 0", "2"),
    ]);
    expect(found.map(({ outcome }) => outcome)).toEqual([{ status: "ok" }, { status: "ok" }]);
  });
});

describe("what was said", () => {
  const messages = [
    { role: "system", content: "be kind" },
    user([
      { type: "text", content: "refund" },
      { type: "image_url", image_url: {} },
      { type: "text", text: "order 4711" },
    ]),
    { ...calls(nested("a", "{}", "1")), content: "thinking" },
    result("secret", "1"),
    { role: "assistant", content: "done" },
    user(""),
    calls(nested("b", "{}", "2")),
  ];

  test("both encodings of content: the user's last words before the call are its request", async () => {
    const { written } = await importMessages(messages);
    expect(written).toEqual([
      { id: "run/p0", session: "run", type: "prompt" },
      {
        id: "run/0",
        session: "run",
        action: { kind: "tool_call", name: "a" },
        args: {},
        context: { request: "refund\norder 4711" },
        outcome: { status: "ok" },
      },
      { id: "run/r0", session: "run", type: "response" },
      { id: "run/p1", session: "run", type: "prompt" },
      { id: "run/1", session: "run", action: { kind: "tool_call", name: "b" }, args: {} },
      { id: "run/end", session: "run", type: "session_end" },
    ]);
  });

  test("--results keeps the texts", async () => {
    const { written } = await importMessages(messages, { results: true });
    expect(written).toMatchObject([
      { context: { request: "refund\norder 4711" } },
      { outcome: { status: "ok", result: "secret" } },
      { outcome: { result: "done" } },
      {},
      {},
      {},
    ]);
    expect(JSON.stringify((await importMessages(messages)).written)).not.toMatch(
      /secret|done|kind"?: ?"be/,
    );
  });

  test("a run without calls is still a session", async () => {
    const { written, report } = await importMessages([]);
    expect(written).toEqual([{ id: "run/end", session: "run", type: "session_end" }]);
    expect(report).toMatchObject({ sessions: 1, calls: 0, events: 1 });
  });

  test("a message's time is its call's, if it is one", async () => {
    const { calls: found, report } = await importMessages([
      { ...calls(nested("a", "{}")), timestamp: "2026-05-18T09:00:00Z" },
      { ...calls(nested("b", "{}")), timestamp: "2026-05-18T09:00:00" },
    ]);
    expect(found.map(({ time }) => time)).toEqual(["2026-05-18T09:00:00Z", undefined]);
    expect(report.without.time).toBe(1);
  });
});

describe("what the operator knows", () => {
  test("subject, server and model; a flag beats what the format says", async () => {
    const run = {
      suite_name: "banking",
      user_task_id: "user_task_1",
      messages: [calls(flat("a", {}, ""))],
    };
    const file = importFileOf("runs/m-1/banking/user_task_1/none/none.json", JSON.stringify(run));
    expect((await importAll([file])).calls).toMatchObject([
      {
        action: { server: "banking" },
        context: { model: { name: "m-1" }, task: { id: "user_task_1" } },
      },
    ]);
    const options = { subject: { type: "agent", id: "teller" }, server: "bank", model: "m-2" };
    const { calls: found, report } = await importAll([file], options);
    expect(found).toMatchObject([
      {
        subject: { type: "agent", id: "teller" },
        action: { server: "bank" },
        context: { model: { name: "m-2" } },
      },
    ]);
    expect(report.without.agent).toBe(0);
  });
});

describe("runs and their names", () => {
  const run = { messages: [user("hi"), calls(nested("a", "{}"))] };
  const sessions = async (...files: Parameters<typeof importAll>[0]): Promise<unknown[]> => [
    ...new Set((await importAll(files)).written.map(({ session }) => session)),
  ];

  test("AgentDojo: the last five folders, however much of the path was given", async () => {
    const dojo = {
      suite_name: "slack",
      user_task_id: "user_task_2",
      attack_type: "direct",
      injection_task_id: "injection_task_3",
      pipeline_name: "other",
      ...run,
    };
    const path = "m-1/slack/user_task_2/direct/injection_task_3.json";
    expect(
      await sessions({
        ...importFileOf("injection_task_3.json", JSON.stringify(dojo)),
        path: `/deep/${path}`,
      }),
    ).toEqual(["m-1/slack/user_task_2/direct/injection_task_3"]);
    expect(await sessions(importFileOf("moved.json", JSON.stringify(dojo)))).toEqual([
      "other/slack/user_task_2/direct/injection_task_3",
    ]);
    expect(
      await sessions(
        importFileOf(
          "moved.json",
          JSON.stringify({ ...dojo, attack_type: null, injection_task_id: null }),
        ),
      ),
    ).toEqual(["other/slack/user_task_2/none/none"]);
  });

  test("tau-bench: file, task and trial; the customer is whom the agent acts for", async () => {
    const traj = run.messages;
    const list = [
      { task_id: 0, trial: 0, info: { task: { user_id: "mia_li" } }, traj },
      { task_id: 0, trial: 1, traj },
      { task_id: 0, trial: 1, traj },
    ];
    const { calls: found, report } = await importAll([
      importFileOf("air.json.gz", JSON.stringify(list, undefined, 1)),
    ]);
    expect(found.map(({ id }) => id)).toEqual(["air/0/0/0", "air/0/1/0", "air/0/1~1/0"]);
    expect(found.map(({ context }) => Object(context).on_behalf_of)).toEqual([
      { type: "human", id: "mia_li" },
      undefined,
      undefined,
    ]);
    expect(report.notes).toHaveLength(1);
    expect(report.sessions).toBe(3);
  });

  test("plain logs: an object, a list of messages, a list of runs, JSONL of either, lines of messages", async () => {
    const shapes: [string, string, string[]][] = [
      ["one.json", JSON.stringify(run), ["one"]],
      ["pretty.json", JSON.stringify(run, undefined, 2), ["pretty"]],
      ["list.json", JSON.stringify(run.messages, undefined, 2), ["list"]],
      ["flat.json", JSON.stringify(run.messages), ["flat"]],
      ["runs.json", JSON.stringify([run, run], undefined, 2), ["runs/0", "runs/1"]],
      ["log.jsonl", `${JSON.stringify(run)}\n${JSON.stringify(run)}\n`, ["log/0", "log/1"]],
      [
        "lists.jsonl",
        `${JSON.stringify(run.messages)}\n${JSON.stringify(run.messages)}\n`,
        ["lists/0", "lists/1"],
      ],
      ["lines.jsonl", run.messages.map((message) => JSON.stringify(message)).join("\n"), ["lines"]],
      [
        "several.json",
        `${JSON.stringify(run, undefined, 2)}\n${JSON.stringify(run, undefined, 2)}`,
        ["several/0", "several/1"],
      ],
      ["named.jsonl", JSON.stringify({ conversation_id: "c-9", model: "m-4", ...run }), ["c-9"]],
      [
        "tau2.json",
        JSON.stringify(
          { simulations: [{ task_id: "7", trial: 2, messages: run.messages }] },
          undefined,
          2,
        ),
        ["tau2/7/2"],
      ],
      ["bom.json", `\uFEFF${JSON.stringify(run, undefined, 2)}`, ["bom"]],
    ];
    for (const [name, content, expected] of shapes) {
      for (const size of [1, 7, 65536])
        expect(
          await sessions(importFileOf(name, content, size)),
          `${name} in chunks of ${size}`,
        ).toEqual(expected);
    }
  });

  test("standard input", async () => {
    expect(await sessions({ ...importFileOf("-", JSON.stringify(run)), path: "-" })).toEqual([
      "stdin",
    ]);
  });
});

describe("messages that stand by themselves and name their session", () => {
  const rows = (named: (session: string) => object): object[] => [
    { ...named("A"), ...user("hi") },
    { ...named("B"), ...user("yo") },
    { ...named("A"), ...calls(nested("pay", "{}", "c1")) },
    { ...named("B"), ...calls(nested("wipe", "{}", "c1")) },
    { ...named("B"), ...result("Error: no", "c1") },
    { ...named("A"), ...result("fine", "c1") },
  ];
  const lines = (values: readonly unknown[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const told = async (text: string): Promise<unknown[]> =>
    (await importAll([importFileOf("log.jsonl", text)])).calls.map(
      ({ session, action, context, outcome }) => [
        session,
        Object(action).name,
        Object(context).request,
        Object(outcome).status,
      ],
    );
  const apart = [
    ["A", "pay", "hi", "ok"],
    ["B", "wipe", "yo", "error"],
  ];

  test.each([
    "session_id",
    "sessionId",
    "conversation_id",
    "conversationId",
    "thread_id",
    "threadId",
    "chat_id",
    "chatId",
  ])("`%s`: a session for each, with its own results and prompts", async (name) => {
    const values = rows((session) => ({ [name]: session }));
    expect(await told(lines(values))).toEqual(apart);
    expect(await told(JSON.stringify(values))).toEqual(apart);
  });

  test("a name in `metadata`; other records between them", async () => {
    const values = rows((session_id) => ({ metadata: { session_id } }));
    expect(await told(lines(values))).toEqual(apart);
    expect(await told(lines(values.flatMap((value) => [value, { other: 1 }])))).toEqual(apart);
  });

  test("messages without a name belong to the only one that is named, else to none", async () => {
    const [hi, , pay, , , fine] = rows((session_id) => ({ session_id }));
    const wipe = calls(nested("wipe", "{}", "c2"));
    expect(await told(lines([hi, pay, wipe, fine]))).toEqual([
      ["A", "pay", "hi", "ok"],
      ["A", "wipe", "hi", undefined],
    ]);
    expect(await told(lines([hi, pay, wipe, { ...user("yo"), session_id: "B" }, fine]))).toEqual([
      ["A", "pay", "hi", "ok"],
      ["log/1", "wipe", undefined, undefined],
    ]);
  });

  test("one trace for each turn is no session for each", async () => {
    const values = [user("hi"), calls(nested("pay", "{}", "c1")), result("fine", "c1")];
    expect(await told(lines(values.map((value, i) => ({ ...value, trace_id: `t${i}` }))))).toEqual([
      ["log", "pay", "hi", "ok"],
    ]);
  });
});

describe("design 7.7: what cannot be read is counted with file and line", () => {
  const run = JSON.stringify({ messages: [calls(nested("a", "{}"))] });

  test("a line of JSONL that is cut off costs itself only, also the first", async () => {
    const { report } = await importAll([
      importFileOf("log.jsonl", `${run.slice(0, 40)}\n${run}\nnonsense\n${run}\n{"other":1}\n5`),
    ]);
    expect(report).toMatchObject({ lines: 6, calls: 2 });
    expect(report.unreadable).toEqual([
      { file: "log.jsonl", line: 1, cause: "the JSON text is truncated", count: 1 },
      { file: "log.jsonl", line: 3, cause: "the text is not JSON", count: 1 },
      { file: "log.jsonl", line: 5, cause: "an object has no list of messages", count: 1 },
      { file: "log.jsonl", line: 6, cause: "a value is not a run: it is not an object", count: 1 },
    ]);
  });

  test("a document that is cut off; of a list the runs before the cut are read", async () => {
    const list = JSON.stringify([JSON.parse(run), JSON.parse(run)], undefined, 1);
    const { report } = await importAll([
      importFileOf("a.json", list.slice(0, -20)),
      importFileOf("b.json", JSON.stringify(JSON.parse(run), undefined, 1).slice(0, -5)),
    ]);
    expect(report).toMatchObject({ files: 2, sessions: 1, calls: 1 });
    expect(report.causes).toEqual([
      { cause: "the JSON text is truncated", count: 2 },
      { cause: "the list at the top is truncated", count: 1 },
    ]);
  });

  test("an empty file, an empty list, words, bytes", async () => {
    const { report } = await importAll([
      importFileOf("empty.json", ""),
      importFileOf("blank.json", " \n"),
      importFileOf("list.json", "[]"),
      importFileOf("words.txt", "not a log\nat all"),
      importFileOf("bytes.json", new Uint8Array([0x7b, 0xff, 0x7d])),
    ]);
    expect(report.unreadable.map(({ file, cause }) => `${file}: ${cause}`)).toEqual([
      "empty.json: the file is empty",
      "blank.json: the file contains no record",
      "list.json: the file contains no record",
      "words.txt: the text is not JSON",
      "words.txt: the text is not JSON",
      "bytes.json: the text is not valid UTF-8",
    ]);
    expect(report).toMatchObject({ files: 5, calls: 0, events: 0 });
  });

  test("a message of 5 MB", async () => {
    const big = JSON.stringify({
      messages: [user("x".repeat(5_000_000)), calls(nested("a", "{}"))],
    });
    const { calls: found } = await importAll([importFileOf("big.jsonl", `${big}\n${run}\n`)]);
    expect(found.map(({ id }) => id)).toEqual(["big/0/0", "big/1/0"]);
  });
});

test("the registry finds importers by name and by content", () => {
  expect(IMPORTERS.map(({ name }) => name)).toContain("chat");
  expect(findImporter("chat")?.title).toMatch(/chat messages/);
  expect(findImporter("constructor")).toBeUndefined();
  for (const text of [
    '{\n "suite_name": "x", "messages": [\n {"role": "system"',
    '[{"role":"user","content":"x"}]',
    '[{"task_id":0,"traj":[{"content":"x","role":"user"}]}]',
    '{"role":"user","content":"hi"}\n',
  ])
    expect(recogniseImporter({ name: "x", text })?.name, text).toBe("chat");
  for (const text of ["", "{}", '{"id":"s/0","action":{"name":"x"}}'])
    expect(recogniseImporter({ name: "x", text }), text).toBeUndefined();
});
