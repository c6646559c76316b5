import { inertJson } from "./json-text.ts";
import type { ReportOptions } from "./reporter.ts";
import { repositoryPath } from "./repository-path.ts";

/**
 * SARIF 2.1.0 as GitHub's code scanning takes it: rules, results with places, stable fingerprints.
 */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly helpUri?: string;
  readonly level: "error" | "warning" | "note";
  readonly tags?: readonly string[];
}

export interface SarifResult {
  readonly ruleId: string;
  readonly level: "error" | "warning" | "note";
  readonly message: string;
  readonly file: string;
  /** From 1; end column exclusive. */
  readonly region: {
    readonly startLine: number;
    readonly startColumn?: number;
    readonly endLine?: number;
    readonly endColumn?: number;
  };
  /** What stays the same while the finding does, whatever moves around it. */
  readonly fingerprints: { readonly [name: string]: string };
  /** Why somebody decided that it may stay. */
  readonly suppression?: string;
}

/** What the run has to say that has no place in a file. */
export interface SarifNotification {
  readonly id: string;
  readonly level: "error" | "warning" | "note";
  readonly message: string;
}

export interface SarifRun {
  /** `agentz/lint/`, `agentz/replay/`; no two runs of a log have the same one. */
  readonly category: string;
  /** What the run is about, where a log has several. */
  readonly about?: string;
  readonly version: string;
  readonly rules: readonly SarifRule[];
  readonly results: readonly SarifResult[];
  readonly notifications?: readonly SarifNotification[];
}

/** WHY an invocation: it is where SARIF has room for what concerns no line. */
function invocationsOf({ notifications = [] }: SarifRun): object {
  if (notifications.length === 0) return {};
  const told = notifications.map(({ id, level, message }) => ({
    descriptor: { id },
    level,
    message: { text: message },
  }));
  return { invocations: [{ executionSuccessful: true, toolExecutionNotifications: told }] };
}

/** GitHub rejects a run with more results. */
const MOST_RESULTS = 25_000;

function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

function ruleOf(rule: SarifRule): object {
  return {
    id: rule.id,
    name: rule.id,
    shortDescription: { text: rule.title.slice(0, 1024) },
    fullDescription: { text: rule.title.slice(0, 1024) },
    help: { text: rule.help },
    ...(rule.helpUri === undefined ? {} : { helpUri: rule.helpUri }),
    defaultConfiguration: { level: rule.level },
    properties: {
      tags: rule.tags ?? ["security"],
      precision: "high",
      "problem.severity": rule.level === "note" ? "recommendation" : rule.level,
    },
  };
}

function resultOf(result: SarifResult, ruleIndex: number, options: ReportOptions): object {
  return {
    ruleId: result.ruleId,
    ruleIndex,
    level: result.level,
    message: { text: result.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(repositoryPath(result.file, options)) },
          region: result.region,
        },
      },
    ],
    partialFingerprints: result.fingerprints,
    ...(result.suppression === undefined
      ? {}
      : {
          suppressions: [
            { kind: "external", status: "accepted", justification: result.suppression },
          ],
        }),
  };
}

function runOf(run: SarifRun, options: ReportOptions): object {
  const ids = run.rules.map((rule) => rule.id);
  const about = run.about === undefined ? {} : { description: { text: run.about } };
  return {
    automationDetails: { id: run.category, ...about },
    tool: {
      driver: { name: "agentz", semanticVersion: run.version, rules: run.rules.map(ruleOf) },
    },
    columnKind: "utf16CodeUnits",
    ...invocationsOf(run),
    results: run.results
      .slice(0, MOST_RESULTS)
      .map((result) => resultOf(result, ids.indexOf(result.ruleId), options)),
  };
}

/** One SARIF log, as text; its paths are relative to the repository's root. */
export function sarifLog(runs: readonly SarifRun[], options: ReportOptions): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: runs.map((run) => runOf(run, options)),
  };
  return `${inertJson(JSON.stringify(log, null, 2))}\n`;
}
