import type { ImportFile, ImportSample } from "./importer.ts";

/** A file that an agent keeps beside its log, with what the log says in the model's words. */
interface Repeat {
  readonly agent: string;
  readonly name: RegExp;
  /** The log beside it. */
  readonly log: string;
}

const REPEATS: readonly Repeat[] = [
  { agent: "Kimi CLI", name: /(?:^|\/)context(?:_\d+)?\.jsonl$/, log: "wire.jsonl" },
  { agent: "Cline", name: /(?:^|\/)api_conversation_history\.json$/, log: "ui_messages.json" },
];
/** A sub-agent's own log of Kimi CLI, whose events the session's log has too. */
const KIMI_SUBAGENT = /^(.*)\/subagents\/([^/]+)\/wire\.jsonl$/;

/** Whether a file is by its name, and by what it holds, one that repeats a log beside it. */
export function isRepeatOfLog({ name, text }: ImportSample): boolean {
  return (
    REPEATS.some((repeat) => repeat.name.test(name.replaceAll("\\", "/"))) &&
    /"role"\s*:\s*"(?:_system_prompt|_checkpoint|_usage|user|assistant)"/.test(text)
  );
}

/**
 * Why a file is left out: it repeats another that is imported with it. Undefined where it does not.
 * `logs` are the paths of those, `subagents` the ids of the agents whose events they have.
 */
export function repeatNote(
  { path }: ImportFile,
  logs: ReadonlySet<string>,
  subagents: Pick<ReadonlyMap<string, unknown>, "has">,
): string | undefined {
  const own = KIMI_SUBAGENT.exec(path);
  if (own !== null && logs.has(`${own[1]}/wire.jsonl`) && subagents.has(own[2] ?? ""))
    return "logs of sub-agents of Kimi CLI, which the session's own log repeats, are left out";
  const repeat = REPEATS.find(({ name }) => name.test(path));
  if (repeat === undefined) return undefined;
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return logs.has(`${folder}${repeat.log}`)
    ? `the model's messages of ${repeat.agent}, which repeat its log beside them, are left out`
    : undefined;
}
