import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assembleSet } from "../../src/engine/assemble.ts";
import { PolicySession } from "../../src/engine/policy-session.ts";
import { counterfactual } from "../../src/replay/version-decision.ts";
import { decodeEvent } from "../../src/trace/event.ts";
import { readFolderSet } from "../../src/node/read-set.ts";

const ROOT = join(import.meta.dirname, "../..");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Every path that an event records, containers and leaves. */
function paths(value: unknown, prefix: string): readonly string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${prefix}.${key}`,
    ...paths(inner, `${prefix}.${key}`),
  ]);
}

describe("the law of design 4.2, on every recorded attribute of the sample", () => {
  it("design 4.2: making a recorded attribute unrecorded never permits more on the same state", async () => {
    const files = await readFolderSet(ROOT, ["policies/catalog.yaml", "policies/candidate"]);
    const { set } = assembleSet(files.sources, { readBeside: files.readBeside, sha256 });
    if (set === undefined) throw new Error("the sample does not load");
    const run = new PolicySession(set);
    let tried = 0;
    let changed = 0;
    for (const [i, line] of readFileSync(join(ROOT, "traces/sample.jsonl"), "utf8")
      .trim()
      .split("\n")
      .entries()) {
      const event = decodeEvent(JSON.parse(line), { file: "t", line: i + 1 });
      if (typeof event === "string") throw new Error(event);
      run.observe(event.session, event.time);
      if (event.type !== "call") run.pass(event);
      if (event.type !== "call") continue;
      const { request } = event;
      const call = run.prepare(request);
      const outcome = run.decide(call);
      const roots = ["subject", "action", "resource", "context", "args"] as const;
      for (const path of roots.flatMap((root) =>
        request[root] === undefined ? [] : [root, ...paths(request[root], root)],
      )) {
        const masked = run.decide(
          run.prepare({ ...request, unrecorded: [...(request.unrecorded ?? []), path] }),
        );
        tried++;
        const { effect, permitted, indeterminate, possible } = masked.decision;
        if (
          JSON.stringify([effect, permitted, indeterminate, possible]) !==
          JSON.stringify([
            outcome.decision.effect,
            outcome.decision.permitted,
            outcome.decision.indeterminate,
            outcome.decision.possible,
          ])
        )
          changed++;
        if (permitted && !outcome.decision.permitted)
          throw new Error(`${event.id}: without ${path} more is permitted`);
      }
      run.advance(call, outcome, counterfactual(outcome, event), event);
    }
    console.log(
      `${tried} attributes made unrecorded, ${changed} of them changed the decision ` +
        `(${((100 * changed) / tried).toFixed(1)}%)`,
    );
    expect(changed / tried).toBeGreaterThan(0.1);
  });
});
