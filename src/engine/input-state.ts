import type { SessionNames } from "../policy/built-in-types.ts";
import { quoted } from "../policy/log.ts";
import { memberPath } from "../policy/node.ts";
import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { slippedFrom } from "../text/slip.ts";
import { listedWords, type InputProblem } from "./input-problem.ts";

/** The three kinds of session state (design 5.1). */
export type StateKind = keyof SessionNames;

const KINDS: readonly StateKind[] = ["labels", "counters", "values"];

const ONE: Readonly<Record<StateKind, string>> = {
  labels: "session label",
  counters: "session counter",
  values: "list of session values",
};

const SHAPES: Readonly<Record<StateKind, string>> = {
  labels: "a list of names",
  counters: "a map of names to numbers",
  values: "a map of names to lists",
};

function refused(
  path: string,
  part: InputProblem["part"],
  message: string,
  help?: string,
): InputProblem {
  return { code: "undeclared-state", severity: "error", path, part, message, help };
}

function helpFor(kind: StateKind, name: string, declared: SessionNames): string {
  const other = KINDS.find((one) => one !== kind && declared[one].has(name));
  if (other !== undefined) return `it is declared under \`${other}\``;
  if (declared[kind].size === 0) return `no policy declares any under \`session.${kind}\``;
  const meant = slippedFrom(name, declared[kind]);
  const listed = listedWords("declared", declared[kind]);
  return meant === undefined ? listed : `did you mean ${quoted(meant)}? ${listed}`;
}

/** What is wrong with a name of session state; undefined where a policy declares it. */
export function undeclaredName(
  kind: StateKind,
  name: string,
  declared: SessionNames,
): { readonly message: string; readonly help: string } | undefined {
  if (declared[kind].has(name)) return undefined;
  return {
    message: `no policy declares the ${ONE[kind]} ${quoted(name)}`,
    help: helpFor(kind, name, declared),
  };
}

interface Named {
  readonly kind: StateKind;
  readonly name: string;
  readonly path: string;
  readonly part: InputProblem["part"];
}

function nameProblems(
  { kind, name, path, part }: Named,
  declared: SessionNames,
): readonly InputProblem[] {
  const found = undeclaredName(kind, name, declared);
  return found === undefined ? [] : [refused(path, part, found.message, found.help)];
}

function labelProblems(value: Json, path: string, declared: SessionNames): readonly InputProblem[] {
  if (!Array.isArray(value))
    return [refused(path, "value", `\`labels\` has to be ${SHAPES.labels}`)];
  return value.flatMap((name: Json, i) => {
    const at = `${path}[${i}]`;
    if (typeof name !== "string") return [refused(at, "value", "a session label is a name")];
    return nameProblems({ kind: "labels", name, path: at, part: "value" }, declared);
  });
}

function counterFault(value: Json): string | undefined {
  if (typeof value !== "number") return "has to be a number";
  return value < 0 ? "cannot be negative: a counter never decreases" : undefined;
}

function entryProblems(
  kind: "counters" | "values",
  value: Json,
  entry: { path: string; declared: SessionNames },
): readonly InputProblem[] {
  if (!isJsonObject(value))
    return [refused(entry.path, "value", `\`${kind}\` has to be ${SHAPES[kind]}`)];
  return Object.entries(value).flatMap(([name, given]) => {
    const path = memberPath(entry.path, name);
    const unknown = nameProblems({ kind, name, path, part: "key" }, entry.declared);
    if (unknown.length > 0) return unknown;
    const fault =
      kind === "counters"
        ? counterFault(given ?? null)
        : Array.isArray(given)
          ? undefined
          : "has to be a list";
    return fault === undefined
      ? []
      : [refused(path, "value", `the ${ONE[kind]} ${quoted(name)} ${fault}`)];
  });
}

function kindProblems(
  kind: StateKind,
  value: Json,
  entry: { path: string; declared: SessionNames },
): readonly InputProblem[] {
  const path = memberPath(entry.path, kind);
  return kind === "labels"
    ? labelProblems(value, path, entry.declared)
    : entryProblems(kind, value, { ...entry, path });
}

/**
 * Session state written down by hand that no policy declares, or not of that type (design 5.1).
 * `path` is that of the state.
 */
export function stateProblems(
  given: JsonObject,
  path: string,
  declared: SessionNames,
): readonly InputProblem[] {
  const unknown = Object.keys(given).filter((key) => !KINDS.some((kind) => kind === key));
  const strangers = unknown.map((key) => {
    const meant = slippedFrom(key, KINDS);
    const help =
      meant === undefined
        ? `it has ${KINDS.map(quoted).join(", ")}`
        : `did you mean ${quoted(meant)}?`;
    return refused(memberPath(path, key), "key", `session state has no ${quoted(key)}`, help);
  });
  const kinds = KINDS.flatMap((kind) => {
    const value = member(given, kind);
    return value === undefined ? [] : kindProblems(kind, value, { path, declared });
  });
  return [...strangers, ...kinds];
}
