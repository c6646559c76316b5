import { build } from "esbuild";
import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lockLog } from "../../src/serve/log-lock.ts";
import { ROOT, scratch } from "../e2e/agentz.ts";

/** `LOCK_RACES=200` for more. */
const RACES = Number(process.env["LOCK_RACES"] ?? 15);
const RACERS = 4;
const locks = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.includes(".lock"));

/** A process that waits for a moment, takes a lock, says whether it has it, and keeps it. */
const RACER = `
import { lockLog } from ${JSON.stringify(join(ROOT, "src/serve/log-lock.ts"))};
process.stdout.write("ready\\n");
process.stdin.on("data", (bytes) => {
  for (const line of bytes.toString().split("\\n")) {
    const [word, log, at] = line.split(" ");
    if (word === "end") process.exit(0);
    if (word === "free") { release?.(); release = undefined; process.stdout.write("free\\n"); }
    if (word !== "take") continue;
    while (Date.now() < Number(at));
    try { release = lockLog(log); process.stdout.write("has\\n"); }
    catch (error) { process.stdout.write((error.code ?? "failed " + error.message) + "\\n"); }
  }
});
let release;
`;

interface Racer {
  readonly say: (line: string) => Promise<string>;
  readonly end: () => void;
}

async function racer(program: string): Promise<Racer> {
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  const heard = (): Promise<string> =>
    new Promise((resolve) =>
      child.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString().trim())),
    );
  expect(await heard()).toBe("ready");
  return {
    say: (line) => {
      const answer = heard();
      child.stdin.write(`${line}\n`);
      return answer;
    },
    end: () => void child.kill("SIGKILL"),
  };
}

describe("a log is written by one process", () => {
  let program: string;
  beforeAll(async () => {
    const folder = scratch({ "racer.ts": RACER });
    program = join(folder, "racer.mjs");
    await build({
      entryPoints: [join(folder, "racer.ts")],
      bundle: true,
      format: "esm",
      platform: "node",
      outfile: program,
      logLevel: "error",
    });
  });

  test("of processes that start in one moment beside a lock that was left, one has it", async () => {
    const folder = scratch();
    const racers = await Promise.all(Array.from({ length: RACERS }, () => racer(program)));
    const found: string[] = [];
    for (let race = 0; race < RACES; race++) {
      const log = join(folder, `${race}.jsonl`);
      for (const left of ["999999-1", `${process.pid}-1`])
        writeFileSync(`${log}.lock.${left}`, "holds");
      const at = Date.now() + 15;
      const answers = await Promise.all(racers.map((one) => one.say(`take ${log} ${at}`)));
      found.push(answers.sort().join(" "));
      await Promise.all(racers.map((one) => one.say("free")));
    }
    for (const one of racers) one.end();
    expect(new Set(found)).toEqual(new Set(["has log-in-use log-in-use log-in-use"]));
    expect([found.length, locks(folder)]).toEqual([RACES, []]);
  });

  test("a killed process holds nothing, a running one does, and one process twice does not", async () => {
    const folder = scratch();
    const log = join(folder, "d.jsonl");
    const [first, second] = [await racer(program), await racer(program)];
    expect(await first.say(`take ${log} 0`)).toBe("has");
    expect(await second.say(`take ${log} 0`)).toBe("log-in-use");
    expect(() => lockLog(log)).toThrow("another process writes the log");
    first.end();
    let answer = "";
    for (let tries = 0; answer !== "has" && tries < 100; tries++)
      answer = await second.say(`take ${log} 0`);
    expect(answer).toBe("has");
    second.end();
    const own = join(folder, "own.jsonl");
    const release = lockLog(own);
    expect(() => lockLog(own)).toThrow("another process writes the log");
    release();
    lockLog(own)();
    expect(locks(folder).filter((name) => name.startsWith("own"))).toEqual([]);
  });
});
