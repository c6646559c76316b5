import { compileEntityGlob } from "../policy/glob.ts";
import type { Agent, Person } from "../policy/model.ts";
import type { LintContext } from "./context.ts";

/** Everybody that the catalogs list. */
export interface Everybody {
  readonly people: readonly Person[];
  readonly agents: readonly Agent[];
}

export function everybody(context: LintContext): Everybody {
  return { people: context.catalogs.flatMap((catalog) => catalog.people), agents: context.agents };
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
