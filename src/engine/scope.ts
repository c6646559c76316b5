import { Unknown } from "../condition/value.ts";
import {
  compileActionGlob,
  compileEntityGlob,
  type ActionGlob,
  type EntityGlob,
} from "../policy/glob.ts";
import type { Scope } from "../policy/model.ts";
import type { Entity } from "./entity.ts";
import { fitTruth, or, type Truth } from "./truth.ts";

/**
 * Compiled scope lists (design 2.3): AND between them, OR within one; undefined fits everything.
 */
export interface CompiledScope {
  readonly subjects: readonly EntityGlob[] | undefined;
  readonly actions: readonly ActionGlob[] | undefined;
  readonly resources: readonly EntityGlob[] | undefined;
}

export function compileScope(scope: Scope): CompiledScope {
  return {
    subjects: scope.subjects?.map(compileEntityGlob),
    actions: scope.actions?.map(compileActionGlob),
    resources: scope.resources?.map(compileEntityGlob),
  };
}

interface Lacking {
  readonly nothing: Unknown;
  readonly id: Unknown;
  readonly type: Unknown;
  readonly both: Unknown;
}

function lackingOf(root: string): Lacking {
  return {
    nothing: new Unknown([]),
    id: new Unknown([`${root}.id`]),
    type: new Unknown([`${root}.type`]),
    both: new Unknown([`${root}.id`, `${root}.type`]),
  };
}

const LACKING = { subject: lackingOf("subject"), resource: lackingOf("resource") };

/** What is missing of an identity, as an unknown that names the attributes. */
function missingIdentity({ type, id }: Entity, root: "subject" | "resource"): Unknown {
  const lacking = LACKING[root];
  if (id === undefined) return type === undefined ? lacking.both : lacking.id;
  return type === undefined ? lacking.type : lacking.nothing;
}

/**
 * Whether one of the patterns fits the entity; the resource of a tool that has none never fits
 * (design 2.4).
 */
export function fitsEntity(
  globs: readonly EntityGlob[] | undefined,
  entity: Entity,
  root: "subject" | "resource",
): Truth {
  if (globs === undefined) return true;
  if (entity.absent) return false;
  let result: Truth = false;
  for (const glob of globs) {
    const fit = glob.fits(entity.type, entity.id);
    if (fit === true && entity.perhapsNone !== true) return true;
    if (fit !== false) result = or(result, missingIdentity(entity, root));
  }
  return result;
}

/**
 * Server and name of a call's action; undefined where not recorded, or not to be told from a
 * look-alike's.
 */
export interface ActionName {
  readonly server: string | undefined;
  readonly name: string | undefined;
}

export function fitsAction(globs: readonly ActionGlob[] | undefined, action: ActionName): Truth {
  if (globs === undefined) return true;
  let result: Truth = false;
  for (const glob of globs) {
    const fit = fitTruth(glob.fits(action.server, action.name), missingAction(action));
    if (fit === true) return true;
    result = or(result, fit);
  }
  return result;
}

function missingAction(action: ActionName): Unknown {
  return new Unknown([
    ...(action.name === undefined ? ["action.name"] : []),
    ...(action.server === undefined ? ["action.server"] : []),
  ]);
}
