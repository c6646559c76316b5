import fc from "fast-check";

const MEMBERS = [
  "args",
  "context",
  "resource",
  "subject",
  "action",
  "outcome",
  "decision",
  "labels",
  "unrecorded",
  "complete",
  "session",
] as const;
/**
 * Events that are like one, but for what they take of another: rows that share nearly all that a
 * key hangs on.
 */
export const likes = fc.array(
  fc.record({
    of: fc.nat(40),
    from: fc.nat(40),
    members: fc.array(fc.constantFrom(...MEMBERS), { maxLength: 2 }),
  }),
  { maxLength: 24, size: "max" },
);
type Like = typeof likes extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

function taken(from: object | undefined, members: Like["members"]): object {
  return Object.fromEntries(
    members.map((name) => [name, from === undefined ? undefined : Reflect.get(from, name)]),
  );
}

/** Each event, and after it those that are like it, at the same time. */
export function withLikes(events: readonly object[], made: readonly Like[]): readonly object[] {
  return events.flatMap((event, i) => [
    event,
    ...made
      .filter(({ of }) => of % events.length === i)
      .map(({ from, members }, n) => ({
        ...event,
        ...taken(events[from % events.length], members),
        id: `e${i}~${n}`,
      })),
  ]);
}
