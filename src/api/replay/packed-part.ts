import { deserialize, serialize } from "node:v8";
import { countsOf, type Tallies, type TraceCounts } from "../../coverage/trace-part.ts";
import type { GroupPart } from "../../documents/trace-part.ts";

/** So many groups are packed together. */
const TOGETHER = 256;

/** What a thread counted, as it is handed over. WHY bytes: groups as objects would be held twice. */
export interface PackedPart {
  /** All but the groups. */
  readonly counts: TraceCounts;
  readonly groups: readonly Uint8Array<ArrayBuffer>[];
}

/** Packs what tallies counted. */
export function packedPart(tallies: Tallies): PackedPart {
  const counts = countsOf(tallies);
  return {
    counts: { ...counts, replay: { ...counts.replay, groups: [] } },
    groups: [...packed(counts.replay.groups)],
  };
}

function* packed(groups: Iterable<GroupPart>): Generator<Uint8Array<ArrayBuffer>> {
  let together: GroupPart[] = [];
  for (const group of groups) {
    together.push(group);
    if (together.length < TOGETHER) continue;
    yield Uint8Array.from(serialize(together));
    together = [];
  }
  if (together.length > 0) yield Uint8Array.from(serialize(together));
}

/** Unpacks a part; its groups are made one after the other. */
export function unpackedPart({ counts, groups }: PackedPart): TraceCounts {
  return { ...counts, replay: { ...counts.replay, groups: unpacked(groups) } };
}

function* unpacked(groups: readonly Uint8Array[]): Generator<GroupPart> {
  for (const bytes of groups) {
    const together: readonly GroupPart[] = deserialize(bytes);
    yield* together;
  }
}
