import { compileActionGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import type { Place } from "../../policy/model.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import type { LintContext } from "../context.ts";
import { patternsOf } from "../patterns.ts";
import type { Problem, SetRule } from "../rule.ts";

interface Named {
  readonly text: string;
  readonly place: () => Place;
}

function* namedTools(context: LintContext): Generator<Named> {
  for (const { list, text, place } of patternsOf(context)) if (list === "actions") yield { text, place };
  for (const agent of context.agents) for (const { name, place } of agent.manifest?.tools ?? []) yield { text: name, place: () => place };
}

function check({ tools }: LintContext, known: readonly string[], { text, place }: Named): readonly Problem[] {
  const glob = compileActionGlob(text);
  if (tools.some((tool) => glob.fits(tool.server, tool.name) === true)) return [];
  // a name without `/` may be a tool's alone, or a server and its tool divided otherwise
  const near = nearestWord(text, text.includes("/") ? known : [...tools.map((tool) => tool.name), ...known]);
  const starred = text.replaceAll(".*", "*");
  const meant = tools.some((tool) => compileActionGlob(starred).fits(tool.server, tool.name) === true) ? starred : near;
  const help = meant === undefined ? "declare the tool in a catalog, or mend the pattern" : `did you mean \`${meant}\`?`;
  return [{ place: place(), message: `no catalog declares a tool that ${quoted(text)} fits`, help }];
}

export const unknownTool: SetRule = {
  code: "unknown-tool",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: (context) => {
    if (context.tools.length === 0) return [];
    const known = context.tools.map(({ server, name }) => `${server}/${name}`);
    const clean = new Set<string>();
    const compared = context.words.filter(({ code }) => code === "unknown-tool").map(({ problem }) => problem);
    const patterns = [...namedTools(context)].flatMap((named) => {
      if (clean.has(named.text)) return [];
      const found = check(context, known, named);
      if (found.length === 0) clean.add(named.text);
      return found;
    });
    return [...patterns, ...compared];
  },
};
