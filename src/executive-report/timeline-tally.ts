import { groupKey } from "../replay/group-tally.ts";
import type { CoveredCall } from "../coverage/coverage-tally.ts";
import { gapOf } from "../coverage/gap.ts";
import { METRICS } from "../coverage/coverage-tally.ts";
import type { UncoveredGroup } from "../documents/coverage-result.ts";
import { actionName, resourceClass, subjectName } from "../replay/call-name.ts";
import type { ChangeGroup } from "../documents/replay-result.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { member } from "../request/json.ts";
import type { TraceEvent } from "../trace/event.ts";
import { formatTime } from "../text/time.ts";
import type { Step, Timeline } from "../documents/report-result.ts";

/**
 * Sessions shown of a group, steps shown of a session, and how much is held while nobody knows yet
 * what will be shown.
 */
const SESSIONS = 12;
const STEPS = 100;
/** Sessions of all groups together. */
const WANTED = 1500;
const HELD = 60_000;
const GROUPS = 5000;
const ARGUMENTS = 2000;

interface Session {
  readonly name: string;
  readonly steps: Step[];
  more: number;
  wanted: boolean;
}

function openKey({
  subject,
  action,
  resourceClass: classification,
}: Pick<UncoveredGroup, "subject" | "action" | "resourceClass">): string {
  return JSON.stringify([subject, action, classification]);
}

/**
 * Keeps, for each group of changed or uncovered calls, the first sessions as timelines. Bounded:
 * sessions that no group wants are let go of, the longest untouched first.
 */
export class TimelineTally implements ReplayObserver {
  readonly #arguments: boolean;
  /** In the order of last use. */
  readonly #sessions = new Map<string, Session>();
  readonly #groups = new Map<string, Set<string>>();
  #held = 0;
  #wanted = 0;

  constructor(options: { readonly arguments: boolean }) {
    this.#arguments = options.arguments;
  }

  call(result: CallResult): void {
    const { event, baseline, candidate } = result;
    const { session } = event;
    if (session === undefined) return;
    this.#add(session, this.#step(result));
    if (result.class === "unchanged") return;
    const described = {
      class: result.class,
      from: baseline.effect,
      to: candidate.effect,
      fromRules: baseline.rules,
      toRules: candidate.rules,
    };
    this.#want(
      `c${groupKey({
        ...described,
        subject: subjectName(event.request),
        action: actionName(event.request),
        resourceClass: resourceClass(candidate, event.request),
      })}`,
      session,
    );
  }

  other(event: TraceEvent): void {
    if (event.session === undefined || event.type === "session_end") return;
    this.#add(event.session, {
      ...bare(event),
      action: null,
      resourceClass: null,
      before: null,
      after: null,
      permitted: null,
      rules: [],
      class: null,
    });
  }

  /** Notes a call that some metric leaves open. */
  covered({ result, verdicts }: CoveredCall): void {
    const { session, request } = result.event;
    if (
      session === undefined ||
      verdicts === undefined ||
      !METRICS.some((metric) => gapOf(verdicts[metric]) !== undefined)
    )
      return;
    this.#want(
      `u${openKey({
        subject: subjectName(request),
        action: actionName(request),
        resourceClass: resourceClass(result.candidate, request),
      })}`,
      session,
    );
  }

  #step({ event, baseline, candidate, class: change }: CallResult): Step {
    const args =
      this.#arguments && event.request.args !== undefined
        ? { args: JSON.stringify(event.request.args).slice(0, ARGUMENTS) }
        : {};
    return {
      ...bare(event),
      action: actionName(event.request),
      resourceClass: resourceClass(candidate, event.request),
      before: baseline.effect,
      after: candidate.indeterminate ? "indeterminate" : candidate.effect,
      permitted: candidate.permitted,
      rules: candidate.rules,
      class: change,
      ...args,
    };
  }

  #add(name: string, step: Step): void {
    const session = this.#sessions.get(name) ?? { name, steps: [], more: 0, wanted: false };
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    if (session.steps.length >= STEPS) session.more++;
    else {
      session.steps.push(step);
      this.#held++;
    }
    if (this.#held > HELD) this.#letGo();
  }

  #letGo(): void {
    for (const [name, session] of this.#sessions) {
      if (this.#held <= HELD / 2) return;
      if (session.wanted) continue;
      this.#held -= session.steps.length;
      this.#sessions.delete(name);
    }
    // what is left is wanted, and bounded by itself
    this.#held = 0;
  }

  #want(group: string, name: string): void {
    const known = this.#groups.get(group);
    if (known === undefined && this.#groups.size >= GROUPS) return;
    const sessions = known ?? new Set();
    const session = this.#sessions.get(name);
    if (
      session === undefined ||
      sessions.size >= SESSIONS ||
      (!session.wanted && this.#wanted >= WANTED)
    )
      return;
    if (!session.wanted) this.#wanted++;
    session.wanted = true;
    this.#groups.set(group, sessions.add(name));
  }

  /** The timelines that the given groups point to, and where each group's stand among them. */
  finish(
    changes: readonly ChangeGroup[],
    open: readonly UncoveredGroup[],
  ): {
    readonly timelines: readonly Timeline[];
    readonly ofChange: readonly (readonly number[])[];
    readonly ofOpen: readonly (readonly number[])[];
  } {
    const timelines: Timeline[] = [];
    const places = new Map<string, number>();
    const place = (name: string): readonly number[] => {
      const known = places.get(name);
      if (known !== undefined) return [known];
      const session = this.#sessions.get(name);
      if (session === undefined) return [];
      places.set(name, timelines.length);
      return [timelines.push({ session: name, steps: session.steps, more: session.more }) - 1];
    };
    const of = (key: string): readonly number[] =>
      [...(this.#groups.get(key) ?? [])].flatMap(place);
    const ofChange = changes.map((group) => of(`c${groupKey(group)}`));
    return { ofChange, ofOpen: open.map((group) => of(`u${openKey(group)}`)), timelines };
  }
}

function bare(event: TraceEvent): Pick<Step, "id" | "time" | "type" | "incident"> {
  const label = member(event.labels, "incident");
  return {
    id: event.id,
    time: event.time === undefined ? null : formatTime(event.time),
    type: event.type,
    incident: typeof label === "boolean" ? label : null,
  };
}
