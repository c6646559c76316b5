import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { run } from "../suite/run-command.ts";

const POLICY =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: ok, effect: " +
  'allow, actions: [a/b] }\n  - { id: no, effect: deny, actions: [a/b], when: "args.city == ' +
  "'Münster'\" }\n";
const CATALOG =
  "# für alle\napiVersion: agentz/v1\nkind: Catalog\nname: c\nversion: 1.0.0\ndata: { who: { " +
  "file: FILE, column: who } }\n";
const SUITE =
  "apiVersion: agentz/v1\nkind: Suite\nname: s\ntests:\n  - { name: é, call: { subject: { " +
  "type: agent, id: a }, action: { server: a, name: b }, args: { city: x } }, expect: { " +
  "effect: allow } }\n";
const REQUEST =
  '{"subject":{"type":"agent","id":"ä"},"action":{"server":"a","name":"b"},"args":{"city":"Münster"}}\n';
const TRACE = `{"id":"1",${REQUEST.slice(1)}`;

const FILES: { readonly [name: string]: string } = {
  "p.yaml": POLICY,
  "c.yaml": CATALOG.replace("FILE", "who.csv"),
  "who.csv": "who\nmüller\n",
  "who.json": '[{"who":"müller"}]',
  "who.yaml": "- { who: müller }\n",
  "s.yaml": SUITE,
  "r.json": REQUEST,
  "t.jsonl": TRACE,
  "l.jsonl": '{"id":"1","labels":{"benign ä":true}}\n',
  "agentz.yaml": "# für alle\ncandidate: [p.yaml]\n",
  "m.yaml": "# für alle\nname: x\nevents: { id: record.id }\n",
  "old.json": '{"command":"coverage","title":"für alle"}',
};

/** The files with some of them in Latin-1, or another encoding. */
function folder(bad: readonly string[], encoding: "latin1" | "utf16le" = "latin1"): string {
  const made = scratch(FILES);
  for (const name of bad)
    writeFileSync(
      join(made, name),
      Buffer.from(`${encoding === "utf16le" ? "\ufeff" : ""}${FILES[name] ?? ""}`, encoding),
    );
  return made;
}

const COMMANDS: readonly (readonly [bad: string, argv: readonly string[]])[] = [
  ["p.yaml", ["lint", "p.yaml"]],
  ["p.yaml", ["decide", "--candidate", "p.yaml", "r.json"]],
  ["p.yaml", ["replay", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "t.jsonl"]],
  ["p.yaml", ["replay", "--candidate", "c.yaml", "--baseline", "p.yaml", "--trace", "t.jsonl"]],
  ["p.yaml", ["diff", "p.yaml", "c.yaml"]],
  ["c.yaml", ["lint", "c.yaml", "p.yaml"]],
  ["s.yaml", ["test", "p.yaml", "s.yaml"]],
  ["r.json", ["decide", "--candidate", "p.yaml", "r.json"]],
  ["r.json", ["explain", "r.json", "--candidate", "p.yaml"]],
  ["agentz.yaml", ["lint"]],
  ["agentz.yaml", ["replay", "--config", "agentz.yaml"]],
  [
    "l.jsonl",
    [
      "replay",
      "--candidate",
      "p.yaml",
      "--baseline",
      "recorded",
      "--trace",
      "t.jsonl",
      "--labels",
      "l.jsonl",
    ],
  ],
  ["m.yaml", ["import", "generic", "t.jsonl", "--mapping", "m.yaml"]],
  [
    "old.json",
    [
      "coverage",
      "--candidate",
      "p.yaml",
      "--baseline",
      "recorded",
      "--trace",
      "t.jsonl",
      "--since-report",
      "old.json",
    ],
  ],
];

describe("text that is not UTF-8 is refused", () => {
  it.each(COMMANDS)("%s in `%s`", async (bad, argv) => {
    const made = folder([bad]);
    // traces and what is beside them are found from the process's own folder
    const { status, stdout, stderr } = await run(
      made,
      ...argv.map((word) => (word.endsWith(".jsonl") ? join(made, word) : word)),
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(new RegExp(`${bad.replace(".", "\\.")}.*not valid UTF-8`));
    if (bad !== "l.jsonl") expect(stderr).toMatch(/line \d+, byte \d+ \(offset \d+\)/);
  });

  it.each(["who.csv", "who.json", "who.yaml"])("in the data file %s", async (bad) => {
    const made = folder([bad]);
    writeFileSync(join(made, "c.yaml"), CATALOG.replace("FILE", bad));
    const lint = await run(made, "lint", "c.yaml", "p.yaml", "--format", "json");
    expect([lint.status, JSON.parse(lint.stdout).findings[0]]).toEqual([
      1,
      expect.objectContaining({
        code: "data-file",
        file: "c.yaml",
        message: expect.stringContaining("it is not valid UTF-8 at line"),
      }),
    ]);
    expect(
      (await run(made, "decide", "--candidate", "c.yaml", "--candidate", "p.yaml", "r.json"))
        .status,
    ).toBe(2);
  });

  it("names UTF-16, and takes a byte order mark", async () => {
    for (const bad of ["p.yaml", "r.json"])
      expect(
        (await run(folder([bad], "utf16le"), "decide", "--candidate", "p.yaml", "r.json")).stderr,
      ).toContain(`\`${bad}\` cannot be read: it is UTF-16, not UTF-8`);
    const marked = scratch({
      ...FILES,
      "p.yaml": `\ufeff${POLICY}`,
      "r.json": `\ufeff${REQUEST}`,
      "agentz.yaml": "\ufeffcandidate: [p.yaml]\n",
      "who.csv": "\ufeffwho\nmüller\n",
      "c.yaml": `\ufeff${CATALOG.replace("FILE", "who.csv")}`,
    });
    expect((await run(marked, "lint", "p.yaml", "c.yaml")).status).toBe(0);
    expect(
      JSON.parse((await run(marked, "decide", "--format", "json", "r.json")).stdout).decision
        .effect,
    ).toBe("deny");
  });

  it("in a commit too", async () => {
    const made = folder(["p.yaml"]);
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: made,
        stdio: "ignore",
      });
    git("init", "-q");
    git("add", "p.yaml");
    git("commit", "-qm", "a");
    writeFileSync(join(made, "p.yaml"), POLICY);
    const { status, stderr } = await run(
      made,
      "replay",
      "--candidate",
      "p.yaml",
      "--baseline",
      "git:HEAD",
      "--trace",
      join(made, "t.jsonl"),
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("p.yaml` cannot be read: it is not valid UTF-8 at line 7"),
    ]);
  });
});

describe("characters that YAML does not have", () => {
  const lint = async (text: string): Promise<readonly unknown[]> =>
    JSON.parse(
      (await run(scratch({ "p.yaml": text }), "lint", "p.yaml", "--format", "json")).stdout,
    )
      .findings.filter(({ code }: { code: string }) => code === "yaml-syntax")
      .map(({ line, message }: { line: number; message: string }) => [line, message]);
  const refused = (line: number, code: string): unknown => [
    [line, `YAML does not allow the character U+${code}`],
  ];

  it.each([
    ["a NUL in a quoted text", POLICY.replace("ü", "\u0000"), 7, "0000"],
    ["a NUL in a key", POLICY.replace("effect: deny", "eff\u0000ect: deny"), 7, "0000"],
    ["a bell in a comment", `# \u0007\n${POLICY}`, 1, "0007"],
    ["an escape in a plain text", POLICY.replace("name: p", "name: p\u001b[2J"), 3, "001B"],
    ["a backspace in a block", `${POLICY}description: >-\n  a\u0008b\n`, 9, "0008"],
    ["a vertical tab", POLICY.replace("[a/b]", "[a/\u000bb]"), 6, "000B"],
    ["a delete in a plain text", POLICY.replace("name: p", "name: p\u007f"), 3, "007F"],
    ["a C1 control in a plain text", POLICY.replace("[a/b]", "[a/\u0081b]"), 6, "0081"],
    ["no character, in a plain text", POLICY.replace("[a/b]", "[a/\uffffb]"), 6, "FFFF"],
  ])("refuses %s", async (_, text, line, code) => {
    expect(await lint(text)).toEqual(refused(line, code));
  });

  it("takes escapes of them, tabs, and what JSON has in its texts", async () => {
    expect(await lint(POLICY.replace("'Münster'", "'M\\\\u0000nster'"))).toEqual([]);
    expect(await lint(`${POLICY}description: "a\\u0000\\tb\u007f\u0085 é😀"\n`)).toEqual([]);
    const { status } = await run(
      scratch({ "p.yaml": POLICY, "r.json": REQUEST.replace("Münster", "a\u007fb\u0090") }),
      "decide",
      "--candidate",
      "p.yaml",
      "r.json",
    );
    expect(status).toBe(0);
  });

  it("refuses them in requests, the configuration and CSV data too", async () => {
    expect(
      (
        await run(
          scratch({ "p.yaml": POLICY, "r.json": REQUEST.replace("ü", "\u0000") }),
          "decide",
          "--candidate",
          "p.yaml",
          "r.json",
        )
      ).status,
    ).toBe(2);
    expect(
      (await run(scratch({ "agentz.yaml": 'candidate: ["p\u0001.yaml"]\n' }), "lint")).status,
    ).toBe(2);
    const { stdout, status } = await run(
      scratch({ "c.yaml": CATALOG.replace("FILE", "who.csv"), "who.csv": "who\nm\u0000ller\n" }),
      "lint",
      "c.yaml",
    );
    expect([status, stdout]).toEqual([1, expect.stringContaining("it has a control character")]);
  });
});
