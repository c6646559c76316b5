import type { CoverageMetrics } from "../../documents/replay-result.ts";
import type { MetricTarget } from "../../documents/report-result.ts";
import { byMetric, METRICS } from "../../coverage/coverage-tally.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { isJsonObject, type Json, member } from "../../request/json.ts";
import { USUAL_TARGET } from "../../report/coverage/words.ts";
import { meantHelp } from "../../text/slip.ts";
import { shareFault } from "./share-fault.ts";

/** The bands of every metric, as shares. */
export type MetricTargets = { readonly [metric in keyof CoverageMetrics]: MetricTarget };

/** The `report` of agentz.yaml: the bands that it sets. */
export interface ReportConfig {
  readonly targets: Partial<MetricTargets>;
}

function fail(message: string, help: string): never {
  throw new UserError("config", `${message} in \`report\` of agentz.yaml`, { help });
}

const EXAMPLE = "write `targets: { enforcement: { target: 0.95, alarm: 0.8 } }`";

function shareOf(map: Json, name: string, at: string): number {
  const value = isJsonObject(map) ? member(map, name) : undefined;
  if (typeof value !== "number") return fail(`\`${at}.${name}\` has to be a number`, EXAMPLE);
  const fault = shareFault(value);
  return fault === undefined
    ? value
    : fail(`\`${at}.${name}\` is a share: ${fault.message}`, fault.help);
}

function onlyKeys(map: Json, keys: readonly string[], at: string): readonly string[] {
  if (!isJsonObject(map)) return fail(`\`${at}\` has to be a map`, EXAMPLE);
  for (const key of Object.keys(map)) {
    if (keys.includes(key)) continue;
    fail(
      `there is no field \`${at === "report" ? "" : `${at}.`}${key}\``,
      meantHelp(key, keys, `it has ${keys.join(", ")}`),
    );
  }
  return Object.keys(map);
}

function bandsOf(value: Json, at: string): MetricTarget {
  onlyKeys(value, ["target", "alarm"], at);
  const bands = {
    target: shareOf(value, "target", at),
    alarm: shareOf(value, "alarm", at),
    from: "agentz.yaml",
  } as const;
  return bands.alarm <= bands.target
    ? bands
    : fail(`\`${at}.alarm\` is above \`${at}.target\``, "an alarm is below the target");
}

/** Reads the `report` of agentz.yaml. */
export function readReport(value: Json): ReportConfig {
  onlyKeys(value, ["targets"], "report");
  const targets = isJsonObject(value) ? (member(value, "targets") ?? null) : null;
  onlyKeys(targets, METRICS, "targets");
  const found: { -readonly [metric in keyof CoverageMetrics]?: MetricTarget } = {};
  for (const metric of METRICS) {
    const given = isJsonObject(targets) ? member(targets, metric) : undefined;
    if (given !== undefined) found[metric] = bandsOf(given, `targets.${metric}`);
  }
  return { targets: found };
}

/** The bands of every metric: those of agentz.yaml, else the default. */
export function metricTargets(config: ReportConfig | undefined): MetricTargets {
  return byMetric((metric) => config?.targets[metric] ?? USUAL_TARGET);
}
