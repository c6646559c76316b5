import type { Expr } from "../condition/ast.ts";
import { parseExpression } from "../condition/parse.ts";
import { isJsonObject, member, stringMember, type Json, type JsonObject } from "../request/json.ts";
import { nearestWord } from "../text/edit-distance.ts";
import { EVENT_MEMBERS } from "../trace/event.ts";

/** A tree of expressions in the shape of what they give. */
export type Template =
  | { readonly kind: "expression"; readonly expr: Expr }
  | { readonly kind: "map"; readonly members: ReadonlyMap<string, Template> };

/** How records of any format become events (docs/importers/generic.md). */
export interface Mapping {
  readonly name: string;
  /** How the file is cut into records; undefined: by its name. */
  readonly format: "jsonl" | "csv" | undefined;
  /** What stands between the cells of a CSV. */
  readonly delimiter: string;
  /** Where records hold JSON as text: member names, outermost first. */
  readonly json: readonly (readonly string[])[];
  /**
   * Lists to walk, outermost first: the name of the element, and the expression that gives the
   * list.
   */
  readonly each: readonly { readonly name: string; readonly expr: Expr }[];
  /** Records for which this is not true are left out. */
  readonly when: Expr | undefined;
  readonly event: ReadonlyMap<string, Template>;
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
  "when",
  "event",
] as const;
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

class MappingReader {
  readonly problems: MappingProblem[] = [];

  read(value: unknown): Mapping | undefined {
    if (!isJsonObject(value)) return this.#fail("$", "a mapping has to be a map");
    this.#checkNames(value, FIELDS, "$");
    if (stringMember(value, "apiVersion") !== "agentz/v1")
      this.#fail("$.apiVersion", "it has to be agentz/v1");
    if (stringMember(value, "kind") !== "Mapping") this.#fail("$.kind", "it has to be Mapping");
    const format = stringMember(value, "format");
    if (member(value, "format") !== undefined && format !== "jsonl" && format !== "csv")
      this.#fail("$.format", "it has to be jsonl or csv");
    const event = member(value, "event");
    if (!isJsonObject(event))
      return this.#fail("$.event", "it has to be a map of an event's members to expressions");
    this.#checkNames(event, EVENT_MEMBERS, "$.event");
    const when = member(value, "when");
    return {
      name: stringMember(value, "name") ?? "mapping",
      format: format === "csv" || format === "jsonl" ? format : undefined,
      delimiter: this.#delimiter(member(value, "delimiter")),
      json: this.#json(member(value, "json")),
      each: this.#each(member(value, "each")),
      when: when === undefined ? undefined : this.#expression(when, "$.when"),
      event: this.#members(event, "$.event"),
    };
  }

  #delimiter(value: Json | undefined): string {
    if (value === undefined) return ",";
    if (typeof value === "string" && value.length === 1 && !'"\r\n'.includes(value)) return value;
    this.#fail("$.delimiter", "it has to be one character, and no quote or line end");
    return ",";
  }

  #json(value: Json | undefined): Mapping["json"] {
    if (value === undefined) return [];
    const paths = Array.isArray(value)
      ? value.flatMap((path) =>
          typeof path === "string" && /^record(\.[^.]+)+$/.test(path)
            ? [path.split(".").slice(1)]
            : [],
        )
      : [];
    if (!Array.isArray(value) || paths.length < value.length)
      this.#fail("$.json", "it has to be a list of places such as `record.arguments`");
    return paths;
  }

  #each(value: Json | undefined): Mapping["each"] {
    if (value === undefined) return [];
    if (!isJsonObject(value)) {
      this.#fail("$.each", "it has to be a map of names to expressions that give lists");
      return [];
    }
    return Object.entries(value).flatMap(([name, text]) => {
      const expr = this.#expression(text, `$.each.${name}`);
      if (!/^[a-z][a-z0-9_]*$/.test(name) || ROOTS.includes(name))
        this.#fail(
          `$.each.${name}`,
          "a name is lower-case letters, digits and `_`, and none of record, file, line",
        );
      return expr === undefined ? [] : [{ name, expr }];
    });
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

  #expression(value: Json | undefined, path: string): Expr | undefined {
    if (typeof value !== "string")
      return this.#fail(
        path,
        "it has to be an expression, as text (a constant is quoted twice: \"'agent'\")",
      );
    const parsed = parseExpression(value);
    if (parsed.ok) return parsed.expr;
    return this.#fail(path, parsed.errors[0]?.message ?? "it is no expression");
  }

  #checkNames(value: JsonObject, known: readonly string[], path: string): void {
    for (const name of Object.keys(value)) {
      if (known.includes(name)) continue;
      const near = nearestWord(name, known);
      this.#fail(
        `${path}.${name}`,
        near === undefined
          ? `there is no such field; there are ${known.join(", ")}`
          : `there is no such field; did you mean \`${near}\`?`,
      );
    }
  }

  #fail(path: string, message: string): undefined {
    this.problems.push({ path, message });
    return undefined;
  }
}
