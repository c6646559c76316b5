import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pathUses } from "../../src/trace-editing/path-uses.ts";
import { Redactor } from "../../src/trace-editing/redact.ts";
import { isJsonObject } from "../../src/request/json.ts";
import type { Event } from "../reference/request.ts";
import { differences } from "./compare.ts";
import { engineRun } from "./engine-adapter.ts";
import { scenario, show } from "./scenario.ts";

/** `LAW_RUNS=5000 LAW_SEED=7` for more, and others. */
const RUNS = {
  numRuns: Number(process.env["LAW_RUNS"] ?? 150),
  seed: Number(process.env["LAW_SEED"] ?? 5),
};
const hash = (text: string): string =>
  createHmac("sha256", "salt").update(text).digest("hex").slice(0, 16);

test(
  "a redacted trace gives the same decisions, on random sets and sessions",
  () => {
    let [calls, hashed] = [0, 0];
    fc.assert(
      fc.property(scenario, (one) => {
        const redactor = new Redactor({ uses: pathUses(one.documents), strict: false, hash });
        const events = one.events.map((event): Event => {
          const redacted: unknown = redactor.redact(JSON.parse(JSON.stringify(event)));
          if (!isJsonObject(redacted)) throw new Error("no event came back");
          return redacted as unknown as Event;
        });
        const before = engineRun(one.documents, one.events);
        const found = differences(engineRun(one.documents, events), before);
        if (found.length > 0)
          throw new Error(`${JSON.stringify(found[0])}\n${show(one)}\n${JSON.stringify(events)}`);
        calls += before.length;
        hashed += redactor.hashed;
      }),
      RUNS,
    );
    expect([calls > RUNS.numRuns, hashed > RUNS.numRuns]).toEqual([true, true]);
  },
  60_000 + RUNS.numRuns * 100,
);
