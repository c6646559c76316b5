import type { Caller, CoveredCall } from "../coverage/call-facts.ts";
import type { Credentials } from "../coverage/credentials.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import { dayText, formatTime } from "../text/time.ts";
import type { Agent } from "../policy/model.ts";
import { reviewDue } from "./review.ts";
import type { ReportPart, SeenIdentityPart } from "../documents/report-part.ts";
import type { IdentityInfo, IdentityProblem } from "../documents/report-result.ts";

const LIMIT = 10_000;
const LISTED = 2000;
const KEPT = 1000;

interface Seen {
  calls: number;
  first: number | undefined;
  last: number | undefined;
  personal: boolean;
  named: boolean;
  readonly credentials: Set<number>;
  readonly kinds: Set<string>;
}

/** Which identities acted, with which credentials, from when to when. */
export class IdentityTally {
  readonly #seen = new Map<string, Seen>();
  readonly #byNumber: Seen[] = [];
  #beyond = 0;

  add({ call, caller, verdicts }: CoveredCall, kind: string | undefined): void {
    const seen = this.#entry(caller);
    if (seen === undefined) return;
    const { time, credential } = call;
    seen.calls++;
    if (time !== undefined) {
      seen.first ??= time;
      seen.last = time;
    }
    if (credential !== undefined && seen.credentials.size < KEPT) seen.credentials.add(credential);
    if (kind !== undefined && seen.kinds.size < KEPT) seen.kinds.add(kind);
    if (kind === "user_token") seen.personal = true;
    if (verdicts?.identity === "user-identity") seen.named = true;
  }

  #entry({ subject, number }: Caller): Seen | undefined {
    const known = this.#byNumber[number] ?? this.#seen.get(subject);
    if (known !== undefined) return known;
    if (this.#seen.size >= LIMIT) {
      this.#beyond++;
      return undefined;
    }
    const fresh = freshIdentity();
    this.#seen.set(subject, fresh);
    this.#byNumber[number] = fresh;
    return fresh;
  }

  part(): Pick<ReportPart, "identities" | "identitiesBeyond"> {
    const identities = [...this.#seen].map(
      ([subject, { first, last, credentials, kinds, ...seen }]): SeenIdentityPart => ({
        subject,
        ...seen,
        first: first ?? null,
        last: last ?? null,
        credentials: [...credentials],
        kinds: [...kinds].sort(),
      }),
    );
    return { identities, identitiesBeyond: this.#beyond };
  }

  /** Adds what another part of the trace saw; `credentials`: the numbers here of the part's. */
  merge(part: Pick<ReportPart, "identities" | "identitiesBeyond">, credentials: Uint32Array): void {
    this.#beyond += part.identitiesBeyond;
    for (const theirs of part.identities) {
      const seen = this.#seen.get(theirs.subject) ?? freshIdentity();
      this.#seen.set(theirs.subject, seen);
      seen.calls += theirs.calls;
      seen.first = least(seen.first, theirs.first ?? undefined);
      seen.last = greatest(seen.last, theirs.last ?? undefined);
      seen.personal ||= theirs.personal;
      seen.named ||= theirs.named;
      addSome(
        seen.credentials,
        theirs.credentials.map((number) => credentials[number] ?? 0),
      );
      addSome(seen.kinds, theirs.kinds);
    }
  }

  /** Registered and seen identities, the worst first; `rest` counts those that are not listed. */
  list(facts: {
    readonly catalog: CatalogIndex;
    readonly credentials: Credentials;
    readonly now: number;
  }): { readonly identities: readonly IdentityInfo[]; readonly rest: number } {
    const registered = [...facts.catalog.agents.keys()].map((id) => `agent:${id}`);
    const all = [...new Set([...registered, ...this.#seen.keys()])].map((subject) =>
      this.#describe(subject, facts),
    );
    const sorted = all.sort(
      (a, b) =>
        b.problems.length - a.problems.length ||
        b.calls - a.calls ||
        (a.subject < b.subject ? -1 : 1),
    );
    return {
      identities: sorted.slice(0, LISTED),
      rest: Math.max(0, sorted.length - LISTED) + this.#beyond,
    };
  }

  #describe(
    subject: string,
    {
      catalog,
      credentials,
      now,
    }: { readonly catalog: CatalogIndex; readonly credentials: Credentials; readonly now: number },
  ): IdentityInfo {
    const agent = subject.startsWith("agent:")
      ? catalog.agents.get(subject.slice("agent:".length))?.agent
      : undefined;
    const seen = this.#seen.get(subject);
    const due = agent === undefined ? undefined : reviewDue(agent);
    const shared = [...(seen?.credentials ?? [])].some((credential) =>
      credentials.isShared(credential),
    );
    return {
      subject,
      registered: agent !== undefined,
      status: agent?.status ?? null,
      owner: agent?.owner ?? null,
      purpose: agent?.purpose ?? null,
      expires: agent?.expiresText ?? null,
      reviewed: agent?.reviewed?.text ?? null,
      reviewDue: due === undefined ? null : dayText(due),
      calls: seen?.calls ?? 0,
      first: seen?.first === undefined ? null : formatTime(seen.first),
      last: seen?.last === undefined ? null : formatTime(seen.last),
      credentials: credentials.scaled(seen?.credentials.size ?? 0),
      credentialKinds: [...(seen?.kinds ?? [])].sort(),
      problems: problemsOf(agent, { seen, shared, now }),
    };
  }
}

function freshIdentity(): Seen {
  return {
    calls: 0,
    first: undefined,
    last: undefined,
    personal: false,
    named: false,
    credentials: new Set(),
    kinds: new Set(),
  };
}

function addSome<T>(known: Set<T>, more: readonly T[]): void {
  for (const one of more) if (known.size < KEPT) known.add(one);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function recordProblems(agent: Agent, now: number): readonly IdentityProblem[] {
  const due = reviewDue(agent);
  const problems: (IdentityProblem | undefined)[] = [
    agent.expires !== undefined && now > agent.expires ? "expired" : undefined,
    agent.status === "commissioned" ? undefined : agent.status,
    agent.owner === undefined ? "no-owner" : undefined,
    agent.reviewed === undefined ? "never-reviewed" : undefined,
    due !== undefined && now > due ? "review-overdue" : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function problemsOf(
  agent: Agent | undefined,
  {
    seen,
    shared,
    now,
  }: { readonly seen: Seen | undefined; readonly shared: boolean; readonly now: number },
): readonly IdentityProblem[] {
  const own: readonly IdentityProblem[] =
    agent === undefined ? ["unregistered"] : recordProblems(agent, now);
  const use: (IdentityProblem | undefined)[] = [
    shared ? "shared-credential" : undefined,
    seen?.personal === true ? "user-credential" : undefined,
    seen?.named === true ? "user-name" : undefined,
  ];
  return [...own, ...use.filter((problem) => problem !== undefined)];
}
