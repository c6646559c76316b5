import type { HrTime } from "@opentelemetry/api";
import type { MetricData, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { errorCode } from "../node/file-error.ts";
import { VERSION } from "../node/version.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { Sample } from "./metrics.ts";

/** Where metrics are sent, and how often. */
export interface OtlpOptions {
  /** The whole address, such as `http://localhost:4318/v1/metrics`. */
  readonly url: string;
  /** Milliseconds between two exports. */
  readonly interval: number;
}

/** What an export needs of the process. */
export interface OtlpHost {
  readonly samples: () => readonly Sample[];
  readonly clock: () => number;
  /** Told that an export failed, the first one after others that did not or a later one. */
  readonly failed: (why: string, isFirst: boolean) => void;
  /** Told that one works again. */
  readonly works: () => void;
  /** The name of the decision point. */
  readonly instance: string;
}

const PACKAGES = [
  "@opentelemetry/exporter-metrics-otlp-http",
  "@opentelemetry/sdk-metrics",
  "@opentelemetry/resources",
] as const;

/** The official packages, which are not installed with agentz. */
async function load() {
  try {
    const [exporter, sdk, resources] = await Promise.all([
      import("@opentelemetry/exporter-metrics-otlp-http"),
      import("@opentelemetry/sdk-metrics"),
      import("@opentelemetry/resources"),
    ]);
    return { exporter, sdk, resources };
  } catch (cause) {
    if (errorCode(cause) !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new UserError("no-package", "--otlp needs packages that are not installed", {
      help: `run \`npm install ${PACKAGES.join(" ")}\` where agentz is installed; /metrics needs none of them`,
    });
  }
}

type Loaded = Awaited<ReturnType<typeof load>>;

const SUM_UNIT = "1";

function metricOf(
  sample: Sample,
  { sdk }: Loaded,
  { startTime, endTime }: { readonly startTime: HrTime; readonly endTime: HrTime },
): MetricData {
  const aggregationTemporality = sdk.AggregationTemporality.CUMULATIVE;
  const { name, help: description, kind } = sample;
  const unit = kind === "histogram" ? "s" : SUM_UNIT;
  // ValueType.DOUBLE of @opentelemetry/api
  const base = { descriptor: { name, description, unit, valueType: 1 }, aggregationTemporality };
  if (sample.kind === "histogram") {
    const { bounds, counts, sum, count } = sample;
    const buckets = { boundaries: [...bounds], counts: [...counts] };
    const value = { buckets, sum, count };
    const dataPoints = [{ startTime, endTime, attributes: {}, value }];
    return { ...base, dataPointType: sdk.DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = sample.points.map(({ labels, value }) => ({
    startTime,
    endTime,
    attributes: { ...labels },
    value,
  }));
  return kind === "counter"
    ? { ...base, dataPointType: sdk.DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...base, dataPointType: sdk.DataPointType.GAUGE, dataPoints };
}

function timeOf(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}

/**
 * Sends metrics by OTLP over HTTP, by the official exporter, which also reads the variables
 * `OTEL_EXPORTER_OTLP_*` (headers, timeout, compression). WHY no meter of that package: the numbers
 * are those of /metrics, counted once.
 */
export class OtlpExport {
  readonly #packages: Loaded;
  readonly #exporter: InstanceType<Loaded["exporter"]["OTLPMetricExporter"]>;
  readonly #host: OtlpHost;
  readonly #since: HrTime;
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void> = Promise.resolve();
  #fails = false;

  private constructor(packages: Loaded, { url, interval }: OtlpOptions, host: OtlpHost) {
    this.#packages = packages;
    this.#exporter = new packages.exporter.OTLPMetricExporter({ url });
    this.#host = host;
    this.#since = timeOf(host.clock());
    this.#timer = setInterval(() => void this.send(), interval).unref();
  }

  /** Begins to export; a package that is not installed is a `UserError`. */
  static async open(options: OtlpOptions, host: OtlpHost): Promise<OtlpExport> {
    return new OtlpExport(await load(), options, host);
  }

  #metrics(): ResourceMetrics {
    const { resources } = this.#packages;
    const times = { startTime: this.#since, endTime: timeOf(this.#host.clock()) };
    return {
      resource: resources.resourceFromAttributes({
        "service.name": "agentz",
        "service.version": VERSION,
        "service.instance.id": this.#host.instance,
      }),
      scopeMetrics: [
        {
          scope: { name: "agentz", version: VERSION },
          metrics: this.#host
            .samples()
            .map((sample) => metricOf(sample, this.#packages, times))
            .filter(({ dataPoints }) => dataPoints.length > 0),
        },
      ],
    };
  }

  /** Exports what stands, after what is being exported; that it fails is told. */
  send(): Promise<void> {
    this.#sending = this.#sending.then(
      () =>
        new Promise((resolve) =>
          this.#exporter.export(this.#metrics(), ({ code, error }) => {
            this.#tell(code === 0 ? undefined : (error?.message ?? "no answer"));
            resolve();
          }),
        ),
    );
    return this.#sending;
  }

  #tell(why: string | undefined): void {
    if (why !== undefined) this.#host.failed(why, !this.#fails);
    else if (this.#fails) this.#host.works();
    this.#fails = why !== undefined;
  }

  /** Exports once more and ends; a receiver that does not answer within so many ms is left. */
  async close(within: number): Promise<void> {
    clearInterval(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, within)));
    await Promise.race([this.send().then(() => this.#exporter.shutdown()), late]);
    clearTimeout(timer);
  }
}
