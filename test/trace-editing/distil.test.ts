import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { expandInputs } from "../../src/node/inputs.ts";
import { Distiller } from "../../src/trace-editing/distil.ts";
import { assembleSet, type AssembledSet } from "../../src/engine/assemble.ts";
import { ReplayWalk } from "../replay/replay-walk.ts";
import { chat } from "../../src/trace/importers/chat.ts";
import { runImport } from "../../src/trace/importers/run-import.ts";
import { readTrace, type TraceFile } from "../../src/trace/read-events.ts";
import { ReadReport } from "../../src/trace/read-report.ts";
import { sessionKey } from "../../src/trace/tools/session-key.ts";
import { fileOf, linesOf } from "../trace/bytes.ts";
import { lacks } from "../needs.ts";

const root = resolve(import.meta.dirname, "../..");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function load(folders: readonly string[]): AssembledSet {
  const files = folders.flatMap((path) =>
    readdirSync(join(root, path))
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => join(path, name)),
  );
  const sources = files.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
  return assembleSet(sources, {
    readBeside: (file, path) => ({
      source: { file: path, text: readFileSync(join(root, dirname(file), path), "utf8") },
    }),
    sha256,
  });
}

async function learn(
  files: readonly TraceFile[],
  set: AssembledSet["set"],
  keeps: (session: string) => boolean,
  recent?: number,
): Promise<Distiller> {
  if (set === undefined) throw new Error("the policies do not load");
  const distiller = new Distiller(recent);
  const walk = new ReplayWalk(
    { baseline: undefined, candidate: set },
    { history: "counterfactual", approvals: "recorded", idle: 86_400_000 },
    [distiller],
  );
  for await (const batch of readTrace(files, { reorder: 10_000, report: new ReadReport() }))
    for (const event of batch) if (keeps(sessionKey(event))) walk.take(event);
  return distiller;
}

test(
  "whole sessions, as few as greed finds, that show every rule outcome, transition, missing " +
    "attribute and label",
  async () => {
    const text =
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: a, " +
      'effect: allow, actions: [read], when: "args.n < 5.0" }\n  - { id: d, effect: deny, ' +
      "actions: [drop] }\n";
    const { set } = assembleSet([{ file: "p", text }], {
      readBeside: () => ({ fault: "" }),
      sha256,
    });
    const call = (session: string, name: string, more: object = {}): object => ({
      id: `${session}/${name}`,
      session,
      action: { server: "s", name },
      args: { n: 1 },
      ...more,
    });
    const dull = Array.from({ length: 50 }, (_, i) => call(`dull${i}`, "read"));
    const file = fileOf(
      "t",
      linesOf([
        ...dull,
        call("gone", "drop"),
        call("gone", "read"),
        call("odd", "read", { args: undefined, unrecorded: ["args.n"] }),
        call("bad", "drop", { labels: { incident: true } }),
      ]),
    );
    const whole = await learn([file], set, () => true);
    const plan = whole.plan();
    expect(plan.sessions).toBe(3);
    const part = await learn([file], set, plan.keeps);
    expect(part.features()).toEqual(whole.features());
    expect(whole.features().some((feature) => feature.startsWith("missing candidate args.n"))).toBe(
      true,
    );
    expect(whole.features().some((feature) => feature.startsWith("label incident=true"))).toBe(
      true,
    );
  },
);

test("a trace of more sessions than are held at a time is distilled to the same sessions", async () => {
  const rules = Array.from(
    { length: 30 },
    (_, i) =>
      `  - { id: r${i}, effect: ${i % 2 === 0 ? "allow" : "deny"}, actions: [t${i}], when: "args.n < ${i}.0" }\n`,
  ).join("");
  const { set } = assembleSet(
    [
      {
        file: "p",
        text: `apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n${rules}`,
      },
    ],
    { readBeside: () => ({ fault: "" }), sha256 },
  );
  // sessions overlap, some tools are rare, and one session goes on to the end
  const calls = Array.from({ length: 12_000 }, (_, i) => ({
    id: `e${i}`,
    session: i % 97 === 0 ? "long" : `s${i >> 2}`,
    action: { server: "s", name: `t${i % 1009 === 0 ? 20 + (i % 10) : i % 20}` },
    args: { n: i % 37 },
  }));
  const file = fileOf("t", linesOf(calls));
  const [all, held] = [
    await learn([file], set, () => true),
    await learn([file], set, () => true, 5),
  ];
  expect(held.features()).toEqual(all.features());
  const plan = held.plan();
  const part = await learn([file], set, plan.keeps);
  expect(part.features()).toEqual(all.features());
  const exact = all.plan();
  expect([held.sessions, plan.sessions, plan.calls]).toEqual([
    all.sessions,
    exact.sessions,
    exact.calls,
  ]);
});

const archive = resolve(root, "../shared/traces/agentdojo/claude-3-7-sonnet-20250219.tar.xz");
describe.skipIf(lacks("shared"))("recorded AgentDojo runs", () => {
  test("a twentieth of the sessions shows all that the trace shows", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentz-distil-"));
    try {
      execFileSync("tar", ["-xJf", archive, "-C", folder]);
      const { set } = load(["policies/agentdojo/catalog", "policies/agentdojo/balanced"]);
      let text = "";
      for await (const chunk of runImport(chat, await expandInputs([folder], ["json", "jsonl"]), {
        results: false,
        subject: { type: "agent", id: "assistant" },
      }).chunks)
        text += chunk;
      const files = [fileOf("dojo", text)];
      const whole = await learn(files, set, () => true);
      const plan = whole.plan();
      const part = await learn(files, set, plan.keeps);
      expect(part.features()).toEqual(whole.features());
      expect(plan.sessions).toBeLessThan(whole.sessions / 20);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
