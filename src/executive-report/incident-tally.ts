import type { CallPlace, ReportPart, SeenIncidentPart } from "../documents/report-part.ts";
import type { IncidentBefore, IncidentInfo } from "../documents/report-result.ts";
import { leastHashes, lesserHash } from "../coverage/least-hashes.ts";
import { actionName, subjectName } from "../replay/call-name.ts";
import { byPlace, firstOf, isBefore, placeOf } from "../replay/call-place.ts";
import type { ExampleOrder } from "../replay/group-tally.ts";
import type { SeenCall } from "../replay/seen-call.ts";
import { failingRules, type VersionDecision } from "../replay/version-decision.ts";
import { formatTime } from "../text/time.ts";

/** Sessions with an incident that are listed. */
const LISTED = 100;
/** Tools of an incident that are listed. */
const ACTIONS = 5;
/** Sessions with an incident that a part of a trace keeps. */
const KEPT = 500;

interface Decided {
  readonly effect: string;
  readonly permitted: boolean;
  readonly rules: readonly string[];
  readonly failing?: true;
  calls: number;
  first: CallPlace;
}

interface Incident {
  subject: string;
  first: CallPlace;
  actions: Map<string, CallPlace>;
  readonly decisions: Map<string, Decided>;
  calls: number;
  stopped: number;
  before: IncidentBefore;
}

/** What the baseline does with a call of an incident. */
function beforeOf({ permitted, indeterminate, effect }: VersionDecision): IncidentBefore {
  const stopped = !permitted && !indeterminate;
  return {
    stopped: Number(stopped),
    held: Number(stopped && effect === "require_approval"),
    indeterminate: Number(indeterminate),
  };
}

function sumOf(a: IncidentBefore, b: IncidentBefore): IncidentBefore {
  return {
    stopped: a.stopped + b.stopped,
    held: a.held + b.held,
    indeterminate: a.indeterminate + b.indeterminate,
  };
}

type IncidentsPart = Pick<ReportPart, "incidents" | "incidentsBelow">;

/** The sessions with calls that are labelled as incidents, and how the candidate decides these. */
export class IncidentTally {
  readonly #inOrder: boolean;
  #sessions = new Map<string | null, Incident>();
  /** Sessions that come after as many as are listed, where calls come in order. */
  readonly #beyond = new Set<string | null>();
  #below: string | null = null;

  /** `examples`: `place` where calls come in the order of the whole trace. */
  constructor(examples: ExampleOrder) {
    this.#inOrder = examples === "place";
  }

  call(call: SeenCall): void {
    if (call.labels?.["incident"] !== true) return;
    const { baseline, candidate } = call.decided;
    const { request } = call.result().event;
    const { effect, permitted } = candidate;
    const failing = failingRules(candidate);
    const shown = candidate.indeterminate ? "indeterminate" : effect;
    const first = placeOf(call);
    this.#add({
      session: call.session ?? null,
      subject: subjectName(request),
      first,
      calls: 1,
      stopped: !permitted && !candidate.indeterminate ? 1 : 0,
      before: beforeOf(baseline),
      actions: [[actionName(request), first]],
      decisions: [
        {
          effect: shown,
          permitted,
          rules: failing.length > 0 ? failing : candidate.rules,
          ...(failing.length > 0 && { failing: true }),
          calls: 1,
          first,
        },
      ],
    });
  }

  #add(more: SeenIncidentPart): void {
    const known = this.#entry(more);
    if (known === undefined) return;
    if (this.#isEarlier(more.first, known.first)) {
      known.first = more.first;
      known.subject = more.subject;
    }
    known.calls += more.calls;
    known.stopped += more.stopped;
    known.before = sumOf(known.before, more.before);
    this.#addActions(known, more.actions);
    for (const decided of more.decisions) this.#addDecided(known, decided);
    if (!this.#inOrder && this.#sessions.size > 2 * KEPT) this.#cut();
  }

  #entry({ session, subject, first }: SeenIncidentPart): Incident | undefined {
    const known = this.#sessions.get(session);
    if (known !== undefined) return known;
    if (this.#inOrder && this.#sessions.size >= LISTED) return void this.#beyond.add(session);
    const fresh: Incident = {
      subject,
      first,
      actions: new Map(),
      decisions: new Map(),
      calls: 0,
      stopped: 0,
      before: { stopped: 0, held: 0, indeterminate: 0 },
    };
    this.#sessions.set(session, fresh);
    return fresh;
  }

  #addActions(incident: Incident, more: SeenIncidentPart["actions"]): void {
    for (const [action, first] of more) {
      const before = incident.actions.get(action);
      if (before === undefined || this.#isEarlier(first, before))
        incident.actions.set(action, first);
    }
    if (incident.actions.size > 4 * ACTIONS)
      incident.actions = new Map(this.#firstActions(incident));
  }

  #firstActions({ actions }: Pick<Incident, "actions">): readonly (readonly [string, CallPlace])[] {
    return this.#sorted([...actions], ([, first]) => first).slice(0, ACTIONS);
  }

  #addDecided({ decisions }: Incident, more: Decided): void {
    const { effect, permitted, rules, failing = false } = more;
    const key = JSON.stringify([effect, permitted, rules, failing]);
    const known = decisions.get(key);
    if (known === undefined) return void decisions.set(key, { ...more });
    known.calls += more.calls;
    if (!this.#inOrder) known.first = firstOf(known.first, more.first);
  }

  #isEarlier(a: CallPlace, b: CallPlace): boolean {
    return !this.#inOrder && isBefore(a, b);
  }

  #cut(): void {
    const { kept, below } = leastHashes([...this.#sessions], ([session]) => session ?? "", {
      most: KEPT,
      below: this.#below,
    });
    this.#below = below;
    this.#sessions = new Map(kept);
  }

  /** Whether only a sample of the sessions is kept. */
  get isSample(): boolean {
    return this.#below !== null;
  }

  part(): IncidentsPart {
    this.#cut();
    const incidents = [...this.#sessions].map(
      ([session, { actions, decisions, ...seen }]): SeenIncidentPart => ({
        session,
        ...seen,
        actions: this.#firstActions({ actions }),
        decisions: [...decisions.values()],
      }),
    );
    return { incidents, incidentsBelow: this.#below };
  }

  /** Adds what another part of the trace saw. */
  merge({ incidents, incidentsBelow }: IncidentsPart): void {
    this.#below = lesserHash(this.#below, incidentsBelow);
    for (const incident of incidents) this.#add(incident);
  }

  #sorted<T>(list: readonly T[], firstIn: (one: T) => CallPlace): readonly T[] {
    return this.#inOrder ? list : list.toSorted((a, b) => byPlace(firstIn(a), firstIn(b)));
  }

  /** Those that the candidate does not stop first, then in the order of the trace. */
  list(): { readonly incidents: readonly IncidentInfo[]; readonly rest: number } {
    if (!this.#inOrder) this.#cut();
    const sessions = this.#sorted([...this.#sessions], ([, { first }]) => first);
    const listed = sessions.slice(0, LISTED).map(
      ([
        session,
        { subject, first, actions, decisions, calls, stopped, before },
      ]): IncidentInfo => ({
        session,
        subject,
        actions: this.#firstActions({ actions }).map(([action]) => action),
        first: first.time === null ? null : formatTime(first.time),
        calls,
        stopped,
        before,
        decisions: this.#sorted([...decisions.values()], (one) => one.first).map(
          ({ first: _, ...decided }) => decided,
        ),
      }),
    );
    const isOpen = ({ calls, stopped }: IncidentInfo): number => (stopped < calls ? 0 : 1);
    return {
      incidents: listed.toSorted((a, b) => isOpen(a) - isOpen(b)),
      rest: Math.max(0, this.#sessions.size - LISTED) + this.#beyond.size,
    };
  }
}
