import { Failure, PartialRecord, type NoValue, type Value } from "../condition/value.ts";
import type { Request } from "../request/request.ts";
import { foldParty } from "../text/fold-party.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import { recordedPerson } from "./delegation.ts";
import {
  describedEntity,
  hasEntity,
  NO_ENTITY,
  readEntity,
  type DescribedEntity,
  type Entity,
} from "./entity.ts";
import { describeSubject } from "./identify.ts";
import type { Mask } from "./mask.ts";
import { sameType } from "./party.ts";
import { attributePath, hasRecorded, readRecorded, type AttributePath } from "./recorded.ts";
import type { EvaluationContext } from "./evaluation-context.ts";

/**
 * The person whom a call acts for, as one version sees it (design 2.5, 2.7): what its catalog
 * knows, over what the event says. Undefined where what is recorded is neither a map nor a name.
 */
export function personEntity(
  catalog: CatalogIndex,
  request: Request,
  mask: Mask | undefined,
): Entity | undefined {
  const person = recordedPerson(request, mask);
  if (person === undefined) return undefined;
  if (person === "nobody") return NO_ENTITY;
  const { type, id, direct } = person;
  return describedEntity(describedPerson(catalog, type, id), direct);
}

function describedPerson(
  catalog: CatalogIndex,
  type: string | undefined,
  id: string | undefined,
): DescribedEntity {
  const { people } = catalog.described;
  const known = people.get(type, id);
  if (known !== undefined) return known;
  // of another spelling of somebody who is listed nobody knows who is meant
  const named = id !== undefined && maySpell(catalog, type ?? "human", id) ? undefined : id;
  return people.put(type, id, {
    type,
    id,
    ...describeSubject(catalog, type ?? "human", named),
  });
}

function maySpell({ people, alike }: CatalogIndex, type: string, id: string): boolean {
  if (alike.people.size === 0 || (type === "human" && people.has(id))) return false;
  return sameType(type, "human") !== false && alike.people.has(foldParty(id));
}

const PERSON = attributePath(["context", "on_behalf_of"]);

function personOf(catalog: CatalogIndex, row: EvaluationContext): Entity | undefined {
  const { reads, request, mask } = row;
  if (reads === undefined) return personEntity(catalog, request, mask);
  if (reads.person === undefined) reads.person = personEntity(catalog, request, mask) ?? null;
  return reads.person ?? undefined;
}

/** The value of an attribute of `context.on_behalf_of`, or that as a whole. */
export function readPerson(
  catalog: CatalogIndex,
  row: EvaluationContext,
  path: AttributePath,
): Value | NoValue {
  const person = personOf(catalog, row);
  if (person !== undefined)
    return isUnrecorded(person) ? path.unknown : readEntity(person, path, row.mask);
  return readRecorded(row.request.context, inContext(path), row.mask);
}

/** `has()` of an attribute of `context.on_behalf_of`, or of that as a whole. */
export function hasPerson(
  catalog: CatalogIndex,
  row: EvaluationContext,
  path: AttributePath,
): boolean | NoValue {
  const person = personOf(catalog, row);
  if (person === undefined) return hasRecorded(row.request.context, inContext(path), row.mask);
  if (isUnrecorded(person)) return path.unknown;
  if (path.keys.length === path.root) return !person.absent;
  return person.absent ? path.absent : hasEntity(person, path, row.mask);
}

function isUnrecorded(person: Entity): boolean {
  return !person.absent && person.direct === undefined;
}

/** The path as one of `context`, which no catalog knows. */
function inContext(path: AttributePath): AttributePath {
  return { ...path, root: 1 };
}

/** `context` as a whole, with the person as the catalog knows them. */
export function readContext(
  catalog: CatalogIndex,
  row: EvaluationContext,
  path: AttributePath,
): Value | NoValue {
  const context = readRecorded(row.request.context, path, row.mask);
  if (!(context instanceof PartialRecord)) return context;
  const person = readPerson(catalog, row, PERSON);
  if (person instanceof Failure) return context;
  return new PartialRecord(
    context.path,
    new Map([...context.members, ["on_behalf_of", person]]),
    context.open,
  );
}
