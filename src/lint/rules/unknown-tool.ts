import { quoted } from "../../policy/log.ts";
import type { Tool } from "../../policy/model.ts";
import { HOST_SERVER } from "../../request/host-server.ts";
import { slippedFrom } from "../../text/slip.ts";
import type { LintContext } from "../context.ts";
import type { Misnamed } from "../misnamed.ts";
import type { Problem, SetRule } from "../rule.ts";

function problemOf({ text, meant, place }: Misnamed): Problem {
  const help =
    meant === undefined
      ? "declare the tool in a catalog, or fix the pattern"
      : `did you mean ${quoted(meant)}?`;
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

/**
 * Surfaces of decision points that are slips for a server of a declared tool, or for its name as an
 * MCP server. WHY only slips: a surface need not have the name of a server.
 */
function* misspelledSurfaces({ catalogs, tools, locate }: LintContext): Generator<Problem> {
  const servers = tools.map(({ server }) => server);
  const known = new Set([...servers, ...servers.map((server) => `${server}-mcp`)]);
  for (const catalog of catalogs)
    for (const { surfaces, place } of catalog.decisionPoints)
      for (const [i, surface] of surfaces.entries()) {
        const meant = known.has(surface) ? undefined : slippedFrom(surface, known);
        // `mail-gateway` is no slip for `mail`
        if (meant === undefined || surface.startsWith(meant) || meant.startsWith(surface)) continue;
        if (surfaces.includes(meant)) continue;
        yield {
          place: locate(catalog, `${place.path}.surfaces[${i}]`),
          message: `no tool that a catalog declares has the server ${quoted(surface)}`,
          help: `did you mean ${quoted(meant)}?`,
        };
      }
}

export const unknownTool: SetRule = {
  code: "unknown-tool",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["catalogs"],
  run: function* (context) {
    const { tools, misnamed, words } = context;
    yield* joinedNames(tools);
    yield* misspelledSurfaces(context);
    for (const one of misnamed) if (one.list === "actions") yield problemOf(one);
    for (const { code, problem } of words) if (code === "unknown-tool") yield problem;
  },
};
