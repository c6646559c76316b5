import type { JsonObject } from "../../request/json.ts";
import { isJsonObject } from "../../request/json.ts";
import { CLINE } from "./agent-cline.ts";
import { CLINE_SESSION } from "./agent-cline-session.ts";
import { CODEX } from "./agent-codex.ts";
import { COPILOT } from "./agent-copilot.ts";
import { CURSOR } from "./agent-cursor.ts";
import { DROID } from "./agent-droid.ts";
import { GEMINI } from "./agent-gemini.ts";
import { GOOSE } from "./agent-goose.ts";
import { KIMI } from "./agent-kimi.ts";
import type { AgentHost, LogEntry } from "./agent-log-entry.ts";
import type { AgentLogWork, LogStart, LogStarts } from "./agent-log.ts";
import { AgentLog, countPossibleCalls } from "./agent-log.ts";
import { isRepeatOfLog, repeatNote } from "./agent-repeats.ts";
import { OPENCODE } from "./agent-opencode.ts";
import { QWEN } from "./agent-qwen.ts";
import { VSCODE } from "./agent-vscode.ts";
import { chat } from "./chat.ts";
import { stemOf } from "./chat-origin.ts";
import { ImportTally } from "./import-tally.ts";
import type { Importer, ImportFile, ImportSample } from "./importer.ts";
import { peekFile } from "./peek-file.ts";
import type { JsonItem } from "./read-json.ts";
import { readJson } from "./read-json.ts";
import { sampleValues } from "./sample-values.ts";

const HOSTS: readonly AgentHost[] = [
  CODEX,
  COPILOT,
  VSCODE,
  GEMINI,
  QWEN,
  OPENCODE,
  KIMI,
  DROID,
  GOOSE,
  CLINE,
  CLINE_SESSION,
  CURSOR,
];

/** Session logs of coding agents (docs/importers/coding-agents.md). */
export const codingAgents: Importer = surveyed({ starts: new Map(), logs: new Set() });

/** What the files of an import say of each other. */
interface Survey {
  readonly starts: LogStarts;
  /** The paths of the agents' logs. */
  readonly logs: ReadonlySet<string>;
}

function surveyed(survey: Survey): Importer {
  return {
    name: "coding-agents",
    title:
      "session logs of Codex, Copilot (CLI, VS Code), Cursor, Gemini CLI, Qwen, opencode, Kimi, Droid, Goose, Cline",
    recognises,
    convert: (file, options, tally) =>
      convert({ file, options, tally, starts: survey.starts }, survey.logs),
    survey: async (files) => surveyed(await surveyFiles(files)),
  };
}

function recognises(sample: ImportSample): boolean {
  return isRepeatOfLog(sample) || hostOf(sampleValues(sample.text)) !== undefined;
}

function hostOf(values: readonly unknown[]): AgentHost | undefined {
  const records = values.filter((value): value is JsonObject => isJsonObject(value));
  return HOSTS.find((host) => records.some((record) => host.fits(record)));
}

/** A host's reader of a file, and what puts together what it says. */
interface Reading {
  readonly read: (record: JsonObject) => readonly LogEntry[];
  readonly log: AgentLog;
}

async function* convert(
  work: AgentLogWork,
  logs: ReadonlySet<string>,
): AsyncGenerator<readonly JsonObject[]> {
  const { file, options, tally } = work;
  const repeats = repeatNote(file, logs, work.starts);
  if (repeats !== undefined) return tally.addRepeat(repeats);
  const { head, opened } = await peekFile(file);
  const isRepeat = isRepeatOfLog({ name: file.path, text: new TextDecoder().decode(head) });
  if (isRepeat) return yield* chat.convert(opened, options, tally);
  let reading: Reading | undefined;
  for await (const items of readJson(opened, tally)) {
    // WHY not the first record alone: it may be one that any program could write
    const host = reading === undefined ? hostOf(items.map(({ value }) => value)) : undefined;
    if (host !== undefined) reading = { read: host.open(), log: new AgentLog(work, host) };
    for (const item of items) readItem(item, reading, work);
    if (reading !== undefined) yield reading.log.held.take();
  }
  if (reading !== undefined) yield reading.log.held.end();
}

function readItem(
  { value, line }: JsonItem,
  reading: Reading | undefined,
  { file, tally }: AgentLogWork,
): void {
  if (!isJsonObject(value)) return tally.addUnreadable("a line is not an object", file.name, line);
  if (reading === undefined) {
    for (let left = countPossibleCalls(value); left > 0; left--)
      tally.addUnreadable("a record of an unknown coding agent", file.name, line);
    return;
  }
  for (const entry of reading.read(value)) reading.log.add(entry, line);
}

/** The agents' logs, and those of sub-agents by what other logs say of the calls that started them. */
async function surveyFiles(files: readonly ImportFile[]): Promise<Survey> {
  const starts = new Map<string, LogStart>();
  const names = new Map<string, string>();
  const logs = new Set<string>();
  if (files.length < 2 || files.some((file) => file.path === "-")) return { starts, logs };
  for (const file of files) {
    try {
      if (await noteStarts(file, starts, names)) logs.add(file.path);
    } catch {
      // the conversion meets the same fault, and reports it
      continue;
    }
  }
  for (const [log, start] of starts)
    starts.set(log, { ...start, name: names.get(log) ?? start.name });
  return { starts, logs };
}

/**
 * Notes the logs that calls of a file started, and what a sub-agent's own log calls it. Whether the
 * file is an agent's log.
 */
async function noteStarts(
  file: ImportFile,
  starts: Map<string, LogStart>,
  names: Map<string, string>,
): Promise<boolean> {
  let read: Reading["read"] | undefined;
  let prefix = stemOf(file);
  let session: string | undefined = prefix;
  for await (const items of readJson(file, new ImportTally())) {
    read ??= hostOf(items.map(({ value }) => value))?.open();
    for (const { value } of items)
      for (const entry of isJsonObject(value) ? (read?.(value) ?? []) : []) {
        if (entry.kind === "session") {
          prefix = entry.prefix ?? entry.id ?? prefix;
          session = entry.id ?? session;
          if (entry.subagent?.name !== undefined) names.set(prefix, entry.subagent.name);
        }
        if (entry.kind === "agent" && entry.log !== undefined)
          starts.set(entry.log, {
            parent: `${prefix}/${entry.call}`,
            by: prefix,
            session,
            name: entry.name ?? starts.get(entry.log)?.name,
          });
      }
  }
  return read !== undefined;
}
