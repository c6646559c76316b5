import type { Expr } from "../condition/ast.ts";
import { checkExpression, type Expected, type Scope } from "../condition/check.ts";
import { parseExpression } from "../condition/parse.ts";
import { DYN, INT, STRING, type Type } from "../condition/types.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { meantHelp } from "../text/slip.ts";
import { EVENT_MEMBERS } from "../trace/event.ts";
import { hideSecrets } from "../text/hide-secrets.ts";

/** A tree of expressions in the shape of what they give. */
export type Template =
  | { readonly kind: "expression"; readonly expr: Expr }
  | { readonly kind: "map"; readonly members: ReadonlyMap<string, Template> };

/** How records of any format become events (docs/importers/generic.md). */
export interface Mapping {
  readonly name: string;
  /** How the file is cut into records; undefined: by its name. */
  readonly format: "jsonl" | "csv" | "text" | "logfmt" | undefined;
  /** What stands between the cells of a CSV. */
  readonly delimiter: string;
  /**
   * Where JSON stands as text: `record` or a name of `each`, then member names, outermost first; on
   * the way, a list is each of its elements.
   */
  readonly json: readonly (readonly string[])[];
  /**
   * Lists to walk, outermost first: the name of the element, and the expression that gives the
   * list.
   */
  readonly each: readonly { readonly name: string; readonly expr: Expr }[];
  /** Records that give no event, but something to those of others. */
  readonly join: readonly Join[];
  /** Records for which this is not true are left out. */
  readonly when: Expr | undefined;
  /** Elements of `each` for which this is not true are left out. */
  readonly where: Expr | undefined;
  readonly event: ReadonlyMap<string, Template>;
}

/**
 * Records for which `from` is true are kept by their `key`, as `name` for the events whose `on` is
 * the same.
 */
export interface Join {
  readonly name: string;
  readonly from: Expr;
  readonly key: Expr;
  readonly on: Expr;
}

/** What is wrong with a mapping, and where. */
export interface MappingProblem {
  readonly path: string;
  readonly message: string;
}

const FIELDS = [
  "apiVersion",
  "kind",
  "name",
  "format",
  "delimiter",
  "json",
  "each",
  "join",
  "when",
  "where",
  "event",
] as const;
const FORMATS = ["jsonl", "csv", "text", "logfmt"] as const;
/** The names that expressions start from, besides those of `each`. */
export const ROOTS: readonly string[] = ["record", "file", "line"];

/** A mapping document, or everything that is wrong with it. */
export function decodeMapping(
  value: unknown,
): { readonly mapping: Mapping } | { readonly problems: readonly MappingProblem[] } {
  const reader = new MappingReader();
  const mapping = reader.read(value);
  return mapping === undefined || reader.problems.length > 0
    ? { problems: reader.problems }
    : { mapping };
}

const SCOPE: readonly (readonly [string, Type])[] = [
  ["record", DYN],
  ["file", STRING],
  ["line", INT],
];
const NAME = /^[a-z][a-z0-9_]*$/;

class MappingReader {
  readonly problems: MappingProblem[] = [];
  /** The names that expressions may use so far. */
  #scope: Scope = { variables: new Map(SCOPE) };

  read(value: unknown): Mapping | undefined {
    if (!isJsonObject(value)) return this.#fail("$", "a mapping has to be a map");
    this.#checkNames(value, FIELDS, "$");
    if (stringMember(value, "apiVersion") !== "agentz/v1")
      this.#fail("$.apiVersion", "it has to be agentz/v1");
    if (stringMember(value, "kind") !== "Mapping") this.#fail("$.kind", "it has to be Mapping");
    const format = stringMember(value, "format");
    const known = FORMATS.find((name) => name === format);
    if (member(value, "format") !== undefined && known === undefined)
      this.#fail("$.format", `it has to be one of ${FORMATS.join(", ")}`);
    const event = member(value, "event");
    if (!isJsonObject(event))
      return this.#fail("$.event", "it has to map members of an event to expressions");
    this.#checkNames(event, EVENT_MEMBERS, "$.event");
    const when = member(value, "when");
    const condition = when === undefined ? undefined : this.#expression(when, "$.when", "bool");
    const each = this.#each(member(value, "each"));
    const where = member(value, "where");
    const kept = where === undefined ? undefined : this.#expression(where, "$.where", "bool");
    const join = this.#joins(member(value, "join"));
    return {
      name: stringMember(value, "name") ?? "mapping",
      format: known,
      delimiter: this.#delimiter(member(value, "delimiter")),
      json: this.#json(member(value, "json"), each),
      each,
      join,
      when: condition,
      where: kept,
      event: this.#members(event, "$.event"),
    };
  }

  #delimiter(value: Json | undefined): string {
    if (value === undefined) return ",";
    if (typeof value === "string" && value.length === 1 && !'"\r\n'.includes(value)) return value;
    this.#fail("$.delimiter", "it has to be one character, but not a quote or a line end");
    return ",";
  }

  #json(value: Json | undefined, each: Mapping["each"]): Mapping["json"] {
    if (value === undefined) return [];
    const roots = each.map(({ name }) => name);
    const paths = (Array.isArray(value) ? value : []).flatMap((place) => {
      const path = typeof place === "string" ? place.split(".") : [];
      const [root = "", ...members] = path;
      const isPlace = root === "record" ? members.length > 0 : roots.includes(root);
      return isPlace && path.every((name) => name !== "") ? [path] : [];
    });
    if (!Array.isArray(value) || paths.length < value.length)
      this.#fail(
        "$.json",
        "it has to be a list of paths such as `record.arguments`, or paths below a name of `each`",
      );
    return paths;
  }

  #each(value: Json | undefined): Mapping["each"] {
    if (value === undefined) return [];
    if (!isJsonObject(value)) {
      this.#fail("$.each", "it has to map names to expressions that give lists");
      return [];
    }
    return Object.entries(value).flatMap(([name, text]) => {
      const expr = this.#expression(text, `$.each.${name}`);
      this.#declare(name, `$.each.${name}`);
      this.#extend([`${name}_index`, INT]);
      return expr === undefined ? [] : [{ name, expr }];
    });
  }

  #joins(value: Json | undefined): readonly Join[] {
    if (value === undefined) return [];
    if (!isJsonObject(value)) {
      this.#fail("$.join", "it has to map names to `from`, `key` and `on`");
      return [];
    }
    const rows = this.#scope;
    return Object.entries(value).flatMap(([name, written]) => {
      const path = `$.join.${name}`;
      if (!isJsonObject(written)) {
        this.#fail(path, "it has to be a map of `from`, `key` and `on`");
        return [];
      }
      this.#checkNames(written, ["from", "key", "on"], path);
      const on = this.#expression(member(written, "on"), `${path}.on`, "any", rows);
      const records = { variables: new Map(SCOPE) };
      const from = this.#expression(member(written, "from"), `${path}.from`, "bool", records);
      const key = this.#expression(member(written, "key"), `${path}.key`, "any", records);
      this.#declare(name, path);
      return from === undefined || key === undefined || on === undefined
        ? []
        : [{ name, from, key, on }];
    });
  }

  #declare(name: string, path: string): void {
    if (!NAME.test(name) || this.#scope.variables.has(name))
      this.#fail(
        path,
        "a name consists of lower-case letters, digits and `_`; record, file, line and names " +
          "that are used already are not allowed",
      );
    this.#extend([name, DYN]);
  }

  #extend(entry: readonly [string, Type]): void {
    this.#scope = { variables: new Map([...this.#scope.variables, entry]) };
  }

  #members(value: JsonObject, path: string): ReadonlyMap<string, Template> {
    const members = new Map<string, Template>();
    for (const [name, inner] of Object.entries(value)) {
      const template = this.#template(inner, `${path}.${name}`);
      if (template !== undefined) members.set(name, template);
    }
    return members;
  }

  #template(value: Json | undefined, path: string): Template | undefined {
    if (isJsonObject(value)) return { kind: "map", members: this.#members(value, path) };
    const expr = this.#expression(value, path);
    return expr === undefined ? undefined : { kind: "expression", expr };
  }

  /** An expression that the language takes: its names, functions and types are checked here. */
  #expression(
    value: Json | undefined,
    path: string,
    expected: Expected = "any",
    scope = this.#scope,
  ): Expr | undefined {
    if (typeof value !== "string")
      return this.#fail(
        path,
        "it has to be an expression, as text (write a constant in two pairs of quotes: \"'agent'\")",
      );
    // WHY before it is parsed: a message names a part of it, in which no detector knows the whole
    if (hideSecrets(value) !== value) return this.#fail(path, "it contains a credential");
    const parsed = parseExpression(value);
    if (!parsed.ok) return this.#fail(path, parsed.errors[0]?.message ?? "it is not an expression");
    for (const { message, help, start } of checkExpression(parsed.expr, scope, expected))
      this.#fail(
        path,
        `${message}${help === undefined ? "" : `; ${help}`} (at character ${start + 1})`,
      );
    return parsed.expr;
  }

  #checkNames(value: JsonObject, known: readonly string[], path: string): void {
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const help = meantHelp(name, known, `there are ${known.join(", ")}`);
      this.#fail(`${path}.${name}`, `there is no such field; ${help}`);
    }
  }

  #fail(path: string, message: string): undefined {
    this.problems.push({ path, message });
    return undefined;
  }
}
