import type { CiResult } from "../../documents/ci-result.ts";
import { junitDocument } from "../junit.ts";
import type { ReportOptions } from "../reporter.ts";
import { ciCases } from "./parts.ts";

/** Every step, test, invariant and check as a case of JUnit. */
export function junitCi(result: CiResult, options: ReportOptions): string {
  return junitDocument("agentz ci", ciCases(result, options), options);
}
