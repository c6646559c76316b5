import { UserError } from "../../diagnostics/user-error.ts";
import { expandInputs, TRACE_ENDINGS } from "../../node/inputs.ts";
import { TraceWalk } from "../../suite/trace-walk.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { eachEvent } from "../find-event.ts";
import { pinTest, suiteText } from "../pin.ts";
import { loadedSet } from "../policy-set.ts";
import { assembleTexts } from "./assemble-texts.ts";
import { filesOfTexts, type TextsJob } from "./texts-job.ts";

/** Which test to make, and where. */
export interface PinRequest {
  /** `policy/rule`: the newest call that it matches becomes the test. */
  readonly rule: string;
  /** The paths of the traces. */
  readonly trace: readonly string[];
  /** The suite's file; `text` undefined: it is not there yet. */
  readonly suite: { readonly file: string; readonly text: string | undefined };
}

/** The suite's text with the test in it. */
export interface PinnedText {
  readonly text: string;
  /** The event that was pinned. */
  readonly event: string;
}

/**
 * Makes a test of the newest recorded call that a rule matches, with the calls of its session before
 * it. No such call, a set that does not load and a file that is no suite are a `UserError`.
 */
export async function pinTexts(job: TextsJob, request: PinRequest): Promise<PinnedText> {
  const set = await filesOfTexts(job);
  const loaded = loadedSet(set, assembleTexts(set));
  const files = await expandInputs(request.trace, TRACE_ENDINGS);
  const walk = new TraceWalk(loaded.set);
  let newest: TraceEvent | undefined;
  await eachEvent(files, (event) => {
    walk.take(event, ({ outcome }) => {
      if (outcome.decision.matched.includes(request.rule)) newest = event;
    });
    return false;
  });
  if (newest === undefined)
    throw new UserError("no-such-call", `no call of the trace matches ${request.rule}`);
  const event = { id: newest.id, at: `${newest.file}:${newest.line}` };
  const pinned = await pinTest({ loaded, files, event, session: undefined });
  return {
    text: suiteText(request.suite.text, pinned, request.suite.file),
    event: newest.id,
  };
}
