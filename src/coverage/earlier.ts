import type { CoverageMetrics, CoverageSummary, Ratio } from "../documents/replay-result.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type JsonObject,
} from "../request/json.ts";
import { parseTime } from "../text/time.ts";
import { byMetric, METRICS } from "./coverage-tally.ts";

type Part = ReadonlyMap<string, CoverageSummary>;

/** What a comparison needs of an earlier result of `coverage` or `report`. */
export interface Earlier {
  readonly to: string | null;
  readonly digest: string | null;
  readonly metrics: CoverageMetrics;
  readonly agents: Part;
  readonly tools: Part;
  readonly surfaces: Part;
}

function ratioOf(value: JsonObject | undefined): Ratio | undefined {
  const [covered, total] = [member(value, "covered"), member(value, "total")];
  return typeof covered === "number" && typeof total === "number" ? { covered, total } : undefined;
}

function metricsOf(value: JsonObject | undefined): CoverageMetrics | undefined {
  const found = METRICS.flatMap((metric) => ratioOf(objectMember(value, metric)) ?? []);
  if (found.length !== METRICS.length) return undefined;
  return byMetric((metric) => found[METRICS.indexOf(metric)] ?? { covered: 0, total: 0 });
}

function partOf(by: JsonObject | undefined, dimension: string): Part {
  const part = new Map<string, CoverageSummary>();
  for (const [name, value] of Object.entries(objectMember(by, dimension) ?? {})) {
    if (!isJsonObject(value)) continue;
    const metrics = metricsOf(objectMember(value, "metrics"));
    const consequential = member(value, "consequential");
    if (metrics !== undefined && typeof consequential === "number")
      part.set(name, { consequential, metrics });
  }
  return part;
}

/**
 * Reads an earlier JSON result of `agentz coverage` or `agentz report`; a text says why it is none.
 */
export function decodeEarlier(value: unknown): Earlier | string {
  if (!isJsonObject(value)) return "it does not contain a JSON object";
  const command = stringMember(value, "command");
  if (command !== "coverage" && command !== "report")
    return "it is not a result of `agentz coverage` or `agentz report`";
  const body = command === "report" ? objectMember(value, "coverage") : value;
  const metrics = metricsOf(objectMember(body, "metrics"));
  if (metrics === undefined) return "it has no coverage `metrics`";
  const by = objectMember(body, "by");
  const to = stringMember(objectMember(value, "trace"), "to") ?? null;
  if (to !== null && parseTime(to) === undefined) return "its `trace.to` is not a time";
  return {
    to,
    digest: stringMember(objectMember(value, "candidate"), "digest") ?? null,
    metrics,
    agents: partOf(by, "agent"),
    tools: partOf(by, "action"),
    surfaces: partOf(by, "surface"),
  };
}
