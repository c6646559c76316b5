import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { junitFaults } from "../readers/junit.ts";
import { renderedFaults, renderMarkdown } from "../readers/markdown.ts";
import { sarifFaults } from "../readers/sarif.ts";
import { agentz, jsonl, ROOT, scratch } from "./agentz.ts";

const RULES = (version: string, limit: string): string => `apiVersion: agentz/v1
kind: Policy
name: refunds
version: ${version}
owner: care
description: refunds
rules:
  - { id: small, effect: allow, actions: [payments/refund], when: "args.amount <= ${limit}", reason: small sums }
`;
const SUITE = `apiVersion: agentz/v1
kind: Suite
name: refunds
tests:
  - name: a small refund
    call: { subject: { type: agent, id: a }, action: { server: payments, name: refund }, args: { amount: 5 } }
    expect: { effect: allow, rule: small }
`;
const call = (i: number, amount: number): object => ({
  id: `s/${i}`,
  session: "s",
  time: `2026-05-01T10:0${i}:00Z`,
  subject: { type: "agent", id: "a" },
  action: { kind: "mcp_request", server: "payments", name: "refund" },
  args: { amount },
});
const CONFIG =
  "candidate: [policies]\nbaseline: ['git:main']\ntrace: [t.jsonl]\ntests: [tests]\ngate: { widened: 0 }\n";

function repository(): string {
  const folder = scratch({
    "policies/refunds.yaml": RULES("1.0.0", "100.0"),
    "tests/refunds.yaml": SUITE,
    "t.jsonl": jsonl([call(0, 5), call(1, 150), call(2, 900)]),
    "agentz.yaml": CONFIG,
  });
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], {
      cwd: folder,
    });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "base");
  git("checkout", "-qb", "change");
  return folder;
}

describe("agentz ci on a repository: base, change, verdict", () => {
  it("passes where nothing changed", () => {
    const folder = repository();
    const done = agentz(["ci", "--output", "json=-"], { cwd: folder });
    expect(done.stderr).toBe("");
    const { passed, steps } = JSON.parse(done.stdout);
    expect([
      done.status,
      passed,
      steps.map((s: { name: string; status: string }) => `${s.name} ${s.status}`),
    ]).toEqual([
      0,
      true,
      ["lint passed", "test passed", "analyze skipped", "version passed", "replay passed"],
    ]);
  });

  it(
    "fails a widening that the version does not declare, in every format at once, each opened by " +
      "a reader of it",
    async () => {
      const folder = repository();
      writeFileSync(join(folder, "policies/refunds.yaml"), RULES("1.0.1", "200.0"));
      const outputs = [
        "json=r.json",
        "sarif=r.sarif",
        "junit=r.xml",
        "markdown=r.md",
        "github=-",
      ].flatMap((output) => ["--output", output]);
      const done = agentz(["ci", ...outputs], { cwd: folder });
      expect(done.status).toBe(1);
      const read = (name: string): string => readFileSync(join(folder, name), "utf8");
      const { steps, version, replay } = JSON.parse(read("r.json"));
      expect(steps.map((s: { name: string; status: string }) => `${s.name} ${s.status}`)).toEqual([
        "lint passed",
        "test passed",
        "analyze skipped",
        "version failed",
        "replay failed",
      ]);
      expect([version.required, replay.changes.widened.direct]).toEqual(["major", 1]);
      const [result] = JSON.parse(read("r.sarif")).runs.flatMap(
        (run: { results: readonly unknown[] }) => run.results,
      );
      expect([
        result.ruleId,
        result.level,
        result.locations[0].physicalLocation.artifactLocation.uri,
        result.locations[0].physicalLocation.region.startLine,
      ]).toEqual(["replay-widened", "error", "policies/refunds.yaml", 8]);
      expect([
        sarifFaults(read("r.sarif")),
        await junitFaults(read("r.xml")),
        renderedFaults(read("r.md")),
      ]).toEqual([[], [], []]);
      const page = renderMarkdown(read("r.md"));
      expect(
        [...page.matchAll(/<td>(?:lint|test|version|replay)<\/td>\s*<td>([^<]*)<\/td>/g)].map(
          ([, verdict]) => verdict,
        ),
      ).toEqual(["✅ passed", "✅ passed", "❌ failed", "❌ failed"]);
      expect(page).toMatch(/<th>before<\/th>[^]*<details>\s*<summary>/);
      expect(read("r.xml")).toContain('<testcase classname="agentz-gate" name="widened"');
      expect(read("r.md")).toMatch(
        /^<!-- agentz ci -->\n## agentz: ❌ do not merge yet: version and gate failed\n/,
      );
      expect(done.stdout).toMatch(
        /^::error title=agentz version::Policy refunds needs a major bump/m,
      );
      const again = agentz(["ci", "--output", "markdown=-"], { cwd: folder });
      expect(again.stdout).toBe(read("r.md"));
    },
  );

  it("design 10.2: checks the versions against a folder as `agentz version check` does", () => {
    const folder = scratch({
      "before/refunds.yaml": RULES("1.0.0", "100.0"),
      "after/refunds.yaml": RULES("1.0.1", "200.0"),
    });
    const paths = ["--candidate", "after", "--baseline", "before"];
    const done = agentz(["ci", ...paths, "--output", "json=-"], { cwd: folder });
    const { steps, version, diff } = JSON.parse(done.stdout);
    const step = steps.find((one: { readonly name: string }) => one.name === "version");
    expect([done.status, step.status, step.summary, diff.required]).toEqual([
      1,
      "failed",
      "the change needs major; 1 document declares too little: refunds (1.0.0 -> 1.0.1); agentz version bump raises it",
      "major",
    ]);
    const alone = agentz(["version", "check", "--base", "before", "--candidate", "after"], {
      cwd: folder,
    });
    expect([alone.status, version.ok]).toEqual([1, false]);
    writeFileSync(join(folder, "after/refunds.yaml"), RULES("2.0.0", "200.0"));
    const declared = agentz(["ci", ...paths, "--require", "version"], { cwd: folder });
    expect([declared.status, declared.stdout]).toEqual([
      0,
      expect.stringContaining("the change needs major; every document declares enough"),
    ]);
    const recorded = agentz(["ci", "--candidate", "after", "--baseline", "recorded"], {
      cwd: folder,
    });
    expect(recorded.stdout).toContain("the baseline `recorded` is no policy set");
  });

  it("shows the change first, then what of it no recorded call reaches, then the rest", () => {
    const folder = repository();
    const more =
      "  - { id: look, effect: allow, actions: [crm/look], reason: everybody may look }\n";
    writeFileSync(join(folder, "policies/refunds.yaml"), `${RULES("2.0.0", "200.0")}${more}`);
    const { stdout } = agentz(["ci", "--output", "markdown=-"], { cwd: folder });
    const parts = [
      "## agentz: ",
      "### Now allowed that was not",
      "**Not tested:**",
      "refunds/look",
      "| step |",
      "### agentz diff: a major change",
      "### agentz replay: ",
    ];
    const places = parts.map((part, i) =>
      stdout.indexOf(part, i === 0 ? 0 : stdout.indexOf(parts[i - 1] ?? "")),
    );
    expect([places.every((place) => place >= 0), places]).toEqual([
      true,
      [...places].sort((a, b) => a - b),
    ]);
    const alone = agentz(["replay", "--format", "markdown"], { cwd: folder }).stdout;
    expect(alone).toMatch(
      /^#### Changed rules that your trace does not exercise\n\n[^\n]*\n\n- refunds\/look$/m,
    );
  });

  it("a shell reads its status, its json on a pipe, and the command that it proposes", () => {
    const folder = repository();
    writeFileSync(join(folder, "policies/refunds.yaml"), RULES("1.0.1", "200.0"));
    const shell = (script: string): ReturnType<typeof spawnSync> =>
      spawnSync(
        "bash",
        [
          "-euo",
          "pipefail",
          "-c",
          `agentz() { node '${join(ROOT, "bin/agentz.js")}' "$@"; }\n${script}`,
        ],
        {
          cwd: folder,
          encoding: "utf8",
          env: { PATH: process.env["PATH"] ?? "", HOME: folder, NO_COLOR: "1" },
        },
      );
    const read = shell(
      'if agentz ci --output json=- > r.json; then echo passed; else echo "failed with $?"; ' +
        "fi\nagentz replay --format json --gate widened=5 | node -e " +
        '\'console.log(JSON.parse(require("fs").readFileSync(0, ' +
        '"utf8")).changes.widened.direct)\'',
    );
    expect([read.stdout, read.status]).toEqual(["failed with 1\n1\n", 0]);
    const proposed = shell(
      'agentz replay > out.txt || true\ncommand=$(sed -n "s/.*; \\(agentz explain .*\\)  shows ' +
        'why$/\\1/p" out.txt)\necho "$command"\neval "$command"',
    );
    expect([String(proposed.stdout).split("\n")[0], proposed.status]).toEqual([
      "agentz explain s/1",
      0,
    ]);
    expect(proposed.stdout).toContain("allow");
  });

  it("design 11.5: proposes no command of an id that a shell would act on", () => {
    const folder = repository();
    writeFileSync(
      join(folder, "t.jsonl"),
      jsonl(
        ["$(touch owned)", "`touch owned`", "a;touch owned", "-x", "a b"].map((id, i) => ({
          ...call(i, 150),
          id,
        })),
      ),
    );
    writeFileSync(join(folder, "policies/refunds.yaml"), RULES("1.0.1", "200.0"));
    const done = agentz(["replay"], { cwd: folder });
    expect([
      done.status,
      done.stdout.includes("e.g. "),
      done.stdout.includes("agentz explain"),
    ]).toEqual([1, true, false]);
  });
});
