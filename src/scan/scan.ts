import { importedEvents } from "../api/imported-events.ts";
import { openLivePoint, type LivePoint } from "../api/live-point.ts";
import { loadPolicies } from "../api/load-policies.ts";
import { packFolder } from "../api/starter-packs.ts";
import { reallyRan, type TraceEvent } from "../api/trace-event.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { DecisionDocument } from "../documents/decide-result.ts";
import type { ScanFinding, ScanResult } from "../documents/scan-result.ts";
import { count } from "../text/count.ts";
import { VERSION } from "../node/version.ts";
import { shownArguments, shownCall, shownTool } from "./shown-call.ts";
import { sessionSources, type SessionSource } from "./sources.ts";

/** What is scanned, and how it is shown. */
export interface ScanOptions {
  readonly cwd: string;
  readonly home: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Sessions that are not where agents keep them. */
  readonly paths: readonly string[];
  readonly pack: string;
  readonly details: boolean;
}

/** What is said of a call whose shell line is an error to the rules. */
const UNREADABLE = "agentz cannot read what the shell line runs";

/** So many findings fit on a screen. */
const SHOWN = 5;

interface Group {
  readonly effect: "deny" | "require_approval";
  readonly rules: readonly string[];
  readonly reason: string | null;
  readonly what: string;
  calls: number;
  newest: TraceEvent;
}

/** Denied before held; what more rules hold before what fewer do; then what was done more often. */
function byGravity(a: Group, b: Group): number {
  const rank = ({ effect }: Group): number => (effect === "deny" ? 0 : 1);
  return (
    rank(a) - rank(b) ||
    b.rules.length - a.rules.length ||
    b.calls - a.calls ||
    (a.what < b.what ? -1 : 1)
  );
}

/** Counts what a pack would have held. */
class Findings {
  readonly #groups = new Map<string, Group>();
  readonly #unnamed = new Map<string, number>();
  readonly #sessions = new Set<string>();
  readonly #agents = new Map<string, number>();
  readonly #days = new Set<string>();
  readonly held = { deny: 0, require_approval: 0, unreadable: 0, unnamed: 0 };
  recorded = 0;
  calls = 0;
  #from: number | undefined;
  #to: number | undefined;

  /** Takes an event of any kind, and the decision of the pack if it is a call. */
  take(event: TraceEvent, decision: DecisionDocument | undefined, agent: string | undefined): void {
    if (event.session !== undefined) this.#sessions.add(event.session);
    if (decision === undefined) return;
    this.recorded++;
    if (reallyRan(event)) this.#add(event, decision, agent);
  }

  /** Takes a call that was made. */
  #add(event: TraceEvent, decision: DecisionDocument, agent: string | undefined): void {
    this.calls++;
    if (agent !== undefined) this.#agents.set(agent, (this.#agents.get(agent) ?? 0) + 1);
    if (event.time !== undefined) {
      this.#days.add(new Date(event.time).toISOString().slice(0, 10));
      this.#from = Math.min(this.#from ?? event.time, event.time);
      this.#to = Math.max(this.#to ?? event.time, event.time);
    }
    if (decision.permitted || decision.effect === "allow") return;
    if (decision.rules.includes("default")) this.#countUnnamed(event);
    else this.#countHeld(event, decision, decision.effect);
  }

  #countUnnamed(event: TraceEvent): void {
    this.held.unnamed++;
    const tool = shownTool(event);
    this.#unnamed.set(tool, (this.#unnamed.get(tool) ?? 0) + 1);
  }

  #countHeld(event: TraceEvent, decision: DecisionDocument, effect: Group["effect"]): void {
    const errors = new Set(decision.errors.map(({ rule }) => rule));
    // a line that cannot be read is an error to every rule that reads lines
    const isUnreadable = errors.size > 0 && decision.rules.every((rule) => errors.has(rule));
    this.held[isUnreadable ? "unreadable" : effect]++;
    this.#group(event, isUnreadable ? { rules: [], reason: UNREADABLE } : decision, effect);
  }

  #group(
    event: TraceEvent,
    { rules, reason }: Pick<DecisionDocument, "rules" | "reason">,
    effect: Group["effect"],
  ): void {
    const what = shownCall(event);
    const key = JSON.stringify([effect, rules, what]);
    const group = this.#groups.get(key);
    if (group === undefined)
      this.#groups.set(key, { effect, rules, reason, what, calls: 1, newest: event });
    else {
      group.calls++;
      if ((event.time ?? 0) >= (group.newest.time ?? 0)) group.newest = event;
    }
  }

  /** The gravest kinds of calls, with `details` all of them, and how many are left out. */
  gravest(details: boolean): Pick<ScanResult, "gravest" | "more"> {
    const sorted = [...this.#groups.values()].sort(byGravity);
    const left = details ? [] : sorted.slice(SHOWN);
    return {
      gravest: findingsOf(sorted.slice(0, sorted.length - left.length), details),
      more: { kinds: left.length, calls: left.reduce((sum, { calls }) => sum + calls, 0) },
    };
  }

  /** The tools that the pack does not name, the most used first. */
  unnamed(): ScanResult["unnamed"] {
    return [...this.#unnamed]
      .map(([tool, calls]) => ({ tool, calls }))
      .sort((a, b) => b.calls - a.calls || (a.tool < b.tool ? -1 : 1));
  }

  summary(): Pick<
    ScanResult,
    "agents" | "sessions" | "recorded" | "calls" | "from" | "to" | "days" | "held" | "heldPerDay"
  > {
    const held = Object.values(this.held).reduce((sum, calls) => sum + calls, 0);
    const days = this.#days.size;
    return {
      agents: [...this.#agents].map(([name, calls]) => ({ name, calls })),
      sessions: this.#sessions.size,
      recorded: this.recorded,
      calls: this.calls,
      from: timeText(this.#from),
      to: timeText(this.#to),
      days,
      held: { ...this.held },
      heldPerDay: Math.round((10 * held) / Math.max(1, days)) / 10,
    };
  }
}

function findingsOf(groups: readonly Group[], details: boolean): readonly ScanFinding[] {
  return groups.map(({ newest, ...group }) => ({
    ...group,
    example: {
      file: newest.file,
      line: newest.line,
      time: timeText(newest.time),
      args: details ? shownArguments(newest) : null,
    },
  }));
}

function timeText(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

async function scanSource(
  source: SessionSource,
  {
    cwd,
    findings,
    point,
  }: { readonly cwd: string; readonly findings: Findings; readonly point: LivePoint },
): Promise<{ readonly files: number; readonly unreadable: number }> {
  const { events, files, unreadable } = await importedEvents(source.format, [source.path], cwd);
  for await (const event of events) findings.take(event, point.review(event), source.title);
  return { files, unreadable: unreadable() };
}

/** WHY an error: what decided no call shows nothing of the pack (design 7.7). */
function nothingScanned({
  files,
  unreadable,
}: {
  readonly files: number;
  readonly unreadable: number;
}): UserError {
  const why = unreadable === 0 ? "" : `: ${count(unreadable, "record")} could not be read`;
  return new UserError("no-sessions", `no call was found in ${count(files, "file")}${why}`, {
    help:
      "give recorded sessions of coding agents, or replay a trace against the pack: " +
      "`agentz init guard --pack <name>`, then `agentz replay --candidate guard/policies --trace <files>`",
  });
}

/**
 * Replays the recorded sessions of the coding agents here against a starter pack (design 15.4): what
 * they did that the pack would have held. Nothing is written, and nothing leaves the machine.
 */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const given = options.paths.map((path) => ({ title: undefined, format: "auto", path }));
  const sources = given.length > 0 ? given : sessionSources(options.home, options.env);
  if (sources.length === 0)
    throw new UserError("no-sessions", "there are no recorded sessions of coding agents here", {
      help: "agentz looks for those of Claude Code, Codex and Copilot CLI; give others by their paths",
    });
  const policies = await loadPolicies(packFolder(options.pack), { cwd: options.cwd });
  const findings = new Findings();
  const counted = { files: 0, unreadable: 0 };
  for (const source of sources) {
    const point = openLivePoint(policies);
    const { files, unreadable } = await scanSource(source, { cwd: options.cwd, findings, point });
    counted.files += files;
    counted.unreadable += unreadable;
  }
  if (findings.recorded === 0) throw nothingScanned(counted);
  return {
    schemaVersion: 1,
    command: "scan",
    tool: { version: VERSION },
    pack: options.pack,
    digest: policies.digest,
    source: policies.source,
    ...counted,
    ...findings.summary(),
    ...findings.gravest(options.details),
    unnamed: findings.unnamed(),
    next: `agentz init guard --pack ${options.pack}`,
  };
}
