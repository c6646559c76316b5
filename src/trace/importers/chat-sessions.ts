import { canonicalJson } from "../../request/canonical-json.ts";
import { isJsonObject, type JsonObject } from "../../request/json.ts";
import { unpackJson } from "./call-values.ts";
import type { ChatReport } from "./chat-conversation.ts";
import { ChatConversation } from "./chat-conversation.ts";
import type { CallEntry, ChatEntry, ChatMessage } from "./chat-entry.ts";
import { chatEvents } from "./chat-events.ts";
import type { ChatAbout } from "./chat-origin.ts";
import { stemOf } from "./chat-origin.ts";
import type { ImportTally } from "./import-tally.ts";
import type { ImportFile, ImportOptions } from "./importer.ts";
import { RecentMap } from "./recent-map.ts";

/** A recorded run, or a request that repeats the beginning of one. */
export interface ChatRun {
  readonly about: ChatAbout;
  readonly messages: readonly ChatMessage[];
  /** True if the file may hold others: it stands in a list. */
  readonly inList: boolean;
  /** The record's own id, and that of the record which it goes on from (Responses). */
  readonly id?: string | undefined;
  readonly previous?: string | undefined;
}

export interface ChatWork {
  readonly file: ImportFile;
  readonly options: ImportOptions;
  readonly tally: ImportTally;
}

/** A conversation that later records may repeat and go on with. */
interface Open {
  readonly about: ChatAbout;
  readonly ordinal: number;
  readonly conversation: ChatConversation;
  readonly ids: string[];
  /** What tells each message that was read from others, in order. */
  marks: readonly string[];
  /** The calls and results with ids that were read. */
  readonly known: Set<string>;
}

/** How much is held for records that go on with a conversation: conversations, and characters. */
const MAX_OPEN = 1000;
const MAX_WEIGHT = 16 * 1024 * 1024;

/**
 * Puts records together as sessions. Logs of a gateway have a record for each request, which
 * repeats the conversation: what an earlier record said is not repeated as events. Records that name their
 * session go on with it; those that do not are one where the later begins with all of the earlier.
 */
export class ChatSessions {
  readonly #work: ChatWork;
  /** The one that rested longest first. */
  readonly #open = new Set<Open>();
  readonly #named = new Map<string, Open>();
  /** Those without a name, by their first mark. */
  readonly #unnamed = new Map<string, Set<Open>>();
  readonly #ids = new Map<string, Open>();
  #weight = 0;
  #ordinal = 0;
  #isList = false;
  readonly #texts = new ArgumentTexts();

  constructor(work: ChatWork) {
    this.#work = work;
  }

  /** Takes a record that stands on that line; the events of sessions that are over. */
  add(run: ChatRun, line: number): JsonObject[] {
    this.#isList ||= run.inList;
    const report = this.#reportOf(line);
    if (run.about.isWhole) return this.#readWhole(run, report);
    const marks = this.#marksOf(run.messages);
    const open = this.#goneOn(run, marks) ?? this.#start(run);
    this.#drop(open);
    this.#read(open, { messages: run.messages, marks }, report);
    this.#hold(open, run);
    return this.#overflow();
  }

  /** All that is left, in the order in which it began. */
  end(): JsonObject[] {
    return [...this.#open]
      .sort((a, b) => a.ordinal - b.ordinal)
      .flatMap((open) => this.#finish(open));
  }

  #reportOf(line: number): ChatReport {
    const { tally, file } = this.#work;
    return {
      unreadable: (cause) => tally.addUnreadable(cause, file.name, line),
      notUnderstood: (kind) => tally.addNotUnderstood(kind, file.name, line),
      note: (note) => tally.addNote(note),
    };
  }

  #start({ about }: ChatRun): Open {
    return {
      about,
      ordinal: this.#ordinal++,
      conversation: new ChatConversation(),
      ids: [],
      marks: [],
      known: new Set(),
    };
  }

  /** The events of a run that no other record goes on with. */
  #readWhole(run: ChatRun, report: ChatReport): JsonObject[] {
    const open = this.#start(run);
    for (const message of run.messages) open.conversation.read(message, report);
    return this.#finish(open);
  }

  /** The conversation that a record goes on with. */
  #goneOn({ about, previous }: ChatRun, marks: readonly string[]): Open | undefined {
    const before = previous === undefined ? undefined : this.#ids.get(previous);
    if (before !== undefined) return before;
    if (about.session !== undefined) return this.#named.get(about.session);
    let longest: Open | undefined;
    for (const open of this.#unnamed.get(marks[0] ?? "") ?? [])
      if (
        open.marks.length > (longest?.marks.length ?? 0) &&
        // one that is the same to its end is another run
        open.marks.length < marks.length &&
        mayBeSame(open.about.user, about.user) &&
        startsWith(marks, open.marks)
      )
        longest = open;
    return longest;
  }

  /** Reads what the conversation does not hold yet. */
  #read(
    open: Open,
    { messages, marks }: Pick<ChatRun, "messages"> & Pick<Open, "marks">,
    report: ChatReport,
  ): void {
    let skipped = repeated(open.marks, marks);
    if (skipped < marks.length || open.marks.length === 0) open.marks = marks;
    const { conversation, known } = open;
    const keys = keysOf(messages, this.#texts);
    for (const message of messages) {
      if (message.entries.length > 0 && skipped-- > 0) continue;
      conversation.read(withoutKnown(message, keys, known), report);
    }
    for (const key of keys.values()) known.add(key);
  }

  /** What tells each message from others; system messages hold nothing that is kept. */
  #marksOf(messages: readonly ChatMessage[]): string[] {
    return messages.flatMap(({ entries }) =>
      entries.length === 0 ? [] : [sortedText(entries.map((entry) => markOf(entry, this.#texts)))],
    );
  }

  #hold(open: Open, { id }: ChatRun): void {
    this.#open.add(open);
    this.#weight += weightOf(open);
    if (open.about.session !== undefined) this.#named.set(open.about.session, open);
    else {
      const alike = this.#unnamed.get(open.marks[0] ?? "") ?? new Set();
      this.#unnamed.set(open.marks[0] ?? "", alike.add(open));
    }
    if (id === undefined) return;
    open.ids.push(id);
    this.#ids.set(id, open);
  }

  #drop(open: Open): void {
    if (!this.#open.delete(open)) return;
    this.#weight -= weightOf(open);
    if (open.about.session !== undefined) return;
    const first = open.marks[0] ?? "";
    const alike = this.#unnamed.get(first);
    alike?.delete(open);
    if (alike?.size === 0) this.#unnamed.delete(first);
  }

  #overflow(): JsonObject[] {
    const events: JsonObject[] = [];
    for (const open of this.#open) {
      if (this.#open.size <= MAX_OPEN && this.#weight <= MAX_WEIGHT) break;
      this.#drop(open);
      if (open.about.session !== undefined) this.#named.delete(open.about.session);
      for (const id of open.ids) this.#ids.delete(id);
      events.push(...this.#finish(open));
    }
    return events;
  }

  #finish({ about, ordinal, conversation }: Open): JsonObject[] {
    const { file, options, tally } = this.#work;
    const isOnly = this.#ordinal === 1 && !this.#isList;
    const named = about.session ?? (isOnly ? stemOf(file) : `${stemOf(file)}/${ordinal}`);
    const origin = { ...about, session: tally.claimSession(named) };
    return chatEvents(conversation.steps, origin, options);
  }
}

/** Whether two records may be of one user, as far as they name any. */
function mayBeSame(user: string | undefined, other: string | undefined): boolean {
  return user === undefined || other === undefined || user === other;
}

/** The marks that arguments weigh besides themselves. */
const SHARE = 200;

function weightOf({ marks }: Open): number {
  return marks.reduce((sum, mark) => sum + mark.length + SHARE, SHARE);
}

function startsWith(marks: readonly string[], start: readonly string[]): boolean {
  return start.length <= marks.length && start.every((mark, index) => mark === marks[index]);
}

/**
 * How many messages of `later` an earlier record told: it may begin with all of them, end with
 * those that `later` begins with (where a log keeps the last ones only), or share the first few.
 */
function repeated(earlier: readonly string[], later: readonly string[]): number {
  const common = earlier.findIndex((mark, index) => mark !== later[index]);
  if (common !== 0) return common < 0 ? earlier.length : common;
  for (let from = 1; from < earlier.length; from++)
    if (startsWith(later, earlier.slice(from))) return earlier.length - from;
  return 0;
}

function markOf(entry: ChatEntry, texts: ArgumentTexts): unknown {
  if (entry.kind === "call") return { ...entry, args: texts.of(entry) };
  if (entry.kind !== "result") return entry;
  return ["result", entry.id, entry.name, entry.answer.status, entry.answer.refused];
}

/** Longer texts are worked out each time. */
const MAX_KEPT = 16 * 1024;

/**
 * The arguments of calls as texts that are the same where their values are. WHY kept: each record of
 * a conversation repeats the calls of all before it.
 */
class ArgumentTexts {
  readonly #known = new RecentMap<string>(1000);

  /** WHY what the text says: gateways write it anew, with other spaces and order. */
  of({ args, takesText }: CallEntry): string | undefined {
    if (args === undefined) return undefined;
    if (typeof args !== "string" || takesText === true) return canonicalJson(args);
    const known = this.#known.get(args);
    if (known !== undefined) return known;
    const text = canonicalJson(unpackJson(args) ?? args);
    if (args.length <= MAX_KEPT) this.#known.set(args, text);
    return text;
  }
}

/** JSON that does not depend on the order of members. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isJsonObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The calls and results with ids of one record, each by what a later one repeats it as. */
function keysOf(
  messages: readonly ChatMessage[],
  texts: ArgumentTexts,
): ReadonlyMap<ChatEntry, string> {
  const counter = new RepeatCounter(texts);
  const keys = new Map<ChatEntry, string>();
  for (const { entries } of messages)
    for (const entry of entries) {
      const key = counter.keyOf(entry);
      if (key !== undefined) keys.set(entry, key);
    }
  return keys;
}

/** Tells calls and results that are alike apart: after its result, the same call is another. */
class RepeatCounter {
  /** How many results each id has. */
  readonly #answered = new Map<string, number>();
  readonly #alike = new Map<string, { times: number; answered: number }>();
  readonly #texts: ArgumentTexts;

  constructor(texts: ArgumentTexts) {
    this.#texts = texts;
  }

  /** Undefined for what has no id. */
  keyOf(entry: ChatEntry): string | undefined {
    if (entry.kind !== "call" && entry.kind !== "result") return undefined;
    const { id } = entry;
    if (id === undefined || id === "") return undefined;
    const isResult = entry.kind === "result";
    const text = sortedText(
      isResult ? [id, entry.answer.status] : [id, entry.name, this.#texts.of(entry)],
    );
    const answered = this.#answered.get(id) ?? 0;
    const key = JSON.stringify([text, this.#timesOf(text, answered)]);
    if (isResult || entry.answer !== undefined) this.#answered.set(id, answered + 1);
    return key;
  }

  #timesOf(text: string, answered: number): number {
    const before = this.#alike.get(text);
    const times = before === undefined ? 0 : before.times + (answered > before.answered ? 1 : 0);
    this.#alike.set(text, { times, answered });
    return times;
  }
}

/** Calls that are known are told again only for what came of them. */
function withoutKnown(
  message: ChatMessage,
  keys: ReadonlyMap<ChatEntry, string>,
  known: ReadonlySet<string>,
): ChatMessage {
  const entries = message.entries.flatMap((entry): ChatEntry[] => {
    if (!known.has(keys.get(entry) ?? "")) return [entry];
    return entry.kind === "call" ? [{ kind: "again", call: entry }] : [];
  });
  return { ...message, entries };
}
