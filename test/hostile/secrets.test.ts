import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as corpus from "./corpus.ts";
import { folderOf, runIn } from "./run-case.ts";

const { PLANTED } = corpus;
const SET = ["--candidate", "candidate", "--baseline", "baseline", "--trace", "@/trace.jsonl"];
/**
 * What an explanation may not show: it shows what subject and context say, and nothing that users
 * or agents wrote.
 */
const QUIET: readonly Record<string, unknown>[] = corpus.EVENTS.map(
  ({ subject, context, args, resource, ...rest }) => ({
    ...rest,
    subject: { ...Object(subject), note: undefined },
    ...(resource === undefined
      ? {}
      : { resource: { ...Object(resource), classification: undefined } }),
    // the names of arguments are shown, their values are not
    ...(args === undefined ? {} : { args: { ...Object(args), [PLANTED]: undefined } }),
    ...(context === undefined ? {} : { context: { ...Object(context), signals: undefined } }),
  }),
);

const BROKEN_REQUESTS: readonly string[] = [
  `{ "args": { "card": "${PLANTED}" `,
  `args: { card: *${PLANTED} }`,
  `args: { card: @${PLANTED} }`,
  `args: { card: !${PLANTED} x }`,
  `args: { card: "${PLANTED}\\xZZ" }`,
  `args: { ? { card: ${PLANTED} } : 1 }`,
  `args: { ${PLANTED}: 1, ${PLANTED}: 2 }`,
  `%YAML ${PLANTED}\n---\nargs: {}`,
  `args: &${PLANTED} [*${PLANTED}]`,
  `args: ["${PLANTED}"]`,
  `subject: { type: ["${PLANTED}"] }`,
  `time: ${PLANTED}\naction: { name: x }`,
  PLANTED,
];

describe("design 11.5: nothing of a call's values comes out unless it is asked for", () => {
  let folder = "";
  beforeAll(() => {
    const jsonl = (lines: readonly unknown[]): string =>
      lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    folder = folderOf({
      "candidate/desk.yaml": corpus.POLICY,
      "candidate/payees.csv": corpus.PAYEES,
      "candidate/table.json": corpus.TABLE,
      "baseline/desk.yaml": corpus.BASELINE,
      "trace.jsonl": corpus.TRACE,
      "quiet.jsonl": jsonl(QUIET),
      "labels.jsonl": jsonl(corpus.LABELS),
      "broken-labels.jsonl": `${jsonl(corpus.LABELS)}{"id":"${PLANTED}"\n${PLANTED}\n{"id":1,"labels":"${PLANTED}"}\n`,
      "request.json": JSON.stringify(corpus.REQUEST),
      ...Object.fromEntries(BROKEN_REQUESTS.map((text, i) => [`broken-${i}.yaml`, text])),
      ...Object.fromEntries(
        Object.entries(corpus.IMPORTS).map(([name, lines]) => [
          `${name}.jsonl`,
          `${jsonl(lines)}${PLANTED}\n{"${PLANTED}": `,
        ]),
      ),
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("labels that cannot be read are refused, and none of them is quoted", async () => {
    const { status, stdout, stderr } = await runIn(folder, [
      "replay",
      ...SET,
      "--labels",
      "@/broken-labels.jsonl",
    ]);
    expect([status, stderr === "", `${stdout}${stderr}`.includes(PLANTED)]).toEqual([
      2,
      false,
      false,
    ]);
  });
  test.each(["pretty", "json"])("explain --format %s, each call", async (format) => {
    for (const event of QUIET.slice(1, -1)) {
      const { status, stdout, stderr } = await runIn(folder, [
        "explain",
        "--candidate",
        "candidate",
        "--trace",
        "@/quiet.jsonl",
        "--details",
        "--format",
        format,
        String(event.id),
      ]);
      expect([event.id, status, `${stdout}${stderr}`.includes(PLANTED)]).toEqual([
        event.id,
        0,
        false,
      ]);
    }
  });

  test.each(BROKEN_REQUESTS.map((text, i) => [i, text] as const))(
    "a broken request, %i: %s",
    async (i) => {
      for (const command of ["decide", "explain"]) {
        const { status, stdout, stderr } = await runIn(folder, [
          command,
          "--candidate",
          "candidate",
          `broken-${i}.yaml`,
          "--format",
          "json",
        ]);
        expect([status, stderr === "", `${stdout}${stderr}`.includes(PLANTED)]).toEqual([
          2,
          false,
          false,
        ]);
      }
    },
  );

  test.each(Object.keys(corpus.IMPORTS))(
    "import %s keeps prompts, answers and results to itself, and quotes no line",
    async (name) => {
      const { status, stderr } = await runIn(folder, [
        "import",
        name,
        `@/${name}.jsonl`,
        "-o",
        `@/out-${name}.jsonl`,
        "--subject",
        "agent:x",
      ]);
      expect([status, stderr.includes(PLANTED)]).toEqual([0, false]);
      const lines: { type?: string; outcome?: { result?: unknown } }[] = readFileSync(
        `${folder}/out-${name}.jsonl`,
        "utf8",
      )
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
      // the arguments are what a trace is for, and so is the user's own wish, `context.request`
      const said = lines.map((line) =>
        JSON.stringify(line.type === undefined ? (line.outcome?.result ?? null) : line),
      );
      expect(said.filter((text) => text.includes(PLANTED))).toEqual([]);
    },
  );

  test("what is asked for is shown", async () => {
    const report = await runIn(folder, [
      "report",
      ...SET,
      "--details",
      "--show-arguments",
      "--format",
      "json",
    ]);
    expect(report.stdout).toContain(PLANTED);
    const explained = await runIn(folder, [
      "explain",
      "--candidate",
      "candidate",
      "--trace",
      "@/trace.jsonl",
      "--show-arguments",
      "--format",
      "json",
      "s-1/1",
    ]);
    expect(explained.stdout).toContain(PLANTED);
    await runIn(folder, [
      "import",
      "mcp",
      "@/mcp.jsonl",
      "--results",
      "-o",
      "@/with-results.jsonl",
      "--subject",
      "agent:x",
    ]);
    expect(readFileSync(`${folder}/with-results.jsonl`, "utf8")).toContain(PLANTED);
  });
});
