import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { agentz, CACHE, ROOT, scratch } from "./agentz.ts";

const catalog = readFileSync(join(ROOT, "policies/catalog.yaml"), "utf8");
/** A machine with much else to do. */
const SLOW = 240_000;

const files = (): { readonly [path: string]: string } => {
  const folder = (name: string): [string, string][] =>
    readdirSync(join(ROOT, "policies", name))
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => [`${name}/${file}`, readFileSync(join(ROOT, "policies", name, file), "utf8")]);
  return {
    "catalog.yaml": catalog,
    "domains.csv": readFileSync(join(ROOT, "policies/domains.csv"), "utf8"),
    ...Object.fromEntries([...folder("baseline"), ...folder("candidate")]),
  };
};
const SETS = [
  "--baseline",
  "catalog.yaml",
  "--baseline",
  "baseline",
  "--candidate",
  "catalog.yaml",
  "--candidate",
  "candidate",
];

const made = (script: string): string =>
  execFileSync(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      `import { generate } from "./scripts/bench/generate.mjs"; import { textsOf } from ` +
        `"./scripts/bench/sets.mjs"; ${script}`,
    ],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 28 },
  );

/** Two pieces of 16 MiB that hold few calls: each brings a note that nobody reads. */
const CALLS = 800;
const NOTE = "x".repeat(22_000);

/**
 * Some of the events have no id, so that they are named by their line, some lines are none, some
 * say things in an unusual way.
 */
function lines(): string {
  const events = made(
    `for (const event of generate(${CALLS})) process.stdout.write(JSON.stringify(event) + "\\n");`,
  )
    .trimEnd()
    .split("\n");
  return events
    .map((line, i) => {
      const noted = `{"note":"${NOTE}",${line.slice(1)}`;
      if (i % 3 === 0) return `${noted.replace(/"id":"[^"]*",/, "")}\n`;
      if (i % 300 !== 1) return `${noted}\n`;
      const { time } = JSON.parse(line) as { readonly time: string };
      return (
        `${noted}\n{"id":"cut off\n` +
        `{"id":"again-${i}","time":"${time}","acti\\u006fn":{"server":"payments",` +
        `"name":"refund"},"subject":{"type":"agent","id":"support-0"}}\n`
      );
    })
    .join("");
}

/**
 * Conditions that mix the call with its state, and others that do not: sets with those are walked
 * by events.
 */
const APART: readonly (readonly [string, string])[] = [
  ["session.counters.rows + args.rows <= 20000.0", "session.counters.rows <= 20000.0"],
  ["session.counters.refunded + args.amount > 300.0", "session.counters.refunded > 300.0"],
  ["!(args.order in session.values.seen)", "args.amount > 50.0 && !('A-1' in session.values.seen)"],
];

const set = (variant: string, edit: number): { readonly [path: string]: string } => {
  const texts = JSON.parse(
    made(`process.stdout.write(JSON.stringify(textsOf("${variant}", ${edit})));`),
  ) as [string, string][];
  return Object.fromEntries(
    texts.map(([name, text]) => [
      `${edit}/${name}`,
      APART.reduce((of, [from, to]) => of.replace(from, to), text),
    ]),
  );
};
const text = lines();
const SET_FILES = {
  stateless: { ...set("stateless", 0), ...set("stateless", 1) },
  session: { ...set("session", 0), ...set("session", 1) },
};
type Variant = keyof typeof SET_FILES;
const VARIANTS: readonly Variant[] = ["stateless", "session"];
const REPLAY = [
  "replay",
  "--baseline",
  "0",
  "--candidate",
  "1",
  "--trace",
  "t.jsonl",
  "--format",
  "json",
];

function indexOf(folder: string): string {
  const name = createHash("sha256")
    .update(realpathSync(join(folder, "t.jsonl")))
    .digest("hex")
    .slice(0, 32);
  return join(CACHE, "agentz/index", `${name}.azx`);
}

/** Where it is kept how the calls of the trace were decided. */
function callsOf(folder: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([realpathSync(join(folder, "t.jsonl"))]))
    .digest("hex")
    .slice(0, 32);
  return join(CACHE, "agentz/index", `${name}.azc`);
}

describe.each(VARIANTS)("a trace of several pieces, %s", (variant) => {
  const folder = scratch({ "t.jsonl": text, ...SET_FILES[variant] });
  const index = indexOf(folder);
  const run = (args: readonly string[]): string => {
    const { status, stdout, stderr } = agentz([...REPLAY, ...args], { cwd: folder });
    expect([args.join(" "), status, stderr]).toEqual([args.join(" "), 0, ""]);
    return stdout;
  };
  const decisions = (args: readonly string[]): readonly string[] => {
    const document = run([...args, "--decisions", "d.jsonl"]);
    return [
      document,
      createHash("sha256")
        .update(readFileSync(join(folder, "d.jsonl")))
        .digest("hex"),
    ];
  };
  let expected = "";

  it("design 7.8: gives the same bytes whatever the number of workers, off the trace and off its index", {
    timeout: SLOW,
  }, () => {
    expected = run(["--no-index", "--workers", "1"]);
    expect(JSON.parse(expected)).toMatchObject({
      trace: { malformed: 3, calls: CALLS + 3 },
      partial: false,
    });
    expect(existsSync(index)).toBe(false);
    expect([run(["--no-index", "--workers", "2"]), run(["--workers", "3"])]).toEqual([
      expected,
      expected,
    ]);
    const written = statSync(index).mtimeMs;
    for (const args of [
      ["--workers", "2"],
      ["--workers", "1", "--check-index"],
    ])
      expect([args, run(args)]).toEqual([args, expected]);
    // what differs or is damaged would be written anew
    expect(statSync(index).mtimeMs).toBe(written);
    expect(statSync(index).size).toBeLessThan(Buffer.byteLength(text) / 20);
  });

  it("writes the same decisions with a filter that leaves nothing out", { timeout: SLOW }, () => {
    const [whole = "", digest] = decisions(["--since", "2000-01-01"]);
    const [byColumns = "", same] = decisions(["--workers", "2"]);
    expect(same).toBe(digest);
    const unfiltered = (document: string): object => ({
      ...(JSON.parse(document) as object),
      filters: null,
    });
    expect([unfiltered(whole), byColumns]).toEqual([unfiltered(expected), expected]);
  });

  it("design 7.8: gives the same bytes with filters and labels, of a file, its index, a compressed file and a stream", {
    timeout: SLOW,
  }, () => {
    const events = text.split("\n").filter((line) => line.startsWith('{"note"'));
    const ids = events.map((line): unknown => JSON.parse(line).id).filter((id) => id !== undefined);
    const some = ids.filter((_, i) => i % 50 === 0);
    const labels = some.map((id) => JSON.stringify({ id, labels: { incident: true } }));
    const labelled = { "labels.jsonl": `${labels.join("\n")}\n` };
    writeFileSync(join(folder, "labels.jsonl"), labelled["labels.jsonl"]);
    const packed = scratch({ ...labelled, ...SET_FILES[variant] });
    writeFileSync(join(packed, "t.jsonl"), gzipSync(text));
    for (const asked of [
      ["--sample", "0.5"],
      ["--labels", "labels.jsonl", "--since", "2026-01-01"],
    ]) {
      const first = run([...asked, "--no-index", "--workers", "1"]);
      for (const workers of ["1", "2", "4"])
        expect([asked, workers, run([...asked, "--workers", workers])]).toEqual([
          asked,
          workers,
          first,
        ]);
      // of a stream nobody knows beforehand how long it is, so ids are compared
      const told = (document: string): object => {
        const read = JSON.parse(document) as { readonly trace: object };
        return { ...read, trace: { ...read.trace, repeatedIds: null } };
      };
      const ofPacked = agentz([...REPLAY, ...asked], { cwd: packed }).stdout;
      expect(told(ofPacked)).toEqual(told(first));
      const piped = REPLAY.map((arg) => (arg === "t.jsonl" ? "-" : arg));
      const streamed = agentz([...piped, ...asked], { cwd: packed, input: text }).stdout;
      expect(told(streamed.replaceAll(/"-("|:)/g, '"t.jsonl$1'))).toEqual(told(first));
    }
  });

  it("takes from the replay before what an edit leaves as it was, by any number of workers", {
    timeout: SLOW,
  }, () => {
    const [file, from, to] = AMOUNT;
    const path = join(folder, "1", file);
    const before = readFileSync(path, "utf8");
    const again = (workers: string): number => {
      const { stats, ...document } = JSON.parse(run(["--workers", workers, "--stats"]));
      expect(document).toEqual(JSON.parse(run(["--no-index", "--workers", "1"])));
      return stats.again;
    };
    // threads tell what they decided, each of its rows
    rmSync(callsOf(folder));
    expect(again("2")).toBe(0);
    writeFileSync(path, before.replace(from, to));
    expect(again("2")).toBeGreaterThan(CALLS / 4);
    writeFileSync(path, before);
    expect(again("1")).toBeGreaterThan(CALLS / 4);
  });
});

/** Lines of a trace in disorder, of which some have no time, some without one come first. */
function disordered(text: string, step: number): string {
  const all = text.trimEnd().split("\n");
  const moved = all.map(
    (_, i) =>
      all[i % step === 0 ? Math.min(all.length - 1, i + 1) : i % step === 1 ? i - 1 : i] ?? "",
  );
  return moved
    .map((line, i) => (i < 3 || i % 29 === 0 ? line.replace(/"time":"[^"]*",/, "") : line))
    .map((line) => `${line}\n`)
    .join("");
}

describe.each(VARIANTS)("design 5.4: files in disorder, of several pieces, %s", (variant) => {
  const all = text.trimEnd().split("\n");
  const part = (file: number): string =>
    all.filter((_, i) => (i % 7 < 4 ? 0 : 1) === file).join("\n");
  const timed = {
    "t.jsonl": `${part(0)}\n${part(0).split("\n").slice(0, 40).join("\n")}\n`,
    "u.jsonl": part(1),
  };
  const untimed = { "t.jsonl": disordered(part(0), 5), "u.jsonl": disordered(part(1), 3) };

  it.each([
    ["files that overlap", timed],
    ["events without time", untimed],
  ])("are taken in one order whatever the number of workers: %s", { timeout: SLOW }, (_, files) => {
    const folder = scratch({ ...files, ...SET_FILES[variant] });
    const run = (...args: readonly string[]): readonly unknown[] => {
      const { status, stdout, stderr } = agentz(
        [...REPLAY, "--trace", "u.jsonl", "--stats", ...args],
        { cwd: folder },
      );
      const { stats, ...rest } = JSON.parse(stdout);
      const document = { ...rest, filters: null };
      return [status, stderr, document, stats.walk];
    };
    const byColumns = run("--workers", "1");
    expect(byColumns).toMatchObject([0, "", { trace: { files: 2 } }, "columns"]);
    expect(byColumns).toEqual(run("--sample", "1", "--no-index"));
    for (const workers of ["2", "3"])
      expect([workers, run("--workers", workers)]).toEqual([workers, byColumns]);
    expect(run("--no-index", "--workers=2")).toEqual(byColumns);
  });
});

it("reads the trace where an index turns out to be damaged in a thread, says so, and builds it anew", {
  timeout: SLOW,
}, () => {
  const folder = scratch({ "t.jsonl": text, ...SET_FILES.stateless });
  const run = (workers: string): readonly unknown[] => {
    const { status, stdout, stderr } = agentz([...REPLAY, "--workers", workers, "--stats"], {
      cwd: folder,
    });
    const { stats, ...rest } = JSON.parse(stdout);
    return [status, rest, stderr, stats.index];
  };
  const [, expected] = run("1");
  const written = readFileSync(indexOf(folder));
  const damaged = Buffer.from(written);
  damaged.writeUInt8(damaged.readUInt8(damaged.length >> 1) ^ 1, damaged.length >> 1);
  const told =
    "agentz: the index is damaged: agentz does not use it, and reads the trace instead\n";
  for (const workers of ["2", "1"]) {
    writeFileSync(indexOf(folder), damaged);
    // threads read only what no command before decided
    rmSync(callsOf(folder));
    const anew = { used: "none", written: true, why: "the index is damaged" };
    expect(run(workers)).toEqual([0, expected, told, anew]);
  }
  const readOff = { used: "columns", written: false, why: null };
  expect(run("1")).toEqual([0, expected, "", readOff]);
});

type Save = readonly [file: string, from: string | RegExp, to: string];

const AMOUNT: Save = ["common.yaml", /args\.amount <= \d+/, "args.amount <= 71"];
const EFFECT: Save = ["common.yaml", "effect: allow", "effect: deny"];
const CATALOG: Save = ["catalog.yaml", /classification: \w+/, "classification: restricted"];
const ATTRIBUTE: Save = [
  "common.yaml",
  "args.amount <= 71",
  "context.model.name != 'm-9' && args.amount <= 72",
];
const AGAIN: Save = ["common.yaml", "args.amount <= 72", "args.amount <= 73"];
const SAVES = {
  stateless: [AMOUNT, EFFECT, CATALOG, ATTRIBUTE, AGAIN],
  session: [AMOUNT, CATALOG, ATTRIBUTE],
};

/** What a replay from the beginning gives after each save, in one thread. */
const AFTER = new Map<Variant, string[]>();

describe("replay --watch over several pieces", () => {
  it.each([
    ["stateless", "1"],
    ["stateless", "2"],
    ["session", "2"],
  ] as const)(
    "gives after every save what a replay from the beginning gives: %s, %s workers",
    { timeout: SLOW },
    async (variant, workers) => {
      const folder = scratch({ "t.jsonl": text, ...SET_FILES[variant] });
      const known = AFTER.get(variant) ?? [];
      AFTER.set(variant, known);
      const child = spawn(
        process.execPath,
        [join(ROOT, "bin/agentz.js"), ...REPLAY, "--workers", workers, "--watch"],
        {
          cwd: folder,
          stdio: ["ignore", "pipe", "ignore"],
          env: { ...process.env, XDG_CACHE_HOME: CACHE },
        },
      );
      try {
        let out = "";
        child.stdout.setEncoding("utf8").on("data", (more: string) => void (out += more));
        const after = async (count: number): Promise<string> => {
          const documents = (): readonly string[] => out.split(/(?<=^\}\n)/m);
          while (documents().length < count || !out.endsWith("\n}\n"))
            await new Promise((resolve) => setTimeout(resolve, 20));
          return documents()[count - 1] ?? "";
        };
        await after(1);
        for (const [i, [file, from, to]] of SAVES[variant].entries()) {
          const path = join(folder, "1", file);
          const before = readFileSync(path, "utf8");
          expect(before.replace(from, to)).not.toBe(before);
          // at once: half a file would be replayed too
          writeFileSync(join(folder, "saved"), before.replace(from, to));
          renameSync(join(folder, "saved"), path);
          const found = await after(i + 2);
          known[i] ??= agentz([...REPLAY, "--no-index", "--workers", "1"], { cwd: folder }).stdout;
          expect([i, found]).toEqual([i, known[i]]);
        }
      } finally {
        child.kill("SIGKILL");
      }
    },
  );
});

describe("what columns do not serve", () => {
  const call = (id: string, time: string | undefined): string =>
    JSON.stringify({
      id,
      session: "s",
      ...(time && { time }),
      subject: { type: "agent", id: "support" },
      action: { server: "crm", name: "lookup_order" },
      args: { order: id },
    });
  const replayed = (
    folder: string,
    traces: readonly string[],
    args: readonly string[] = [],
  ): {
    readonly trace: {
      readonly calls: number;
      readonly reordered: number;
      readonly malformed: number;
      readonly malformedLines: unknown;
    };
  } => {
    const { stdout } = agentz(
      [
        "replay",
        ...SETS,
        ...traces.flatMap((trace) => ["--trace", trace]),
        "--format",
        "json",
        "--decisions",
        "d.jsonl",
        ...args,
      ],
      { cwd: folder },
    );
    return JSON.parse(stdout) as ReturnType<typeof replayed>;
  };
  const ids = (folder: string): readonly string[] =>
    readFileSync(join(folder, "d.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: string }).id);

  it("fixes disorder, and forgets what it wrote before it found it", () => {
    const folder = scratch({
      ...files(),
      "a.jsonl":
        `${call("1", "2026-05-01T10:00:00Z")}\n${call("3", "2026-05-01T10:02:00Z")}\n` +
        `${call("2", "2026-05-01T10:01:00Z")}\n`,
    });
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
    expect([ids(folder), trace.malformed, trace.malformedLines]).toEqual([
      ["1", "4", "5"],
      1,
      [{ file: "c.jsonl", line: 2, cause: "the text is not JSON" }],
    ]);
    const byEvent = replayed(folder, ["a.jsonl", "n.jsonl"], ["--since", "2000-01-01"]);
    const order = ids(folder);
    expect(replayed(folder, ["a.jsonl", "n.jsonl"]).trace.calls - byEvent.trace.calls).toBe(1);
    // the call without a time stands where the walk over events puts it; --since leaves it
    // uncounted
    expect(ids(folder).filter((id) => id !== "0")).toEqual(order);
    expect(ids(folder)[0]).toBe("0");
  });
});

describe("replay --watch", () => {
  it("replays after a save, tells what does not load, and ends with 130", async () => {
    const folder = scratch({
      ...files(),
      "t.jsonl": readFileSync(join(ROOT, "traces/sample.jsonl"), "utf8"),
    });
    const child = spawn(
      process.execPath,
      [join(ROOT, "bin/agentz.js"), "replay", ...SETS, "--trace", "t.jsonl", "--watch"],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"] ?? "", XDG_CACHE_HOME: CACHE, NO_COLOR: "1" },
      },
    );
    try {
      let [out, err] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => void (out += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => void (err += text));
      const until = async (done: () => boolean): Promise<void> => {
        while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const replays = (): number => out.match(/^ *replay of/gm)?.length ?? 0;
      await until(() => replays() === 1);
      writeFileSync(join(folder, "candidate/extra.yaml"), "bad: [");
      await until(() => err.includes("does not load"));
      writeFileSync(
        join(folder, "candidate/extra.yaml"),
        "apiVersion: agentz/v1\nkind: Policy\nname: extra\nversion: 1.0.0\nrules: [{ id: none, " +
          "effect: deny, actions: ['**'] }]\n",
      );
      await until(() => replays() === 2 && err.includes("since the last save"));
      expect(err).toMatch(/since the last save: .*narrowed \d+ -> \d+/);
      child.kill("SIGINT");
      expect(await new Promise((resolve) => child.on("exit", (code) => resolve(code)))).toBe(130);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
