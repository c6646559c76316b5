import { compileActionGlob, compileEntityGlob, isExactGlob } from "../policy/glob.ts";
import type { Agent, Place, Policy, Rule, Tool } from "../policy/model.ts";
import { nearestWord } from "../text/edit-distance.ts";
import type { AnalysedSet } from "../proof/analysed-set.ts";
import { invariantPatterns, patternsOf, type PatternedSet } from "./patterns.ts";

/** A set whose names are looked at. */
export interface NamedSet extends PatternedSet {
  readonly analysed: AnalysedSet;
  readonly agents: readonly Agent[];
  readonly tools: readonly Tool[];
  readonly missing: { readonly catalogs: boolean };
}

/** A pattern that fits no tool, or no agent, that the catalogs declare. */
export interface Misnamed {
  readonly list: "subjects" | "actions";
  readonly text: string;
  readonly place: () => Place;
  /** The pattern that is most likely meant. */
  readonly meant: string | undefined;
  /** Whose pattern it is: a policy's, of a rule or of its target, or a manifest's. */
  readonly policy?: Policy;
  readonly rule?: Rule;
  readonly agent?: Agent;
}

type Written = Omit<Misnamed, "meant" | "list"> & { readonly list: string };

/** Beyond as many findings nobody reads what was meant, and looking for it costs most. */
const GUESSED = 100;

/** The declared tools, by their names. */
class ToolNames {
  readonly #tools: readonly Tool[];
  readonly #names: ReadonlySet<string>;
  readonly #full: ReadonlySet<string>;
  #guesses = 0;

  constructor(tools: readonly Tool[]) {
    this.#tools = tools;
    this.#full = new Set(tools.map(({ server, name }) => `${server}/${name}`));
    this.#names = new Set(tools.map(({ name }) => name));
  }

  /** Whether a pattern fits one of them. */
  fits(pattern: string): boolean {
    if (isExactGlob(pattern))
      return (pattern.includes("/") ? this.#full : this.#names).has(pattern);
    const glob = compileActionGlob(pattern);
    return this.#tools.some((tool) => glob.fits(tool.server, tool.name) === true);
  }

  /** What a pattern that fits none of them was meant to be. */
  meant(pattern: string): string | undefined {
    if (++this.#guesses > GUESSED) return undefined;
    const starred = pattern.replaceAll(".*", "*");
    if (starred !== pattern && this.fits(starred)) return starred;
    if (!isExactGlob(pattern)) return this.#meantServer(pattern);
    // a name without `/` may be a tool's alone, or a server and its tool divided otherwise
    return nearestWord(
      pattern,
      pattern.includes("/") ? this.#full : [...this.#names, ...this.#full],
    );
  }

  /** `colud/*`: a server that is misspelled before a pattern that fits tools of the one meant. */
  #meantServer(pattern: string): string | undefined {
    const slash = pattern.indexOf("/");
    const server = pattern.slice(0, Math.max(slash, 0));
    const known = new Set(this.#tools.map((tool) => tool.server));
    const near = isExactGlob(server) && !known.has(server) ? nearestWord(server, known) : undefined;
    const meant = near && near + pattern.slice(slash);
    return meant !== undefined && this.fits(meant) ? meant : undefined;
  }
}

function* written(context: NamedSet): Generator<Written> {
  yield* patternsOf(context);
  yield* invariantPatterns(context);
  for (const agent of context.agents)
    for (const { name, place } of agent.manifest?.tools ?? [])
      yield { list: "actions", text: name, place: () => place, agent };
}

function* misnamedTools(context: NamedSet): Generator<Misnamed> {
  if (context.tools.length === 0) return;
  const declared = new ToolNames(context.tools);
  const clean = new Set<string>();
  for (const one of written(context)) {
    if (one.list !== "actions" || clean.has(one.text)) continue;
    if (declared.fits(one.text)) clean.add(one.text);
    else yield { ...one, list: "actions", meant: declared.meant(one.text) };
  }
}

function* misnamedAgents(context: NamedSet): Generator<Misnamed> {
  const { catalog } = context.analysed.set;
  if (!catalog.listsAgents || catalog.unregistered === "policy") return;
  const known = context.agents.map(({ id }) => `agent:${id}`);
  for (const one of written(context)) {
    if (one.list !== "subjects" || !one.text.startsWith("agent:")) continue;
    const glob = compileEntityGlob(one.text);
    if (context.agents.some(({ id }) => glob.fits("agent", id) === true)) continue;
    yield { ...one, list: "subjects", meant: nearestWord(one.text, known) };
  }
}

/** All patterns that fit no declared tool or no listed agent; none where a catalog is broken. */
export function misnamedPatterns(context: NamedSet): readonly Misnamed[] {
  if (context.missing.catalogs) return [];
  return [...misnamedTools(context), ...misnamedAgents(context)];
}

/** Whether a rule cannot do what it is meant to do because of a name: its own, or its target's. */
export function isOfRule(one: Misnamed, policy: Policy, rule: Rule): boolean {
  return one.policy === policy && (one.rule === undefined || one.rule === rule);
}

/** Whether a pattern, once its name is right, is about a tool (a pattern of another list). */
export function isMeant({ meant }: Misnamed, tool: string): boolean {
  if (meant === undefined || meant === tool) return meant !== undefined;
  const asName = (text: string): readonly [string | undefined, string] => {
    const slash = text.indexOf("/");
    return [slash < 0 ? undefined : text.slice(0, slash), text.slice(slash + 1)];
  };
  const fits = (pattern: string, text: string): boolean =>
    compileActionGlob(pattern).fits(...asName(text)) === true;
  return fits(meant, tool) || fits(tool, meant);
}
