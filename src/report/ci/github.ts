import type { CiResult } from "../../documents/ci-result.ts";
import { printable } from "../escape.ts";
import { githubAnnotations } from "../github.ts";
import type { ReportOptions } from "../reporter.ts";
import { ciAnnotations, stepText } from "./parts.ts";

export function githubCi(result: CiResult, options: ReportOptions): string {
  const steps = result.steps
    .map((step) => `${step.name}: ${step.status}, ${printable(stepText(step), 600)}`)
    .join("\n");
  return `${githubAnnotations(ciAnnotations(result), options)}${steps}\n`;
}
