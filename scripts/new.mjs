// Begins a lint rule, an importer or an output format: code, test, page and its line in the
// registry. What to change and to run then is said on standard output.
//   npm run new rule <code>
//   npm run new importer <name>
//   npm run new reporter <document> <format>
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const USAGE =
  "npm run new rule <code> | npm run new importer <name> | npm run new reporter <document> <format>";

/** A wrong command line: what is wrong, and what to do. */
class Misuse extends Error {}

const camel = (name) => name.replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => camel(`-${name}`);

function checked(name, what) {
  if (name === undefined) throw new Misuse(`the ${what} is missing; write ${USAGE}`);
  if (!KEBAB.test(name))
    throw new Misuse(`\`${name}\` is no ${what}: write lowercase words with hyphens between`);
  return name;
}

/** New files and changed ones, written together once all is known to fit. */
class Change {
  #texts = new Map();

  create(path, text) {
    if (existsSync(join(root, path))) throw new Misuse(`${path} exists already`);
    this.#texts.set(path, text);
  }

  /** Puts `text` before or behind the first `anchor`, which has to be there. */
  insert(path, text, { before, after }) {
    const old = this.#texts.get(path) ?? readFileSync(join(root, path), "utf8");
    const anchor = before ?? after;
    const at = old.indexOf(anchor);
    if (at < 0) throw new Error(`${path} has no \`${anchor.trim()}\`: fix scripts/new.mjs`);
    const place = before === undefined ? at + anchor.length : at;
    this.#texts.set(path, old.slice(0, place) + text + old.slice(place));
  }

  write() {
    for (const [path, text] of this.#texts) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const paths = [...this.#texts.keys()];
    const code = paths.filter((path) => path.endsWith(".ts"));
    const biome = join(root, "node_modules/.bin/biome");
    const { status } = spawnSync(biome, ["format", "--write", "--log-level=error", ...code], {
      cwd: root,
      stdio: "inherit",
    });
    if (status !== 0) throw new Error("biome does not format what was written: run `npm ci`");
    return paths;
  }
}

function rule(change, code) {
  const name = camel(code);
  change.create(
    `src/lint/rules/${code}.ts`,
    `import { quoted } from "../../policy/log.ts";
import type { SetRule } from "../rule.ts";

/** Policies called \`todo\`: write here what the rule finds, and why that is a fault. */
export const ${name}: SetRule = {
  code: "${code}",
  level: "warning",
  kind: "fault",
  needs: "set",
  run: ({ policies }) =>
    policies
      .filter((policy) => policy.name === "todo")
      .map((policy) => ({
        place: policy.place,
        message: \`policy \${quoted(policy.name)} has a name that says nothing\`,
        help: "name it for what it permits",
      })),
};
`,
  );
  change.create(
    `test/lint/${code}.test.ts`,
    `import { expect, test } from "vitest";
import { documents, lint } from "./pages.ts";

/** What the rule finds in a snippet, as messages. */
function found(snippet: string): readonly string[] {
  return lint(documents(snippet), ["${code}"])
    .findings.filter((finding) => finding.code === "${code}")
    .map(({ message }) => message);
}

const policy = (name: string): string =>
  \`apiVersion: agentz/v1\\nkind: Policy\\nname: \${name}\\nversion: 1.0.0\\nrules: [{ id: r, effect: allow }]\\n\`;

test.each([
  ["todo", ["policy \`todo\` has a name that says nothing"]],
  ["payments", []],
])("${code}: a policy called %s", (name, expected) => expect(found(policy(name))).toEqual(expected));
`,
  );
  change.create(
    `docs/lint/${code}.md`,
    `# ${code}

The name of a policy does not describe it.

## Avoid
\`\`\`yaml
apiVersion: agentz/v1
kind: Policy
name: todo
version: 1.0.0
rules: [{ id: read, effect: allow, actions: [files/read] }]
\`\`\`

## Prefer
\`\`\`yaml
apiVersion: agentz/v1
kind: Policy
name: files
version: 1.0.0
rules: [{ id: read, effect: allow, actions: [files/read] }]
\`\`\`

## Why
Say what goes wrong if a policy has this problem.

## Configuration
\`\`\`yaml
# agentz.yaml
lint:
  rules:
    ${code}: off        # or warning, error
\`\`\`
To suppress one finding, write \`# agentz-ignore ${code}: <reason>\` on its line, or alone on the line before.
`,
  );
  change.insert("src/diagnostics/codes.ts", `  "${code}": "a policy whose name says nothing",\n`, {
    before: "} as const;",
  });
  change.insert("src/lint/registry.ts", `import { ${name} } from "./rules/${code}.ts";\n`, {
    before: "\n/**",
  });
  change.insert("src/lint/registry.ts", `  ${name},\n`, { before: "  badSuppression," });
}

function importer(change, format) {
  const name = camel(format);
  change.create(
    `src/trace/importers/${format}.ts`,
    `import { member, objectMember, stringMember, type JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { filled, timeText } from "./call-values.ts";
import { stemOf } from "./chat-origin.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";

/** What ${format} writes: one object a call (docs/importers/${format}.md). */
export const ${name}: Importer = {
  name: "${format}",
  title: "${format}: one object a call",
  recognises,
  convert,
};

function recognises({ text }: ImportSample): boolean {
  return text.includes('"${format}_call"');
}

/** The event of one record; undefined where it is no call. */
function eventOf(record: unknown, options: ImportOptions): JsonObject | undefined {
  if (!isJsonObject(record)) return undefined;
  const call = objectMember(record, "${format}_call");
  if (call === undefined) return undefined;
  return filled({
    time: timeText(member(record, "time")),
    session: stringMember(record, "session"),
    subject: options.subject && { ...options.subject },
    action: filled({ server: options.server, name: stringMember(call, "tool") }),
    args: objectMember(call, "arguments"),
  });
}

async function* convert(
  file: ImportFile,
  options: ImportOptions,
  tally: ImportTally,
): AsyncGenerator<readonly JsonObject[]> {
  let count = 0;
  for await (const items of readJson(file, tally))
    yield items.flatMap(({ value, line }) => {
      const event = eventOf(value, options);
      if (event !== undefined) return [{ id: \`\${stemOf(file)}/\${count++}\`, ...event }];
      tally.addUnreadable("a record holds no call", file.name, line);
      return [];
    });
}
`,
  );
  change.create(
    `test/trace/importers/${format}.test.ts`,
    `import { expect, test } from "vitest";
import { ${name} } from "../../../src/trace/importers/${format}.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

test("a record is a call, and what is none is counted", async () => {
  const records = [
    { session: "s", ${
      format.includes("-") ? `"${format}_call"` : `${format}_call`
    }: { tool: "refund", arguments: { amount: 5 } } },
    { note: "no call" },
  ];
  const { calls, report } = await importFiles(${name}, [importFileOf("log.jsonl", linesOf(records))]);
  expect(calls).toMatchObject([{ session: "s", action: { name: "refund" }, args: { amount: 5 } }]);
  expect(report.causes).toEqual([{ cause: "a record holds no call", count: 1 }]);
});
`,
  );
  change.create(
    `docs/importers/${format}.md`,
    `# \`agentz import ${format}\`

Converts records of ${format} to a canonical trace.

\`\`\`
agentz import ${format} calls.jsonl -o trace.jsonl
\`\`\`

Paths are files, folders, globs (gzipped or not), or \`-\` for standard input.

## What an event gets

| member | from | unrecorded |
|---|---|---|
| \`time\` | \`time\` | where there is none |
| \`session\` | \`session\` | where there is none |
| \`subject\` | \`--subject\` | always, in the format |
| \`action.name\` | \`${format}_call.tool\` | where there is none |
| \`args\` | \`${format}_call.arguments\` | where there are none |

## What the format does not record

- **the agent**: pass \`--subject\`;
- **the server of a tool**: pass \`--server\`;
- **the result of a call**.

## How to check the count

\`\`\`js
import { readFileSync } from "node:fs";

const files = process.argv.slice(2);
const lines = files.flatMap((file) => readFileSync(file, "utf8").trim().split("\\n"));
console.log(lines.filter((line) => "${format}_call" in JSON.parse(line)).length);
\`\`\`
`,
  );
  change.insert("src/trace/importers/registry.ts", `import { ${name} } from "./${format}.ts";\n`, {
    before: "\n/**",
  });
  change.insert(
    "src/trace/importers/nearest-format.ts",
    `  ["${format}", ["${format}_call", "tool", "arguments"]],\n`,
    {
      after: "const SIGNS: readonly (readonly [format: string, names: readonly string[]])[] = [\n",
    },
  );
  change.insert("src/trace/importers/registry.ts", `${name}, `, {
    after: "export const IMPORTERS: readonly Importer[] = [",
  });
  change.insert(
    "test/docs/importer-pages.test.ts",
    `  "${format}": { "calls.jsonl": jsonl([{ time: T, session: "s", "${format}_call": { tool: ` +
      `"refund", arguments: { amount: 5 } } }]) },\n`,
    {
      after:
        "const INPUTS: { readonly [format: string]: { readonly [file: string]: string } } = {\n",
    },
  );
}

function reporter(change, { document, format }) {
  const map = "src/report/formats.ts";
  const text = readFileSync(join(root, map), "utf8");
  const entry = [...text.matchAll(/^  "?([\w -]+)"?: formats<(\w+)>\(\{$/gm)].find(
    ([, name]) => name.replace(" ", "-") === document,
  );
  if (entry === undefined) throw new Misuse(`${map} has no document \`${document}\``);
  const [line, named, type] = entry;
  const [, from] = new RegExp(`\\b${type}\\b[^;]* from "([^"]+)"`).exec(text) ?? [];
  if (from === undefined) throw new Error(`${map} has another shape: fix scripts/new.mjs`);
  const name = `${camel(format)}${pascal(document)}`;
  change.create(
    `src/report/${document}/${format}.ts`,
    `import type { ${type} } from "../${from}";
import { printable } from "../escape.ts";

/** The document in ${format}: one printable line for each of its members. */
export function ${name}(document: ${type}): string {
  return Object.keys(document)
    .map((member) => \`\${printable(member)}\\n\`)
    .join("");
}
`,
  );
  change.create(
    `test/report/${document}/${format}.test.ts`,
    `import { expect, test } from "vitest";
import { formatsOf } from "../../../src/report/formats.ts";

test("${document} can be written as ${format}", () =>
  expect(formatsOf("${named}")).toContain("${format}"));
`,
  );
  const load = `async () => (await import("./${document}/${format}.ts")).${name}`;
  change.insert(map, `    ${format}: ${load},\n`, {
    after: `${line}\n    ${firstFormat(text, line)}\n`,
  });
}

/** The line of a document's first format. */
function firstFormat(text, line) {
  const at = text.indexOf(line) + line.length + 1;
  return text.slice(at, text.indexOf("\n", at)).trim();
}

/** What has to be done by hand before all is green. */
const NEXT = {
  rule: [],
  importer: [
    "npm run build",
    "write twenty variants of the format for test/trace/importers/variants/all.ts, whose test asks for them",
  ],
  reporter: ["npm run build && UPDATE=1 npx vitest run test/cases   # writes its expected output"],
};

function main([kind, first, second]) {
  const change = new Change();
  if (kind === "rule") rule(change, checked(first, "code"));
  else if (kind === "importer") importer(change, checked(first, "name"));
  else if (kind === "reporter")
    reporter(change, {
      document: checked(first, "document"),
      format: checked(second, "format"),
    });
  else throw new Misuse(`what to begin? write ${USAGE}`);
  const paths = change.write();
  console.log("written; now make it yours:");
  for (const path of paths) console.log(`  ${path}`);
  for (const line of NEXT[kind]) console.log(`then: ${line}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  console.error(`new: ${error.message}`);
  process.exitCode = 2;
}
