import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Io } from "../../src/node/io.ts";
import { main } from "../../src/cli/main.ts";
import type { HostileCase } from "./hostile-case.ts";
import { PLANTED } from "./corpus.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Makes a folder with the files of a case; the caller removes it. */
export function folderOf(files: HostileCase["files"]): string {
  const folder = mkdtempSync(join(tmpdir(), "agentz-hostile-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/**
 * Runs a command line in this process, in a folder; `@` in front of an argument stands for the
 * folder.
 */
export async function runIn(
  folder: string,
  argv: readonly string[],
  stdin = "",
  env: Io["env"] = {},
): Promise<Ran> {
  let [stdout, stderr] = ["", ""];
  const io: Io = {
    cwd: folder,
    env: { NO_COLOR: "1", ...env },
    stdout: { write: (text) => void (stdout += text), isTTY: false, columns: 100 },
    stderr: { write: (text) => void (stderr += text), isTTY: false },
    readStdin: () => Promise.resolve(stdin),
    clock: () => Date.UTC(2026, 5, 1),
  };
  const status = await main(
    argv.map((arg) => arg.replace(/^@/, folder)),
    io,
  );
  return { status, stdout, stderr };
}

/** Runs a case and says what is wrong with what came out; nothing where all is well. */
export async function runCase(
  one: HostileCase,
): Promise<{ readonly ran: Ran; readonly faults: readonly string[] }> {
  const folder = folderOf(one.files);
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", onWarning);
  try {
    await one.prepare?.(folder);
    const ran = await runIn(folder, one.argv, one.stdin);
    // warnings come on a later turn
    await new Promise((resolve) => setImmediate(resolve));
    const more = (await one.check?.({ folder, ran })) ?? [];
    return {
      ran,
      faults: [
        ...judge(one, ran),
        ...more,
        ...warnings.map((warning) => `a warning of the runtime: ${warning}`),
      ],
    };
  } catch (error) {
    return {
      ran: { status: -1, stdout: "", stderr: "" },
      faults: [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
    };
  } finally {
    process.off("warning", onWarning);
    rmSync(folder, { recursive: true, force: true });
  }
}

const SLIPS = new RegExp(
  String.raw`^\s+at .*[:(]\d+:\d+\)?$|TypeError|RangeError|ReferenceError` +
    String.raw`|Maximum call stack|Cannot read propert|is not a function|is not iterable` +
    String.raw`|\[object Object\]|\bNaN\b.*undefined`,
  "m",
);

/**
 * What a terminal, a log or a reader of lines would act on; a line break between our own lines is
 * none.
 */
const RAW =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/;
const COMMAND = /^[^\S\n]*::\w|##\w*\[/m;
/** Our own annotations. */
const ANNOTATION = /^::(error|warning|notice) [^\n]*$/gm;

function judge(one: HostileCase, ran: Ran): readonly string[] {
  const { status, stdout, stderr } = ran;
  const own = one.argv.includes("github")
    ? stdout.replace(ANNOTATION, (line) => line.slice(2))
    : stdout;
  const all = `${own}\n${stderr}`;
  const importing = one.argv[0] === "import";
  return [
    ...(status === 0 || status === 1 || status === 2 ? [] : [`exit status ${status}`]),
    ...(status === 2 && stderr.trim() === "" && stdout.trim() === ""
      ? ["refused without a word"]
      : []),
    ...(SLIPS.test(importing ? stderr : all)
      ? [`an inner error shows: ${SLIPS.exec(all)?.[0] ?? ""}`]
      : []),
    ...(RAW.test(importing ? stderr : all)
      ? [`a raw control character: ${JSON.stringify(around(all, RAW))}`]
      : []),
    ...(COMMAND.test(importing ? stderr : all)
      ? [`a workflow command: ${JSON.stringify(around(all, COMMAND))}`]
      : []),
    // an explanation shows what the call's subject and context say; its own test holds the rest
    // back
    ...(one.guarded && one.argv[0] !== "explain" && (importing ? stderr : all).includes(PLANTED)
      ? [`a secret: ${JSON.stringify(around(all, new RegExp(PLANTED)))}`]
      : []),
    ...jsonFaults(one, ran),
    ...(Object.keys(Object.prototype).length > 0 || Object.keys(Array.prototype).length > 0
      ? ["a prototype has been written to"]
      : []),
  ];
}

function around(text: string, pattern: RegExp): string {
  const at = pattern.exec(text)?.index ?? 0;
  return text.slice(Math.max(0, at - 60), at + 60);
}

interface Finding {
  readonly file?: unknown;
  readonly line?: unknown;
  readonly column?: unknown;
  readonly message?: unknown;
}

/**
 * `--format json` gives exactly one document on stdout, also for failures, and every finding has a
 * place.
 */
function jsonFaults(one: HostileCase, ran: Ran): readonly string[] {
  const format = one.argv.lastIndexOf("--format");
  if (
    one.kind === "flags" ||
    format < 0 ||
    one.argv[format + 1] !== "json" ||
    one.argv.includes("-")
  )
    return [];
  let value: {
    readonly error?: { readonly message?: unknown; readonly findings?: readonly Finding[] };
    readonly findings?: readonly Finding[];
    readonly schemaVersion?: unknown;
  };
  try {
    value = JSON.parse(ran.stdout);
  } catch {
    return [`stdout is not one JSON document: ${ran.stdout.slice(0, 200)}`];
  }
  // what `catalog check` finds stands in traces, not in documents
  const findings = [
    ...(one.argv[0] === "catalog" ? [] : (value.findings ?? [])),
    ...(value.error?.findings ?? []),
  ];
  return [
    ...(value.schemaVersion === 1 ? [] : ["no schemaVersion"]),
    ...(ran.status === 2 && (typeof value.error?.message !== "string" || value.error.message === "")
      ? ["a failure without a message"]
      : []),
    ...findings.flatMap((finding) => placeFaults(one, finding)),
  ];
}

function placeFaults(
  one: HostileCase,
  { file, line, column, message }: Finding,
): readonly string[] {
  const content = typeof file === "string" ? one.files[file] : undefined;
  // a configuration may name files of this machine, of which the case does not know the lines
  if (typeof file === "string" && file.startsWith("../") && typeof line === "number" && line >= 1)
    return [];
  const known =
    content !== undefined &&
    typeof line === "number" &&
    typeof column === "number" &&
    line >= 1 &&
    column >= 1 &&
    line <=
      Buffer.from(content)
        .toString("utf8")
        .split(/\r\n|\r|\n/).length;
  return known && typeof message === "string" && message !== ""
    ? []
    : [`a finding without a place: ${JSON.stringify({ file, line, column, message })}`];
}
