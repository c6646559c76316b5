import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { atEndOfFile } from "../at-end.ts";
import { lacks } from "../needs.ts";
import { EVENTS, jsonl, POLICY, ROOT, scratch } from "../e2e/agentz.ts";

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
tests:
  - name: looks
    call: { subject: { type: agent, id: a }, action: { server: crm, name: lookup }, args: {} }
    expect: { effect: deny }
`;

/** Other than {@link POLICY} of two actions. */
const NARROWED = POLICY.replace("look, effect: allow", "look, effect: deny").replace(
  "pay-little, effect: allow",
  "pay-little, effect: deny",
);

function project(after: string): string {
  return scratch({
    "agentz.yaml":
      "candidate: [after.yaml]\nbaseline: [before.yaml]\ntrace: [t.jsonl]\ntests: [suite.yaml]\n",
    "before.yaml": POLICY,
    "after.yaml": after,
    "set/policy.yaml": after,
    "suite.yaml": SUITE,
    "t.jsonl": jsonl(EVENTS),
  });
}

/** A key, or what is saved in the folder; a save is waited for. */
type Step = string | ((cwd: string) => void);

/** Runs a command on a terminal of plain values, whose keys and saves come one after the other. */
async function withKeys(
  keys: readonly Step[],
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly shown: string }> {
  const left = [...keys];
  let shown = "";
  const write = (text: string): void => void (shown += text);
  const cwd = project(NARROWED);
  process.chdir(cwd);
  const status = await main(args, {
    cwd,
    env: { NO_COLOR: "1" },
    stdout: { write, isTTY: true, columns: 100 },
    stderr: { write, isTTY: true },
    readStdin: () => Promise.resolve(""),
    clock: () => Date.UTC(2026, 5, 1, 12, 0, 5),
    readKey: (until) =>
      // after what is shown: a key before it would be for the screen before
      new Promise((resolve) =>
        setImmediate(() => {
          const step = left.shift();
          if (typeof step !== "function") return resolve(step);
          until.addEventListener("abort", () => resolve(undefined));
          step(cwd);
        }),
      ),
  });
  return { status, shown };
}

describe.each(["replay", "test"])("%s --watch on a terminal", (command) => {
  test("has a screen for each run, with the time and why; r, d and q are its keys", async () => {
    const { status, shown } = await withKeys(["x", "r", "d", "D", "q"], command, "--watch");
    const screens = shown.split("\u001b[H\u001b[2J\u001b[3J").slice(1);
    expect([status, screens.length]).toEqual([0, 4]);
    for (const screen of screens) expect(screen).toMatch(/^\d\d:00:05 {2}\w/);
    expect(screens[1]).toMatch(/^\d\d:00:05 {2}.*again\n/);
  });
});

/** The screens of a command, after each key and each save. */
async function screensOf(
  keys: readonly Step[],
  ...command: readonly string[]
): Promise<readonly string[]> {
  const { status, shown } = await withKeys(keys, ...command, "--watch");
  expect(status).toBe(0);
  return shown.split("\u001b[H\u001b[2J\u001b[3J").slice(1);
}

test.each([
  ["replay", "--candidate", "set"],
  ["test", "set", "suite.yaml"],
])("%s --watch sees a file that comes, and writes out what its name hides", async (...command) => {
  const save = (text: string) => (cwd: string) =>
    writeFileSync(join(cwd, "set/deep/b\u001b[31m\u202e.yaml"), text);
  const other = POLICY.replace(/^name: .*$/m, "name: other");
  const folder = (cwd: string): void => mkdirSync(join(cwd, "set/deep"));
  const steps = [folder, save(`${other}bad: [`), save(other), "q"];
  const screens = await screensOf(steps, ...command);
  expect(screens.slice(1).map((screen) => screen.slice(10).split("\n")[0])).toEqual([
    "after a save of set",
    "after a save of set/deep",
    "after a save of set/deep/b\\u{1b}[31m\\u{202e}.yaml",
  ]);
  expect(screens[2]).toContain("does not load");
  expect(screens.join("")).not.toMatch(/[\u001b\u202e]/);
});

describe("the key f", () => {
  test("of replay shows the groups that contain the text; the figures stay", async () => {
    const keys = ["f", ..."refund", "\r", "r", "f", "x", "\u001b", "f", "none\r", "q"];
    const screens = await screensOf(keys, "replay");
    const shown = screens.map((screen) => ({
      // a tool that no catalog lists is named below the groups too
      groups: ["crm/lookup", "payments/refund"].filter((name) => screen.includes(`:a ${name} `)),
      filter: /^filter ".*$/m.exec(screen)?.[0],
      figures: screen.includes("2 calls narrowed"),
    }));
    const all = { groups: ["crm/lookup", "payments/refund"], filter: undefined, figures: true };
    const one = { ...all, groups: ["payments/refund"], filter: 'filter "refund": 1 of 2 groups' };
    const none = { ...all, groups: [], filter: 'filter "none": 0 of 2 groups' };
    expect(shown).toEqual([all, one, one, all, none]);
  });

  test("of test runs the tests that contain the text, until Escape", async () => {
    const keys = ["f", ..."lookx", "\u007f", "\u001b[A", "\u0007", "s\r", "r", "f", "\u001b", "q"];
    const screens = await screensOf(keys, "test");
    expect(screens.map((screen) => screen.slice(10).split("\n")[0])).toEqual([
      "all tests",
      'all tests that contain "looks"',
      'all tests that contain "looks", run again',
      "all tests",
    ]);
  });

  test("of test says so where no test contains the text", async () => {
    const screens = await screensOf(["f", "none\r", "q"], "test");
    expect(screens[1]).toContain("no test fits the filter");
  });

  test("of test counts too while the files do not load", async () => {
    const save = (text: string) => (cwd: string) => writeFileSync(join(cwd, "suite.yaml"), text);
    const steps = [save("bad: ["), "f", "none\r", save(SUITE), "q"];
    const screens = await screensOf(steps, "test");
    expect(screens[2]).toContain("the policy set");
    expect(screens.at(-1)).toContain("no test fits the filter");
  });

  test("ends with the watch where the user interrupts while typing", async () => {
    const { status } = await withKeys(["f", "x"], "replay", "--watch");
    expect(status).toBe(130);
  });
});

test.skipIf(lacks("tmux"))("in a real terminal (needs tmux): a save, keys, and the end", () => {
  const cwd = project(POLICY);
  const socket = join(cwd, "tmux");
  const tmux = (...args: readonly string[]): string =>
    execFileSync("tmux", ["-S", socket, ...args], { encoding: "utf8" });
  const command = `${process.execPath} ${join(ROOT, "bin/agentz.js")} replay --watch; echo status $?`;
  tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    "-x",
    "80",
    "-y",
    "30",
    "-c",
    cwd,
    `sh -c '${command}; sleep 600'`,
  );
  atEndOfFile(() => void spawnSync("tmux", ["-S", socket, "kill-server"]));
  const until = (wanted: RegExp): string => {
    for (let i = 0; i < 300; i++) {
      const screen = tmux("capture-pane", "-p");
      if (wanted.test(screen)) return screen;
      spawnSync("sleep", ["0.1"]);
    }
    throw new Error(`there is no ${String(wanted)} on the screen:\n${tmux("capture-pane", "-p")}`);
  };
  expect(until(/q quits/)).toMatch(/^\d\d:\d\d:\d\d {2}the first replay/);
  const path = join(cwd, "after.yaml");
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace("require_approval, actions", "deny, actions"),
  );
  expect(until(/after a save of after\.yaml[\s\S]*q quits/)).toContain("since the last save: ");
  tmux("send-keys", "r");
  until(/replayed again[\s\S]*q quits/);
  tmux("send-keys", "f");
  until(/clears it\):\s*$/m);
  tmux("send-keys", "-l", "none");
  until(/clears it\): none$/m);
  tmux("send-keys", "Enter");
  until(/filter "none": 0 of[\s\S]*q quits/);
  const good = readFileSync(path, "utf8");
  writeFileSync(path, `${good}bad: [`);
  // a screen of its own, which a new size of the terminal draws again
  const wrong =
    /^\d\d:\d\d:\d\d {2}after a save of after\.yaml\n\nagentz: the policy set[\s\S]*q quits/;
  until(wrong);
  tmux("resize-window", "-x", "60", "-y", "12");
  until(/the list that begins[\s\S]*q quits/);
  writeFileSync(path, good);
  // it fits the terminal: its head and its last line stand there
  until(
    /^\d\d:\d\d:\d\d {2}after a save[\s\S]*more lines for which the terminal is too low[\s\S]*q quits/,
  );
  tmux("send-keys", "q");
  until(/status 0/);
});
