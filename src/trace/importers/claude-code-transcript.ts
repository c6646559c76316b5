import { canonicalJson } from "../../request/canonical-json.ts";
import type { Json, JsonObject } from "../../request/json.ts";
import { isJsonObject, member, objectMember, stringMember } from "../../request/json.ts";
import { contentText, filled, readArguments, timeText, toolAddress } from "./call-values.ts";
import {
  callKey,
  contentBlocks,
  isCallBlock,
  startedAgent,
  startedRun,
  SUBAGENT_TOOLS,
  type Survey,
  type Task,
} from "./claude-code-survey.ts";
import { hookAnswer, refusal, verdictOf } from "./claude-code-verdict.ts";
import type { HeldEvent, HeldEvents } from "./held-events.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import { RecentMap } from "./recent-map.ts";
import { TextNumbers } from "../../text/text-numbers.ts";

/** A file being converted, and where its events go. */
export interface TranscriptWork {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
  readonly survey: Survey;
  readonly held: HeldEvents;
}

/** The agent's own id where the operator gives none: the program that writes these files. */
const MAIN = { type: "agent", id: "claude-code" } as const;

/**
 * Who speaks on a line: the session's main agent (no sub-agent's start is known), or a sub-agent.
 */
interface Speaker {
  /** The call that started it. */
  readonly call: string | undefined;
  readonly type: string | undefined;
  /** The agents above, root first. */
  readonly above: readonly string[];
}

/** Reads the lines of session transcripts (and of `--output-format stream-json`) into events. */
export class Transcript {
  readonly #work: TranscriptWork;
  readonly #mainName: string;
  /** Calls without a result, and those that started sub-agents, by their id. */
  readonly #open = new RecentMap<HeldEvent>(5000);
  /** The tools of calls as they were named, by the calls' ids. */
  readonly #names = new RecentMap<string>(5000);
  readonly #tasks = new RecentMap<Task & { readonly prompt: string | undefined }>(1000);
  /** Older files hold a sub-agent's lines among their own: who speaks, by the lines' ids. */
  readonly #speakers = new RecentMap<Speaker>(20_000);
  readonly #requests = new RecentMap<string>(1000);
  readonly #seen = new RecentMap<true>(50_000);
  readonly #calls = new TextNumbers();
  /** How many calls had an id, by the beginning of their events' ids. */
  readonly #counts = new RecentMap<number>(50_000);
  /** The permission mode of each session, and the calls that started its workflows. */
  readonly #modes = new RecentMap<string>(1000);
  readonly #workflows = new RecentMap<readonly string[]>(1000);
  #lastSidechain: Speaker | undefined;

  constructor(work: TranscriptWork) {
    this.#work = work;
    const { type, id } = work.options.subject ?? MAIN;
    this.#mainName = `${type}:${id}`;
  }

  /**
   * Takes one line; entries that are no messages (summaries, snapshots, progress) say nothing of
   * calls.
   */
  read(line: JsonObject, number: number): void {
    const type = stringMember(line, "type");
    const mode = stringMember(line, "permissionMode");
    if (mode !== undefined) this.#modes.set(sessionOf(line) ?? "", mode);
    if (type === "result") return this.#readDenials(line);
    if (type === "attachment") return this.#readHook(line, number);
    if (type !== "user" && type !== "assistant") return;
    const message = objectMember(line, "message");
    if (message === undefined) return this.#refuse("a message is not an object", number);
    const content = member(message, "content");
    if (content === undefined) return this.#refuse("a message has no content", number);
    const entry: Entry = {
      line,
      number,
      message,
      session: sessionOf(line),
      speaker: this.#speakerOf(line),
    };
    if (type === "assistant") this.#readAssistant(entry, content);
    else this.#readUser(entry, content);
  }

  #readAssistant(entry: Entry, content: Json): void {
    for (const block of contentBlocks(entry.line)) {
      const kind = stringMember(block, "type");
      if (isCallBlock(block)) this.#readCall(entry, block);
      else if (isJsonObject(member(block, "input")))
        this.#overlook(`a block of type \`${kind ?? "none"}\``, entry);
    }
    const text = contentText(
      Array.isArray(content)
        ? content.filter((part) => isJsonObject(part) && stringMember(part, "type") === "text")
        : content,
    );
    if (text !== undefined) this.#say(entry, "response", text);
  }

  #overlook(what: string, { number }: Entry): void {
    this.#work.tally.addNotUnderstood(what, this.#work.file.name, number);
  }

  #readUser(entry: Entry, content: Json): void {
    const results = contentBlocks(entry.line).filter(
      (block) => stringMember(block, "type") === "tool_result",
    );
    for (const block of results) this.#readResult(entry, block);
    if (results.length > 0 || member(entry.line, "isMeta") === true) return;
    const text = contentText(content);
    if (
      text === undefined ||
      /^<(?:command|local-command|system-reminder)|^Caveat: |^\[Request interrupted/.test(text)
    )
      return;
    this.#requests.set(this.#voice(entry), text);
    if (entry.speaker.call === undefined && !isSidechain(entry.line))
      this.#say(entry, "prompt", text);
  }

  #readCall(entry: Entry, block: JsonObject): void {
    const { survey, file, tally } = this.#work;
    const id = stringMember(block, "id");
    const key = callKey(entry.line, block);
    if (id !== undefined && this.#isRepeat(entry, block, { id, key }))
      return tally.addNote(
        "calls that occur in several files or lines (sessions that were resumed or forked) count once",
      );
    const name = stringMember(block, "name");
    if (name === undefined) this.#refuse("a tool call has no name", entry.number);
    const { args, cause } = readArguments(member(block, "input"));
    if (cause !== undefined) this.#refuse(cause, entry.number);
    const event = this.#callEvent(entry, {
      id,
      name,
      args,
      server: stringMember(block, "server_name"),
    });
    if (id === undefined) return this.#work.held.add(event);
    if (name !== undefined) this.#names.set(id, name);
    if (name !== undefined && SUBAGENT_TOOLS.has(name)) this.#noteTask(entry.line, id, args);
    if (survey.owns(file, key)) this.#open.set(id, this.#work.held.hold(event));
    else this.#open.delete(id);
  }

  /** A copy, or the same call told again before it was answered. */
  #isRepeat(
    entry: Entry,
    block: JsonObject,
    { id, key }: { readonly id: string; readonly key: string },
  ): boolean {
    const known = this.#calls.size;
    const isCopy = this.#calls.ordinal(key) < known;
    const open = this.#open.get(id)?.event;
    if (isCopy || open === undefined) return isCopy;
    return (
      open["session"] === entry.session &&
      this.#names.get(id) === stringMember(block, "name") &&
      canonicalJson(open["args"] ?? null) === canonicalJson(member(block, "input") ?? null)
    );
  }

  /** Calls of a session that have one id are numbered from the second. */
  #callId(entry: Entry, id: string | undefined): string {
    const first = `${this.#prefix(entry)}${id ?? `line-${entry.number}`}`;
    if (id === undefined) return first;
    const count = (this.#counts.get(first) ?? 0) + 1;
    this.#counts.set(first, count);
    return count === 1 ? first : `${first}#${count}`;
  }

  #noteTask(line: JsonObject, id: string, args: JsonObject | undefined): void {
    const task = {
      type: stringMember(args, "subagent_type"),
      by: stringMember(line, "agentId"),
      prompt: stringMember(args, "prompt"),
    };
    this.#tasks.set(id, task);
    const uuid = stringMember(line, "uuid");
    // the first line of a sub-agent may name the line that started it
    if (uuid !== undefined && !isSidechain(line)) this.#speakers.set(uuid, this.#started(id, task));
  }

  #callEvent(
    entry: Entry,
    call: {
      id: string | undefined;
      name: string | undefined;
      args: JsonObject | undefined;
      server: string | undefined;
    },
  ): JsonObject {
    const { options } = this.#work;
    const address =
      call.name === undefined
        ? undefined
        : toolAddress(call.name, "host", call.server ?? options.server);
    const kind =
      call.name !== undefined && SUBAGENT_TOOLS.has(call.name)
        ? "subagent_invocation"
        : (address?.kind ?? "tool_call");
    return {
      id: this.#callId(entry, call.id),
      time: timeText(member(entry.line, "timestamp")),
      session: entry.session,
      parent:
        entry.speaker.call === undefined
          ? undefined
          : `${this.#prefix(entry)}${entry.speaker.call}`,
      subject: this.#subjectOf(entry.speaker, entry.line),
      action: { kind, server: address?.server, name: address?.name },
      args: call.args,
      context: this.#context(entry),
    };
  }

  #context(entry: Entry): JsonObject | undefined {
    const { options } = this.#work;
    const model = options.model ?? stringMember(entry.message, "model");
    const { above } = entry.speaker;
    return filled({
      cwd: stringMember(entry.line, "cwd"),
      permission_mode: this.#modeOf(entry),
      model: model === undefined || model === "<synthetic>" ? undefined : { name: model },
      request: this.#requests.get(this.#voice(entry)),
      on_behalf_of: options.onBehalfOf && { ...options.onBehalfOf },
      delegation:
        isSidechain(entry.line) || entry.speaker.call !== undefined
          ? above.length > 0
            ? above
            : [this.#mainName]
          : [],
    });
  }

  /** WHY not any mode for a sub-agent: it may have one of its own, but where nothing is asked. */
  #modeOf({ session, line, speaker }: Entry): string | undefined {
    const mode = this.#modes.get(session ?? "");
    const isMain = !isSidechain(line) && speaker.call === undefined;
    return isMain || mode === "bypassPermissions" ? mode : undefined;
  }

  #subjectOf(speaker: Speaker, line: JsonObject): JsonObject {
    if (!isSidechain(line) && speaker.call === undefined)
      return { ...(this.#work.options.subject ?? MAIN) };
    return { type: "agent", id: speaker.type ?? stringMember(line, "attributionAgent") };
  }

  #readResult(entry: Entry, block: JsonObject): void {
    const id = stringMember(block, "tool_use_id");
    const held = id === undefined ? undefined : this.#open.get(id);
    if (id === undefined || held === undefined) {
      if (id !== undefined && !this.#work.survey.owns(this.#work.file, id)) return;
      return this.#refuse("a result belongs to no call", entry.number);
    }
    const agent = startedAgent(entry.line);
    const task = this.#tasks.get(id);
    if (agent !== undefined && task !== undefined)
      this.#speakers.set(`agent:${agent}`, this.#started(id, task));
    if (startedRun(entry.line) !== undefined && task !== undefined) this.#noteWorkflow(entry, id);
    held.event = this.#settle(held.event, entry.line, block);
    // streamed output names what was refused at its end
    const mayBeRefused =
      isStreamed(entry.line) && objectMember(held.event, "decision") === undefined;
    if (mayBeRefused && member(block, "is_error") === true) return;
    this.#open.delete(id);
    held.settled = true;
  }

  #noteWorkflow({ session }: Entry, call: string): void {
    const known = this.#workflows.get(session ?? "") ?? [];
    this.#workflows.set(session ?? "", [...known, call]);
  }

  #settle(event: JsonObject, line: JsonObject, block: JsonObject): JsonObject {
    const { options } = this.#work;
    const text = contentText(member(block, "content"));
    const failed = member(block, "is_error") === true;
    const name = this.#names.get(stringMember(block, "tool_use_id") ?? "") ?? "";
    const args = objectMember(event, "args") ?? {};
    const verdict = failed ? verdictOf({ name, args, text, line }) : undefined;
    if (verdict !== undefined)
      return {
        ...event,
        decision: { ...verdict },
        ...(verdict.pdp === "user" && withApproval(event, refusal(options.approver))),
      };
    const effect = stringMember(objectMember(event, "decision"), "effect");
    if (failed && effect === "deny") return event;
    const kept = options.results && text !== undefined ? { result: text } : {};
    return {
      ...event,
      // what a hook asked about, and then ran, somebody granted
      ...(effect === "require_approval" && withApproval(event, { decision: "granted" })),
      outcome: { status: failed ? "error" : "ok", ...kept },
    };
  }

  /** What a hook decided stands in an attachment beside the call. */
  #readHook(line: JsonObject, number: number): void {
    const answer = hookAnswer(objectMember(line, "attachment"));
    if (answer === undefined) return;
    const held = this.#open.get(answer.call);
    if (held !== undefined)
      held.event = { ...held.event, decision: { effect: answer.effect, pdp: "hook" } };
    else if (this.#work.survey.owns(this.#work.file, answer.call))
      this.#refuse("a decision belongs to no call", number);
  }

  /** Streamed output ends with the calls that were not permitted. */
  #readDenials(line: JsonObject): void {
    const denials = member(line, "permission_denials");
    for (const denial of Array.isArray(denials) ? denials.filter(isJsonObject) : []) {
      const held = this.#open.get(stringMember(denial, "tool_use_id") ?? "");
      if (held === undefined) continue;
      const decision = { effect: "deny", pdp: "claude-code" };
      held.event = { ...held.event, decision, outcome: undefined };
    }
    for (const held of this.#open.values()) held.settled = true;
  }

  #say(entry: Entry, type: "prompt" | "response", text: string): void {
    const uuid = stringMember(entry.line, "uuid");
    if (
      uuid !== undefined &&
      (this.#isCopy(uuid) || !this.#work.survey.owns(this.#work.file, uuid))
    )
      return;
    const kept = this.#work.options.results
      ? type === "prompt"
        ? { context: { request: text } }
        : { outcome: { result: text } }
      : {};
    this.#work.held.add({
      id: `${this.#prefix(entry)}${uuid ?? `line-${entry.number}`}`,
      time: timeText(member(entry.line, "timestamp")),
      session: entry.session,
      type,
      ...(type === "response" && { subject: this.#subjectOf(entry.speaker, entry.line) }),
      ...kept,
    });
  }

  /** True for what this file has told before. */
  #isCopy(id: string): boolean {
    if (this.#seen.get(id) !== undefined) return true;
    this.#seen.set(id, true);
    return false;
  }

  #speakerOf(line: JsonObject): Speaker {
    const byCall = stringMember(line, "parent_tool_use_id");
    if (byCall !== undefined) return this.#started(byCall, this.#taskOf(byCall));
    if (!isSidechain(line)) return { call: undefined, type: undefined, above: [] };
    const agent = stringMember(line, "agentId");
    const speaker =
      agent === undefined
        ? this.#sidechainSpeaker(line)
        : (this.#speakers.get(`agent:${agent}`) ?? this.#fromSurvey(agent, line));
    const uuid = stringMember(line, "uuid");
    if (uuid !== undefined && agent === undefined) this.#speakers.set(uuid, speaker);
    return speaker;
  }

  /** Without an agent's id: by the line before it, or by its task's own words. */
  #sidechainSpeaker(line: JsonObject): Speaker {
    const known = this.#speakers.get(stringMember(line, "parentUuid") ?? "");
    if (known !== undefined) return known;
    const prompt = contentText(member(objectMember(line, "message"), "content"));
    const isRoot = stringMember(line, "parentUuid") === undefined;
    const started = isRoot ? this.#taskWithPrompt(prompt) : this.#lastSidechain;
    this.#lastSidechain = started ?? { call: undefined, type: undefined, above: [this.#mainName] };
    return this.#lastSidechain;
  }

  #taskWithPrompt(prompt: string | undefined): Speaker | undefined {
    for (const [id, task] of this.#tasks.entries())
      if (prompt !== undefined && task.prompt === prompt) return this.#started(id, task);
    return undefined;
  }

  #fromSurvey(agent: string, line: JsonObject): Speaker {
    const { survey } = this.#work;
    const call = survey.callOf(agent) ?? this.#workflowOf(agent, line);
    const started = call === undefined ? undefined : this.#started(call, this.#taskOf(call));
    return {
      call,
      type: started?.type ?? survey.typeOf(agent),
      above: started?.above ?? [this.#mainName],
    };
  }

  /** The only workflow of the session; the host's own helpers (`acompact-…`) belong to none. */
  #workflowOf(agent: string, line: JsonObject): string | undefined {
    const [call, ...others] = this.#workflows.get(sessionOf(line) ?? "") ?? [];
    return others.length > 0 || /^a[a-z_]+-/.test(agent) ? undefined : call;
  }

  #taskOf(call: string): Task | undefined {
    return this.#tasks.get(call) ?? this.#work.survey.taskOf(call);
  }

  #started(call: string, task: Task | undefined, depth = 0): Speaker {
    const by = depth > 10 ? undefined : task?.by;
    const above = by === undefined ? [this.#mainName] : this.#aboveTaskOf(by, depth + 1);
    return { call, type: task?.type, above };
  }

  /** The agents above what a sub-agent started: itself the last, where its kind is known. */
  #aboveTaskOf(agent: string, depth: number): readonly string[] {
    const { survey } = this.#work;
    const call = survey.callOf(agent);
    const starter = call === undefined ? undefined : this.#started(call, this.#taskOf(call), depth);
    const type = starter?.type ?? survey.typeOf(agent);
    const above = starter?.above ?? [this.#mainName];
    return type === undefined ? above : [...above, `agent:${type}`];
  }

  /** Whose words a request is: the session's, or a sub-agent's own. */
  #voice(entry: Entry): string {
    return `${entry.session ?? ""}/${stringMember(entry.line, "agentId") ?? entry.speaker.call ?? ""}`;
  }

  #prefix(entry: Entry): string {
    return `${entry.session ?? this.#work.file.relative}/`;
  }

  #refuse(cause: string, line: number): void {
    this.#work.tally.addUnreadable(cause, this.#work.file.name, line);
  }
}

interface Entry {
  readonly line: JsonObject;
  readonly number: number;
  readonly message: JsonObject;
  readonly session: string | undefined;
  readonly speaker: Speaker;
}

function sessionOf(line: JsonObject): string | undefined {
  return stringMember(line, "sessionId") ?? stringMember(line, "session_id");
}

/** True for what the program prints, rather than keeps. */
function isStreamed(line: JsonObject): boolean {
  return Object.hasOwn(line, "session_id");
}

function withApproval(event: JsonObject, approval: JsonObject): { readonly context: JsonObject } {
  return { context: { ...objectMember(event, "context"), approvals: [approval] } };
}

function isSidechain(line: JsonObject): boolean {
  return member(line, "isSidechain") === true;
}
