import { Unknown, type NoValue, type Value } from "../condition/value.ts";
import {
  compileActionGlob,
  compileEntityGlob,
  type ActionGlob,
  type EntityGlob,
} from "../policy/glob.ts";
import type { Agent, Manifest } from "../policy/model.ts";
import { denial, type Vote } from "./combine.ts";
import { attributePath } from "./recorded.ts";
import { readEntity } from "./entity.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { compileSchema, type SchemaCheck } from "./schema-check.ts";
import { fitsAction, fitsEntity, type ActionName } from "./scope.ts";
import { and, not, or, type Truth } from "./truth.ts";

interface ManifestEntry {
  readonly glob: ActionGlob;
  readonly accepts: SchemaCheck | undefined;
}

/** How far a session of an agent has come (design 2.5); undefined where the call has no session. */
export interface SessionUse {
  /** Calls of this agent that ran in the session before this one: at least, and at most. */
  readonly least: number;
  readonly most: number;
  /** Time of the session's first event, where known. */
  readonly start: number | undefined;
}

/** An agent's manifest and `data_classes`, compiled. */
export interface CompiledManifest {
  readonly agent: Agent;
  readonly entries: readonly ManifestEntry[] | undefined;
  readonly sources: readonly EntityGlob[] | undefined;
  readonly manifest: Manifest | undefined;
}

/** Undefined where the agent's record restricts nothing. */
export function compileManifest(agent: Agent): CompiledManifest | undefined {
  const { manifest } = agent;
  if (manifest === undefined && agent.dataClasses === undefined) return undefined;
  return {
    agent,
    manifest,
    entries: manifest?.tools?.map((tool) => ({
      glob: compileActionGlob(tool.name),
      accepts: tool.args === undefined ? undefined : compileSchema(tool.args),
    })),
    sources: manifest?.sources?.map(compileEntityGlob),
  };
}

const ARGS = new Unknown(["args"]);
const SESSION = new Unknown(["session"]);
const NOW = new Unknown(["now"]);
const EFFECTS = attributePath(["action", "effects"]);
const CLASS = attributePath(["resource", "classification"]);

interface Violation {
  readonly outside: Truth;
  readonly reason: string;
}

function acceptsArgs(entry: ManifestEntry, row: EvaluationContext): Truth {
  if (entry.accepts === undefined) return true;
  if (row.mask?.masked(["args"]) === true) return ARGS;
  if (row.request.args === undefined)
    return row.mask?.complete(["args"]) === true ? entry.accepts({}) : ARGS;
  if (row.mask?.maskedBelow(["args"]) === true) return new Unknown(maskedArguments(row));
  return entry.accepts(row.request.args);
}

function maskedArguments(row: EvaluationContext): readonly string[] {
  return [...new Set((row.request.unrecorded ?? []).filter((path) => /^args\b/.test(path)))].sort();
}

function toolViolation(
  manifest: CompiledManifest,
  row: EvaluationContext,
  action: ActionName,
): Violation {
  let inside: Truth = false;
  for (const entry of manifest.entries ?? [])
    inside = or(inside, and(fitsAction([entry.glob], action), acceptsArgs(entry, row)));
  return { outside: not(inside), reason: "the tool or its arguments are outside the manifest" };
}

/** Whether a call reads: true, false, or unknown where the tool's effects are. */
function reads(row: EvaluationContext): Truth {
  const effects: Value | NoValue = readEntity(row.action, EFFECTS, row.mask);
  if (Array.isArray(effects)) return effects.includes("read");
  return effects instanceof Unknown ? effects : false;
}

function sourceViolation(sources: readonly EntityGlob[], row: EvaluationContext): Violation {
  const elsewhere: Truth = row.resource.absent
    ? false
    : not(fitsEntity(sources, row.resource, "resource"));
  return { outside: and(reads(row), elsewhere), reason: "the source is outside the manifest" };
}

function classificationViolation(allowed: readonly string[], row: EvaluationContext): Violation {
  const reason = "the classification of the resource is not among the agent's `data_classes`";
  if (row.resource.absent) return { outside: false, reason };
  const classification = readEntity(row.resource, CLASS, row.mask);
  if (typeof classification === "string")
    return { outside: !allowed.includes(classification), reason };
  return { outside: classification instanceof Unknown ? classification : true, reason };
}

function boundViolations(
  manifest: Manifest,
  use: SessionUse | undefined,
  now: number | undefined,
): readonly Violation[] {
  const { maxCalls, maxDuration } = manifest;
  const violations: Violation[] = [];
  if (maxCalls !== undefined) {
    const reason = `more than ${maxCalls} calls in one session`;
    const outside =
      use === undefined
        ? SESSION
        : use.least + 1 > maxCalls
          ? true
          : use.most + 1 > maxCalls
            ? SESSION
            : false;
    violations.push({ outside, reason });
  }
  if (maxDuration !== undefined) {
    const started = use?.start;
    const outside =
      use === undefined
        ? SESSION
        : now === undefined || started === undefined
          ? NOW
          : now - started > maxDuration;
    violations.push({ outside, reason: "the session lasts longer than the manifest allows" });
  }
  return violations;
}

/** Whether a manifest bounds the calls of a session. */
export function isBounded({ manifest }: CompiledManifest): boolean {
  return manifest?.maxCalls !== undefined || manifest?.maxDuration !== undefined;
}

/**
 * Whether a call is beyond each bound of a manifest on a session's calls; empty where it has none.
 */
export function beyondBounds(
  { manifest }: CompiledManifest,
  use: SessionUse | undefined,
  now: number | undefined,
): readonly Truth[] {
  return manifest === undefined
    ? []
    : boundViolations(manifest, use, now).map(({ outside }) => outside);
}

/**
 * The denial `manifest/<agent>` (design 2.6), undecided where masked arguments leave it so;
 * undefined: nothing against the call.
 */
export function manifestItem(
  manifest: CompiledManifest,
  row: EvaluationContext,
  { action, use }: { action: ActionName; use: SessionUse | undefined },
): Vote | undefined {
  const violations: Violation[] = [];
  if (manifest.entries !== undefined) violations.push(toolViolation(manifest, row, action));
  if (manifest.sources !== undefined) violations.push(sourceViolation(manifest.sources, row));
  if (manifest.agent.dataClasses !== undefined)
    violations.push(classificationViolation(manifest.agent.dataClasses, row));
  if (manifest.manifest !== undefined)
    violations.push(...boundViolations(manifest.manifest, use, row.request.time));
  let truth: Truth = false;
  for (const violation of violations) truth = or(truth, violation.outside);
  if (truth === false) return undefined;
  const reason =
    violations.find((v) => v.outside === true)?.reason ??
    "an unrecorded attribute may be outside the manifest";
  return denial(`manifest/${manifest.agent.id}`, truth, reason);
}
