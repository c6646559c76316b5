import { canonicalJson } from "../../request/canonical-json.ts";
import {
  isJsonObject,
  member,
  objectMember,
  stringMember,
  type Json,
  type JsonObject,
} from "../../request/json.ts";
import { parseJson } from "../parse-json.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import type { ImportFile } from "./importer.ts";
import { ImportTally } from "./import-tally.ts";
import { readJson } from "./read-json.ts";

/** What transcripts say about each other. */
export interface Survey {
  /** The call that started a sub-agent, by the sub-agent's id. */
  readonly callOf: (agentId: string) => string | undefined;
  /** A sub-agent's kind, by its id. */
  readonly typeOf: (agentId: string) => string | undefined;
  /** What a call that starts a sub-agent asks for, by the call's id. */
  readonly taskOf: (callId: string) => Task | undefined;
  /**
   * True if `key` (a {@link callKey}, a call's or a line's id) belongs to that file: it was copied
   * into others by a resume or a fork.
   */
  readonly owns: (file: ImportFile, key: string) => boolean;
}

/** A call that starts a sub-agent. */
export interface Task {
  readonly type: string | undefined;
  /** The sub-agent that made the call, if it was one. */
  readonly by: string | undefined;
}

/** Nothing is known of other files. */
export const NO_SURVEY: Survey = {
  callOf: () => undefined,
  typeOf: () => undefined,
  taskOf: () => undefined,
  owns: () => true,
};

/** The tools that start a sub-agent, or hand something to one. */
export const SUBAGENT_TOOLS: ReadonlySet<string> = new Set([
  "Task",
  "Agent",
  "Workflow",
  "TeamCreate",
  "SendMessage",
]);

/**
 * Reads through the files once. Standard input can be read only once; one file alone needs no
 * survey, unless it holds the lines of sub-agents beside those of the agent that started them.
 */
export async function surveyTranscripts(files: readonly ImportFile[]): Promise<Survey> {
  if (files.some((file) => file.path === "-")) return NO_SURVEY;
  const [only, ...others] = files;
  if (only === undefined || (others.length === 0 && !(await mixesAgents(only)))) return NO_SURVEY;
  const notes = new SurveyNotes();
  for (const [index, file] of files.entries()) {
    try {
      for await (const items of readJson(file, new ImportTally()))
        for (const { value } of items) if (isJsonObject(value)) notes.read(value, { index, file });
    } catch {
      // the conversion meets the same fault, and reports it
      continue;
    }
  }
  return notes.survey(files);
}

const STARTS = /"name"\s*:\s*"(?:Task|Agent|Workflow)"/;
const SIDECHAIN = /"isSidechain"\s*:\s*true/;
/** How much of a chunk is looked at again with the next: no member's name and value are longer. */
const OVERLAP = 64;

/** WHY by the text: reading all its JSON twice would take as long again. */
async function mixesAgents(file: ImportFile): Promise<boolean> {
  const latin = new TextDecoder("latin1");
  let [hasStart, hasSidechain, last] = [false, false, ""];
  try {
    for await (const chunk of file.open()) {
      const text = last + latin.decode(chunk);
      hasStart ||= STARTS.test(text);
      hasSidechain ||= SIDECHAIN.test(text);
      if (hasStart && hasSidechain) return true;
      last = text.slice(-OVERLAP);
    }
  } catch {
    // the conversion meets the same fault, and reports it
  }
  return false;
}

class SurveyNotes {
  readonly #calls = new Map<string, string>();
  readonly #types = new Map<string, string>();
  /** The call that started a workflow's run, and the run that a sub-agent's folder names. */
  readonly #runs = new Map<string, string>();
  readonly #runOf = new Map<string, string>();
  readonly #tasks = new Map<string, Task>();
  /** Which file had a key first, by the key's number. */
  readonly #keys = new TextNumbers();
  #owners = new Uint32Array(1024);

  read(value: JsonObject, { index, file }: { index: number; file: ImportFile }): void {
    this.#readPlace(file.path);
    this.#readNote(value, file.path);
    const uuid = stringMember(value, "uuid");
    if (uuid !== undefined) this.#own(uuid, index);
    this.#readProgress(value);
    for (const block of contentBlocks(value)) {
      const id = stringMember(block, "id");
      if (isCallBlock(block) && id !== undefined) {
        this.#own(id, index);
        this.#own(callKey(value, block), index);
        this.#readTask(block, id, value);
      }
      const answered = stringMember(block, "tool_use_id");
      const agent = startedAgent(value);
      if (answered !== undefined && agent !== undefined) this.#calls.set(agent, answered);
      const run = startedRun(value);
      if (answered !== undefined && run !== undefined) this.#runs.set(run, answered);
    }
  }

  /** A workflow's sub-agents stand in a folder that its run names. */
  #readPlace(path: string): void {
    const [, run, agent] = /\/workflows\/([^/]+)\/agent-([^/.]+)\.[^/]*$/.exec(path) ?? [];
    if (run !== undefined && agent !== undefined) this.#runOf.set(agent, run);
  }

  /** The note beside a sub-agent's file says its kind, and which call started it. */
  #readNote(value: JsonObject, path: string): void {
    const type = stringMember(value, "agentType");
    const agent = /(?:^|\/)agent-([^/]+)\.meta\.json(?:\.gz)?$/.exec(path)?.[1];
    if (type === undefined || agent === undefined) return;
    this.#types.set(agent, type);
    const call = stringMember(value, "toolUseId");
    if (call !== undefined) this.#calls.set(agent, call);
  }

  survey(files: readonly ImportFile[]): Survey {
    const indexes = new Map(files.map((file, index) => [file.path, index]));
    return {
      callOf: (agentId) =>
        this.#calls.get(agentId) ?? this.#runs.get(this.#runOf.get(agentId) ?? ""),
      typeOf: (agentId) => this.#types.get(agentId),
      taskOf: (callId) => this.#tasks.get(callId),
      owns: (file, key) => this.#owners[this.#keys.ordinal(key)] === indexes.get(file.path),
    };
  }

  #readTask(block: JsonObject, id: string, line: JsonObject): void {
    if (!SUBAGENT_TOOLS.has(stringMember(block, "name") ?? "")) return;
    this.#tasks.set(id, {
      type: stringMember(objectMember(block, "input"), "subagent_type"),
      by: stringMember(line, "agentId"),
    });
  }

  #readProgress(line: JsonObject): void {
    const [data, call] = [objectMember(line, "data"), stringMember(line, "parentToolUseID")];
    const agent = stringMember(data, "agentId");
    if (agent !== undefined && call !== undefined) this.#calls.set(agent, call);
  }

  #own(key: string, index: number): void {
    const known = this.#keys.size;
    const ordinal = this.#keys.ordinal(key);
    if (ordinal < known) return;
    if (ordinal >= this.#owners.length) {
      const grown = new Uint32Array(2 * this.#owners.length);
      grown.set(this.#owners);
      this.#owners = grown;
    }
    this.#owners[ordinal] = index;
  }
}

/** Whether a block of an assistant's message is a call. */
export function isCallBlock(block: JsonObject): boolean {
  return /^(?:server_|mcp_)?tool_use$/.test(stringMember(block, "type") ?? "");
}

/**
 * What a call has in common with its copies, and with no other call: models behind a proxy may
 * repeat ids, but a copy has the arguments too, and the id of the message.
 */
export function callKey(line: JsonObject, block: JsonObject): string {
  const message = stringMember(objectMember(line, "message"), "id");
  return canonicalJson([
    stringMember(block, "id") ?? null,
    stringMember(block, "name") ?? null,
    member(block, "input") ?? null,
    message ?? stringMember(line, "timestamp") ?? null,
  ]);
}

/** The content blocks of a line's message. */
export function contentBlocks(line: JsonObject): readonly JsonObject[] {
  const content: Json | undefined = member(objectMember(line, "message"), "content");
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

/** The id of the sub-agent that a result says was started. */
export function startedAgent(line: JsonObject): string | undefined {
  return stringMember(toolUseResult(line), "agentId");
}

/** The id of the workflow's run that a result says was started. */
export function startedRun(line: JsonObject): string | undefined {
  return stringMember(toolUseResult(line), "runId");
}

function toolUseResult(line: JsonObject): JsonObject | undefined {
  const result = member(line, "toolUseResult") ?? member(line, "tool_use_result");
  if (isJsonObject(result)) return result;
  const parsed =
    typeof result === "string" && result.startsWith("{") ? parseJson(result) : { value: undefined };
  return "value" in parsed && isJsonObject(parsed.value) ? parsed.value : undefined;
}
