import { compileEntityGlob } from "../../policy/glob.ts";
import { SUBJECT_TYPES } from "../../policy/closed-lists.ts";
import { quoted } from "../../policy/log.ts";
import type { Scope, Tool } from "../../policy/model.ts";
import { namedTools } from "../../policy/type-scope.ts";
import { resourceTypeOf, resourceTypes } from "../../policy/vocabulary.ts";
import { SUBJECT_TYPE_LIST } from "../../policy/word-lists.ts";
import { meantWord, type WordList } from "../../condition/words.ts";
import type { LintContext } from "../context.ts";
import { asNormalPattern, fitsNoId } from "../normal-pattern.ts";
import { allPatterns, patternsOf, type PlacedPattern } from "../patterns.ts";
import { comparedIds } from "../resource-ids.ts";
import type { Problem, SetRule } from "../rule.ts";

const FORM_NAMES: ReadonlyMap<string, string> = new Map([
  ["path", "paths in normal form: no `.`, `..`, doubled or final `/`, no percent-encoding"],
  ["url", "URLs in normal form: scheme and host in lower case, no user, no default port, a path"],
  ["domain", "domains in lower case, without scheme, port or path"],
]);

interface Parts {
  readonly type: string;
  readonly id: string;
}

function partsOf(pattern: string): Parts | undefined {
  const colon = pattern.indexOf(":");
  return colon < 0 ? undefined : { type: pattern.slice(0, colon), id: pattern.slice(colon + 1) };
}

type Fault = Pick<Problem, "message" | "help">;

/** Where approvers are named, a role may be meant. */
const APPROVER_LIST: WordList = {
  ...SUBJECT_TYPE_LIST,
  words: new Set([...SUBJECT_TYPES, "role"]),
  aliases: new Map([...(SUBJECT_TYPE_LIST.aliases ?? []), ["group", "role"]]),
};

function subjectFault(pattern: string, list: WordList): Fault | undefined {
  const parts = partsOf(pattern);
  const glob = compileEntityGlob(pattern.replace(/:.*$/s, ":*"));
  if (parts === undefined || SUBJECT_TYPES.some((type) => glob.fits(type, "x") === true))
    return undefined;
  const meant = meantWord(list, parts.type);
  const help =
    meant === undefined
      ? `subjects are of type ${SUBJECT_TYPES.join(", ")}`
      : `did you mean ${quoted(`${meant}:${parts.id}`)}?`;
  return {
    message: `the pattern ${quoted(pattern)} fits no subject: there is no type ${quoted(parts.type)}`,
    help,
  };
}

function formFault(context: LintContext, pattern: string, what: string): Fault | undefined {
  const parts = partsOf(pattern);
  const form = parts === undefined ? undefined : context.analysed.set.catalog.forms.get(parts.type);
  if (parts === undefined || form === undefined || !fitsNoId(form, parts.id)) return undefined;
  const meant = asNormalPattern(form, parts.id);
  const help =
    meant === undefined
      ? `write the pattern in this form`
      : `did you mean ${quoted(`${parts.type}:${meant}`)}?`;
  return {
    message: `${what} fits nothing: ids of ${quoted(parts.type)} are ${FORM_NAMES.get(form) ?? form}`,
    help,
  };
}

function typeFault(pattern: string, list: WordList | undefined): Fault | undefined {
  const parts = partsOf(pattern);
  if (
    parts === undefined ||
    list === undefined ||
    parts.type.includes("*") ||
    list.words.has(parts.type)
  )
    return undefined;
  const meant = meantWord(list, parts.type);
  if (meant === undefined && list.strength !== "closed") return undefined;
  const known = [...list.words].sort().map(quoted).join(", ");
  const help =
    meant === undefined ? `known: ${known}` : `did you mean ${quoted(`${meant}:${parts.id}`)}?`;
  return {
    message: `the pattern ${quoted(pattern)} fits nothing: ${quoted(parts.type)} is not ${list.one}`,
    help,
  };
}

/**
 * The types that a scope's resources can have: those of the tools that it names, else those that
 * the catalogs know.
 */
class ResourceTypes {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #known: WordList | undefined;

  constructor({ tools, catalogs, missing }: LintContext) {
    this.#tools = new Map(tools.map((tool) => [`${tool.server}/${tool.name}`, tool]));
    this.#known = missing.catalogs ? undefined : resourceTypes(catalogs)[0]?.list;
  }

  of(scopes: readonly Scope[]): WordList | undefined {
    const named = scopes
      .map(({ actions }) => namedTools(actions, this.#tools))
      .filter((tools) => tools !== undefined);
    return resourceTypeOf(named.at(-1) ?? [])[0]?.list ?? this.#known;
  }
}

function faultOf(context: LintContext, { text, on }: PlacedPattern): Fault | undefined {
  if (on === "action" || text === "**") return undefined;
  if (on !== "resource")
    return subjectFault(text, on === "approver" ? APPROVER_LIST : SUBJECT_TYPE_LIST);
  return formFault(context, text, `the pattern ${quoted(text)}`);
}

/**
 * Types in the catalogs' `resources` that are slips for one that a tool declares. WHY not those that
 * a rule names too: a trace may know more types than tools declare.
 */
function* catalogFaults(context: LintContext): Generator<Problem> {
  const words = new Set(
    context.tools.flatMap(({ resource }) => (typeof resource === "object" ? [resource.type] : [])),
  );
  if (words.size === 0) return;
  const list = {
    words,
    strength: "listed",
    one: "a type of resource that a tool declares",
    code: "unknown-value",
  } as const;
  const named = new Set(
    [...patternsOf(context)].flatMap(({ list: of, text }) =>
      of === "resources" ? [partsOf(text)?.type] : [],
    ),
  );
  for (const catalog of context.catalogs)
    for (const { match, place } of catalog.resources) {
      const fault = named.has(partsOf(match)?.type) ? undefined : typeFault(match, list);
      if (fault !== undefined)
        yield { place: context.locate(catalog, `${place.path}.match`), ...fault };
    }
}

function* idFaults(context: LintContext): Generator<Problem> {
  for (const { type, text, prefix, place, span } of comparedIds(context)) {
    const fault = formFault(context, `${type}:${text}${prefix ? "**" : ""}`, quoted(text));
    if (fault !== undefined) yield { place, span, ...fault };
  }
}

export const deadPattern: SetRule = {
  code: "dead-pattern",
  level: "error",
  kind: "fault",
  needs: "set",
  run: function* (context) {
    for (const pattern of allPatterns(context)) {
      const fault = faultOf(context, pattern);
      if (fault !== undefined) yield { place: pattern.place(), ...fault };
    }
    const types = new ResourceTypes(context);
    for (const { text, list, scopes, place } of patternsOf(context)) {
      const fault = list === "resources" ? typeFault(text, types.of(scopes)) : undefined;
      if (fault !== undefined) yield { place: place(), ...fault };
    }
    if (!context.missing.catalogs) yield* catalogFaults(context);
    yield* idFaults(context);
  },
};
