import { createHmac, randomBytes } from "node:crypto";
import { Option, type Command } from "commander";
import { pathUses } from "../../curate/path-uses.ts";
import { Redactor, useLists } from "../../curate/redact.ts";
import type { RedactResult } from "../../documents/trace-redact-result.ts";
import { redactSummary } from "../../report/trace/summaries.ts";
import { isJsonObject } from "../../request/json.ts";
import { eventLine } from "../../trace/event-line.ts";
import { parseJson } from "../../trace/parse-json.ts";
import { ReadReport } from "../../trace/read-report.ts";
import { readRaw } from "../../trace/tools/raw-events.ts";
import type { CommandContext } from "../command.ts";
import type { Io } from "../../node/io.ts";
import { readConfig } from "../../api/config/config.ts";
import { openLines, writeDocument } from "../../node/output.ts";
import { addSetOptions, repeatable } from "../options.ts";
import { loadPolicySet } from "../../api/policy-set.ts";
import { openTrace } from "../../api/trace/trace-input.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { VERSION } from "../../node/version.ts";
import { lineCommand, tellMalformed, type LineFlags } from "./trace-lines.ts";

interface Flags extends LineFlags {
  readonly candidate?: readonly string[];
  readonly baseline?: readonly string[];
  readonly policies?: readonly string[];
  readonly salt?: string;
  readonly strict?: boolean;
  readonly report?: string;
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
async function setsFor(flags: Flags, io: Io): Promise<readonly SetPaths[]> {
  const named =
    flags.policies !== undefined || flags.candidate !== undefined || flags.baseline !== undefined;
  const { candidate, baseline }: Pick<Flags, "candidate" | "baseline"> = named
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
    throw new UserError("usage", "there are no policies to keep the trace replayable for", {
      help: "give --candidate and --baseline as for the replay, or `candidate:` in agentz.yaml",
    });
  return sets;
}

async function redactorFor(
  flags: Flags,
  { io }: CommandContext,
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

async function redact(
  paths: readonly string[],
  flags: Flags,
  context: CommandContext,
): Promise<void> {
  const { io } = context;
  const { redactor, uses } = await redactorFor(flags, context);
  const { files } = await openTrace(paths, flags, io);
  const report = new ReadReport();
  const out = await openLines(io, flags.output);
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
  tellMalformed(report, context);
  await out.close();
  const document: RedactResult = {
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
  io.stderr.write(redactSummary(document));
  if (flags.report !== undefined)
    await writeDocument(io, `${JSON.stringify(document, null, 2)}\n`, flags.report);
}

/** `trace redact`. */
export function defineRedact(parent: Command, context: CommandContext): void {
  const command = lineCommand(parent, "redact", {
    summary: "hash what policies do not need",
    description:
      "Hashes, with a salt, every value that the policies do not read or compare only with other values of the trace, so that a replay gives the same; what they compare with literals, data, bounds or patterns is kept, and listed.",
  })
    .addOption(
      repeatable(
        "--candidate <path>",
        "the policies that the trace is to be replayed with: a path or git:<ref>",
      ),
    )
    .addOption(repeatable("--baseline <path>", "the policies before that"))
    .addOption(
      repeatable("--policies <path>", "another set that it is to be replayed with; once for each"),
    )
    .option(
      "--salt <text>",
      "a fixed salt, so that traces redacted apart can be joined; default: a random one, told nobody",
    )
    .addOption(new Option("--strict", "make what would be kept unrecorded instead"))
    .option("--report <file>", "write what was done there, as JSON")
    .action((paths: readonly string[], flags: Flags) => redact(paths, flags, context));
  addSetOptions(command);
}
