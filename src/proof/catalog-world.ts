import { literalLength } from "../policy/glob.ts";
import type { Document, ResourceEntry } from "../policy/model.ts";
import { allConditions } from "../policy/conditions.ts";
import { mayApprove, compileApprovers } from "../engine/approver.ts";
import type { CatalogIndex } from "../engine/catalog-index.ts";
import { Reads } from "../policy/reads.ts";
import type { Approval } from "../policy/model.ts";
import { ABSENT, BROKEN, MASKED, NO_VALUE, TEXT } from "./cell.ts";
import { cellClaim, type Claim } from "./claim.ts";
import { allOf, anyOf, literal, type Formula } from "./formula.ts";
import { entityGlobClaim } from "./rule-claim.ts";
import { oneOf } from "./text-machine.ts";
import { attribute } from "./variables.ts";

/** That an attribute is one of some texts. */
export function textClaim(path: readonly string[], words: Iterable<string>): Claim {
  const test = oneOf(words);
  return cellClaim({
    variable: attribute(path),
    whenTrue: { kinds: TEXT, text: { test, wanted: true } },
    whenFalse: { kinds: TEXT, text: { test, wanted: false } },
  });
}

/** The members of an entity that conditions of a set read, but for its identity. */
function membersRead(documents: readonly Document[], root: readonly string[]): ReadonlySet<string> {
  const names = new Set(new Reads(allConditions(documents)).membersOf(root));
  names.delete("type");
  names.delete("id");
  return names;
}

const NAMED = ["classification", "environment", "owner", "tenant", "scope"] as const;

function textOf(entry: ResourceEntry, name: string): unknown {
  const named = NAMED.find((one) => one === name);
  return named === undefined ? entry.attributes[name] : entry[named];
}

interface Level {
  readonly patterns: readonly string[];
  readonly words: readonly string[];
}

/** What patterns say of one attribute, the most specific first; undefined: not by texts alone. */
function levelsOf(entries: readonly ResourceEntry[], name: string): readonly Level[] | undefined {
  const given = entries.flatMap((entry) => {
    const value = textOf(entry, name);
    return value === undefined || value === null ? [] : [{ pattern: entry.match, value }];
  });
  const weights = [...new Set(given.map(({ pattern }) => literalLength(pattern)))];
  const levels = weights
    .sort((a, b) => b - a)
    .map((weight) => given.filter(({ pattern }) => literalLength(pattern) === weight));
  return given.some(({ value }) => typeof value !== "string")
    ? undefined
    : levels.map((level) => ({
        patterns: level.map(({ pattern }) => pattern),
        words: [...new Set(level.map(({ value }) => String(value)))],
      }));
}

/** Patterns of the catalog more than these are looked at one call at a time only. */
const MOST_PATTERNS = 40;

function attributeWorld(entries: readonly ResourceEntry[], name: string): Formula {
  const levels = levelsOf(entries, name);
  if (levels === undefined || levels.length === 0 || entries.length > MOST_PATTERNS)
    return allOf([]);
  const fits = (patterns: readonly string[], want: "true" | "false"): readonly Formula[] =>
    patterns.map((pattern) => entityGlobClaim("resource", pattern)(want));
  const cases = levels.map(({ patterns, words }, i) =>
    allOf([
      ...levels.slice(0, i).flatMap((above) => fits(above.patterns, "false")),
      anyOf(fits(patterns, "true")),
      literal(attribute(["resource", name]), {
        // two patterns of one weight that disagree leave nothing to read
        kinds: TEXT | (words.length > 1 ? BROKEN | MASKED : 0),
        text: { test: oneOf(words), wanted: true },
      }),
    ]),
  );
  return anyOf([
    ...cases,
    allOf(levels.flatMap(({ patterns }) => fits(patterns, "false"))),
    literal(attribute(["resource"]), { kinds: ABSENT }),
    literal(attribute(["resource", "type"]), { kinds: NO_VALUE }),
    literal(attribute(["resource", "id"]), { kinds: NO_VALUE }),
  ]);
}

/** What the catalog says of resources, as far as conditions read it (design 2.5, 2.7). */
export function resourceWorld(documents: readonly Document[]): Formula {
  const entries = documents.flatMap((one) => (one.kind === "Catalog" ? one.resources : []));
  const names = [...membersRead(documents, ["resource"])];
  return allOf(names.map((name) => attributeWorld(entries, name)));
}

const MOST_SUBJECTS = 60;
const NON_HUMAN = ["agent", "service", "model"];

/** Which of those whom the catalog lists an entity is, so that its attributes are known. */
function partyWorld(root: readonly string[], { agents, people }: CatalogIndex): Formula {
  const [type, id] = [
    [...root, "type"],
    [...root, "id"],
  ];
  const listed = (types: readonly string[], ids: Iterable<string>): readonly Formula[] => {
    const names = [...ids];
    return [
      ...names.map((name) =>
        allOf([textClaim(type, types)("true"), textClaim(id, [name])("true")]),
      ),
      allOf([textClaim(type, types)("true"), textClaim(id, names)("notTrue")]),
    ];
  };
  return anyOf([
    ...listed(NON_HUMAN, agents.keys()),
    ...listed(["human"], people.keys()),
    textClaim(type, [...NON_HUMAN, "human"])("notTrue"),
  ]);
}

/** Who the caller and the person acted for are, where conditions read what the catalog knows of them. */
export function partiesWorld(documents: readonly Document[], catalog: CatalogIndex): Formula {
  if (catalog.agents.size + catalog.people.size > MOST_SUBJECTS) return allOf([]);
  const roots = [["subject"], ["context", "on_behalf_of"]];
  return allOf(
    roots
      .filter((root) => membersRead(documents, root).size > 0)
      .map((root) => partyWorld(root, catalog)),
  );
}

/**
 * Whether as many people as an approval asks for may ever give it; true if that is unknown.
 */
export function canBeApproved(approval: Approval | undefined, catalog: CatalogIndex): boolean {
  const names = approval?.approvers ?? ["human:*"];
  const isOfPeople = names.every((name) => name.startsWith("role:") || name.startsWith("human:"));
  if (catalog.people.size === 0 || !isOfPeople) return true;
  const approvers = compileApprovers(names);
  const able = [...catalog.people.keys()].filter(
    (id) => mayApprove({ type: "human", id }, approvers, { catalog, refused: false }) !== false,
  );
  return able.length >= (approval?.quorum ?? 1);
}
