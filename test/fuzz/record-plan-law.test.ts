import fc from "fast-check";
import { expect, test } from "vitest";
import { recordFields } from "../../src/trace-editing/record-fields.ts";
import type { Document } from "../../src/policy/model.ts";
import { isJsonObject, type JsonObject } from "../../src/request/json.ts";
import { PlannedRecorder } from "../trace-editing/recorded-by-plan.ts";
import type { Event } from "../reference/request.ts";
import { differences } from "./compare.ts";
import { engineRun } from "./engine-adapter.ts";
import { scenario, show } from "./scenario.ts";

/** `LAW_RUNS=5000 LAW_SEED=7` for more, and others. */
const RUNS = {
  numRuns: Number(process.env["LAW_RUNS"] ?? 80),
  seed: Number(process.env["LAW_SEED"] ?? 11),
};

function dataOf(documents: readonly Document[]): JsonObject {
  const entries = documents.flatMap((document) =>
    document.kind === "Catalog" ? document.data.map(({ name, value }) => [name, value]) : [],
  );
  return Object.fromEntries(entries);
}

test(
  "what a gateway records by the plan gives the same decisions, on random sets and sessions",
  () => {
    let [calls, changed] = [0, 0];
    fc.assert(
      fc.property(scenario, (one) => {
        const recorder = new PlannedRecorder(recordFields(one.documents), dataOf(one.documents));
        const events = one.events.map((event): Event => {
          const recorded: unknown = recorder.record(JSON.parse(JSON.stringify(event)));
          if (!isJsonObject(recorded)) throw new Error("no event came back");
          return recorded as unknown as Event;
        });
        const before = engineRun(one.documents, one.events);
        const found = differences(engineRun(one.documents, events), before);
        if (found.length > 0)
          throw new Error(`${JSON.stringify(found[0])}\n${show(one)}\n${JSON.stringify(events)}`);
        calls += before.length;
        changed += recorder.changed;
      }),
      RUNS,
    );
    expect([calls > RUNS.numRuns, changed > RUNS.numRuns]).toEqual([true, true]);
  },
  60_000 + RUNS.numRuns * 100,
);
