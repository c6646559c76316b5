import { UserError } from "../../diagnostics/user-error.ts";
import type { ReplayResult } from "../../documents/replay-result.ts";
import type { CommandIo } from "../../node/io.ts";
import { readConfig } from "../config/config.ts";
import { mergeGate, refuseMisspeltLabels } from "../config/gate-config.ts";
import { fails } from "../replay/more-candidates.ts";
import type { ReplayRunFlags } from "../replay-run.ts";
import { count } from "../../text/count.ts";
import { mergedReplay, type Judged } from "./merge-documents.ts";
import { PartMerger, type MergedTrace, type PartHead } from "./merge-parts.ts";
import { readParts } from "./read-parts.ts";

/** What `agentz merge` takes of the flags of a replay, and how many calls there have to be. */
export interface MergeFlags
  extends Pick<ReplayRunFlags, "gate" | "gateDefaults" | "failOn" | "now" | "config"> {
  /** Calls of the whole trace; undefined: nobody says. */
  readonly calls?: number;
}

/** How parts are merged. */
export interface Merging {
  readonly calls: number | undefined;
  readonly merger?: PartMerger;
  /** Throws where parts are of other versions than the command. */
  readonly check?: ((head: PartHead) => void) | undefined;
}

/**
 * What parts come to together. A `UserError` where they do not belong together, or are too few for
 * `calls`.
 */
export async function mergePaths(
  paths: readonly string[],
  { calls, merger = new PartMerger(), check }: Merging,
): Promise<MergedTrace> {
  for await (const { name, part } of readParts(paths)) {
    check?.(part);
    merger.add(part, name);
  }
  const all = merger.finish();
  const { tally, leftOut } = all.tallies;
  const found = tally.trace.calls + leftOut;
  if (calls !== undefined && calls !== found)
    throw new UserError(
      "parts-do-not-fit",
      `the parts have ${count(found, "call")}, and \`--calls\` says ${calls}`,
      { help: "look for a part that is missing" },
    );
  return all;
}

/** A merged document, and whether its gate or its emptiness fails. */
export interface Merged {
  readonly document: ReplayResult;
  readonly failed: boolean;
}

/** By what merged parts are judged: the gate of flags and configuration. */
export async function judgedBy(
  { head }: MergedTrace,
  flags: MergeFlags,
  io: CommandIo,
): Promise<Judged> {
  const config = await readConfig(io, flags.config);
  const gate = mergeGate({
    defaults: flags.gateDefaults,
    config: config.gate,
    flags: flags.gate,
    failOn: flags.failOn,
  });
  refuseMisspeltLabels(gate, new Set(head.ruleLabels));
  return { gate, now: flags.now, clock: io.clock };
}

/** Says how much was merged, for people. */
export function tellMerged({ parts, tallies: { tally } }: MergedTrace, io: CommandIo): void {
  io.stderr.write(
    `agentz: merged ${count(parts, "part")}: ${count(tally.trace.calls, "call")}, ` +
      `${count(tally.sessionCount, "session")}\n`,
  );
}

/** What a replay of the whole trace says, merged from its parts, with the gate of flags and configuration. */
export async function mergeReplays(
  paths: readonly string[],
  flags: MergeFlags,
  io: CommandIo,
  check?: Merging["check"],
): Promise<Merged> {
  const all = await mergePaths(paths, { calls: flags.calls, check });
  const document = mergedReplay(all, await judgedBy(all, flags, io));
  tellMerged(all, io);
  return { document, failed: fails(document) };
}
