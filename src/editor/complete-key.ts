import type { Completion } from "./completion-item.ts";
import { sessionNames } from "../policy/type-scope.ts";
import { typeText } from "../condition/types.ts";
import { exampleType, matrixArguments } from "./example-type.ts";
import { fieldsOf, type Field } from "./schema.ts";
import type { Typing } from "./typing.ts";

const HEAD: readonly Field[] = [
  {
    name: "apiVersion",
    description: "The version of the grammar.",
    isRequired: true,
    shape: "scalar",
  },
  { name: "kind", description: "The kind of this document.", isRequired: true, shape: "scalar" },
];

/** What is written for a member: its colon, and for a list or map of a block a line of its own. */
function written({ text, offset, cursor }: Typing, { name, shape }: Field): string {
  if (/^["']?[ \t]*:/.test(text.slice(offset))) return name;
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  const lead = /^[ -]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
  const isBlock = lineStart + lead.length === (cursor.start < 0 ? offset : cursor.start);
  if (shape === "scalar" || !isBlock) return `${name}: `;
  const indent = " ".repeat(lead.length + 2);
  return `${name}:\n${indent}${shape === "list" ? "- " : ""}`;
}

function keyCompletion(typing: Typing, field: Field): Completion {
  const { cursor, offset } = typing;
  return {
    label: field.name,
    kind: "field",
    ...(field.isRequired ? { detail: "required" } : {}),
    ...(field.description === undefined ? {} : { about: field.description }),
    insert: written(typing, field),
    replace: { start: cursor.start < 0 ? offset : cursor.start, end: offset },
    rank: field.isRequired ? 0 : 1,
  };
}

function fieldOf(name: string, description?: string): Field {
  return { name, description, isRequired: false, shape: "scalar" };
}

/** Members that the documents of the set declare: arguments, attributes, names of state. */
function declared(typing: Typing): readonly Field[] {
  const { cursor, set } = typing;
  const [above, last] = [cursor.path.at(-2), cursor.path.at(-1)];
  const isState = above === "session" || above === "state";
  if (isState && (last === "counters" || last === "values"))
    return [...sessionNames(set.documents)[last]].map((name) => fieldOf(name));
  if (above === "state" && last === "labels")
    return [...sessionNames(set.documents).labels].map((name) => fieldOf(name));
  const values = matrixArguments(typing);
  if (values.length > 0) return values.map(([name, type]) => fieldOf(name, typeText(type)));
  const type = exampleType(typing);
  if (type?.kind !== "struct") return [];
  return [...type.fields].map(([name, member]) => fieldOf(name, typeText(member)));
}

/** The members that a map may get. */
export function keyCompletions(typing: Typing): readonly Completion[] {
  const { root, grammar, cursor } = typing;
  const known =
    root === undefined ? (cursor.path.length === 0 ? HEAD : []) : fieldsOf(root, grammar);
  const own = root === undefined ? [] : declared(typing);
  const taken = new Set(cursor.siblings);
  return [...known, ...own]
    .filter(({ name }) => !taken.has(name))
    .map((field) => keyCompletion(typing, field));
}
