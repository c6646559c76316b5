import type { CompiledSet } from "../../engine/compile-set.ts";
import type { Entity } from "../../engine/entity.ts";
import { fitsEntity } from "../../engine/scope.ts";
import type { EntityGlob } from "../../policy/glob.ts";
import { stringMember } from "../../request/json.ts";
import { contradicted } from "../../engine/contradictions.ts";
import { outcomeText } from "./interner.ts";

const GLOBS = new WeakMap<CompiledSet, readonly (readonly EntityGlob[])[]>();

/**
 * Every list of resource patterns that a set asks of a call: scopes, exceptions, the sources of
 * manifests.
 */
export function globsOf(set: CompiledSet): readonly (readonly EntityGlob[])[] {
  const known = GLOBS.get(set);
  if (known !== undefined) return known;
  const scopes = set.rules.flatMap((rule) => [
    rule.scope.resources,
    ...rule.exceptions.map(({ scope }) => scope.resources),
  ]);
  const sources = [...set.manifests.values()].map((manifest) => manifest.sources);
  const globs = [...scopes, ...sources].filter((list) => list !== undefined);
  GLOBS.set(set, globs);
  return globs;
}

/**
 * Everything of a resource that rules, obligations and counts of one version can tell apart, but
 * for what conditions read.
 */
export function resourceText(set: CompiledSet | undefined, resource: Entity): string {
  if (set === undefined || resource.absent) return "none";
  const { type, id, doubtful, veiled, direct } = resource;
  const fits = globsOf(set).map((globs) => outcomeText(fitsEntity(globs, resource, "resource")));
  return JSON.stringify([
    type ?? null,
    id === undefined,
    doubtful === true,
    veiled.size > 0,
    set.context.resources.fits(type, id),
    stringMember(direct, "classification") ?? null,
    contradicted(resource),
    fits,
  ]);
}

interface TypePatterns {
  readonly given: (id: string) => string;
  readonly globs: readonly (readonly EntityGlob[])[];
}

const BY_TYPE = new WeakMap<CompiledSet, Map<string, TypePatterns>>();

/** Every pattern of a set that may fit an id of a type. */
export function patternsOf(set: CompiledSet, type: string): readonly EntityGlob[] {
  return [...set.context.resources.patternsOfType(type), ...globsOf(set).flat()];
}

/**
 * What a set's patterns make of a resource of a type: as {@link resourceText}, but of nothing else.
 * Patterns that fit no id of the type are left out.
 */
export function patternsText(set: CompiledSet, type: string, id: string): string {
  const types = BY_TYPE.get(set) ?? new Map<string, TypePatterns>();
  BY_TYPE.set(set, types);
  const patterns = types.get(type) ?? {
    given: set.context.resources.fitsOfType(type),
    globs: globsOf(set).filter((globs) =>
      globs.some((glob) => glob.fits(type, undefined) !== false),
    ),
  };
  types.set(type, patterns);
  let text = patterns.given(id);
  for (const globs of patterns.globs)
    text += globs.some((glob) => glob.fits(type, id) === true) ? "1" : "0";
  return text;
}
