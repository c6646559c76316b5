import { UserError } from "../../diagnostics/user-error.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { readConfig } from "../config/config.ts";
import { mergeGate, refuseMisspeltLabels } from "../config/gate-config.ts";
import { fails } from "../replay/more-candidates.ts";
import type { ReplayRunFlags } from "../replay-run.ts";
import { count } from "../../text/count.ts";
import { mergedReplay } from "./merge-documents.ts";
import { PartMerger, type MergedTrace } from "./merge-parts.ts";
import { readParts } from "./read-parts.ts";

/** What `agentz merge` takes of the flags of a replay, and how many calls there have to be. */
export interface MergeFlags
  extends Pick<ReplayRunFlags, "gate" | "gateDefaults" | "failOn" | "now" | "config"> {
  /** Calls of the whole trace; undefined: nobody says. */
  readonly calls?: number;
}

async function merged(paths: readonly string[], flags: MergeFlags): Promise<MergedTrace> {
  const merger = new PartMerger();
  for await (const { name, part } of readParts(paths)) merger.add(part, name);
  const all = merger.finish();
  const { tally, leftOut } = all.tallies;
  const calls = tally.trace.calls + leftOut;
  if (flags.calls !== undefined && flags.calls !== calls)
    throw new UserError(
      "parts-do-not-fit",
      `the parts have ${count(calls, "call")}, and \`--calls\` says ${flags.calls}`,
      { help: "look for a part that is missing" },
    );
  return all;
}

/** A merged document, and whether its gate or its emptiness fails. */
export interface Merged {
  readonly document: ReplayResult;
  readonly failed: boolean;
}

/** What a replay of the whole trace says, merged from its parts, with the gate of flags and configuration. */
export async function mergeReplays(
  paths: readonly string[],
  flags: MergeFlags,
  io: CommandIo,
): Promise<Merged> {
  const config = await readConfig(io, flags.config);
  const gate = mergeGate({
    defaults: flags.gateDefaults,
    config: config.gate,
    flags: flags.gate,
    failOn: flags.failOn,
  });
  const all = await merged(paths, flags);
  refuseMisspeltLabels(gate, new Set(all.head.ruleLabels));
  const document = mergedReplay(all, { gate, now: flags.now, clock: io.clock });
  io.stderr.write(
    `agentz: merged ${count(all.parts, "part")}: ${count(document.trace.calls, "call")}, ` +
      `${count(document.trace.sessions, "session")}\n`,
  );
  return { document, failed: fails(document) };
}
