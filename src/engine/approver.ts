import { Unknown } from "../condition/value.ts";
import { compileEntityGlob, type EntityGlob } from "../policy/glob.ts";
import type { Approval } from "../policy/model.ts";
import { foldName } from "../text/fold-name.ts";
import { foldParty, foldPartyPattern } from "../text/fold-party.ts";
import type { CatalogIndex } from "./catalog-index.ts";
import { sameType, type Party } from "./party.ts";
import type { Truth } from "./truth.ts";

/** Who may approve, compiled: globs on `type:id`, and roles of people. */
export interface Approvers {
  readonly globs: readonly EntityGlob[];
  /** The same without regard to how a name is written. */
  readonly folded: readonly EntityGlob[];
  readonly roles: ReadonlySet<string>;
}

const ROLE = "role:";

export function compileApprovers(names: readonly string[]): Approvers {
  const patterns = names.filter((name) => !name.startsWith(ROLE));
  return {
    globs: patterns.map(compileEntityGlob),
    folded: patterns.map((pattern) => compileEntityGlob(foldPartyPattern(pattern))),
    roles: new Set(
      names.filter((name) => name.startsWith(ROLE)).map((name) => name.slice(ROLE.length)),
    ),
  };
}

/** A require_approval rule's demand, compiled; default approvers are any human (design 6.1). */
export interface CompiledApproval {
  readonly approval: Approval;
  readonly names: readonly string[];
  readonly approvers: Approvers;
}

export function compileApproval(approval: Approval): CompiledApproval {
  const names = approval.approvers ?? ["human:*"];
  return {
    approval,
    names: [...new Set(names)].sort(),
    approvers: compileApprovers(names),
  };
}

const SPELLING = new Unknown(["context.approvals"]);

/**
 * Whether a party may approve, or refuse, by its name (design 2.5, 6.1). Where the catalog lists
 * people (or agents) one that it lacks counts for nobody: its grant does not count, its refusal
 * may. One that may be another spelling of somebody who may approve is unknown.
 */
export function mayApprove(
  by: Party,
  approvers: Approvers,
  { catalog, refused }: { readonly catalog: CatalogIndex; readonly refused: boolean },
): Truth {
  const listed = isListed(by, catalog);
  if (listed !== false && isNamed(by, approvers, catalog)) return true;
  if (alikes(by, catalog).some((other) => isNamed(other, approvers, catalog))) return SPELLING;
  const anybody = listed === undefined || refused;
  return anybody && isNamedFolded(by, approvers) ? SPELLING : false;
}

function isNamed(by: Party, { globs, roles }: Approvers, catalog: CatalogIndex): boolean {
  if (globs.some((glob) => glob.fits(by.type, by.id) === true)) return true;
  const person = by.type === "human" ? catalog.people.get(by.id) : undefined;
  return person?.person.roles.some((role) => roles.has(role)) ?? false;
}

function isNamedFolded(by: Party, { folded }: Approvers): boolean {
  const types = ["human", "agent", foldName(by.type)].filter(
    (type) => sameType(by.type, type) !== false,
  );
  const id = foldParty(by.id);
  return folded.some((glob) => types.some((type) => glob.fits(type, id) === true));
}

/**
 * Whether the catalog lists a party, letter by letter; undefined where it lists none of its type.
 */
function isListed(by: Party, catalog: CatalogIndex): boolean | undefined {
  const { agents, people, listsAgents, unregistered } = catalog;
  const byKind = [
    { type: "human", counts: people.size > 0, has: people.has(by.id) },
    { type: "agent", counts: listsAgents && unregistered === "deny", has: agents.has(by.id) },
  ];
  const mine = byKind.filter(({ type, counts }) => counts && sameType(by.type, type) !== false);
  return mine.length === 0 ? undefined : mine.some(({ type, has }) => type === by.type && has);
}

/** Those whom the catalog lists under names that this may be another spelling of. */
function alikes(by: Party, { alike }: CatalogIndex): readonly Party[] {
  const folded = foldParty(by.id);
  const found: Party[] = [];
  if (sameType(by.type, "human") !== false)
    for (const id of alike.people.get(folded) ?? []) found.push({ type: "human", id });
  if (sameType(by.type, "agent") !== false)
    for (const id of alike.agents.get(folded) ?? []) found.push({ type: "agent", id });
  return found;
}
