import { assembleSet } from "../../engine/assemble.ts";
import type { Finding } from "../../lint/finding.ts";
import { runLint } from "../../lint/run-lint.ts";
import { sha256 } from "../../node/hash.ts";
import { indexText, maskedSentence, secretsIn, type KnownSecrets } from "../../text/excerpt.ts";
import type { Source } from "../../text/span.ts";
import { suiteFindings } from "../suite-findings.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

export type { Finding as EditorFinding } from "../../lint/finding.ts";

/** What was found, and in which texts. */
export interface LintedTexts {
  /** Secrets in their sentences are masked; edits are of the texts as they were. */
  readonly findings: readonly Finding[];
  readonly sources: readonly Source[];
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
  const { sources, readBeside } = await filesOfTexts(job);
  const assembled = assembleSet(sources, { readBeside, sha256 });
  const suites = suiteFindings(assembled);
  const { findings } = runLint(assembled, {
    levels: new Map(job.levels),
    today: job.today,
    ...(suites === undefined ? {} : { suites }),
  });
  const named = new Set(findings.map(({ file }) => file));
  const secrets = secretsIn(
    assembled.sources.filter(({ file }) => named.has(file)).map(({ text }) => indexText(text)),
  );
  return {
    findings: findings.map((finding) => maskedFinding(finding, secrets)),
    sources: assembled.sources,
  };
}
