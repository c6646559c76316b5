import type { TraceEvent } from "../event.ts";
import { DEFAULT_REORDER, EventOrder } from "../order.ts";
import type { TraceFile } from "../read-events.ts";
import { LISTED, ReadReport } from "../read-report.ts";
import type { ValidateResult } from "../../documents/trace-validate-result.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { TraceTally } from "../summary.ts";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { lineEvents } from "./raw-events.ts";
import { traceRead } from "./stats.ts";
import { UnknownMembers, type KnownMembers } from "./unknown-members.ts";

/** The first of many, and how many there were. */
class Listed {
  count = 0;
  readonly first: string[] = [];

  add(text: string): void {
    this.count++;
    if (this.first.length < LISTED) this.first.push(text);
  }
}

class Validator {
  readonly members: UnknownMembers;
  readonly tally = new TraceTally();
  readonly repeated = new Listed();
  readonly parents = new Listed();
  /** WHY no texts: ids of a large trace would fill the memory. */
  readonly #ids = new TextNumbers();
  /** Parents that did not occur before the events that name them: each is told once. */
  readonly #unseen = new TextNumbers();

  constructor(known: KnownMembers) {
    this.members = new UnknownMembers(known);
  }

  take(event: TraceEvent): void {
    this.tally.add(event);
    const { id, parent } = event;
    if (parent !== undefined && this.#ids.find(parent) === undefined) {
      if (isNew(this.#unseen, parent)) this.parents.add(id);
    }
    if (!isNew(this.#ids, id)) this.repeated.add(id);
  }
}

/** Whether a text has no number yet; then it gets one. */
function isNew(texts: TextNumbers, text: string): boolean {
  const before = texts.size;
  texts.ordinal(text);
  return texts.size > before;
}

/**
 * Checks every line of a trace: that it is an event, that ids are unique and parents known, that
 * the order can be fixed; and which members are none of `known`. Files are taken in the order of
 * their names, lines as they stand. Holds two hashes an id.
 */
export async function validateTrace(
  files: readonly TraceFile[],
  known: KnownMembers,
): Promise<Omit<ValidateResult, "schemaVersion" | "command" | "tool">> {
  const report = new ReadReport();
  const validator = new Validator(known);
  let disorder: string | null = null;
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    disorder = (await readOne(file, report, validator)) ?? disorder;
  }
  return {
    valid:
      report.malformed === 0 &&
      report.undecided === 0 &&
      validator.repeated.count === 0 &&
      disorder === null,
    trace: traceRead(validator.tally, report),
    malformed: report.malformedList,
    undecidedEvents: report.undecidedList,
    repeatedIds: { count: validator.repeated.count, first: validator.repeated.first },
    missingParents: { count: validator.parents.count, first: validator.parents.first },
    unknownMembers: validator.members.list(),
    disorder,
  };
}

async function readOne(
  file: TraceFile,
  report: ReadReport,
  validator: Validator,
): Promise<string | undefined> {
  const order = new EventOrder(DEFAULT_REORDER);
  let disorder: string | undefined;
  const onEvent = (event: TraceEvent): void => {
    validator.take(event);
    if (disorder === undefined) disorder = faultOf(order, event);
  };
  const reader = lineEvents(file, report, onEvent, (object) => validator.members.add(object));
  report.files++;
  for await (const chunk of file.open()) reader.push(chunk);
  report.lines += reader.end();
  report.reordered += order.reordered;
  return disorder;
}

function faultOf(order: EventOrder, event: TraceEvent): string | undefined {
  try {
    order.take([event]);
    return undefined;
  } catch (error) {
    if (error instanceof TraceError) return error.message;
    throw error;
  }
}
