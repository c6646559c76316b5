import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** Text of an input file that is replaced: it stands there exactly once. */
export interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** One command line of a case, in some formats of its document. */
export interface CaseRun {
  /** The words behind `agentz`; `{format}` is each format, by default behind `--format`. */
  readonly agentz: string;
  /** A document of `src/report/formats.ts`. */
  readonly document: string;
  /** Default: every format of the document. */
  readonly formats?: readonly string[];
  /** The name of the files in `expected/`; default: the document with hyphens. */
  readonly as?: string;
  /** Default: 0. */
  readonly status?: number;
}

/** A folder of `test/cases/`. */
export interface Case {
  readonly name: string;
  readonly about: string;
  readonly folder: string;
  /** The files that its commands find, by their paths. */
  readonly input: Readonly<Record<string, string>>;
  readonly runs: readonly CaseRun[];
  /** After this change to the input every command ends with 0. */
  readonly fix?: Edit;
}

interface CaseFile {
  readonly about: string;
  /** Another case, whose input this one has too. */
  readonly base?: string;
  readonly edits?: readonly Edit[];
  readonly runs: readonly CaseRun[];
  readonly fix?: Edit;
}

const CASES = import.meta.dirname;

function filesBelow(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")]),
  );
}

/** The input with the edit; throws where its text does not stand there exactly once. */
export function edited(input: Case["input"], { file, from, to }: Edit): Case["input"] {
  const parts = (input[file] ?? "").split(from);
  if (parts.length !== 2) throw new Error(`${file} has \`${from}\` ${parts.length - 1} times`);
  return { ...input, [file]: parts.join(to) };
}

function inputOf(name: string, { base, edits }: CaseFile): Case["input"] {
  const own = readdirSync(join(CASES, name)).includes("input")
    ? filesBelow(join(CASES, name, "input"))
    : {};
  const input = base === undefined ? own : { ...filesBelow(join(CASES, base, "input")), ...own };
  return (edits ?? []).reduce(edited, input);
}

function loadCase(name: string): Case {
  const folder = join(CASES, name);
  const file: CaseFile = parse(readFileSync(join(folder, "case.yaml"), "utf8"));
  return {
    name,
    folder,
    about: file.about,
    input: inputOf(name, file),
    runs: file.runs,
    ...(file.fix && { fix: file.fix }),
  };
}

/** Every case, by name. */
export function loadCases(): readonly Case[] {
  return readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map(loadCase);
}
