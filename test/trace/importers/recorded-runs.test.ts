import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IMPORT_ENDINGS, expandInputs } from "../../../src/node/inputs.ts";
import { importAll } from "./import-all.ts";
import { lacks } from "../../needs.ts";

const traces = resolve(import.meta.dirname, "../../../../shared/traces");

describe.skipIf(lacks("shared"))("every run and call of the recorded AgentDojo runs", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentz-dojo-"));
  beforeAll(() => {
    for (const archive of readdirSync(join(traces, "agentdojo")).filter((name) =>
      name.endsWith(".tar.xz"),
    ))
      execFileSync("tar", ["-xJf", join(traces, "agentdojo", archive), "-C", folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["gpt-4o-2024-05-13", 6899, 27753],
    ["claude-3-7-sonnet-20250219", 1081, 3800],
  ])("%s: %i runs, %i calls", async (model, runs, calls) => {
    const { report, calls: found } = await importAll(
      await expandInputs([join(folder, model)], IMPORT_ENDINGS),
      { subject: { type: "agent", id: "assistant" } },
    );
    expect(report).toMatchObject({
      files: runs,
      sessions: runs,
      calls,
      unreadable: [],
      notes: [],
      without: { args: 0, agent: 0, session: 0, time: calls },
    });
    const perRun = new Map<string, number>();
    for (const { session } of found)
      perRun.set(String(session), (perRun.get(String(session)) ?? 0) + 1);
    const labels = readFileSync(join(traces, "agentdojo/labels.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ file }) => file.startsWith(`${model}/`));
    expect(labels.length).toBeGreaterThan(1000);
    for (const { file, n_calls } of labels)
      expect(perRun.get(file.replace(/\.json$/, "")) ?? 0, file).toBe(n_calls);
  });

  test("the folder of the models and a model's own folder give the same lines", async () => {
    const one = await importAll(
      await expandInputs([join(folder, "claude-3-7-sonnet-20250219/banking")], IMPORT_ENDINGS),
    );
    const all = await importAll(
      await expandInputs([join(folder, "*/banking/**/*.json")], IMPORT_ENDINGS),
    );
    expect(all.text.startsWith(one.text)).toBe(true);
  });
});

describe.skipIf(lacks("shared"))("every run and call of the recorded tau-bench runs", () => {
  test("200 runs, 1,164 calls, each for its customer", async () => {
    const path = join(traces, "tau-bench/gpt-4o-airline.json.gz");
    const { report, calls } = await importAll(await expandInputs([path], IMPORT_ENDINGS), {
      server: "airline",
    });
    expect(report).toMatchObject({
      files: 1,
      sessions: 200,
      calls: 1164,
      unreadable: [],
      without: { args: 0, agent: 1164, session: 0, time: 1164 },
    });
    const native: {
      task_id: number;
      trial: number;
      info: { task: { user_id: string } };
      traj: { tool_calls?: { function: { name: string; arguments: string } }[] }[];
    }[] = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
    const expected = native.flatMap((run) =>
      run.traj
        .flatMap((message) => message.tool_calls ?? [])
        .map((call, index) => [
          `gpt-4o-airline/${run.task_id}/${run.trial}/${index}`,
          call.function.name,
          JSON.parse(call.function.arguments),
          run.info.task.user_id,
        ]),
    );
    expect(
      calls.map(({ id, action, args, context }) => [
        id,
        Object(action).name,
        args,
        Object(context).on_behalf_of.id,
      ]),
    ).toEqual(expected);
  });
});
