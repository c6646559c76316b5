import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentz, ROOT, scratch } from "./agentz.ts";

const catalog = readFileSync(join(ROOT, "policies/catalog.yaml"), "utf8");
/** A machine with much else to do. */
const SLOW = 240_000;

const files = (): { readonly [path: string]: string } => {
  const folder = (name: string): [string, string][] => readdirSync(join(ROOT, "policies", name)).filter((file) => file.endsWith(".yaml")).map((file) => [`${name}/${file}`, readFileSync(join(ROOT, "policies", name, file), "utf8")]);
  return { "catalog.yaml": catalog, "domains.csv": readFileSync(join(ROOT, "policies/domains.csv"), "utf8"), ...Object.fromEntries([...folder("baseline"), ...folder("candidate")]) };
};
const SETS = ["--baseline", "catalog.yaml", "--baseline", "baseline", "--candidate", "catalog.yaml", "--candidate", "candidate"];

const made = (script: string): string => execFileSync(process.execPath, ["--input-type=module", "-e", `import { generate } from "./scripts/bench/generate.mjs"; import { textsOf } from "./scripts/bench/sets.mjs"; ${script}`], { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 });

/** Some of the events have no id, so that they are named by their line, some lines are none, some say things in an unusual way. */
function lines(calls: number): string {
  const events = made(`for (const event of generate(${calls})) process.stdout.write(JSON.stringify(event) + "\\n");`).trimEnd().split("\n");
  return events
    .map((line, i) => {
      if (i % 3 === 0) return `${line.replace(/"id":"[^"]*",/, "")}\n`;
      if (i % 9001 !== 1) return `${line}\n`;
      const { time } = JSON.parse(line) as { readonly time: string };
      return `${line}\n{"id":"cut off\n{"id":"again-${i}","time":"${time}","acti\\u006fn":{"server":"payments","name":"refund"},"subject":{"type":"agent","id":"support-0"}}\n`;
    })
    .join("");
}

/** Conditions that mix the call with its state, and others that do not: sets with those are walked by events. */
const APART: readonly (readonly [string, string])[] = [
  ["session.counters.rows + args.rows <= 20000.0", "session.counters.rows <= 20000.0"],
  ["session.counters.refunded + args.amount > 300.0", "session.counters.refunded > 300.0"],
  ["!(args.order in session.values.seen)", "args.amount > 50.0 && !('A-1' in session.values.seen)"],
];

const set = (variant: string, edit: number): { readonly [path: string]: string } => {
  const texts = JSON.parse(made(`process.stdout.write(JSON.stringify(textsOf("${variant}", ${edit})));`)) as [string, string][];
  return Object.fromEntries(texts.map(([name, text]) => [`${edit}/${name}`, APART.reduce((of, [from, to]) => of.replace(from, to), text)]));
};
const text = lines(28_000);
const TWO = ["--baseline", "0", "--candidate", "1"];

function replay(cwd: string, args: readonly string[]): string {
  const { status, stdout, stderr } = agentz(["replay", ...TWO, "--trace", "t.jsonl", "--format", "json", ...args], { cwd });
  expect([args.join(" "), status, stderr]).toEqual([args.join(" "), 0, ""]);
  return createHash("sha256").update(stdout).digest("hex");
}

describe("a trace of several pieces", () => {
  const folder = scratch({ "t.jsonl": text, ...set("stateless", 0), ...set("stateless", 1) });
  const index = join(folder, "t.jsonl.azx");
  const decisions = (args: readonly string[]): string => {
    replay(folder, ["--decisions", "d.jsonl", ...args]);
    return createHash("sha256").update(readFileSync(join(folder, "d.jsonl"))).digest("hex");
  };

  it("design 7.8: gives the same bytes whatever the number of workers, off the trace and off its index", { timeout: SLOW }, () => {
    const expected = replay(folder, ["--no-index", "--workers", "1"]);
    expect(existsSync(index)).toBe(false);
    expect([replay(folder, ["--no-index", "--workers", "2"]), replay(folder, ["--workers", "3"])]).toEqual([expected, expected]);
    const written = statSync(index).mtimeMs;
    for (const args of [["--workers", "2"], ["--workers", "1", "--check-index"]]) expect([args, replay(folder, args)]).toEqual([args, expected]);
    // what is damaged would be written anew
    expect(statSync(index).mtimeMs).toBe(written);
    expect(statSync(index).size).toBeLessThan(statSync(join(folder, "t.jsonl")).size / 5);
    // a filter that leaves nothing out takes every event as it is: the reference
    const whole = JSON.parse(agentz(["replay", ...TWO, "--trace", "t.jsonl", "--format", "json", "--since", "2000-01-01"], { cwd: folder }).stdout) as { filters: unknown };
    const fast = JSON.parse(agentz(["replay", ...TWO, "--trace", "t.jsonl", "--format", "json"], { cwd: folder }).stdout) as { filters: unknown };
    expect({ ...fast, filters: null }).toEqual({ ...whole, filters: null });
  });

  it("writes the same decisions by columns and event by event", { timeout: SLOW }, () => {
    const expected = decisions(["--since", "2000-01-01"]);
    expect([decisions(["--no-index", "--workers", "1"]), decisions(["--workers", "2"])]).toEqual([expected, expected]);
  });

  it("finds an index stale or broken, and builds it anew", { timeout: SLOW }, () => {
    const expected = replay(folder, []);
    const fresh = (): boolean => agentz(["trace", "index", "t.jsonl", ...TWO], { cwd: folder }).stdout.includes("fresh");
    expect(fresh()).toBe(true);
    truncateSync(index, statSync(index).size - 7);
    expect([fresh(), fresh()]).toEqual([false, true]);
    writeFileSync(index, "no index");
    expect([replay(folder, []), fresh()]).toEqual([expected, true]);
    writeFileSync(join(folder, "t.jsonl"), text);
    expect([fresh(), replay(folder, [])]).toEqual([false, expected]);
    // its size and its end are in order
    const damaged = readFileSync(index);
    damaged.fill(0xff, damaged.length >> 1, (damaged.length >> 1) + 4096);
    writeFileSync(index, damaged);
    expect([replay(folder, []), existsSync(index), replay(folder, []), fresh()]).toEqual([expected, false, expected, true]);
  });

  it("--check-index finds what neither size, time nor samples show", { timeout: SLOW }, () => {
    const path = join(folder, "t.jsonl");
    utimesSync(path, 1_780_000_000, 1_780_000_000);
    replay(folder, []);
    const { size } = statSync(path);
    // the second block is none of those that are looked at
    const bytes = Buffer.from(text);
    const blocks = Math.ceil(size / 1048576);
    const looked = new Set(Array.from({ length: 8 }, (_, i) => Math.round((i * (blocks - 1)) / 7)));
    const block = [...Array(blocks).keys()].find((one) => !looked.has(one)) ?? 1;
    const at = bytes.indexOf('"subject"', block * 1048576);
    bytes.write('"sUbject"', at);
    writeFileSync(path, bytes);
    utimesSync(path, 1_780_000_000, 1_780_000_000);
    const stale = replay(folder, []);
    const found = replay(folder, ["--check-index"]);
    expect(found).not.toBe(stale);
    expect(replay(folder, ["--no-index"])).toBe(found);
    writeFileSync(path, text);
    rmSync(index);
  });
});

describe("a trace that threads count by themselves", () => {
  it.each(["stateless", "session"])("design 7.8: piece by piece or by the parts that share no state, %s: the bytes of one walk", { timeout: SLOW }, (variant) => {
    const folder = scratch({ "t.jsonl": text, ...set(variant, 0), ...set(variant, 1) });
    const sets = ["--baseline", "0", "--candidate", "1"];
    const run = (...args: readonly string[]): string => {
      const { status, stdout, stderr } = agentz(["replay", ...sets, "--trace", "t.jsonl", "--format", "json", ...args], { cwd: folder });
      expect([status, stderr]).toEqual([0, ""]);
      return stdout;
    };
    const expected = run("--no-index", "--workers", "1");
    expect(JSON.parse(expected)).toMatchObject({ trace: { malformed: 3 }, partial: false });
    for (const args of [["--no-index", "--workers", "2"], ["--no-index", "--workers", "3"], ["--workers", "2"]]) expect(run(...args)).toBe(expected);
    const written = statSync(join(folder, "t.jsonl.azx")).mtimeMs;
    for (const args of [["--workers", "2"], ["--workers", "1"]]) expect(run(...args)).toBe(expected);
    expect(statSync(join(folder, "t.jsonl.azx")).mtimeMs).toBe(written);
    // a filter that leaves nothing out takes every event as it is: the reference
    expect({ ...(JSON.parse(run("--since", "2000-01-01")) as object), filters: null }).toEqual({ ...(JSON.parse(expected) as object), filters: null });
  });

  it.each([["stateless", "1"], ["stateless", "2"], ["session", "2"]])("gives after every save what a replay from the beginning gives: %s, %s workers", { timeout: SLOW }, async (variant, workers) => {
    const folder = scratch({ "t.jsonl": text, ...set(variant, 0), ...set(variant, 1) });
    const args = ["replay", "--baseline", "0", "--candidate", "1", "--trace", "t.jsonl", "--format", "json", "--workers", workers];
    const child = spawn(process.execPath, [join(ROOT, "bin/agentz.js"), ...args, "--watch"], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    try {
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (more: string) => void (out += more));
      const after = async (count: number): Promise<string> => {
        const documents = (): readonly string[] => out.split(/(?<=^\}\n)/m);
        while (documents().length < count || !out.endsWith("\n}\n")) await new Promise((resolve) => setTimeout(resolve, 20));
        return documents()[count - 1] ?? "";
      };
      const save = (file: string, from: string | RegExp, to: string): void => {
        const path = join(folder, "1", file);
        const before = readFileSync(path, "utf8");
        expect(before.replace(from, to)).not.toBe(before);
        writeFileSync(path, before.replace(from, to));
      };
      const saves: readonly (readonly [string, string | RegExp, string])[] = [
        ["common.yaml", /args\.amount <= \d+/, "args.amount <= 71"],
        ["common.yaml", "effect: allow", "effect: deny"],
        ["catalog.yaml", /classification: \w+/, "classification: restricted"],
        ["common.yaml", "args.amount <= 71", "context.model.name != 'm-9' && args.amount <= 72"],
        ["common.yaml", "args.amount <= 72", "args.amount <= 73"],
      ];
      await after(1);
      for (const [i, [file, from, to]] of saves.entries()) {
        save(file, from, to);
        expect([i, await after(i + 2)]).toEqual([i, agentz([...args, "--no-index"], { cwd: folder }).stdout]);
      }
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("what columns do not serve", () => {
  const call = (id: string, time: string | undefined): string => JSON.stringify({ id, session: "s", ...(time && { time }), subject: { type: "agent", id: "support" }, action: { server: "crm", name: "lookup_order" }, args: { order: id } });
  const replayed = (folder: string, traces: readonly string[], args: readonly string[] = []): { readonly trace: { readonly calls: number; readonly reordered: number; readonly malformed: number; readonly malformedLines: unknown } } => {
    const { stdout } = agentz(["replay", ...SETS, ...traces.flatMap((trace) => ["--trace", trace]), "--format", "json", "--decisions", "d.jsonl", ...args], { cwd: folder });
    return JSON.parse(stdout) as ReturnType<typeof replayed>;
  };
  const ids = (folder: string): readonly string[] => readFileSync(join(folder, "d.jsonl"), "utf8").trimEnd().split("\n").map((line) => (JSON.parse(line) as { id: string }).id);

  it("mends disorder, and forgets what it wrote before it found it", () => {
    const folder = scratch({ ...files(), "a.jsonl": `${call("1", "2026-05-01T10:00:00Z")}\n${call("3", "2026-05-01T10:02:00Z")}\n${call("2", "2026-05-01T10:01:00Z")}\n` });
    expect(replayed(folder, ["a.jsonl"]).trace).toMatchObject({ calls: 3, reordered: 1 });
    expect(ids(folder)).toEqual(["1", "2", "3"]);
  });

  it("takes files that overlap in time together, and those that do not one after the other", () => {
    const folder = scratch({
      ...files(),
      "a.jsonl": `${call("1", "2026-05-01T10:00:00Z")}\n${call("4", "2026-05-01T10:03:00Z")}\n`,
      "b.jsonl": `${call("2", "2026-05-01T10:01:00Z")}\n`,
      "c.jsonl": `${call("5", "2026-05-01T10:04:00Z")}\nno event\n`,
      "n.jsonl": `${call("0", undefined)}\n`,
    });
    replayed(folder, ["a.jsonl", "b.jsonl"]);
    expect(ids(folder)).toEqual(["1", "2", "4"]);
    const { trace } = replayed(folder, ["a.jsonl", "c.jsonl"]);
    expect([ids(folder), trace.malformed, trace.malformedLines]).toEqual([["1", "4", "5"], 1, [{ file: "c.jsonl", line: 2, cause: "the text is not JSON" }]]);
    const byEvent = replayed(folder, ["a.jsonl", "n.jsonl"], ["--since", "2000-01-01"]);
    const order = ids(folder);
    expect(replayed(folder, ["a.jsonl", "n.jsonl"]).trace.calls - byEvent.trace.calls).toBe(1);
    // the call without a time stands where the walk over events puts it; --since leaves it uncounted
    expect(ids(folder).filter((id) => id !== "0")).toEqual(order);
    expect(ids(folder)[0]).toBe("0");
  });
});

describe("replay --watch", () => {
  it("replays after a save, tells what does not load, and ends with 130", async () => {
    const folder = scratch({ ...files(), "t.jsonl": readFileSync(join(ROOT, "traces/sample.jsonl"), "utf8") });
    const child = spawn(process.execPath, [join(ROOT, "bin/agentz.js"), "replay", ...SETS, "--trace", "t.jsonl", "--watch"], { cwd: folder, env: { PATH: process.env["PATH"] ?? "", NO_COLOR: "1" } });
    try {
      let [out, err] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
      const until = async (done: () => boolean): Promise<void> => {
        while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const replays = (): number => out.match(/^replay of/gm)?.length ?? 0;
      await until(() => replays() === 1);
      writeFileSync(join(folder, "candidate/extra.yaml"), "bad: [");
      await until(() => err.includes("does not load"));
      writeFileSync(join(folder, "candidate/extra.yaml"), "apiVersion: agentz/v1\nkind: Policy\nname: extra\nversion: 1.0.0\nrules: [{ id: none, effect: deny, actions: ['**'] }]\n");
      await until(() => replays() === 2 && err.includes("since the save before"));
      expect(err).toMatch(/since the save before: .*narrower \d+ -> \d+/);
      child.kill("SIGINT");
      expect(await new Promise((resolve) => child.on("exit", (code) => resolve(code)))).toBe(130);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
