// permdiff: replays calls against the policy at two refs and tells what changed. It has no language
// of its own but a table of rules in Python, the first that fits deciding; Rego and Cedar it hands
// to their engines, which are measured beside it.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const RULES = fileURLToPath(new URL("rules.py", import.meta.url));
/**
 * What it says with `--verbose`, in hundredths of a second: both refs, and the two decisions of
 * each call set side by side.
 */
const TOOK = /evaluated (\d+) calls at both refs in ([\d.]+)s/;

function callOf({ tool, s, r, a, c, f }, i) {
  return {
    id: String(i),
    timestamp: "2026-01-01T00:00:00Z",
    principal: { id: c.on_behalf_of.id },
    agent: { id: s.id, attrs: s },
    tool: { name: tool, server: tool.split("/")[0] },
    arguments: a,
    resource: { id: "it", attrs: r },
    context: { ...c, effects: f },
  };
}

/**
 * permdiff's answers to records, in their order, and half the seconds that its replay of both refs
 * took by its own clock.
 */
export function permdiff(records) {
  const folder = mkdtempSync(join(tmpdir(), "agentz-permdiff-"));
  const [policy, traces, report] = ["policy", "calls.jsonl", "report.json"].map((name) =>
    join(folder, name),
  );
  try {
    execFileSync("git", ["init", "--quiet", folder]);
    mkdirSync(policy);
    copyFileSync(RULES, join(policy, "rules.py"));
    writeFileSync(join(policy, "payees.json"), JSON.stringify(records[0].payees));
    writeFileSync(
      traces,
      records.map((record, i) => `${JSON.stringify(callOf(record, i))}\n`).join(""),
    );
    const which = [
      "--repo",
      folder,
      "--base",
      "WORKTREE",
      "--head",
      "WORKTREE",
      "--policy",
      "policy",
      "--engine",
      "python:permdiff.demo.engine:evaluate",
      "--traces",
      traces,
      "--from",
      "jsonl",
    ];
    const what = [
      "--format",
      "json",
      "--include-decisions",
      "--redact",
      "none",
      "--fail-on",
      "none",
      "--output",
      report,
    ];
    const { stderr } = spawnSync("permdiff", ["--verbose", "diff", ...which, ...what], {
      cwd: folder,
      encoding: "utf8",
    });
    const took = TOOK.exec(stderr);
    if (took === null || Number(took[1]) !== records.length)
      throw new Error(`permdiff did not replay every call: ${stderr}`);
    const effects = new Map(
      JSON.parse(readFileSync(report, "utf8")).decisions.map(({ call, head }) => [
        call.id,
        head.effect,
      ]),
    );
    if ([...effects.values()].includes("error"))
      throw new Error("permdiff could not evaluate a call");
    return {
      answers: records.map((_, i) => effects.get(String(i)) === "allow"),
      seconds: Number(took[2]) / 2,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
