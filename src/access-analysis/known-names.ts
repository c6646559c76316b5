import type { CompiledSet } from "../engine/compile-set.ts";
import { compileActionGlob } from "../policy/glob.ts";
import type { Tool } from "../policy/model.ts";
import { meantHelp } from "../text/slip.ts";
import { toolsOf } from "./targets.ts";

/** Why a question cannot be asked: what it names is named by no catalog and no rule. */
export interface UnknownName {
  readonly message: string;
  readonly help: string;
}

const LISTED = 10;
const NOWHERE = { file: "", span: { start: 0, end: 0 }, path: "$" };

function toolName({ server, name }: Tool): string {
  return `${server}/${name}`;
}

/** A tool as it is written: without a server it is the host's. */
function toolOf(text: string): Tool {
  const slash = text.indexOf("/");
  return {
    server: slash < 0 ? "host" : text.slice(0, slash),
    name: text.slice(slash + 1),
    place: NOWHERE,
  };
}

/** The patterns of actions in rules and manifests that mean some tools, and not any. */
function patternsOf({ catalog, rules }: CompiledSet): readonly string[] {
  const manifests = [...catalog.agents.values()].flatMap(
    ({ agent }) => agent.manifest?.tools ?? [],
  );
  const written = [
    ...rules.flatMap(({ rule }) => rule.actions ?? []),
    ...manifests.map(({ name }) => name),
  ];
  return [...new Set(written)].filter((pattern) => /[^*/]/.test(pattern)).sort();
}

/** Tools that rules or manifests name in full, and no catalog lists. */
function namedOnly(set: CompiledSet, listed: readonly Tool[]): readonly Tool[] {
  const known = new Set(listed.map(toolName));
  const full = patternsOf(set).filter((pattern) => pattern.includes("/") && !pattern.includes("*"));
  return full.filter((name) => !known.has(name)).map(toolOf);
}

/**
 * Whether a pattern of a rule means a tool on whose server the catalogs list nothing: what that
 * server has is not known.
 */
function isMeant(set: CompiledSet, tool: Tool, listed: readonly Tool[]): boolean {
  return (
    !listed.some(({ server }) => server === tool.server) &&
    patternsOf(set).some(
      (pattern) => compileActionGlob(pattern).fits(tool.server, tool.name) === true,
    )
  );
}

function proposal(asked: string, known: readonly string[], what: string): string {
  if (known.length === 0) return `no ${what} is declared: pass a catalog that lists them`;
  const some = `there is ${known.slice(0, LISTED).join(", ")}${known.length > LISTED ? " …" : ""}`;
  return meantHelp(asked, known, some);
}

/**
 * The tools that an action means (`server/name`, a bare name, a pattern); that there is none is an
 * {@link UnknownName}.
 */
export function toolsMeant(set: CompiledSet, action: string): readonly Tool[] | UnknownName {
  const listed = toolsOf(set.catalog);
  const all = [...listed, ...namedOnly(set, listed)];
  const glob = compileActionGlob(action);
  const found = all.filter(({ server, name }) => glob.fits(server, name) === true);
  if (found.length > 0) return found;
  const asked = toolOf(action);
  if (!action.includes("*") && isMeant(set, asked, listed)) return [asked];
  const known = [
    ...new Set(action.includes("/") ? all.map(toolName) : all.map(({ name }) => name)),
  ].sort();
  return {
    message: `no catalog and no rule names a tool \`${action}\``,
    help: proposal(action, known, "tool"),
  };
}

/** The types of resources that catalogs and rules name; undefined: some pattern means any type. */
function typesOf(
  { catalog, rules }: CompiledSet,
  matches: readonly string[],
): readonly string[] | undefined {
  const tools = toolsOf(catalog).flatMap(({ resource }) =>
    typeof resource === "object" ? [resource.type] : [],
  );
  const patterns = [...matches, ...rules.flatMap(({ rule }) => rule.resources ?? [])].map(
    (pattern) => pattern.split(":", 1)[0] ?? "",
  );
  return patterns.some((type) => type.includes("*"))
    ? undefined
    : [...new Set([...tools, ...patterns])].sort();
}

/** Whether a tool may be used on a resource of that type, as far as the catalogs say. */
function takes({ resource }: Tool, type: string): boolean {
  return resource === undefined || (resource !== "none" && resource.type === type);
}

/** What a resource is asked about. */
export interface AskedResource {
  readonly type: string;
  readonly id: string;
}

/**
 * Those of `tools` that may be used on a resource; that nothing names its type, or none of them
 * takes such, is an {@link UnknownName}. `matches`: the patterns of the catalogs' resources.
 */
export function toolsTaking(
  tools: readonly Tool[],
  { type }: AskedResource,
  { set, matches }: { readonly set: CompiledSet; readonly matches: readonly string[] },
): readonly Tool[] | UnknownName {
  const known = typesOf(set, matches);
  if (known !== undefined && !known.includes(type))
    return {
      message: `no catalog and no rule names resources of the type \`${type}\``,
      help: proposal(type, known, "type of resources"),
    };
  const taking = tools.filter((tool) => takes(tool, type));
  if (taking.length > 0) return taking;
  const own = [
    ...new Set(
      tools.flatMap(({ resource }) => (typeof resource === "object" ? [resource.type] : [])),
    ),
  ].sort();
  const names = tools
    .slice(0, LISTED)
    .map((tool) => `\`${toolName(tool)}\``)
    .join(", ");
  const help =
    own.length === 0
      ? "leave out the resource"
      : `it uses resources of the type ${own.map((one) => `\`${one}\``).join(", ")}`;
  return { message: `${names} never uses a resource of the type \`${type}\``, help };
}
