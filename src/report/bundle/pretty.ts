import { Chalk } from "chalk";
import type { BundleResult } from "../../documents/bundle-result.ts";
import { printableWhole } from "../escape.ts";
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
    `${result.ok ? paint.green("ok") : paint.red("REFUSED")}  ${printableWhole(result.file)}`,
    ...result.problems.map(
      ({ code, message }) => `  ${paint.red(code)}: ${printableWhole(message)}`,
    ),
    ...(result.id === null
      ? []
      : [
          `  bundle     ${printableWhole(result.id)}`,
          `  policies   ${printableWhole(result.digest ?? "none")}`,
          `  from       ${printableWhole(provenanceText(result))}`,
        ]),
    ...result.documents.map(({ kind, name, version }) =>
      printableWhole(`  ${kind.toLowerCase().padEnd(10)} ${name} ${version}`),
    ),
    ...result.evidence.map((one) => printableWhole(`  evidence   ${evidenceText(one)}`)),
    ...result.signatures.map(({ key, valid }) =>
      printableWhole(`  signature  ${valid ? "valid, by" : "WRONG, by"} ${key}`),
    ),
    ...(options.details
      ? result.files.map(({ path, bytes }) =>
          printableWhole(`  file       ${path} (${bytes} bytes)`),
        )
      : []),
  ];
  return `${lines.join("\n")}\n`;
}
