import { actionGlobFault, compileActionGlob, compileEntityGlob } from "../../policy/glob.ts";
import { quoted } from "../../policy/log.ts";
import type { LintContext } from "../context.ts";
import {
  foreignAction,
  foreignEntity,
  type ForeignSign,
  type KnownNames,
} from "../foreign-signs.ts";
import { allPatterns, type PlacedPattern } from "../patterns.ts";
import type { SetRule } from "../rule.ts";

/** What catalogs and patterns of the set call servers and tools. */
function knownNames(context: LintContext): KnownNames {
  const servers = new Set(context.tools.map(({ server }) => server));
  let dotted = context.tools.some(({ name }) => name.includes("."));
  for (const { text, on } of allPatterns(context)) {
    const slash = on === "action" ? text.indexOf("/") : -1;
    if (slash > 0 && !text.slice(0, slash).includes("*")) servers.add(text.slice(0, slash));
    dotted ||= on === "action" && /[A-Za-z0-9]\.[A-Za-z0-9]/.test(text.slice(slash + 1));
  }
  return { servers, dotted };
}

/** True where a catalog has something whose name really holds such signs. */
function isNamed({ tools, agents, catalogs }: LintContext, { text, on }: PlacedPattern): boolean {
  if (on === "action")
    return tools.some((tool) => compileActionGlob(text).fits(tool.server, tool.name) === true);
  const glob = compileEntityGlob(text);
  if (on === "resource") return false;
  const people = catalogs.flatMap((catalog) => catalog.people);
  return (
    agents.some(({ id }) => glob.fits("agent", id) === true) ||
    people.some(({ id }) => glob.fits("human", id) === true)
  );
}

function helpOf({ meant = [] }: ForeignSign, on: PlacedPattern["on"]): string {
  const sound = meant.filter(
    (pattern) => on !== "action" || actionGlobFault(pattern) === undefined,
  );
  if (sound.length === 0)
    return (
      "in a pattern, `*` fits any characters up to the next `/`, `**` fits any characters, and " +
      "every other character fits itself"
    );
  return sound.length === 1
    ? `did you mean ${quoted(sound[0] ?? "")}?`
    : `write them one by one: ${sound.map(quoted).join(", ")}`;
}

export const foreignPattern: SetRule = {
  code: "foreign-pattern",
  level: "error",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    let known: KnownNames | undefined;
    for (const pattern of allPatterns(context)) {
      const { text, on, place } = pattern;
      // WHY first: nearly every pattern is made of these alone
      if (
        on === "action" &&
        /^[A-Za-z0-9_*-]*(?:\/[A-Za-z0-9_*-]+)*$/.test(text) &&
        !text.startsWith("mcp__")
      )
        continue;
      known ??= knownNames(context);
      const sign = on === "action" ? foreignAction(text, known) : foreignEntity(text);
      if (sign === undefined || isNamed(context, pattern)) continue;
      const help = helpOf(sign, on);
      yield {
        place: place(),
        message: `the pattern ${quoted(text)} does not have the meaning that it seems to have: ${sign.what}`,
        help,
      };
    }
  },
};
