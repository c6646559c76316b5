import type { JsonObject } from "../../request/json.ts";
import { member, objectMember, stringMember } from "../../request/json.ts";
import type { ImportFile } from "./importer.ts";

/** Where a run comes from: what holds for all its events. */
export interface ChatOrigin {
  readonly session: string;
  readonly server?: string;
  readonly model?: string;
  readonly task?: string;
  /** The id of the human for whom the agent acts. */
  readonly user?: string;
}

/**
 * What surrounds a run's messages, and its number in the file; undefined: it is the file's only
 * one.
 */
export interface ChatRun {
  readonly about: JsonObject;
  readonly ordinal: number | undefined;
}

/**
 * The origin of a run, by the format that its members tell: AgentDojo, tau-bench, or a plain chat
 * log.
 */
export function originOf(run: ChatRun, file: ImportFile): ChatOrigin {
  return agentDojo(run.about, file) ?? tauBench(run.about, file) ?? plainChat(run, file);
}

/** The file's path below what was given, without its endings; `stdin` for standard input. */
export function stemOf(file: ImportFile): string {
  return file.relative === "-" ? "stdin" : withoutEnding(file.relative);
}

function withoutEnding(path: string): string {
  return path.replace(/\.gz$/i, "").replace(/\.(json|jsonl|ndjson)$/i, "");
}

/**
 * A run of AgentDojo stands at `<model>/<suite>/<user task>/<attack>/<injection task>.json`, and is
 * named by it, however much of the path was given; the folder is the truth for the model. A run
 * that was moved is named by its members.
 */
function agentDojo(about: JsonObject, file: ImportFile): ChatOrigin | undefined {
  const [suite, task] = [stringMember(about, "suite_name"), stringMember(about, "user_task_id")];
  if (suite === undefined || task === undefined) return undefined;
  const place = withoutEnding(file.path).split("/").slice(-5);
  const [model, inSuite, inTask] = place;
  if (place.length === 5 && model !== undefined && inSuite === suite && inTask === task)
    return { session: place.join("/"), server: suite, model, task };
  const pipeline = stringMember(about, "pipeline_name");
  const attack = [
    stringMember(about, "attack_type") ?? "none",
    stringMember(about, "injection_task_id") ?? "none",
  ];
  const session = [pipeline ?? "unknown", suite, task, ...attack].join("/");
  return { session, server: suite, task, ...(pipeline !== undefined && { model: pipeline }) };
}

function tauBench(about: JsonObject, file: ImportFile): ChatOrigin | undefined {
  const task = numberOrText(about, "task_id");
  if (task === undefined) return undefined;
  const trial = numberOrText(about, "trial");
  const user = stringMember(objectMember(objectMember(about, "info"), "task"), "user_id");
  const session = [stemOf(file), task, ...(trial === undefined ? [] : [trial])].join("/");
  return { session, task, ...(user !== undefined && { user }) };
}

const OWN_NAMES = ["session_id", "conversation_id", "thread_id"];

function plainChat({ about, ordinal }: ChatRun, file: ImportFile): ChatOrigin {
  const own = OWN_NAMES.map((name) => stringMember(about, name)).find(
    (name) => name !== undefined && name !== "",
  );
  const model = stringMember(about, "model");
  const session = own ?? (ordinal === undefined ? stemOf(file) : `${stemOf(file)}/${ordinal}`);
  return { session, ...(model !== undefined && { model }) };
}

function numberOrText(about: JsonObject, name: string): string | undefined {
  const value = member(about, name);
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}
