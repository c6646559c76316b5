import { Chalk } from "chalk";
import type { BundleResult } from "../../documents/bundle-result.ts";
import { printable } from "../escape.ts";
import type { ReportOptions } from "../reporter.ts";

function evidenceText({ command, passed, path }: BundleResult["evidence"][number]): string {
  return `${command} ${passed === null ? "" : passed ? "passed " : "FAILED "}(${path})`;
}

function provenanceText({ provenance }: BundleResult): string {
  if (provenance === null) return "not known";
  const from =
    provenance.commit === null
      ? "no git repository"
      : `commit ${provenance.commit}${provenance.dirty === true ? ", with uncommitted changes" : ""}`;
  return `${from}, built by agentz ${provenance.tool}`;
}

/** What a bundle is and holds, and what is wrong with it. */
export function prettyBundle(result: BundleResult, options: ReportOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const lines = [
    `${result.ok ? paint.green("ok") : paint.red("REFUSED")}  ${printable(result.file)}`,
    ...result.problems.map(
      ({ code, message }) => `  ${paint.red(code)}: ${printable(message, 500)}`,
    ),
    ...(result.id === null
      ? []
      : [
          `  bundle     ${printable(result.id)}`,
          `  policies   ${printable(result.digest ?? "none")}`,
          `  from       ${printable(provenanceText(result), 300)}`,
        ]),
    ...result.documents.map(({ kind, name, version }) =>
      printable(`  ${kind.toLowerCase().padEnd(10)} ${name} ${version}`),
    ),
    ...result.evidence.map((one) => printable(`  evidence   ${evidenceText(one)}`, 300)),
    ...result.signatures.map(({ key, valid }) =>
      printable(`  signature  ${valid ? "valid, by" : "WRONG, by"} ${key}`),
    ),
    ...(options.details
      ? result.files.map(({ path, bytes }) =>
          printable(`  file       ${path} (${bytes} bytes)`, 300),
        )
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
