/** Upper bounds of the histogram of decisions, in seconds. */
const BOUNDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25] as const;

type Labels = Readonly<Record<string, string>>;

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`,
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** A number that only grows, by its labels: always the same names in the same order. */
class Counter {
  readonly #values = new Map<string, { readonly labels: Labels; count: number }>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  add(labels: Labels): void {
    // WHY no text of labels here: most are counted far more often than shown
    const key = Object.values(labels).join("\u0000");
    const known = this.#values.get(key);
    if (known === undefined) this.#values.set(key, { labels, count: 1 });
    else known.count++;
  }

  lines(): readonly string[] {
    const head = [`# HELP ${this.name} ${this.help}`, `# TYPE ${this.name} counter`];
    const values = [...this.#values.values()];
    return [
      ...head,
      ...values.map(({ labels, count }) => `${this.name}${labelText(labels)} ${count}`),
    ];
  }
}

/** A number of the moment, read when somebody asks. */
export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly labels?: Labels;
  readonly value: number;
}

/** What a decision point counts, for Prometheus (text format 0.0.4). */
export class Metrics {
  readonly decisions = new Counter("agentz_decisions_total", "Decisions by effect.");
  readonly requests = new Counter("agentz_http_requests_total", "Answers by path and status.");
  readonly shadow = new Counter("agentz_shadow_decisions_total", "Shadow decisions by class.");
  readonly failures = new Counter("agentz_failures_total", "Failures by kind.");
  readonly outcomes = new Counter("agentz_outcomes_total", "Outcomes that were reported.");
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

  /** The page of all, with what is asked of the moment. */
  page(gauges: readonly Gauge[]): string {
    const counters = [this.decisions, this.requests, this.shadow, this.failures, this.outcomes];
    const lines = [
      ...counters.flatMap((counter) => counter.lines()),
      ...this.#histogram(),
      ...gauges.flatMap(({ name, help, labels = {}, value }) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        `${name}${labelText(labels)} ${value}`,
      ]),
    ];
    return `${lines.join("\n")}\n`;
  }

  #histogram(): readonly string[] {
    const name = "agentz_decision_seconds";
    let sum = 0;
    const buckets = BOUNDS.map((bound, i) => {
      sum += this.#buckets[i] ?? 0;
      return `${name}_bucket{le="${bound}"} ${sum}`;
    });
    return [
      `# HELP ${name} Time from a parsed request to its recorded decision.`,
      `# TYPE ${name} histogram`,
      ...buckets,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#seconds}`,
      `${name}_count ${this.#count}`,
    ];
  }
}
