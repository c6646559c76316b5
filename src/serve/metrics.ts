/** Upper bounds of the histogram of decisions, in seconds. */
const BOUNDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25] as const;

type Labels = Readonly<Record<string, string>>;

/** A number at a moment, by its labels. */
export interface Point {
  readonly labels: Labels;
  readonly value: number;
}

/** How often values lay within bounds. */
export interface Distribution {
  /** Upper bounds, included; what is above the last has a count of its own. */
  readonly bounds: readonly number[];
  /** One more than bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** One metric as it stands. */
export type Sample = { readonly name: string; readonly help: string } & (
  | { readonly kind: "counter" | "gauge"; readonly points: readonly Point[] }
  | ({ readonly kind: "histogram" } & Distribution)
);

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`,
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** A number that only grows, by one label or two. */
class Counter {
  /** WHY maps and no text of both labels: most are counted far more often than shown. */
  readonly #values = new Map<string, Map<string, number>>();
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly [string, string?];

  constructor(name: string, labels: readonly [string, string?], help: string) {
    this.#name = name;
    this.#labels = labels;
    this.#help = help;
  }

  add(first: string, second = ""): void {
    const below = this.#values.get(first) ?? new Map<string, number>();
    if (below.size === 0) this.#values.set(first, below);
    below.set(second, (below.get(second) ?? 0) + 1);
  }

  sample(): Sample {
    const [outer, inner] = this.#labels;
    const points = [...this.#values].flatMap(([first, below]) =>
      [...below].map(([second, value]) => ({
        labels: { [outer]: first, ...(inner !== undefined && { [inner]: second }) },
        value,
      })),
    );
    return { name: this.#name, help: this.#help, kind: "counter", points };
  }
}

/** A number of the moment, read when somebody asks. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly labels?: Labels;
  readonly value: number;
}

function gaugeSample({ name, help, labels = {}, value }: Gauge): Sample {
  return { name, help, kind: "gauge", points: [{ labels, value }] };
}

/** What a decision point counts. */
export class Metrics {
  readonly decisions = new Counter(
    "agentz_decisions_total",
    ["effect", "permitted"],
    "Decisions by effect.",
  );
  readonly requests = new Counter(
    "agentz_http_requests_total",
    ["path", "status"],
    "Answers by path and status.",
  );
  readonly shadow = new Counter(
    "agentz_shadow_decisions_total",
    ["class"],
    "Shadow decisions by class.",
  );
  readonly failures = new Counter("agentz_failures_total", ["what"], "Failures by kind.");
  readonly outcomes = new Counter(
    "agentz_outcomes_total",
    ["status", "permitted"],
    "Outcomes that were reported.",
  );
  readonly #buckets = new Float64Array(BOUNDS.length + 1);
  #seconds = 0;
  #count = 0;

  /** Counts the time that a decision took. */
  took(milliseconds: number): void {
    const seconds = milliseconds / 1000;
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const bucket = found < 0 ? BOUNDS.length : found;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#seconds += seconds;
    this.#count++;
  }

  /** All of it as it stands, with what is asked of the moment. */
  samples(gauges: readonly Gauge[]): readonly Sample[] {
    const counters = [this.decisions, this.requests, this.shadow, this.failures, this.outcomes];
    const took: Sample = {
      name: "agentz_decision_seconds",
      help: "Time from a parsed request to its recorded decision.",
      kind: "histogram",
      bounds: BOUNDS,
      counts: [...this.#buckets],
      sum: this.#seconds,
      count: this.#count,
    };
    return [...counters.map((counter) => counter.sample()), took, ...gauges.map(gaugeSample)];
  }
}

function histogramLines(name: string, { bounds, counts, sum, count }: Distribution): string[] {
  let below = 0;
  const buckets = bounds.map((bound, i) => {
    below += counts[i] ?? 0;
    return `${name}_bucket{le="${bound}"} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

/** The page of samples for Prometheus, text format 0.0.4. */
export function prometheusPage(samples: readonly Sample[]): string {
  const lines = samples.flatMap((sample) => {
    const { name, help, kind } = sample;
    const head = [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
    const values =
      sample.kind === "histogram"
        ? histogramLines(name, sample)
        : sample.points.map(({ labels, value }) => `${name}${labelText(labels)} ${value}`);
    return [...head, ...values];
  });
  return `${lines.join("\n")}\n`;
}
