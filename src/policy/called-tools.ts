import type { Expr } from "../condition/ast.ts";
import { literalText } from "../condition/literal-value.ts";
import { spelledPath } from "../condition/paths.ts";
import { compositionOf } from "../condition/structure.ts";
import { compileActionGlob, isExactGlob } from "./glob.ts";
import type { Condition, Scope, Tool } from "./model.ts";

/** What tells which tools calls are of: patterns, and a condition that names them. */
export interface CallScope extends Pick<Scope, "actions"> {
  readonly when?: Pick<Condition, "expr"> | undefined;
}

/**
 * The declared tools that calls of a scope can be of. `exact`: of no others. `named`: of others only
 * where those have the same name on another server. `open`: of any other.
 */
export interface CalledTools {
  readonly tools: readonly Tool[];
  readonly sure: "exact" | "named" | "open";
}

/** A tool as a condition names it; a part that is undefined can be any. */
interface NamedTool {
  readonly server?: string;
  readonly name?: string;
}

/** More tools than these no condition names one by one. */
const MOST_NAMED = 200;

function merged(a: NamedTool, b: NamedTool): readonly NamedTool[] {
  const clash = (x?: string, y?: string): boolean => x !== undefined && y !== undefined && x !== y;
  return clash(a.server, b.server) || clash(a.name, b.name) ? [] : [{ ...a, ...b }];
}

/** The texts of a list that is written out; undefined: a part of it is not. */
function writtenTexts(expr: Expr): readonly string[] | undefined {
  if (expr.kind !== "list") return undefined;
  const texts = expr.elements.map(({ value, optional }) =>
    optional ? undefined : literalText(value),
  );
  const known = texts.filter((text) => text !== undefined);
  return known.length === texts.length ? known : undefined;
}

/** What `action.name == 'x'`, `action.server == 'x'`, or `in` a list, says of the tool. */
function namedByAtom(expr: Expr): readonly NamedTool[] | undefined {
  if (expr.kind !== "binary" || (expr.op !== "==" && expr.op !== "in")) return undefined;
  const sides = expr.op === "==" && literalText(expr.left) !== undefined;
  const [read, given] = sides ? [expr.right, expr.left] : [expr.left, expr.right];
  const path = spelledPath(read)?.join(".");
  if (path !== "action.name" && path !== "action.server") return undefined;
  const text = literalText(given);
  const texts = expr.op === "in" ? writtenTexts(given) : text === undefined ? undefined : [text];
  return texts?.map((one) => (path === "action.name" ? { name: one } : { server: one }));
}

/** The tools of one of which a call is where the condition is true; undefined: it can be any. */
function namedByCondition(expr: Expr): readonly NamedTool[] | undefined {
  const composition = compositionOf(expr);
  if (composition === undefined) return namedByAtom(expr);
  if (composition.kind === "not") return undefined;
  const parts = composition.parts.map(namedByCondition);
  const known = parts.filter((part) => part !== undefined);
  if (composition.kind === "any") return known.length < parts.length ? undefined : known.flat();
  return known.reduce<readonly NamedTool[] | undefined>((all, part) => {
    if (all === undefined) return part;
    if (all.length * part.length > MOST_NAMED) return all;
    return all.flatMap((one) => part.flatMap((other) => merged(one, other)));
  }, undefined);
}

/** One list of which a call's tool has to fit something. */
interface ToolList extends CalledTools {
  readonly fits: (tool: Tool) => boolean;
}

/** The tools that the catalogs of a set declare, by their names. */
export class DeclaredTools {
  readonly #all: readonly Tool[];
  readonly #byName = new Map<string, Tool[]>();
  readonly #byFullName = new Map<string, Tool>();

  constructor(tools: readonly Tool[]) {
    this.#all = tools;
    for (const tool of tools) {
      this.#byFullName.set(`${tool.server}/${tool.name}`, tool);
      const same = this.#byName.get(tool.name);
      if (same === undefined) this.#byName.set(tool.name, [tool]);
      else same.push(tool);
    }
  }

  /** Names with their servers are exact, names alone as sure as there is a tool of that name. */
  #sure(named: readonly NamedTool[]): CalledTools {
    const tools: Tool[] = [];
    let sure: CalledTools["sure"] = "exact";
    for (const { server, name } of named) {
      const full = server === undefined ? undefined : this.#byFullName.get(`${server}/${name}`);
      const found = full !== undefined ? [full] : this.#byName.get(name ?? "");
      if (name === undefined || found === undefined || (server !== undefined && !full))
        return { tools: [], sure: "open" };
      if (full === undefined) sure = "named";
      tools.push(...found);
    }
    return { tools, sure };
  }

  #ofPatterns(patterns: readonly string[]): ToolList {
    const isNamed = patterns.every(isExactGlob);
    const named = patterns.map((pattern): NamedTool => {
      const slash = pattern.indexOf("/");
      if (slash < 0) return { name: pattern };
      return { server: pattern.slice(0, slash), name: pattern.slice(slash + 1) };
    });
    const called: CalledTools = isNamed ? this.#sure(named) : { tools: [], sure: "open" };
    const globs = patterns.map(compileActionGlob);
    return {
      ...called,
      fits: ({ server, name }) => globs.some((glob) => glob.fits(server, name) === true),
    };
  }

  #ofCondition(named: readonly NamedTool[]): ToolList {
    return {
      ...this.#sure(named),
      fits: (tool) =>
        named.some(
          ({ server = tool.server, name = tool.name }) =>
            server === tool.server && name === tool.name,
        ),
    };
  }

  #lists(scopes: readonly CallScope[]): readonly ToolList[] {
    return scopes.flatMap(({ actions, when }) => {
      const named = when === undefined ? undefined : namedByCondition(when.expr);
      return [
        ...(actions === undefined ? [] : [this.#ofPatterns(actions)]),
        ...(named === undefined || named.length === 0 ? [] : [this.#ofCondition(named)]),
      ];
    });
  }

  /** The tools of calls that fit all the scopes; of an open one only where `wide`: it costs time. */
  of(scopes: readonly CallScope[], wide = false): CalledTools {
    const lists = this.#lists(scopes);
    const fitting = (tools: readonly Tool[]): readonly Tool[] =>
      tools.filter((tool) => lists.every(({ fits }) => fits(tool)));
    const surest =
      lists.findLast(({ sure }) => sure === "exact") ??
      lists.findLast(({ sure }) => sure === "named");
    if (surest === undefined) return { tools: wide ? fitting(this.#all) : [], sure: "open" };
    const tools = fitting(surest.tools);
    // a scope that fits no tool is found by others; its conditions are judged by this list alone
    return { tools: tools.length > 0 ? tools : surest.tools, sure: surest.sure };
  }
}
