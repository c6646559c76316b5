import { UserError } from "../../diagnostics/user-error.ts";
import type { CiResult, CiStep } from "../../documents/ci-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import { readConfig } from "../config/config.ts";
import { settleBaseline, versionStep } from "./baseline-steps.ts";
import {
  analyzeStep,
  earlierAnswers,
  lintStep,
  loadCandidate,
  testStep,
} from "./candidate-steps.ts";
import { replayStep } from "./replay-step.ts";
import { CI_STEPS, type CiFlags, NOT_ASKED, type Ran, type Step, runStep } from "./step.ts";

/**
 * Lint, tests, invariants, version check and replay in one run, or those of them that are `asked` for; the
 * status is the worst of theirs (design 11.3). With nothing to do it is a `UserError`.
 */
export async function runCi(
  flags: CiFlags,
  io: CommandIo,
  asked: ReadonlySet<CiStep["name"]> = new Set(CI_STEPS),
): Promise<{ readonly result: CiResult; readonly status: number }> {
  const config = await readConfig(io, flags.config);
  const paths = flags.candidate ?? config.candidate;
  const chosen = await settleBaseline(flags, config, io);
  const replaying = replayStep(flags, config, { io, chosen });
  const loads = asked.has("lint") || asked.has("analyze");
  const loaded = loads ? await loadCandidate(io, paths) : undefined;
  const now = flags.now ?? io.clock();
  const steps = {
    lint: lintStep(paths, config, { flags, io, loaded }),
    test: testStep(paths, config, { flags, io }),
    analyze: analyzeStep(loaded, config, {
      now,
      before: () => earlierAnswers(chosen, paths, { io, now }),
    }),
    version: versionStep(paths, chosen, io),
    replay: replaying.step,
  };
  if (Object.values(steps).every(({ run }) => run === undefined))
    throw new UserError("usage", "there is nothing to run", {
      help: "name `candidate:`, `tests:` and `trace:` in agentz.yaml",
    });
  const required = new Set(flags.require);
  let told: string | undefined;
  const run = <T>(step: Step<T>): Promise<Ran<T>> =>
    runStep(asked.has(step.name) ? step : { ...step, ...NOT_ASKED }, { required, told });
  const lint = await run(steps.lint);
  if (lint.step.status === "failed" && loaded instanceof UserError) told = loaded.firstFinding;
  const test = await run(steps.test);
  const analyze = await run(steps.analyze);
  const version = await run(steps.version);
  const replay = await run(steps.replay);
  const ran = { lint, test, analyze, version, replay };
  const status = replaying.partial()
    ? 130
    : Math.max(...Object.values(ran).map((one) => one.status));
  return { result: ciDocument(ran, status === 0), status };
}

/** What each step came to. */
interface RanSteps {
  readonly lint: Ran<CiResult["lint"]>;
  readonly test: Ran<CiResult["test"]>;
  readonly analyze: Ran<CiResult["analyze"]>;
  readonly version: Ran<Pick<CiResult, "version" | "diff"> | null>;
  readonly replay: Ran<CiResult["replay"]>;
}

function ciDocument(ran: RanSteps, passed: boolean): CiResult {
  const { lint, test, analyze, version, replay } = ran;
  return {
    schemaVersion: 1,
    command: "ci",
    tool: { version: VERSION },
    source: lint.document?.source ?? null,
    digest: lint.document?.digest ?? null,
    passed,
    steps: [lint, test, analyze, version, replay].map(({ step }) => step),
    lint: lint.document,
    test: test.document,
    analyze: analyze.document,
    version: version.document?.version ?? null,
    diff: version.document?.diff ?? null,
    replay: replay.document,
  };
}
