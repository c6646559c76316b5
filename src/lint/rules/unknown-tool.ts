import { compileActionGlob, isExactGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import type { Place, Tool } from "../../policy/model.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { HOST_SERVER } from "../../request/host-server.ts";
import type { LintContext } from "../context.ts";
import { invariantPatterns, patternsOf } from "../patterns.ts";
import type { Problem, SetRule } from "../rule.ts";

interface Named {
  readonly text: string;
  readonly place: () => Place;
}

function* namedTools(context: LintContext): Generator<Named> {
  for (const { list, text, place } of [...patternsOf(context), ...invariantPatterns(context)])
    if (list === "actions") yield { text, place };
  for (const agent of context.agents)
    for (const { name, place } of agent.manifest?.tools ?? [])
      yield { text: name, place: () => place };
}

/** Beyond as many findings nobody reads what was meant, and looking for it costs most. */
const GUESSED = 100;

/** The declared tools, by their names. */
class DeclaredTools {
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
    // a name without `/` may be a tool's alone, or a server and its tool divided otherwise
    return nearestWord(
      pattern,
      pattern.includes("/") ? this.#full : [...this.#names, ...this.#full],
    );
  }
}

function problemOf(declared: DeclaredTools, { text, place }: Named): Problem {
  const meant = declared.meant(text);
  const help =
    meant === undefined
      ? "declare the tool in a catalog, or fix the pattern"
      : `did you mean \`${meant}\`?`;
  return { place: place(), message: `${quoted(text)} fits no tool that a catalog declares`, help };
}

/** Why no rule that is meant for a declared tool fits it: its entry has the server in the name. */
function joinedNames(tools: readonly Tool[]): readonly Problem[] {
  return tools.flatMap(({ server, name, place }) => {
    const at = name.indexOf("/");
    if (server !== HOST_SERVER || at < 0) return [];
    const [own, rest] = [name.slice(0, at), name.slice(at + 1)];
    const message = `the name of the tool ${quoted(name)} has a \`/\`, so ${quoted(name)} in rules is another tool`;
    return [{ place, message, help: `write \`server: ${own}\` and \`name: ${rest}\`` }];
  });
}

export const unknownTool: SetRule = {
  code: "unknown-tool",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    if (context.tools.length === 0) return;
    const declared = new DeclaredTools(context.tools);
    yield* joinedNames(context.tools);
    const clean = new Set<string>();
    for (const named of namedTools(context)) {
      if (clean.has(named.text)) continue;
      if (declared.fits(named.text)) clean.add(named.text);
      else yield problemOf(declared, named);
    }
    for (const { code, problem } of context.words) if (code === "unknown-tool") yield problem;
  },
};
