import { describe, expect, test } from "vitest";
import { agentz, jsonl, scratch } from "../e2e/agentz.ts";

/** What is said of a command line, as two lines. */
function said(...argv: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = agentz(argv);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  return stderr.trimEnd().split("\n");
}

describe("a command line that cannot be parsed: what is wrong, and what to do", () => {
  test.each([
    [["lint", "--formt", "json"], "unknown option `--formt`", "did you mean `--format`?"],
    [
      ["explain"],
      "the argument `<event-or-request>` is missing",
      "`agentz explain --help` shows what it takes",
    ],
    [
      ["trace", "stats"],
      "the argument `<traces>` is missing",
      "`agentz trace stats --help` shows what it takes",
    ],
    [
      ["trace"],
      "`agentz trace` is a group of commands, and none is named",
      "`agentz trace --help` shows what it takes",
    ],
    [["version", "chek"], "unknown command `chek`", "did you mean `check`?"],
    [["trace", "check", "t.jsonl"], "unknown command `check`", "did you mean `validate`?"],
    [
      ["version", "check", "--baseline", "x"],
      "unknown option `--baseline`",
      "did you mean `--base`?",
    ],
    [["replay", "--base", "x"], "unknown option `--base`", "did you mean `--baseline`?"],
    [["lint", "--json"], "unknown option `--json`", "did you mean `--format json`?"],
    [
      ["explain", "x", "--policies", "."],
      "unknown option `--policies`",
      "did you mean `--candidate`?",
    ],
    [["validate"], "unknown command `validate`", "did you mean `lint`?"],
    [
      ["blast-radius", "x"],
      "`agentz blast-radius` takes no arguments, only options",
      "`agentz blast-radius --help` shows what it takes",
    ],
    [
      ["who-can", "a", "b", "c"],
      "`agentz who-can` takes at most 2 arguments",
      "`agentz who-can --help` shows what it takes",
    ],
    [
      ["accept", "abc"],
      "the option `--reason <text>` is missing",
      "`agentz accept --help` shows what it takes",
    ],
    [
      ["lint", "-o"],
      "the option `-o, --output <file>` has no value",
      "`agentz lint --help` shows what it takes",
    ],
    [
      ["replay", "--gate", "widned=0"],
      "`--gate widned=0`: there is no check `widned`",
      "did you mean `widened`?",
    ],
    [
      ["replay", "--gate", "widen=0"],
      "`--gate widen=0`: there is no check `widen`",
      "did you mean `widened`?",
    ],
    [
      ["ci", "--gate", "enforcement=0.9"],
      "`--gate enforcement=0.9`: there is no check `enforcement`",
      "did you mean `coverage.enforcement`?",
    ],
    [
      ["replay", "--fail-on", "narrowed, widen"],
      "`--fail-on narrowed, widen`: there is no kind of change `widen`",
      "did you mean `widened`?",
    ],
    [
      ["ci", "--require", "lint,tests"],
      "`--require lint,tests`: there is no step `tests`",
      "did you mean `test`?",
    ],
    [
      ["ci", "--output", "mark=x.md"],
      "`--output mark=x.md`: there is no format `mark`",
      "did you mean `markdown`?",
    ],
    [
      ["bundle", "verify", "--require", "replays", "b.agentz"],
      "`--require replays`: there is no evidence `replays`",
      "did you mean `replay`?",
    ],
    [["import", "claude", "x"], "there is no format `claude`", "did you mean `claude-code`?"],
    [["hook", "claude"], "there is no host `claude`", "did you mean `claude-code`?"],
    [
      ["init", "x", "--pack", "support"],
      "there is no starter pack `support`",
      "did you mean `support-agent`?",
    ],
    [
      ["lint", "--explain", "shadowed"],
      "there is no finding `shadowed`",
      "did you mean `shadowed-rule`?",
    ],
    [
      ["report", "--format", "htm"],
      "`--format htm`: allowed choices are pretty, html, markdown, json",
      "did you mean `html`?",
    ],
    [
      ["report", "--format", "pdf"],
      "`--format pdf`: allowed choices are pretty, html, markdown, json",
      "`agentz report --help` shows what it takes",
    ],
    [["help", "nope"], "unknown command `nope`", "`agentz --help` lists the commands"],
    [["--nope"], "unknown option `--nope`", "`agentz --help` lists the commands"],
  ])("%j", (argv, message, help) => {
    expect(said(...argv)).toEqual([`agentz: ${message}`, `  help: ${help}`]);
  });
});

describe("explain: what stands where the id of an event does", () => {
  const event = { session: "s-1", subject: { type: "agent", id: "a" }, action: { name: "n" } };
  const folder = scratch({
    "p.yaml": "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: []\n",
    "r.json": '{"a": \n',
    "t.jsonl": jsonl([
      { ...event, id: "s-2/1", session: "s-2" },
      { ...event, id: "s-1/1" },
      { ...event, id: "s-1/2" },
    ]),
  });
  const BY_HAND =
    "write the request into a file and give its path, or give `-` and the request on standard input";

  test("what breaks off does so in its own line", () => {
    const { stderr } = agentz(["explain", "r.json", "--candidate", "p.yaml"], { cwd: folder });
    expect(stderr).toContain("agentz: r.json:1:7: this is not well-formed JSON");
  });

  test.each([
    ["s-1", "`s-1` is a session, not an event", "name one of its events, such as `s-1/1`, `s-1/2`"],
    ["s-1/3", "the trace has no event `s-1/3`", "did you mean `s-1/1`?"],
    ["{subject: {}}", "the trace has no event `{subject: {}}`", BY_HAND],
  ])("%s", (id, message, help) => {
    const args = ["explain", id, "--candidate", "p.yaml", "--trace", "t.jsonl"];
    const { status, stderr } = agentz(args, { cwd: folder });
    expect([status, stderr]).toEqual([2, `agentz: ${message}\n  help: ${help}\n`]);
  });
});

describe("what errors of documents keep from being done is said", () => {
  const folder = scratch({
    "p.yaml":
      "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: r, efect: deny }\n",
    "ok.yaml": "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules: []\n",
    "s.yaml":
      "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests: [{ name: a, request: {}, expect: deny }]\n",
  });

  test.each([
    [
      ["p.yaml"],
      "note: not checked until p.yaml loads: 6 checks of the whole set (empty-policy, " +
        "missing-approval, nothing-allowed, unknown-input, unused-declaration, unused-manifest-tool)",
    ],
    [
      ["p.yaml", "s.yaml"],
      "note: not checked until p.yaml loads: 6 checks of the whole set (empty-policy, " +
        "missing-approval, nothing-allowed, unknown-input, unused-declaration, unused-manifest-tool), " +
        "and what suites say",
    ],
    [["ok.yaml"], undefined],
  ])("lint %j", (files, note) => {
    const { status, stdout } = agentz(["lint", ...files], { cwd: folder });
    expect(status).toBe(note === undefined ? 0 : 1);
    expect(stdout.split("\n").find((line) => line.includes("not checked"))).toBe(note);
  });

  test.each([
    ['{"subject": {"type": "agent", "id": "a"}, "action": ', "1:53", "it ends too early"],
    ['{"subject": {"type": "agent"},, "x": 1}', "1:31", "a comma, a quote or a bracket"],
    ['{"subject": {"type": "agent"}\n "x": 1}', "2:2", "a comma, a quote or a bracket"],
  ])("a request of broken JSON: %s", (input, place, help) => {
    const args = ["decide", "-", "--candidate", "ok.yaml"];
    const { status, stderr } = agentz(args, { cwd: folder, input });
    expect(status).toBe(2);
    expect(stderr).toContain(
      `agentz: <stdin>:${place}: this is not well-formed JSON\n  help: ${help}`,
    );
  });

  test("a suite that does not load is not one without tests", () => {
    expect(agentz(["test", "ok.yaml", "s.yaml"], { cwd: folder }).stderr).toBe(
      "agentz: no test ran: fix the errors of the suites first\n",
    );
  });
});
