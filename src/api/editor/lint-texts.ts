import { assembleSet } from "../../engine/assemble.ts";
import type { Finding } from "../../lint/finding.ts";
import type { Level } from "../../lint/rule.ts";
import { runLint } from "../../lint/run-lint.ts";
import { sha256 } from "../../node/hash.ts";
import { readFolderSet, type SetFiles } from "../../node/read-set.ts";
import { indexText, maskedSentence, secretsIn, type KnownSecrets } from "../../text/excerpt.ts";
import type { Source } from "../../text/span.ts";

/** A set to lint as an editor sees it: files, and the texts that are not saved yet. Plain data. */
export interface TextsJob {
  /** The folder that paths and names of files start at. */
  readonly cwd: string;
  /** What of the set is on disk; none: it is only the texts. */
  readonly paths: readonly string[];
  /** They stand for the files of their names, or are files that are not there yet. */
  readonly texts: readonly Source[];
  readonly levels: readonly (readonly [code: string, level: Level])[];
  /** Milliseconds since 1970 by which expiry is judged. */
  readonly today: number;
}

export type { Finding as EditorFinding } from "../../lint/finding.ts";

/** What was found, and in which texts. */
export interface LintedTexts {
  /** Secrets in their sentences are masked; edits are of the texts as they were. */
  readonly findings: readonly Finding[];
  readonly sources: readonly Source[];
}

async function filesOf({ cwd, paths, texts }: TextsJob): Promise<SetFiles> {
  const names = new Set(texts.map(({ file }) => file));
  const none: SetFiles = {
    sources: [],
    readBeside: () => ({ fault: "it cannot be read" }),
    ref: "",
  };
  const files = paths.length === 0 ? none : await readFolderSet(cwd, paths);
  return { ...files, sources: [...files.sources.filter(({ file }) => !names.has(file)), ...texts] };
}

function maskedFinding(finding: Finding, secrets: KnownSecrets): Finding {
  const { message, help, notes } = finding;
  const mask = (sentence: string): string => maskedSentence(sentence, secrets);
  return {
    ...finding,
    message: mask(message),
    ...(help === undefined ? {} : { help: mask(help) }),
    ...(notes === undefined
      ? {}
      : { notes: notes.map((note) => ({ ...note, message: mask(note.message) })) }),
  };
}

/** Lints a set with unsaved texts in it. A path that cannot be read is a `UserError`. */
export async function lintTexts(job: TextsJob): Promise<LintedTexts> {
  const { sources, readBeside } = await filesOf(job);
  const assembled = assembleSet(sources, { readBeside, sha256 });
  const { findings } = runLint(assembled, { levels: new Map(job.levels), today: job.today });
  const named = new Set(findings.map(({ file }) => file));
  const secrets = secretsIn(
    assembled.sources.filter(({ file }) => named.has(file)).map(({ text }) => indexText(text)),
  );
  return {
    findings: findings.map((finding) => maskedFinding(finding, secrets)),
    sources: assembled.sources,
  };
}
