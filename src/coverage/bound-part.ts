import type {
  CountsPart,
  CoveragePart,
  CredentialsPart,
  GroupPart,
  LabelPart,
  MetricPart,
  NotePart,
  ReplayPart,
  SeenSessions,
  SessionsPart,
  TracePart,
} from "../documents/trace-part.ts";
import { BitSet, NO_NUMBER } from "../trace/bit-set.ts";
import { hashText } from "../text/text-numbers.ts";

/** How many distinct values a part keeps; what is beyond is counted together, or sampled. */
export interface PartBounds {
  /** Whether no other part has a session of this one: then nothing is kept of them. */
  readonly ownSessions: boolean;
  readonly sessions: number;
  readonly credentials: number;
  /** Names of tools, containments, errors and the like. */
  readonly names: number;
}

/** What stands for names that are counted together. */
export const OTHERS = "(others)";

/** The numbers of the hashes that a sample keeps, and below which first hash they are. */
export interface Sampled {
  /** Two hashes each. */
  readonly hashes: readonly number[];
  readonly below: number | null;
  /** The number in the sample, by the number before; {@link NO_NUMBER}: it is not in it. */
  readonly numbers: Uint32Array;
}

/**
 * The values with the least first hashes: all, if there are no more than `most`. The same values
 * are kept however they were collected.
 */
export function sampled(hashes: readonly number[], most: number, known: number | null): Sampled {
  const firsts = hashes.filter((_, i) => i % 2 === 0);
  const inside = known === null ? firsts : firsts.filter((hash) => hash < known);
  const below = inside.length > most ? (inside.toSorted((a, b) => a - b)[most] ?? null) : known;
  const kept: number[] = [];
  const numbers = new Uint32Array(firsts.length).fill(NO_NUMBER);
  firsts.forEach((hash, i) => {
    if (below !== null && hash >= below) return;
    numbers[i] = kept.length / 2;
    kept.push(hash, hashes[2 * i + 1] ?? 0);
  });
  return { hashes: kept, below, numbers };
}

/** Takes what is kept of sessions to what a bounded part keeps. */
type Narrow = (seen: SeenSessions) => SeenSessions;

function ownSessions({ own, listed }: SessionsPart): { sessions: SessionsPart; narrow: Narrow } {
  const all = Uint32Array.from({ length: listed.length / 2 }, (_, i) => i);
  return {
    sessions: { own: own + all.length, listed: [], below: null },
    narrow: (seen) => ({ own: seen.own + bitsOf(seen.listed, all).size, listed: [] }),
  };
}

function sampledSessions(
  { own, listed, below }: SessionsPart,
  most: number,
): { sessions: SessionsPart; narrow: Narrow } {
  const sample = sampled(listed, most, below);
  return {
    sessions: { own, listed: sample.hashes, below: sample.below },
    narrow: (seen) => ({ own: seen.own, listed: bitsOf(seen.listed, sample.numbers).part() }),
  };
}

/** A set of bits by other numbers: what has none here is left out. */
export function bitsOf(listed: readonly number[], numbers: Uint32Array): BitSet {
  const bits = new BitSet();
  bits.merge(listed, numbers);
  return bits;
}

/** The same counts with no more than `most` keys: those with the least hashes, and one for the rest. */
export function boundCounts(counts: CountsPart, most: number): CountsPart {
  const others = counts.filter(([key]) => isOthers(key));
  const named = counts.filter(([key]) => !isOthers(key));
  const sorted = named
    .map((entry) => ({ entry, rank: hashText(entry[0]) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ entry }) => entry);
  const gone = [...others, ...sorted.slice(most)];
  const sum = gone.reduce((all, [, count]) => all + count, 0);
  const isPair = counts.some(([key]) => key.includes(SEPARATOR));
  const name = isPair ? `${OTHERS}${SEPARATOR}${OTHERS}` : OTHERS;
  return [...sorted.slice(0, most), ...(sum === 0 ? [] : [[name, sum] as const])];
}

const SEPARATOR = "\u0000";

function isOthers(key: string): boolean {
  return key === OTHERS || key === `${OTHERS}${SEPARATOR}${OTHERS}`;
}

function boundLabels(labels: LabelPart, narrow: Narrow): LabelPart {
  const { incident, stopped, noLongerStopped, benign, denied, gated } = labels.seen;
  return {
    ...labels,
    seen: {
      incident: narrow(incident),
      stopped: narrow(stopped),
      noLongerStopped: narrow(noLongerStopped),
      benign: narrow(benign),
      denied: narrow(denied),
      gated: narrow(gated),
    },
  };
}

function boundNotes(notes: NotePart, most: number): NotePart {
  return { ...notes, counts: notes.counts.map((one) => boundCounts(one, most)) };
}

function boundGroup(group: GroupPart, narrow: Narrow): GroupPart {
  return { ...group, sessions: narrow(group.sessions) };
}

function boundReplay(part: ReplayPart, bounds: PartBounds): ReplayPart {
  const { sessions, narrow } = bounds.ownSessions
    ? ownSessions(part.sessions)
    : sampledSessions(part.sessions, bounds.sessions);
  const { baseline, candidate } = part.contained;
  return {
    ...part,
    sessions,
    groups: part.groups.map((group) => boundGroup(group, narrow)),
    labels: boundLabels(part.labels, narrow),
    notes: boundNotes(part.notes, bounds.names),
    contained: {
      baseline: boundCounts(baseline, bounds.names),
      candidate: boundCounts(candidate, bounds.names),
    },
  };
}

function boundCredentials(
  part: CredentialsPart,
  { hashes, below, numbers }: Sampled,
): CredentialsPart {
  const kept = part.owners.flatMap((owner, i) => (numbers[i] === NO_NUMBER ? [] : [owner]));
  const users = [...new Set(kept)];
  const places = new Map(users.map((user, i) => [user, i]));
  const subjects = users.flatMap((user) => part.subjects.slice(2 * user, 2 * user + 2));
  return {
    ids: hashes,
    below,
    subjects,
    owners: kept.map((owner) => places.get(owner) ?? 0),
    shared: bitsOf(part.shared, numbers).part(),
  };
}

function boundMetric(metric: MetricPart, { hashes, numbers }: Sampled): MetricPart {
  const calls = new Array<number>(hashes.length / 2).fill(0);
  metric.byCredential.forEach((count, i) => {
    const number = numbers[i] ?? NO_NUMBER;
    if (number !== NO_NUMBER) calls[number] = count;
  });
  return { ...metric, byCredential: calls };
}

/** The credentials that a bounded part keeps. */
export function sampledCredentials({ credentials }: CoveragePart, most: number): Sampled {
  return sampled(credentials.ids, most, credentials.below);
}

function boundCoverage(part: CoveragePart, most: number): CoveragePart {
  const sample = sampledCredentials(part, most);
  return {
    ...part,
    credentials: boundCredentials(part.credentials, sample),
    baseline: boundMetric(part.baseline, sample),
    candidate: boundMetric(part.candidate, sample),
  };
}

/**
 * A part with a bounded size. Bounding parts and their sum gives what bounding the sum alone gives,
 * whatever the parts are.
 */
export function boundPart(part: TracePart, bounds: PartBounds): TracePart {
  return {
    ...part,
    replay: boundReplay(part.replay, bounds),
    coverage: boundCoverage(part.coverage, bounds.credentials),
  };
}
