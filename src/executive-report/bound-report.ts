import { boundDeployment } from "../coverage/bound-deployment.ts";
import { bitsOf, type PartBounds, type Sampled } from "../coverage/bound-part.ts";
import { leastHashes } from "../coverage/least-hashes.ts";
import type { EvidencePart, ReportPart } from "../documents/report-part.ts";
import { NO_NUMBER } from "../trace/bit-set.ts";

/** Identities of which a part tells. */
const IDENTITIES = 4_000;

function boundIdentities(
  { identities, identitiesBeyond }: ReportPart,
  { numbers }: Sampled,
): Pick<ReportPart, "identities" | "identitiesBeyond"> {
  const { kept, gone } = leastHashes(identities, ({ subject }) => subject, { most: IDENTITIES });
  return {
    identities: kept.map((seen) => ({
      ...seen,
      credentials: seen.credentials.flatMap((credential) => {
        const number = numbers[credential] ?? NO_NUMBER;
        return number === NO_NUMBER ? [] : [number];
      }),
    })),
    identitiesBeyond: identitiesBeyond + gone.reduce((sum, { calls }) => sum + calls, 0),
  };
}

function boundEvidence(part: EvidencePart, { numbers, hashes }: Sampled): EvidencePart {
  const byNumber = (values: readonly number[]): readonly number[] => {
    const kept = new Array<number>(hashes.length / 2).fill(0);
    values.forEach((value, i) => {
      const number = numbers[i] ?? NO_NUMBER;
      if (number !== NO_NUMBER) kept[number] = value;
    });
    return kept;
  };
  const task = byNumber(part.task);
  const tasks = [...new Set(task)].filter((number) => number > 0);
  const places = new Map(tasks.map((number, i) => [number, i + 1]));
  return {
    agents: leastHashes(part.agents, (agent) => agent, { most: IDENTITIES }).kept,
    counts: part.counts,
    tasks: tasks.flatMap((number) => part.tasks.slice(2 * number - 2, 2 * number)),
    calls: byNumber(part.calls),
    own: byNumber(part.own),
    timely: byNumber(part.timely),
    task: task.map((number) => places.get(number) ?? 0),
    several: bitsOf(part.several, numbers).part(),
  };
}

/** What a report counted in a bounded size; `credentials`: those that the part keeps. */
export function boundReport(
  part: ReportPart,
  bounds: PartBounds,
  credentials: Sampled,
): ReportPart {
  return {
    ...part,
    ...boundIdentities(part, credentials),
    deployment: boundDeployment(part.deployment, bounds, credentials),
    evidence: boundEvidence(part.evidence, credentials),
  };
}
