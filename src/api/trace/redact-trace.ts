import { createHmac, randomBytes } from "node:crypto";
import { pathUses } from "../../trace-editing/path-uses.ts";
import { Redactor, useLists } from "../../trace-editing/redact.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { RedactResult } from "../../documents/trace-redact-result.ts";
import type { CommandIo, Io } from "../../node/io.ts";
import { VERSION } from "../../node/version.ts";
import { isJsonObject } from "../../request/json.ts";
import { eventLine } from "../../trace/event-line.ts";
import { parseJson } from "../../trace/parse-json.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { readRaw } from "../../trace/tools/raw-events.ts";
import { readConfig } from "../config/config.ts";
import { loadPolicySet } from "../policy-set.ts";
import { type LineFlags, tellMalformed } from "./copy-lines.ts";
import { openTrace } from "./trace-input.ts";
import { openTraceLines } from "./trace-output.ts";

/** What hashes the values of a trace that policies do not need. */
export interface RedactFlags extends LineFlags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  /** Other sets that the trace is to be replayed with. */
  readonly policies?: readonly string[];
  /** Undefined: a random one, told nobody. */
  readonly salt?: string;
  /** Whether what would be kept becomes unrecorded instead. */
  readonly strict?: boolean;
  readonly config?: string;
}

/**
 * Bytes of a hash that are shown: two values of a million share one with a probability of one in 37
 * million.
 */
const SHOWN_DIGITS = 16;

type SetPaths = readonly [refs: readonly string[], beside: readonly string[]];

/**
 * The sets that the trace is to be replayed with, each with the one in whose folder it lies where
 * it is a version of it.
 */
async function setsFor(flags: RedactFlags, io: Io): Promise<readonly SetPaths[]> {
  const named =
    flags.policies !== undefined || flags.candidate !== undefined || flags.baseline !== undefined;
  const { candidate, baseline }: Pick<RedactFlags, "candidate" | "baseline"> = named
    ? flags
    : await readConfig(io, flags.config);
  const versions = [candidate, baseline]
    .filter((refs) => refs !== undefined)
    .filter((refs) => !refs.includes("recorded"));
  const sets = [
    ...versions.map((refs): SetPaths => [refs, candidate ?? refs]),
    ...(flags.policies ?? []).map((path): SetPaths => [[path], [path]]),
  ];
  if (sets.length === 0)
    throw new UserError("usage", "there are no policies, so it is unknown which values to keep", {
      help: "pass --candidate and --baseline as for the replay, or set `candidate:` in agentz.yaml",
    });
  return sets;
}

async function redactorFor(
  flags: RedactFlags,
  io: CommandIo,
): Promise<{ readonly redactor: Redactor; readonly uses: ReturnType<typeof pathUses> }> {
  const sets = await Promise.all(
    (await setsFor(flags, io)).map(([refs, beside]) => loadPolicySet(io, refs, beside)),
  );
  const uses = pathUses(sets.flatMap((set) => set.documents));
  const salt = flags.salt ?? randomBytes(16).toString("hex");
  const hash = (text: string): string =>
    createHmac("sha256", salt).update(text).digest("hex").slice(0, SHOWN_DIGITS);
  return { redactor: new Redactor({ uses, strict: flags.strict === true, hash }), uses };
}

/** Writes a trace with the values hashed that its policies do not need, and says what was done. */
export async function redactTrace(
  paths: readonly string[],
  flags: RedactFlags,
  io: CommandIo,
): Promise<RedactResult> {
  const { redactor, uses } = await redactorFor(flags, io);
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  const out = await openTraceLines(io, flags);
  for await (const batch of readRaw(files, { reorder: flags.reorder, report })) {
    for (const { event, text } of batch) {
      const parsed = parseJson(text);
      if (!("value" in parsed) || !isJsonObject(parsed.value)) continue;
      const { unrecorded } = event.request;
      const masks = unrecorded === undefined ? {} : { unrecorded };
      // an event without an id goes by its place, which a copy may not have
      out.add(eventLine(redactor.redact({ id: event.id, ...parsed.value, ...masks })));
    }
    out.flush();
  }
  tellMalformed(report, io);
  await out.close();
  return {
    schemaVersion: 1,
    command: "trace redact",
    tool: { version: VERSION },
    strict: flags.strict === true,
    events: report.events,
    malformed: report.malformed,
    hashed: redactor.hashed,
    unrecorded: redactor.unrecorded,
    ...useLists(uses, flags.strict === true),
    detected: redactor.detected(),
    bound: redactor.bound,
  };
}
