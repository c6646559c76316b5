import { typeOf } from "../condition/check.ts";
import { overloadsOf } from "../condition/functions.ts";
import { literalText } from "../condition/literal-value.ts";
import { spelledPath } from "../condition/paths.ts";
import { typeText, type Type } from "../condition/types.ts";
import type { Document } from "../policy/model.ts";
import type { JsonObject } from "../request/json.ts";
import type { Span } from "../text/span.ts";
import { attributeSource } from "./attribute-source.ts";
import { callPath, calledActions } from "./calls.ts";
import { FUNCTION_WORDS, MACRO_WORDS } from "./function-words.ts";
import { byCatalog } from "./set-words.ts";
import { compileActionGlob } from "../policy/glob.ts";
import { count } from "../text/count.ts";
import { firstNames, listed } from "../text/listed.ts";
import { exprAt, type ExprAt } from "./conditions-at.ts";
import type { EditorFile, EditorSet } from "./editor-set.ts";
import { partType } from "./example-type.ts";
import type { Mention } from "./mentions.ts";
import { nodeAt, type NodeAt } from "./node-at.ts";
import { memberText } from "./node-parts.ts";
import { grammarAt } from "./schema.ts";
import { definitionsOf, mentionAt } from "./symbols.ts";
import { builtInRule, VALUE_WORDS } from "./value-words.ts";

/** What is told of a place: plain texts, which whoever shows them escapes. */
export interface Hover {
  readonly span: Span;
  /** As it is written in code: `args.amount: double`. */
  readonly code: string;
  readonly sentences: readonly string[];
  /** The attribute whose recorded values may be shown, and the tools of the rule that reads it. */
  readonly attribute?: {
    readonly path: readonly string[];
    readonly actions: readonly string[] | undefined;
  };
}

const MOST_WORDS = 12;
const MOST_COLUMNS = 80;

function wordsSentence(type: Type): readonly string[] {
  const text = type.kind === "list" ? type.element : type;
  const lists = text.kind === "string" ? (text.among?.lists ?? []) : [];
  const words = [...new Set(lists.flatMap(({ words }) => [...words]))];
  if (words.length === 0) return [];
  const more = words.length > MOST_WORDS ? `, and ${words.length - MOST_WORDS} more` : "";
  return [`One of ${words.slice(0, MOST_WORDS).join(", ")}${more}.`];
}

function attributeHover(
  { expr, span, scope, locals, actions }: ExprAt,
  set: EditorSet,
): Hover | undefined {
  const path = spelledPath(expr);
  const [root = ""] = path ?? [];
  if (path === undefined || !scope.variables.has(root)) return undefined;
  const type = typeOf(
    expr.kind === "has" ? { ...expr, kind: "select", optional: false } : expr,
    scope,
  );
  const code = `${path.join(".")}: ${typeText(type)}`;
  if (locals.has(root)) return { span, code, sentences: wordsSentence(type) };
  return {
    span,
    code,
    sentences: [`Comes from: ${attributeSource(path, set, actions)}.`, ...wordsSentence(type)],
    attribute: { path, actions },
  };
}

/** What a part of a condition gives that is no name and no function: a comparison, a text, a number. */
function valueHover({ expr, text, span, scope }: ExprAt): Hover {
  const written = text.slice(expr.start, expr.end).replaceAll(/\s+/g, " ");
  const shown = written.length > MOST_COLUMNS ? `${written.slice(0, MOST_COLUMNS)}…` : written;
  const means = VALUE_WORDS.get(`classification ${literalText(expr) ?? ""}`);
  return {
    span,
    code: `${shown}: ${typeText(typeOf(expr, scope))}`,
    sentences: means === undefined ? [] : [means],
  };
}

function callHover({ expr, span }: ExprAt): Hover | undefined {
  if (expr.kind === "comprehension")
    return {
      span,
      code: `${expr.macro}(${expr.variable}, ...)`,
      sentences: [MACRO_WORDS.get(expr.macro) ?? "A macro of CEL over a list or map."],
    };
  if (expr.kind !== "call") return undefined;
  const isMethod = expr.target !== undefined;
  const name = isMethod ? `.${expr.name}` : expr.name;
  const about = FUNCTION_WORDS.get(name);
  const forms = overloadsOf(name).map(({ params, result }) => {
    const given = isMethod ? params.slice(1) : params;
    return `${expr.name}(${given.map(typeText).join(", ")}) → ${typeText(result(params))}`;
  });
  return forms.length === 0
    ? undefined
    : {
        span,
        code: [...new Set(forms)].slice(0, 6).join("\n"),
        sentences: about === undefined ? [] : [about],
      };
}

function describeRule(documents: readonly Document[], name: string): readonly string[] {
  return documents.flatMap((document) =>
    document.kind !== "Policy"
      ? []
      : document.rules
          .filter(({ id }) => `${document.name}/${id}` === name)
          .flatMap(({ effect, reason, mode }) => [
            `Effect: ${effect}${mode === "shadow" ? ", as a shadow rule" : ""}.`,
            ...(reason === undefined ? [] : [`Reason: ${reason}`]),
          ]),
  );
}

function describeCatalogName(
  documents: readonly Document[],
  { kind, name }: Mention,
): readonly string[] {
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  if (kind === "tool")
    return catalogs.flatMap(({ tools }) =>
      tools
        .filter((tool) => `${tool.server}/${tool.name}` === name)
        .map(({ effects }) => `Effects: ${effects?.join(", ") ?? "not declared"}.`),
    );
  if (kind === "agent")
    return catalogs.flatMap(({ agents }) =>
      (agents ?? [])
        .filter(({ id }) => id === name)
        .flatMap(({ status, purpose }) => [
          `Status: ${status}.`,
          ...(purpose === undefined ? [] : [purpose]),
        ]),
    );
  return kind === "person"
    ? catalogs.flatMap(({ people }) =>
        people.filter(({ id }) => id === name).map(({ roles }) => `Roles: ${roles.join(", ")}.`),
      )
    : [];
}

/** The rules that have a label. */
function labelHover({ span, name, kind }: Mention, set: EditorSet): Hover {
  const rules = set.documents.flatMap((document) =>
    document.kind !== "Policy"
      ? []
      : document.rules
          .filter(({ labels }) => labels.includes(name))
          .map(({ id }) => `${document.name}/${id}`),
  );
  const told = `On ${count(rules.length, "rule")}: ${listed(firstNames(rules, MOST_WORDS))}.`;
  return { span, code: `${kind} ${name}`, sentences: rules.length === 0 ? [] : [told] };
}

function mentionHover(mention: Mention, set: EditorSet): Hover {
  if (mention.kind === "rule label") return labelHover(mention, set);
  const [definition] = definitionsOf(mention, set);
  const { span, kind } = mention;
  const name = definition?.name ?? mention.name;
  const own = kind === "rule" ? builtInRule(name) : undefined;
  if (own !== undefined) return { span, code: `${kind} ${name}`, sentences: [own] };
  const known = definition === undefined ? [`No document of the set declares this ${kind}.`] : [];
  const told =
    kind === "rule"
      ? describeRule(set.documents, name)
      : describeCatalogName(set.documents, { ...mention, name });
  return { span, code: `${kind} ${name}`, sentences: [...told, ...known] };
}

/** What a schema tells of the field whose name, or whose value, stands at a place. */
export function fieldAbout(at: NodeAt, schema: JsonObject): Hover | undefined {
  if (at.key === undefined && at.node.kind !== "scalar") return undefined;
  const { span } = at.key?.keyPlace ?? at.node.place;
  const about = grammarAt(schema, at.path).find(
    ({ description }) => description !== undefined,
  )?.description;
  const field = at.path.findLast((step) => typeof step === "string");
  if (about === undefined || field === undefined) return undefined;
  const value = at.key === undefined && at.node.kind === "scalar" ? String(at.node.value) : "";
  const means = VALUE_WORDS.get(`${field} ${value}`);
  if (means !== undefined) return { span, code: `${field}: ${value}`, sentences: [means, about] };
  return { span, code: field, sentences: [about] };
}

function fieldHover(at: NodeAt, set: EditorSet): Hover | undefined {
  const schema = set.schemas.get(memberText(at.root, "kind") ?? "");
  return schema && fieldAbout(at, schema);
}

/** A part of a call of a suite, or of an example: its type, and where else its value may come from. */
function callPartHover({ root, path, key, node }: NodeAt, set: EditorSet): Hover | undefined {
  const call = callPath(path);
  if (call === undefined || (key === undefined && node.kind !== "scalar")) return undefined;
  const part = path.slice(call.length);
  const names = part.filter((step) => typeof step === "string");
  const actions = calledActions(root, call);
  const type = names.length < 2 ? undefined : partType(set, part, actions);
  if (type === undefined) return undefined;
  const source = attributeSource(names, set, actions).replace("the recorded call", "this call");
  return {
    span: key?.keyPlace.span ?? node.place.span,
    code: `${names.join(".")}: ${typeText(type)}`,
    sentences: [
      ...(source === "this call" ? [] : [`Comes from: ${source}.`]),
      ...wordsSentence(type),
    ],
  };
}

/** The tools that a pattern of a list of actions fits. */
function patternHover({ path, node }: NodeAt, set: EditorSet): Hover | undefined {
  if (path.at(-2) !== "actions" || node.kind !== "scalar") return undefined;
  const pattern = String(node.value);
  const glob = compileActionGlob(pattern);
  const fitting = byCatalog(set, (catalog) => catalog.tools)
    .filter(({ server, name }) => glob.fits(server, name) === true)
    .map(({ server, name }) => `${server}/${name}`);
  const told =
    fitting.length === 0
      ? "Fits no tool that a catalog of the set declares."
      : `Fits ${count(fitting.length, "tool")}: ${listed(firstNames(fitting, MOST_WORDS))}.`;
  return { span: node.place.span, code: `actions ${pattern}`, sentences: [told] };
}

/**
 * What is told of the place at an offset of a file: of an attribute its type and source, of a
 * function its forms, of a name what it is called for, of a pattern of tools those that it fits, of
 * a field its meaning.
 */
export function hoverAt(file: EditorFile, offset: number, set: EditorSet): Hover | undefined {
  const at = nodeAt(file, offset);
  if (at === undefined) return undefined;
  const part = exprAt(at, offset, set);
  const told = part && (attributeHover(part, set) ?? callHover(part));
  if (told !== undefined) return told;
  const mention = mentionAt(file, offset);
  if (mention !== undefined) return mentionHover(mention, set);
  if (part !== undefined) return valueHover(part);
  return patternHover(at, set) ?? callPartHover(at, set) ?? fieldHover(at, set);
}
