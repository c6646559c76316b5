import { compileEntityGlob } from "./glob.ts";
import type { Agent, Approval, Catalog, Person } from "./model.ts";

/** Everybody that the catalogs list. */
export interface Everybody {
  readonly people: readonly Person[];
  readonly agents: readonly Agent[];
}

export function everybody(catalogs: readonly Catalog[]): Everybody {
  return {
    people: catalogs.flatMap(({ people }) => people),
    agents: catalogs.flatMap(({ agents }) => agents ?? []),
  };
}

/** Who of the catalogs' people and agents an approver's name stands for, as `type:id`. */
export function namedBy(approver: string, { people, agents }: Everybody): readonly string[] {
  if (approver.startsWith("role:"))
    return people
      .filter(({ roles }) => roles.includes(approver.slice("role:".length)))
      .map(({ id }) => `human:${id}`);
  const glob = compileEntityGlob(approver);
  const humans = people
    .filter(({ id }) => glob.fits("human", id) === true)
    .map(({ id }) => `human:${id}`);
  return [
    ...humans,
    ...agents.filter(({ id }) => glob.fits("agent", id) === true).map(({ id }) => `agent:${id}`),
  ];
}

/**
 * True where everybody who may answer to the name is listed: a role, or agents where the catalog
 * lists them.
 */
export function isListed(approver: string, { people, agents }: Everybody): boolean {
  if (approver.startsWith("role:")) return people.length > 0;
  return approver.startsWith("agent:") && agents.length > 0;
}

/**
 * Whether nobody who is listed answers to an approver's name, though whoever may is listed. WHY a person,
 * too: a grant by one who is not listed does not count.
 */
export function isNobody(approver: string, all: Everybody): boolean {
  const isMeant =
    isListed(approver, all) || (approver.startsWith("human:") && all.people.length > 0);
  return isMeant && namedBy(approver, all).length === 0;
}

/** Whether an approval names approvers, and nobody who is listed is one of them. */
export function isUnapprovable({ approvers = [] }: Approval, all: Everybody): boolean {
  return approvers.length > 0 && approvers.every((approver) => isNobody(approver, all));
}
