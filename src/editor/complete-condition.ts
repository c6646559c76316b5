import { fits } from "../condition/check/relations.ts";
import { typeOf, type Scope } from "../condition/check.ts";
import { functionNames, overloadsOf } from "../condition/functions.ts";
import { parseExpression } from "../condition/parse.ts";
import { SyntaxFault, tokenize, type Token } from "../condition/tokens.ts";
import { CLASSIFICATIONS } from "../policy/closed-lists.ts";
import { toJson } from "../policy/node.ts";
import { schemaType } from "../policy/schema-type.ts";
import { DYN, typeText, type Type } from "../condition/types.ts";
import { attributeSource } from "./attribute-source.ts";
import type { Completion } from "./completion-item.ts";
import { FUNCTION_WORDS, MACRO_WORDS } from "./function-words.ts";
import { localsAt } from "./condition-locals.ts";
import { nodeBelow, toolOf } from "./node-parts.ts";
import { operandBefore } from "./operand.ts";
import { tools } from "./set-words.ts";
import type { Typing } from "./typing.ts";

/** A condition up to the cursor. */
export interface Prefix {
  readonly text: string;
  /** Before what is being typed. */
  readonly tokens: readonly Token[];
  /** The word, or the text in open quotes, that is being typed. */
  readonly partial: string;
  readonly inText: boolean;
}

/** The tokens of a condition that ends where somebody types; undefined: it is no CEL. */
function readPrefix(text: string): Prefix | undefined {
  const [tokens, open] = tokensOf(text);
  if (tokens === undefined) return undefined;
  if (open !== undefined)
    return { text, tokens, partial: text.slice(open).replace(/^[rRbB]*["']+/, ""), inText: true };
  const last = tokens.at(-1);
  const isWord = last !== undefined && /^\w+$/.test(last.text) && last.end === text.length;
  if (isWord && last.kind === "literal" && /^\d/.test(last.text)) return undefined;
  return isWord
    ? { text, tokens: tokens.slice(0, -1), partial: last.text, inText: false }
    : { text, tokens, partial: "", inText: false };
}

/** The tokens, and where a text begins that is not closed. */
function tokensOf(text: string): readonly [tokens: readonly Token[] | undefined, open?: number] {
  try {
    return [tokenize(text).slice(0, -1)];
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    const isText =
      /["']/.test(text.slice(fault.start, fault.start + 3)) && fault.end === text.length;
    if (!isText) return [undefined];
    return [tokensOf(text.slice(0, fault.start))[0], fault.start];
  }
}

/** The type of an expression's text; `dyn` where it is no expression. */
export function typeOfText(text: string, scope: Scope): Type {
  const parsed = parseExpression(text);
  return parsed.ok ? typeOf(parsed.expr, scope) : DYN;
}

type Item = Omit<Completion, "insert" | "replace"> & { readonly insert?: string };

/** Functions and methods as they are called, with their types. */
function functionItem(name: string, target: Type = DYN): Item {
  const plain = name.replace(/^\./, "");
  const isMethod = name.startsWith(".");
  const shown = overloadsOf(name)
    .filter(({ params: [first] }) => !isMethod || first === undefined || fits(target, first))
    .map(({ params, result }) => {
      const given = isMethod ? params.slice(1) : params;
      return `(${given.map(typeText).join(", ")}) → ${typeText(result(params))}`;
    });
  const forms = [...new Set(shown)].slice(0, 3);
  const about = FUNCTION_WORDS.get(name);
  return {
    label: plain,
    kind: "function",
    detail: forms.join(" or "),
    ...(about === undefined ? {} : { about }),
    rank: 2,
  };
}

function methodItems(type: Type): readonly Item[] {
  const names = [...functionNames()].filter(
    (name) =>
      name.startsWith(".") &&
      overloadsOf(name).some(({ params }) => params[0] !== undefined && fits(type, params[0])),
  );
  const isMany = type.kind === "list" || type.kind === "map" || type.kind === "dyn";
  const macros = (isMany ? [...MACRO_WORDS] : []).map(
    ([label, about]): Item => ({ label, kind: "keyword", detail: "macro", about, rank: 2 }),
  );
  return [...macros, ...names.map((name) => functionItem(name, type))];
}

/** Where the value of an attribute comes from; undefined: it is none of a call. */
type SourceOf = (path: readonly string[]) => string | undefined;

/** Members and methods of what stands before the dot. */
function memberItems(prefix: Prefix, scope: Scope, sourceOf: SourceOf): readonly Item[] {
  const dot = prefix.tokens.length - 1;
  const operand = operandBefore(prefix, dot);
  if (operand === undefined) return [];
  const found = typeOfText(operand, scope);
  const type = found.kind === "optional" ? found.value : found;
  const spaced = [...functionNames()].filter((name) => name.startsWith(`${operand}.`));
  const functions = spaced.map((name) => ({
    ...functionItem(name),
    label: name.slice(operand.length + 1),
  }));
  if (type.kind !== "struct") return [...functions, ...methodItems(type)];
  return [
    ...functions,
    ...[...type.fields].map(
      ([label, member]): Item =>
        attributeItem(label, member, sourceOf([...operand.split("."), label])),
    ),
  ];
}

function attributeItem(label: string, type: Type, source: string | undefined): Item {
  const detail = source === undefined ? typeText(type) : `${typeText(type)}: ${source}`;
  return { label, kind: "attribute", detail, rank: 0 };
}

/** Names that an expression may begin with. */
function startItems(scope: Scope): readonly Item[] {
  const functions = [...functionNames()].filter((name) => !name.startsWith("."));
  return [
    ...[...scope.variables].map(([name, type]) => attributeItem(name, type, undefined)),
    { label: "has", kind: "keyword", detail: "macro: whether an attribute is present", rank: 1 },
    ...functions.map((name) => functionItem(name)),
  ];
}

/** What is compared with the value that is being typed: what stands before `==`, `!=` or `in [`. */
function comparedType(prefix: Prefix, scope: Scope): Type {
  const { tokens } = prefix;
  let at = tokens.length - 1;
  // within a list, the list is what is compared
  if (tokens[at]?.text === "," || tokens[at]?.text === "[")
    while (at >= 0 && tokens[at]?.text !== "[") at--;
  if (tokens[at]?.text === "[") at--;
  if (!["==", "!=", "in"].includes(tokens[at]?.text ?? "")) return DYN;
  const operand = operandBefore(prefix, at);
  return operand === undefined ? DYN : typeOfText(operand, scope);
}

/** What a text is looked for in: `'x' in session.labels`, of which the second half stands behind. */
function searchedType(behind: string, scope: Scope): Type {
  const [, chain] = /^[^\n"']*["']?\s*in\s+([\w.]+)/.exec(behind) ?? [];
  const type = chain === undefined ? DYN : typeOfText(chain, scope);
  return type.kind === "list" ? type.element : DYN;
}

function wordsOfType(type: Type): readonly string[] {
  if (type.kind === "list") return wordsOfType(type.element);
  const lists = type.kind === "string" ? (type.among?.lists ?? []) : [];
  return [...new Set(lists.flatMap(({ words }) => [...words]))];
}

function wordItem(label: string): Item {
  return { label, kind: "word", detail: "value", rank: 0 };
}

function wordItems(type: Type): readonly Item[] {
  return wordsOfType(type).map(wordItem);
}

const RANKED: readonly Item[] = CLASSIFICATIONS.map(wordItem);

/** Whether what is being typed is what `rank` is asked of. */
function isRank({ tokens }: Prefix): boolean {
  return tokens.at(-1)?.text === "(" && tokens.at(-2)?.text === "rank";
}

const BEGINS: ReadonlySet<string> = new Set(["", "&&", "||", "!", "(", "?", ":"]);

/** Texts that may stand between the quotes. */
function textItems(prefix: Prefix, behind: string, scope: Scope): readonly Item[] {
  const compared = wordItems(comparedType(prefix, scope));
  const found = compared.length > 0 ? compared : wordItems(searchedType(behind, scope));
  const [before, last] = [prefix.tokens.at(-2), prefix.tokens.at(-1)];
  if (isRank(prefix)) return RANKED;
  if (last?.text === "(" && before?.kind === "ident") return [];
  const isFirst = BEGINS.has(last?.text ?? "");
  return found.length > 0 || !isFirst ? found : wordItems(typeOfText("session.labels", scope));
}

/** Words in quotes, where none are written yet. */
function quotedItems(prefix: Prefix, scope: Scope, quote: string): readonly Item[] {
  const words = isRank(prefix) ? RANKED : wordItems(comparedType(prefix, scope));
  return words.map((item) => ({ ...item, insert: `${quote}${item.label}${quote}` }));
}

function itemsOf(
  typing: Typing,
  prefix: Prefix,
  { scope, sourceOf }: { readonly scope: Scope; readonly sourceOf: SourceOf },
): readonly Item[] {
  if (prefix.inText)
    return textItems(prefix, typing.text.slice(typing.offset, typing.offset + 200), scope);
  const last = prefix.tokens.at(-1);
  if (last?.text === ".") return memberItems(prefix, scope, sourceOf);
  if (
    last?.kind === "ident" ||
    last?.kind === "literal" ||
    last?.text === ")" ||
    last?.text === "]"
  )
    return [];
  const quote = typing.cursor.style === "single" ? '"' : "'";
  return [...quotedItems(prefix, scope, quote), ...startItems(scope)];
}

/** The shapes of what a condition at the cursor reads. */
function scopeAt({ set, cursor }: Typing, actions: readonly string[] | undefined): Scope {
  const { path } = cursor;
  if (path[0] === "session") return withAnyArgs(set.scopes.session(), set);
  const scope = set.scopes.rule(actions === undefined ? {} : { actions });
  if (path[0] !== "tools") return withAnyArgs(scope, set);
  const args = actions === undefined ? undefined : writtenArgs(set, actions);
  return args === undefined ? scope : { variables: new Map([...scope.variables, ["args", args]]) };
}

/**
 * The arguments of a tool by what is written of it: while the expression of its resource is
 * half-typed, the catalog does not declare the tool.
 */
function writtenArgs({ files }: Typing["set"], [tool]: readonly string[]): Type | undefined {
  const items = files
    .flatMap(({ loaded }) => loaded.roots)
    .map(({ root }) => nodeBelow(root, ["tools"]))
    .flatMap((list) => (list?.kind === "list" ? list.items : []));
  const own = items.find((item) => tool !== undefined && toolOf(item) === tool);
  const schema = own && nodeBelow(own, ["args"]);
  const type = schema && schemaType(toJson(schema));
  return type?.kind === "struct" ? type : undefined;
}

/**
 * Where the tools of a rule are not yet named, or named by a pattern: the arguments of all tools, of
 * which one is meant. The check of the whole condition says where that is none of the rule's.
 */
function withAnyArgs(scope: Scope, set: Typing["set"]): Scope {
  const args = scope.variables.get("args");
  if (args?.kind !== "struct" || args.fields.size > 0) return scope;
  const fields = new Map(args.fields);
  for (const { text } of tools(set).filter((tool) => !tool.text.includes("*"))) {
    const own = set.scopes.rule({ actions: [text] }).variables.get("args");
    if (own?.kind !== "struct") continue;
    for (const [name, type] of own.fields) if (!fields.has(name)) fields.set(name, type);
  }
  return { variables: new Map([...scope.variables, ["args", { ...args, fields }]]) };
}

/**
 * What a condition may go on with where somebody types: attributes with their types, functions and
 * methods that fit, and the words that a text is compared with. `actions`: the tools of its rule.
 */
export function conditionCompletions(
  typing: Typing,
  actions: readonly string[] | undefined,
): readonly Completion[] {
  const prefix = readPrefix(typing.cursor.typed);
  if (prefix === undefined) return [];
  const plain = scopeAt(typing, actions);
  const scope = { variables: new Map([...plain.variables, ...localsAt(prefix, plain)]) };
  const replace = { start: typing.offset - prefix.partial.length, end: typing.offset };
  const sourceOf: SourceOf = (path) => {
    const isSpelled = path.every((step) => /^\w+$/.test(step)) && path.length > 1;
    return isSpelled && plain.variables.has(path[0] ?? "")
      ? attributeSource(path, typing.set, actions)
      : undefined;
  };
  return itemsOf(typing, prefix, { scope, sourceOf }).map((item) => ({
    ...item,
    insert: item.insert ?? item.label,
    replace,
  }));
}
