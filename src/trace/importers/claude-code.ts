import type { JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { HookLog, isHookEvent } from "./claude-code-hooks.ts";
import { NO_SURVEY, surveyTranscripts, type Survey } from "./claude-code-survey.ts";
import { Transcript } from "./claude-code-transcript.ts";
import { HeldEvents } from "./held-events.ts";
import type { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportOptions, ImportSample } from "./importer.ts";
import { readJson } from "./read-json.ts";
import { sampleValues } from "./sample-values.ts";

/**
 * Claude Code: session transcripts with their sub-agents, hook events, and streamed output
 * (docs/importers/claude-code.md).
 */
export const claudeCode: Importer = withSurvey(NO_SURVEY);

function withSurvey(survey: Survey): Importer {
  return {
    name: "claude-code",
    title: "Claude Code: session transcripts with sub-agents, hook events, stream-json output",
    recognises,
    convert: (file, options, tally) => convert(file, { options, tally, survey }),
    survey: async (files) => withSurvey(await surveyTranscripts(files)),
  };
}

const SIGNS: readonly RegExp[] = [
  /"hook_event_name"\s*:\s*"/,
  /"isSidechain"\s*:\s*(true|false)/,
  /"type"\s*:\s*"(file-history-snapshot|queue-operation)"/,
  /"type"\s*:\s*"summary"[^\n]*"leafUuid"/,
  /"type"\s*:\s*"system"[^\n]*"subtype"\s*:\s*"init"[^\n]*"session_id"/,
];

function recognises(sample: ImportSample): boolean {
  return (
    SIGNS.some((sign) => sign.test(sample.text)) ||
    sampleValues(sample.text).some((value) => isJsonObject(value) && isEntry(value)) ||
    // the note beside a sub-agent's file says who it is
    (/(^|\/)agent-[^/]*\.meta\.json(\.gz)?$/.test(sample.name) &&
      /"agentType"\s*:/.test(sample.text))
  );
}

/** A message with the session that it belongs to, in a transcript or in streamed output. */
function isEntry(value: JsonObject): boolean {
  const type = stringMember(value, "type");
  const session = stringMember(value, "sessionId") ?? stringMember(value, "session_id");
  return (
    (type === "user" || type === "assistant") &&
    session !== undefined &&
    member(objectMember(value, "message"), "content") !== undefined
  );
}

interface Work {
  readonly options: ImportOptions;
  readonly tally: ImportTally;
  readonly survey: Survey;
}

async function* convert(file: ImportFile, work: Work): AsyncGenerator<readonly JsonObject[]> {
  const held = new HeldEvents();
  const place = { file, held, ...work };
  const transcript = new Transcript(place);
  const hooks = new HookLog(place);
  for await (const items of readJson(file, work.tally)) {
    for (const { value, line } of items) {
      if (!isJsonObject(value))
        work.tally.addUnreadable("a line is not an object", file.name, line);
      else if (isHookEvent(value)) hooks.read(value, line);
      else if (stringMember(value, "type") !== undefined) transcript.read(value, line);
      else if (!isAgentNote(value))
        work.tally.addUnreadable(
          "a line is neither a transcript's entry nor a hook's event",
          file.name,
          line,
        );
    }
    yield held.take();
  }
  yield held.end();
}

/** What stands beside a sub-agent's transcript (`agent-<id>.meta.json`); the survey reads it. */
function isAgentNote(value: JsonObject): boolean {
  return member(value, "agentType") !== undefined;
}
