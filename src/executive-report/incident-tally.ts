import type { IncidentDecision, IncidentInfo } from "../documents/report-result.ts";
import { actionName, subjectName } from "../replay/call-name.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import { formatTime } from "../text/time.ts";

/** Sessions with an incident that are listed. */
const LISTED = 100;
/** Tools of an incident that are listed. */
const ACTIONS = 5;

interface Incident {
  readonly subject: string;
  readonly first: number | undefined;
  readonly actions: Set<string>;
  readonly decisions: Map<string, IncidentDecision & { calls: number }>;
  calls: number;
  stopped: number;
}

/** The sessions with calls that are labelled as incidents, and how the candidate decides these. */
export class IncidentTally implements ReplayObserver {
  readonly #sessions = new Map<string | null, Incident>();
  readonly #beyond = new Set<string | null>();

  call({ event, candidate }: CallResult): void {
    if (event.labels?.["incident"] !== true) return;
    const incident = this.#entry(event);
    if (incident === undefined) return;
    const { effect, permitted, rules } = candidate;
    const shown = candidate.indeterminate ? "indeterminate" : effect;
    const stops = !permitted && !candidate.indeterminate;
    incident.calls++;
    if (stops) incident.stopped++;
    if (incident.actions.size < ACTIONS) incident.actions.add(actionName(event.request));
    const key = JSON.stringify([shown, permitted, rules]);
    const known = incident.decisions.get(key) ?? { effect: shown, permitted, rules, calls: 0 };
    incident.decisions.set(key, { ...known, calls: known.calls + 1 });
  }

  #entry({ session, request, time }: CallResult["event"]): Incident | undefined {
    const key = session ?? null;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    if (this.#sessions.size >= LISTED) {
      this.#beyond.add(key);
      return undefined;
    }
    const fresh: Incident = {
      subject: subjectName(request),
      first: time,
      actions: new Set(),
      decisions: new Map(),
      calls: 0,
      stopped: 0,
    };
    this.#sessions.set(key, fresh);
    return fresh;
  }

  /** Those that the candidate does not stop first, then in the order of the trace. */
  list(): { readonly incidents: readonly IncidentInfo[]; readonly rest: number } {
    const incidents = [...this.#sessions].map(
      ([session, { subject, first, actions, decisions, calls, stopped }]): IncidentInfo => ({
        session,
        subject,
        actions: [...actions],
        first: first === undefined ? null : formatTime(first),
        calls,
        stopped,
        decisions: [...decisions.values()],
      }),
    );
    const isOpen = ({ calls, stopped }: IncidentInfo): number => (stopped < calls ? 0 : 1);
    return {
      incidents: incidents.sort((a, b) => isOpen(a) - isOpen(b)),
      rest: this.#beyond.size,
    };
  }
}
