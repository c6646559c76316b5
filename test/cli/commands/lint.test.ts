import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lintCommand } from "../../../src/cli/commands/lint.ts";
import { UserError } from "../../../src/diagnostics/user-error.ts";
import { Command } from "commander";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n";
const WIDE = `${HEAD}rules:\n  - { id: all, effect: allow }\n`;
let cwd = "";

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "agentz-lint-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(cwd, name), text);
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  readonly code: string | undefined;
}

async function run(args: readonly string[], stdin = ""): Promise<Ran> {
  let [status, out, err] = [0, "", ""];
  const io = {
    cwd,
    env: {},
    stdout: { write: (text: string) => void (out += text), isTTY: false, columns: 100 },
    stderr: { write: (text: string) => void (err += text), isTTY: false },
    readStdin: async () => stdin,
    clock: () => Date.UTC(2026, 10, 20),
    trust: () => Promise.resolve({ keys: [], atLeast: [] }),
  };
  const command = new Command("lint").exitOverride();
  lintCommand.define(command, { io, finish: (code) => (status = code) });
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { status: error.status, out, err, code: error.code };
  }
  return { status, out, err, code: undefined };
}

describe("agentz lint", () => {
  test("design 11.3: warnings alone are 0, more than --max-warnings 1, errors 1", async () => {
    write("p.yaml", WIDE);
    expect((await run(["p.yaml"])).status).toBe(0);
    expect(await run(["p.yaml", "--max-warnings", "0"])).toMatchObject({
      status: 1,
      err: "agentz: 1 warning, the maximum is 0\n",
    });
    write(
      "q.yaml",
      `${HEAD.replace("name: p", "name: q")}rules:\n  - { id: r, effect: deny, when: "args.x == null" }\n`,
    );
    expect((await run(["."])).status).toBe(1);
  });

  test("design 12: the document of a set that does not load has its findings and no digest", async () => {
    write("p.yaml", WIDE.replace("effect", "efect"));
    const { status, out } = await run(["p.yaml", "--format", "json"]);
    const document = JSON.parse(out);
    expect(status).toBe(1);
    expect(document).toMatchObject({
      schemaVersion: 1,
      command: "lint",
      digest: null,
      summary: { errors: 1 },
    });
    expect(document.findings[0]).toMatchObject({
      code: "unknown-field",
      severity: "error",
      file: "p.yaml",
      line: 6,
      column: 16,
      endLine: 6,
      endColumn: 21,
      path: "$.rules[0].efect",
      help: "did you mean `effect`?",
    });
  });

  test("without paths it takes the candidate of agentz.yaml, and its levels", async () => {
    write("p.yaml", WIDE);
    write(
      "agentz.yaml",
      "candidate: [p.yaml]\nlint: { rules: { wildcard-allow: off, missing-owner: error } }\n",
    );
    const { status, out } = await run([]);
    expect([status, out.split("\n")[0]]).toEqual([
      1,
      "p.yaml:3:7: error[missing-owner]: policy `p` has no owner",
    ]);
  });

  test.each([
    ["an unknown rule", "rules: { wildcard-alow: off }"],
    ["a level that is none", "rules: { wildcard-allow: info }"],
    ["a rule of the loader", "rules: { yaml-syntax: off }"],
    ["an unknown field", "levels: {}"],
  ])("a configuration with %s is refused", async (_, lint) => {
    write("agentz.yaml", `candidate: [p.yaml]\nlint: { ${lint} }\n`);
    expect(await run([])).toMatchObject({ status: 2, code: "config" });
  });

  test("an editor's text takes the place of its file in the set, and only its findings are told", async () => {
    write("p.yaml", `${HEAD}rules: []\n`);
    write("other.yaml", WIDE.replace("name: p", "name: q"));
    const { out } = await run(
      [".", "--stdin", "--stdin-filename", "p.yaml", "--format", "json"],
      WIDE,
    );
    expect(
      JSON.parse(out).findings.map((f: { code: string; file: string }) => [f.code, f.file]),
    ).toEqual([["wildcard-allow", "p.yaml"]]);
    expect((await run(["--stdin"], WIDE)).out).toContain("<stdin>:6:11: warning[wildcard-allow]");
  });

  test("--fix fixes the files and counts what it fixed", async () => {
    write(
      "p.yaml",
      `${HEAD}# kept\nrules:\n  - { id: r, effect: deny, actions: [ a/b, a/*, a/b ] }  # ` +
        "agentz-ignore secret: old\n  - { id: s, effect: allow, actions: [b/c] }\n",
    );
    const { out } = await run(["p.yaml", "--fix", "--format", "json"]);
    expect(JSON.parse(out)).toMatchObject({
      summary: { errors: 0, warnings: 0, fixed: 3 },
      findings: [],
    });
    expect(readFileSync(join(cwd, "p.yaml"), "utf8")).toBe(
      `${HEAD}# kept\nrules:\n  - { id: r, effect: deny, actions: [ a/* ] }\n  - { id: s, ` +
        "effect: allow, actions: [b/c] }\n",
    );
  });

  test("design 11.6: --now beats the newest event, which beats the clock", async () => {
    write(
      "c.yaml",
      "apiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\nagents: [{ id: a, owner: " +
        "o, status: commissioned, expires: 2026-06-30 }]\n",
    );
    write(
      "t.jsonl",
      '{"id":"1","time":"2026-05-18T09:00:00Z","action":{"server":"a","name":"b"},"args":{}}\n',
    );
    expect(await run(["c.yaml"])).toMatchObject({
      err: "agentz: expiry is judged by 2026-11-20T00:00:00.000Z; pass --now for another day\n",
    });
    expect((await run(["c.yaml", "--trace", join(cwd, "t.jsonl")])).out).toBe(
      "no findings in 1 file\n",
    );
    expect(
      (await run(["c.yaml", "--trace", join(cwd, "t.jsonl"), "--now", "2026-07-01"])).out,
    ).toContain("expired-agent");
  });

  test("--trace finds what no fitting call has", async () => {
    write(
      "p.yaml",
      `${HEAD}rules:\n  - { id: r, effect: deny, actions: [mail/send], when: ` +
        `"context.signals.dlp == 'hit' && args.to == 'x'" }\n  - { id: s, effect: allow, ` +
        "actions: [a/b], when: context.surface == 'x' }\n",
    );
    write(
      "t.jsonl",
      '{"id":"1","time":"2026-05-18T09:00:00Z","action":{"server":"mail","name":"send"},' +
        '"args":{"to":"y"},"context":{}}\n',
    );
    const { out } = await run(["p.yaml", "--trace", join(cwd, "t.jsonl"), "--format", "json"]);
    expect(JSON.parse(out).findings.map((f: { message: string }) => f.message)).toEqual([
      "rule `r` reads `context.signals.dlp`, which no fitting call of the trace has (1 call)",
    ]);
  });

  test("--stats tells how often the analysis could not", async () => {
    write(
      "p.yaml",
      `${HEAD}rules:\n  - { id: r, effect: allow, actions: [a/b], when: "args.n > 1" }\n`,
    );
    const { out } = await run(["p.yaml", "--stats", "--format", "json"]);
    expect(JSON.parse(out).stats).toContainEqual({
      rule: "contradictory-condition",
      asked: 1,
      gaveUp: 0,
    });
  });

  test("--rules lists every rule with its level", async () => {
    const { out } = await run(["--rules"]);
    expect(out).toMatch(
      /^contradictory-condition +error +fault +a rule, or a part of its condition, can never be true\n/,
    );
    expect(JSON.parse((await run(["--rules", "--format", "json"])).out).rules).toContainEqual({
      code: "missing-owner",
      level: "off",
      kind: "opinion",
      title: "a policy has no owner",
    });
  });

  test("nothing to lint, and what cannot be read, is 2", async () => {
    expect(await run([])).toMatchObject({ status: 2, code: "usage" });
    expect(await run(["nowhere"])).toMatchObject({ status: 2, code: "no-such-path" });
    write("p.yaml", WIDE);
    write("t.jsonl", "no JSON\n");
    expect(await run(["p.yaml", "--trace", join(cwd, "t.jsonl")])).toMatchObject({
      status: 2,
      code: "unreadable-trace",
    });
  });
});

test("findings of one kind beyond three say what they are, and how to see them", async () => {
  const rules = Array.from({ length: 6 }, (_, n) => `  - { id: r${n}, effect: allow }\n`).join("");
  write("p.yaml", `${HEAD}rules:\n${rules}`);
  const { out } = await run(["p.yaml"]);
  expect(out).toMatch(
    /^warning\[[a-z-]+\]: 3 more findings like these: p\.yaml:\d+, \d+, \d+ \(--details shows each\)$/m,
  );
  expect((await run(["p.yaml", "--details"])).out).not.toContain("more findings");
});
