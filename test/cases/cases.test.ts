import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DOCUMENT_NAMES, formatsOf } from "../../src/report/formats.ts";
import { agentz, ROOT, scratch, type Done } from "../e2e/agentz.ts";
import { edited, loadCases, type Case, type CaseRun } from "./load-cases.ts";

/** `UPDATE=1` writes what comes out as what is expected; review it as any other change. */
const UPDATE = process.env["UPDATE"] === "1";
const EXTENSIONS: Readonly<Record<string, string>> = {
  pretty: "txt",
  json: "json",
  markdown: "md",
  sarif: "sarif",
  github: "annotations.txt",
  junit: "xml",
  html: "html",
};
/** Documents of which no two runs are alike, and why. */
const NOT_ALIKE: Readonly<Record<string, string>> = {
  accept: "its entry expires a number of days from today",
  bench: "its figures are times",
  blame: "it names commits",
  bundle: "a bundle names the build",
  scan: "it shows what this user's coding agents recorded",
  "trace index": "it tells where the user's index is",
};

function nameOf({ document }: CaseRun): (typeof DOCUMENT_NAMES)[number] {
  const found = DOCUMENT_NAMES.find((name) => name === document);
  if (found === undefined) throw new Error(`src/report/formats.ts has no document \`${document}\``);
  return found;
}

const formatsIn = (run: CaseRun): readonly string[] => run.formats ?? formatsOf(nameOf(run));

const fileOf = (run: CaseRun, format: string): string =>
  `${run.as ?? run.document.replaceAll(" ", "-")}.${EXTENSIONS[format] ?? format}`;

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
);

/** What comes out, without the version of agentz, times that were measured, and the page's code. */
function comparable(text: string, format: string): string {
  const plain = text.replaceAll(version, "<version>").replaceAll(/"ms": \d+/g, '"ms": 0');
  if (format !== "html") return plain;
  return plain
    .replaceAll(/(<style>|<script>)[^]*?(<\/style>|<\/script>)/g, "$1$2")
    .replaceAll(/sha256-[\w+/]+=*/g, "sha256-")
    .replaceAll(/(?<=>)(?=<(?!\/))/g, "\n");
}

function run(input: Case["input"], { agentz: line }: CaseRun, format: string): Done {
  const words = (line.includes("{format}") ? line : `${line} --format {format}`).split(" ");
  return agentz(
    words.map((word) => word.replace("{format}", format)),
    { cwd: scratch(input) },
  );
}

const CASES = loadCases();

describe.each(CASES.map((one) => [one.name, one] as const))("%s", (_, one) => {
  const expected = join(one.folder, "expected");
  const outputs = one.runs.flatMap((of) =>
    formatsIn(of).map((format) => [fileOf(of, format), of, format] as const),
  );

  test.each(outputs)("%s", (file, of, format) => {
    const { status, stdout, stderr } = run(one.input, of, format);
    const text = comparable(stdout, format);
    if (UPDATE) {
      mkdirSync(expected, { recursive: true });
      writeFileSync(join(expected, file), text);
    }
    expect([status, stderr]).toEqual([of.status ?? 0, ""]);
    expect(text).toBe(readFileSync(join(expected, file), "utf8"));
  });

  test("every file in expected/ is what a command writes", () => {
    const written = new Set(outputs.map(([file]) => file));
    const left = readdirSync(expected).filter((file) => !written.has(file));
    if (UPDATE) for (const file of left) rmSync(join(expected, file));
    else expect(left).toEqual([]);
  });

  const { fix } = one;
  if (fix !== undefined)
    test("its fix is enough", () => {
      for (const of of one.runs)
        expect(run(edited(one.input, fix), of, "pretty")).toMatchObject({ status: 0 });
    });
});

test("every format of every document has a case, unless no two runs are alike", () => {
  const shown = new Set(
    CASES.flatMap(({ runs }) =>
      runs.flatMap((of) => formatsIn(of).map((format) => `${of.document} ${format}`)),
    ),
  );
  const missing = DOCUMENT_NAMES.filter((name) => NOT_ALIKE[name] === undefined).flatMap((name) =>
    formatsOf(name)
      .map((format) => `${name} ${format}`)
      .filter((pair) => !shown.has(pair)),
  );
  expect(missing).toEqual([]);
});
