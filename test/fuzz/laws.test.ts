import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import type { Outcome } from "../../src/engine/decide.ts";
import { PolicySession } from "../../src/engine/policy-session.ts";
import type { Document, Policy, StateKey } from "../../src/policy/model.ts";
import { classify } from "../../src/replay/classify.ts";
import { counterfactual, engineDecision, recorded } from "../../src/replay/version-decision.ts";
import type { TraceEvent } from "../../src/trace/event.ts";
import type { Request } from "../../src/request/request.ts";
import { strictness, type Decision } from "../reference/decision.ts";
import type { Event } from "../reference/request.ts";
import { differences } from "./compare.ts";
import { engineRun, sha256, walkEngine, type Visit } from "./engine-adapter.ts";
import { scenario, show, type Scenario } from "./scenario.ts";

/** `LAW_RUNS=5000 LAW_SEED=7` for more, and others. */
const RUNS = {
  numRuns: Number(process.env["LAW_RUNS"] ?? 150),
  seed: Number(process.env["LAW_SEED"] ?? 5),
};
const LIMIT = 60_000 + RUNS.numRuns * 100;

interface Permission {
  readonly effect: Decision["effect"];
  readonly permitted: boolean;
}

/** Throws where `after` permits what `before` does not, or has a laxer effect. */
function neverMore(before: Permission, after: Permission, what: string): void {
  if (
    (after.permitted && !before.permitted) ||
    strictness(after.effect) < strictness(before.effect)
  )
    throw new Error(
      `${what}: ${before.effect} ${before.permitted} became ${after.effect} ${after.permitted}`,
    );
}

function reversed(document: Document): Document {
  const flip = <T>(list: readonly T[]): readonly T[] => [...list].reverse();
  if (document.kind === "Catalog") {
    return {
      ...document,
      tools: flip(document.tools),
      people: flip(document.people),
      resources: flip(document.resources),
      ...(document.agents && { agents: flip(document.agents) }),
    };
  }
  if (document.kind !== "Policy") return document;
  const { labels, counters, values } = document.session;
  return {
    ...document,
    rules: flip(document.rules),
    session: { labels: flip(labels), counters: flip(counters), values: flip(values) },
  };
}

/** A policy that denies whatever one rule of the scenario speaks of. */
function denials(documents: readonly Document[]): readonly Policy[] {
  return documents.flatMap((document) => {
    if (document.kind !== "Policy") return [];
    return document.rules.map((rule, i): Policy => {
      const { id, subjects, actions, resources, when, labels, exceptions, match, notMatch, place } =
        rule;
      return {
        ...document,
        name: `extra-${document.name}-${i}`,
        delegation: "subject",
        session: { labels: [], counters: [], values: [] },
        rules: [
          {
            id,
            labels,
            exceptions,
            match,
            notMatch,
            place,
            effect: "deny",
            mode: "enforce",
            ...(subjects && { subjects }),
            ...(actions && { actions }),
            ...(resources && { resources }),
            ...(when && { when }),
          },
        ],
      };
    });
  });
}

const PATHS = [
  "args",
  "args.order",
  "args.amount",
  "args.to",
  "args.path",
  "args.deep",
  "args.deep.flag",
  "context",
  "context.task",
  "context.task.type",
  "context.signals",
  "context.signals.injection",
  "context.tags",
  "context.surface",
  "context.delegation",
  "context.on_behalf_of",
  "context.on_behalf_of.id",
  "context.on_behalf_of.roles",
  "context.on_behalf_of.tenant",
  "context.approvals",
  "action.kind",
  "subject",
  "subject.type",
  "subject.id",
  "subject.tenant",
  "subject.home",
  "subject.credential",
  "action",
  "action.name",
  "action.server",
  "action.effects",
  "action.open_world",
  "resource",
  "resource.type",
  "resource.id",
  "resource.classification",
  "outcome.status",
];
/** What state is kept under here, and what names the approvals that are used up. */
const KEYS = [
  "subject",
  "subject.type",
  "subject.id",
  "subject.tenant",
  "action",
  "action.server",
  "context",
  "context.task",
  "context.task.type",
  "context.on_behalf_of",
  "context.on_behalf_of.id",
  "context.delegation",
  "context.approvals",
];

const HISTORIES = [
  ["the history of what really ran", (_outcome: Outcome, event: TraceEvent) => recorded(event)],
  ["a version's own history", counterfactual],
] as const;

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const copy = { ...object };
  delete copy[key];
  return copy;
}

/** Whether something is shown at a path: only that can be made unrecorded. */
function isShown(root: object, path: string): boolean {
  const found = path
    .split(".")
    .reduce<unknown>(
      (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
      root,
    );
  return found !== undefined && found !== null;
}

function blurred(request: Request): readonly (readonly [string, Request])[] {
  const masked = PATHS.filter((path) => isShown(request, path)).map(
    (path) => [path, { ...request, unrecorded: [...(request.unrecorded ?? []), path] }] as const,
  );
  return [...masked, ["time", without(request, "time")], ["session", without(request, "session")]];
}

function withKey(document: Document, key: StateKey): Document {
  if (document.kind !== "Policy") return document;
  const { labels, counters, values } = document.session;
  const keyed = <T extends object>(list: readonly T[]): readonly T[] =>
    list.map((one) => ({ ...one, key }));
  const rules = document.rules.map((rule) =>
    rule.onDeny === "revoke_credential" ? { ...rule, onDeny: "suspend_session" as const } : rule,
  );
  return {
    ...document,
    rules,
    session: { labels: keyed(labels), counters: keyed(counters), values: keyed(values) },
  };
}

function withoutApprovals(event: Event): Event {
  return event.context === undefined
    ? event
    : { ...event, context: without(event.context, "approvals") };
}

/**
 * The event without a parent that another session may hold: an invocation there would say whether
 * it was made.
 */
function withoutInvocation({ parent, ...event }: Event): Event {
  return parent === undefined ? event : { ...event, parent: "elsewhere" };
}

function check(name: string, law: (one: Scenario) => number, runs = RUNS): void {
  it(
    name,
    () => {
      let asked = 0;
      fc.assert(
        fc.property(scenario, (one) => {
          try {
            asked += law(one);
          } catch (error) {
            throw new Error(
              `${error instanceof Error ? error.message : String(error)}\n${show(one)}`,
            );
          }
        }),
        runs,
      );
      console.log(`${name}: ${asked} comparisons`);
      expect(asked).toBeGreaterThan(100);
    },
    LIMIT,
  );
}

describe("laws, on random sets and sessions", () => {
  check(
    "design 4.1: the order of files, documents, rules, declarations and records changes nothing",
    ({ documents, events }) => {
      const before = engineRun(documents, events);
      expect(
        differences(engineRun([...documents].reverse().map(reversed), events), before),
      ).toEqual([]);
      return before.length;
    },
  );

  check(
    "design 4.1: adding a deny never permits more on the same state",
    ({ documents, events }) => {
      const others = denials(documents).map(
        (extra) => new PolicySession(compileSet([...documents, extra], sha256)),
      );
      let asked = 0;
      walkEngine(documents, events, ({ run, event, outcome }: Visit) => {
        for (const other of others) {
          neverMore(
            outcome.decision,
            other.decideOn(other.prepare(event.request), run).decision,
            event.id,
          );
          asked++;
        }
      });
      return asked;
    },
  );

  check(
    "design 4.2: making a recorded attribute, the time or the session unrecorded never permits more on the same state",
    ({ documents, events }) => {
      let asked = 0;
      walkEngine(documents, events, ({ run, event, outcome }) => {
        for (const [path, request] of blurred(event.request)) {
          neverMore(
            outcome.decision,
            run.decide(run.prepare(request)).decision,
            `${event.id} without ${path}`,
          );
          asked++;
        }
      });
      return asked;
    },
  );

  for (const [name, history] of HISTORIES) {
    check(
      `design 4.2, 7.5: nor later in a session, on ${name}, unless state is kept by the attribute`,
      ({ documents, events }) => {
        const before = engineRun(documents, events, { history });
        return events.reduce((asked, event, i) => {
          const paths = PATHS.filter((one) => !KEYS.includes(one) && isShown(event, one));
          if (paths.length === 0) return asked;
          const path = paths[(i * 7 + events.length) % paths.length] ?? "args";
          const after = engineRun(
            documents,
            events.with(i, { ...event, unrecorded: [...(event.unrecorded ?? []), path] }),
            { history },
          );
          for (const [call, decision] of before.entries())
            neverMore(
              decision,
              after[call] ?? decision,
              `event ${i} without ${path}, call ${call}`,
            );
          return asked + before.length;
        }, 0);
      },
    );
  }

  check(
    "design 5.2: a session's decisions do not depend on the events of other sessions",
    ({ documents, events }) => {
      const own = documents.map((document) => withKey(document, { by: "session" }));
      const all = events.map(withoutApprovals).map(withoutInvocation);
      const isMine = (event: Event): boolean => event.session === "s1";
      const calls = all.filter((event) => event.type === undefined || event.type === "call");
      const among = engineRun(own, all).filter((_, i) => isMine(calls[i] ?? {}));
      expect(differences(engineRun(own, all.filter(isMine)), among)).toEqual([]);
      return among.length;
    },
  );

  check(
    "design 7.4: a version against itself, in whatever order it is written, is unchanged",
    ({ documents, events }) => {
      const other = new PolicySession(compileSet([...documents].reverse().map(reversed), sha256));
      let asked = 0;
      walkEngine(documents, events, ({ run, event, outcome }) => {
        const [call, again] = [run.prepare(event.request), other.prepare(event.request)];
        expect(classify(engineDecision(call, outcome), engineDecision(call, outcome))).toBe(
          "unchanged",
        );
        other.observe(event.session, event.time);
        if (asked === 0)
          expect(
            classify(engineDecision(call, outcome), engineDecision(again, other.decide(again))),
          ).toBe("unchanged");
        asked++;
      });
      return asked;
    },
  );
});
