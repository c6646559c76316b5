import { resolve } from "node:path";
import { isMap, isSeq, parseDocument, stringify } from "yaml";
import { pinCalls, type PinnedTest, type RecordedCall } from "../suite/pin.ts";
import { TraceWalk } from "../suite/trace-walk.ts";
import type { TraceFile } from "../trace/read-events.ts";
import { eachEvent, findCall, isSameEvent, noSuchEvent, type WantedEvent } from "./find-event.ts";
import type { Io } from "../node/io.ts";
import type { PolicySet } from "./policy-set.ts";
import { inertText } from "../diagnostics/inert-text.ts";
import { replaceFile } from "../node/replace-file.ts";
import { readText } from "../node/text-file.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** What is to be pinned: one event with the calls of its session before it, or a whole session. */
export interface PinJob {
  readonly loaded: PolicySet;
  readonly files: readonly TraceFile[];
  readonly event: WantedEvent | undefined;
  readonly session: string | undefined;
}

async function recordedCalls(job: PinJob): Promise<readonly RecordedCall[]> {
  const asked = job.event === undefined ? undefined : await findCall(job.files, job.event);
  const session = asked === undefined ? job.session : asked.session;
  const walk = new TraceWalk(job.loaded.set);
  const calls: RecordedCall[] = [];
  await eachEvent(job.files, (event) => {
    const here = asked !== undefined && isSameEvent(event, asked);
    const wanted = here || (session !== undefined && event.session === session);
    walk.take(
      event,
      ({ outcome }) =>
        void (
          wanted &&
          calls.push({ event, decision: outcome.decision, expected: asked === undefined || here })
        ),
    );
    return here;
  });
  if (calls.length === 0) throw await noSuchEvent(job.session ?? "", job.files, "session");
  return calls;
}

/** Makes a test of what was recorded. */
export async function pinTest(job: PinJob): Promise<PinnedTest> {
  const name =
    job.event === undefined
      ? `session ${job.session ?? ""} as it was recorded`
      : `event ${job.event.id} as it was recorded`;
  return pinCalls(name, await recordedCalls(job), {
    set: job.loaded.set,
    documents: job.loaded.documents,
  });
}

const HEADER = { apiVersion: "agentz/v1", kind: "Suite", name: "pinned" };

/**
 * The suite's text with the test in it: a new suite, or what `existing` holds and the test behind
 * its others. A file that is no suite, or has a test of this name, is a `UserError`.
 */
export function suiteText(
  existing: string | undefined,
  { test }: PinnedTest,
  file: string,
): string {
  if (existing === undefined) return stringify({ ...HEADER, tests: [test] }, { lineWidth: 140 });
  const document = parseDocument(existing, { version: "1.2", schema: "core" });
  if (document.errors.length > 0 || !isMap(document.contents) || document.get("kind") !== "Suite")
    throw new UserError(
      "not-a-suite",
      `\`${file}\` is not a file with exactly one suite, so no test is added to it`,
      { help: "name another file" },
    );
  const tests = document.get("tests");
  const name = String(test["name"]);
  if (isSeq(tests) && tests.items.some((item) => isMap(item) && item.get("name") === name))
    throw new UserError("duplicate-id", `\`${file}\` already has the test \`${name}\``, {
      help: "remove that one first to record it anew, or name another file",
    });
  if (isSeq(tests)) tests.add(document.createNode(test));
  else document.set("tests", document.createNode([test]));
  return document.toString({ lineWidth: 140 });
}

/** Writes the test into a suite file (which may exist already), or to stdout. */
export async function writePinned(
  io: Io,
  pinned: PinnedTest,
  output: string | undefined,
): Promise<void> {
  if (output === undefined || output === "-")
    return io.stdout.write(suiteText(undefined, pinned, "-"));
  const path = resolve(io.cwd, output);
  const existing = await readText(io.cwd, output);
  await replaceFile(path, output, suiteText(existing, pinned, output));
  io.stderr.write(inertText(`wrote the test to ${output}\n`));
}
