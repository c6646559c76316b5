import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentz, EVENTS, jsonl, POLICY, ROOT, scratch, SHARED } from "./agentz.ts";
import { lacks } from "../needs.ts";

const small = (): string => scratch({ "p.yaml": POLICY, "t.jsonl": jsonl(EVENTS) });
const sum = (counts: object): number =>
  Object.values(counts).reduce((total: number, n) => total + Number(n), 0);

describe("agentz replay", () => {
  it("design 12: the sums of the document hold, and a second run gives the same bytes (7.8)", () => {
    const first = agentz(["replay", "--format", "json"]);
    expect(first.status).toBe(0);
    expect(first.stderr).toBe("");
    const { trace, decisions, changes } = JSON.parse(first.stdout);
    expect(sum(decisions.baseline)).toBe(trace.calls);
    expect(sum(decisions.candidate)).toBe(trace.calls);
    expect(
      changes.unchanged +
        sum(changes.widened) +
        sum(changes.narrowed) +
        changes.indeterminate +
        changes.unreachable,
    ).toBe(trace.calls);
    expect(sum(changes.transitions)).toBe(sum(changes.widened) + sum(changes.narrowed));
    expect(agentz(["replay", "--format", "json"]).stdout).toBe(first.stdout);
  });

  it("design 7.4: a version against itself is all unchanged", () => {
    const set = ["policies/catalog.yaml", "policies/candidate"].flatMap((path) => [
      "--baseline",
      path,
      "--candidate",
      path,
    ]);
    const { trace, changes, groups } = JSON.parse(
      agentz(["replay", ...set, "--format", "json"]).stdout,
    );
    expect(changes.unchanged).toBe(trace.calls);
    expect(groups).toEqual([]);
  });

  it("design 12: --decisions writes one line a call, in order", () => {
    const folder = small();
    const done = agentz(
      [
        "replay",
        "--baseline",
        "recorded",
        "--candidate",
        "p.yaml",
        "--trace",
        "t.jsonl",
        "--decisions",
        "d.jsonl",
        "--format",
        "json",
      ],
      { cwd: folder },
    );
    expect(done.stderr).toBe("");
    const lines = readFileSync(join(folder, "d.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => [line.id, line.class, line.candidate.effect])).toEqual([
      ["s/0", "unchanged", "allow"],
      ["s/1", "unchanged", "allow"],
      ["s/2", "narrowed", "deny"],
    ]);
    expect(lines[2]).toEqual({
      id: "s/2",
      class: "narrowed",
      direct: true,
      baseline: { effect: "allow", permitted: true, indeterminate: false, rules: [] },
      candidate: { effect: "deny", permitted: false, indeterminate: false, rules: ["default"] },
      missing: [],
    });
  });

  it("design 7.3: a git ref is read without touching the working tree", () => {
    const folder = small();
    const git = (...args: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
        cwd: folder,
        encoding: "utf8",
      });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "base");
    writeFileSync(
      join(folder, "p.yaml"),
      POLICY.replace("effect: allow, actions: [crm/lookup]", "effect: deny, actions: [crm/lookup]"),
    );
    const before = git("status", "--porcelain");
    const done = agentz(
      [
        "replay",
        "--baseline",
        "git:main",
        "--candidate",
        "p.yaml",
        "--trace",
        "t.jsonl",
        "--format",
        "json",
      ],
      { cwd: folder },
    );
    expect(JSON.parse(done.stdout).changes.transitions).toEqual({ "allow>deny": 1 });
    expect(git("status", "--porcelain")).toBe(before);
    const byMergeBase = agentz(
      ["replay", "--candidate", "p.yaml", "--trace", "t.jsonl", "--format", "json"],
      { cwd: folder },
    );
    expect(JSON.parse(byMergeBase.stdout).changes.transitions).toEqual({ "allow>deny": 1 });
  });

  it("design 11.3: --fail-on narrowed exits 1, and finding changes alone exits 0", () => {
    const folder = small();
    const args = [
      "replay",
      "--baseline",
      "recorded",
      "--candidate",
      "p.yaml",
      "--trace",
      "t.jsonl",
    ];
    expect(agentz(args, { cwd: folder }).status).toBe(0);
    expect(agentz([...args, "--fail-on", "narrowed"], { cwd: folder }).status).toBe(1);
    expect(agentz([...args, "--fail-on", "widened,indeterminate"], { cwd: folder }).status).toBe(0);
  });

  it(
    "design 7.7: malformed lines are counted and listed with file and line, and a trace that " +
      "says nothing fails",
    () => {
      const folder = scratch({
        "p.yaml": POLICY,
        "t.jsonl": `${jsonl(EVENTS.slice(0, 2))}{"id": "s/2", "act\n`,
        "other.jsonl": jsonl([
          {
            id: "x",
            action: { server: "else", name: "else" },
            subject: { type: "agent", id: "a" },
          },
        ]),
      });
      const args = [
        "replay",
        "--baseline",
        "recorded",
        "--candidate",
        "p.yaml",
        "--format",
        "json",
        "--trace",
      ];
      const { trace } = JSON.parse(agentz([...args, "t.jsonl"], { cwd: folder }).stdout);
      expect([
        trace.calls,
        trace.malformed,
        trace.malformedLines[0].file,
        trace.malformedLines[0].line,
      ]).toEqual([2, 1, "t.jsonl", 3]);
      const shown = agentz([...args.slice(0, 5), "--trace", "t.jsonl"], { cwd: folder }).stdout;
      expect(shown).toContain(
        "to p.yaml; no call has a recorded decision, so each counts as allowed",
      );
      const gated = [...args.slice(0, 5), "--trace", "t.jsonl", "--gate", "widened=9"];
      for (const format of ["pretty", "markdown"])
        expect(agentz([...gated, "--format", format], { cwd: folder }).stdout).toContain(
          "no call has a recorded decision",
        );
      for (const format of ["pretty", "markdown", "github"]) {
        const { stdout, status } = agentz([...gated, "--format", format], { cwd: folder });
        expect([status, stdout]).toEqual([0, expect.stringContaining("; 1 line cannot be read")]);
      }
      const other = agentz([...args, "other.jsonl"], { cwd: folder });
      expect(other.status).toBe(1);
      expect(JSON.parse(other.stdout).error.code).toBe("no-known-tool");
    },
  );
});

describe("design 11.3: what cannot be used gets one clear message and the right exit status", () => {
  const bomb = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    ...["b", "c", "d", "e", "f", "g"].map(
      (key, i) => `${key}: &${key} [${Array(9).fill(`*${"abcdef"[i]}`).join(", ")}]`,
    ),
  ].join("\n");
  const cases: readonly (readonly [
    string,
    { readonly [path: string]: string },
    readonly string[],
    RegExp,
  ])[] = [
    [
      "an empty trace",
      { "t.jsonl": "" },
      ["--candidate", "p.yaml", "--trace", "t.jsonl"],
      /no event of the trace can be read: it is empty/,
    ],
    [
      "a folder without traces",
      { "traces/readme.txt": "" },
      ["--candidate", "p.yaml", "--trace", "traces"],
      /there is no trace to replay/,
    ],
    [
      "a trace of garbage",
      { "t.jsonl": "\u0000\u0001garbage\n" },
      ["--candidate", "p.yaml", "--trace", "t.jsonl"],
      /t\.jsonl:1/,
    ],
    [
      "a missing trace",
      {},
      ["--candidate", "p.yaml", "--trace", "none.jsonl"],
      /`none\.jsonl` does not exist/,
    ],
    [
      "a missing policy",
      { "t.jsonl": jsonl(EVENTS) },
      ["--candidate", "none", "--trace", "t.jsonl"],
      /there is no `none`/,
    ],
    [
      "a folder without policies",
      { "t.jsonl": jsonl(EVENTS), "empty/x.txt": "" },
      ["--candidate", "empty", "--trace", "t.jsonl"],
      /(?:contains|has) no YAML file/,
    ],
    [
      "a ref outside any repository",
      { "t.jsonl": jsonl(EVENTS) },
      ["--candidate", "p.yaml", "--baseline", "git:main", "--trace", "t.jsonl"],
      /needs a git repository|is no commit/,
    ],
    [
      "a YAML bomb",
      { "t.jsonl": jsonl(EVENTS), "bomb.yaml": bomb },
      ["--candidate", "bomb.yaml", "--trace", "t.jsonl"],
      /alias-limit/,
    ],
    ["an unknown option", {}, ["--candidat", "p.yaml"], /unknown option `--candidat`/],
    ["no candidate", { "t.jsonl": jsonl(EVENTS) }, ["--trace", "t.jsonl"], /there is no candidate/],
    [
      "a broken configuration",
      { "agentz.yaml": "candidte: p.yaml\n" },
      [],
      /no field `candidte`[^]*did you mean `candidate`/,
    ],
  ];

  it.each(cases)("%s", (_name, files, args, message) => {
    const folder = scratch({ "p.yaml": POLICY, ...files });
    const done = agentz(["replay", ...args], { cwd: folder });
    expect(done.status).toBe(2);
    expect(done.stdout).toBe("");
    expect(done.stderr).toMatch(message);
    expect(done.stderr).not.toMatch(/\n\s+at /);
    const json = agentz(["replay", ...args, "--format", "json"], { cwd: folder });
    expect(json.status).toBe(2);
    expect(JSON.parse(json.stdout).error.message.length).toBeGreaterThan(5);
  });

  it("a bad git ref in a repository", () => {
    const folder = scratch({ "p.yaml": POLICY, "t.jsonl": jsonl(EVENTS) });
    execFileSync("git", ["init", "-q"], { cwd: folder });
    const done = agentz(
      ["replay", "--candidate", "p.yaml", "--baseline", "git:no-such-branch", "--trace", "t.jsonl"],
      { cwd: folder },
    );
    expect([done.status, done.stdout]).toEqual([2, ""]);
    expect(done.stderr).toMatch(/`no-such-branch` is not a commit, branch or tag/);
  });
});

describe("agentz decide", () => {
  it("decides one request from standard input, and a deny is no failure", () => {
    const folder = small();
    const request =
      "subject: {type: agent, id: a}\naction: {server: payments, name: refund}\nargs: {amount: 400}\n";
    const done = agentz(
      ["decide", "--candidate", "p.yaml", "--now", "2026-06-01T00:00:00Z", "--format", "json"],
      { cwd: folder, input: request },
    );
    expect([done.status, done.stderr]).toEqual([0, ""]);
    const { decision } = JSON.parse(done.stdout);
    expect([decision.effect, decision.permitted, decision.rules, decision.approval.state]).toEqual([
      "require_approval",
      false,
      ["p/pay"],
      "open",
    ]);
    const denied = agentz(["decide", "--candidate", "p.yaml"], {
      cwd: folder,
      input: '{"action": {"server": "x", "name": "y"}}',
    });
    expect(denied.status).toBe(0);
    expect(denied.stdout).toMatch(/^deny\n/);
  });
});

const AGENTDOJO = join(SHARED, "traces/agentdojo");

describe.skipIf(lacks("shared"))(
  "the recorded AgentDojo runs (needs ../shared, tar and xz)",
  () => {
    it.each([
      ["gpt-4o-2024-05-13", 6899, 27_753],
      ["claude-3-7-sonnet-20250219", 1081, 3800],
    ])("every run and call of %s is accounted for", (model, runs, calls) => {
      const folder = mkdtempSync(join(tmpdir(), "agentz-dojo-"));
      const shown = (n: number): string => n.toLocaleString("en-US");
      execFileSync("tar", ["xJf", join(AGENTDOJO, `${model}.tar.xz`)], { cwd: folder });
      const imported = agentz(
        ["import", "chat", ".", "--subject", "agent:assistant", "-o", "trace.jsonl"],
        { cwd: folder },
      );
      expect(imported.status).toBe(0);
      expect(imported.stderr).toContain(
        `${shown(calls)} calls in ${shown(runs)} sessions from ${shown(runs)} files`,
      );
      writeFileSync(join(folder, "p.yaml"), POLICY.replace("crm/lookup", "get_*"));
      const args = [
        "replay",
        "--baseline",
        "recorded",
        "--candidate",
        "p.yaml",
        "--trace",
        "trace.jsonl",
        "--format",
        "json",
      ];
      const first = agentz(args, { cwd: folder });
      const { trace } = JSON.parse(first.stdout);
      expect([trace.calls, trace.sessions, trace.malformed]).toEqual([calls, runs, 0]);
      expect(agentz(args, { cwd: folder }).stdout).toBe(first.stdout);
      rmSync(folder, { recursive: true, force: true });
    });
  },
);

describe("the sample", () => {
  it("is what agentz.yaml points at, and its candidate stops every incident", () => {
    const { labels } = JSON.parse(agentz(["replay", "--format", "json"], { cwd: ROOT }).stdout);
    expect(labels.incident.stopped).toBe(labels.incident.calls);
    expect(labels.incident.calls).toBeGreaterThan(4);
    expect(labels.benign.denied / labels.benign.calls).toBeLessThan(0.02);
  });
});
