import { API_VERSION } from "../policy/load.ts";
import { sessionNames } from "../policy/type-scope.ts";
import type { Completion } from "./completion-item.ts";
import type { EditorSet } from "./editor-set.ts";
import { exampleType } from "./example-type.ts";
import { wordsOf } from "./schema.ts";
import {
  agents,
  people,
  resources,
  roles,
  ruleLabels,
  ruleNames,
  tools,
  type Word,
} from "./set-words.ts";
import type { Typing } from "./typing.ts";

/** What YAML would read as something else without quotes. */
const NEEDS_QUOTES = /^[*&!|>%@`"'#?{[\]},:-]|[,[\]{}]|: | #|^$/;

function writtenIn({ cursor }: Typing, text: string): string {
  if (cursor.style === "single") return `'${text.replaceAll("'", "''")}`;
  if (cursor.style === "double") return JSON.stringify(text).slice(0, -1);
  return NEEDS_QUOTES.test(text) ? JSON.stringify(text) : text;
}

function completionOf(typing: Typing, { text, detail }: Word): Completion {
  const { cursor, offset } = typing;
  const start = cursor.start < 0 ? offset : cursor.start;
  return {
    label: text,
    kind: detail === undefined ? "word" : "name",
    ...(detail === undefined ? {} : { detail }),
    insert: writtenIn(typing, text),
    replace: { start, end: offset },
    rank: text.includes("*") ? 2 : 1,
  };
}

/** The fixtures of the suites of the file in which somebody types. */
function fixtures({ text }: Typing): readonly Word[] {
  const block = /^fixtures:[^\n]*\n((?:[ \t]+[^\n]*\n|\s*\n|#[^\n]*\n)*)/gm;
  return [...text.matchAll(block)].flatMap(([, body = ""]) =>
    [...body.matchAll(/^ {2}([^\s:#][^:\n]*):/gm)].map(([, name = ""]) => ({
      text: name,
      detail: "fixture",
    })),
  );
}

function stateWords(set: EditorSet): readonly Word[] {
  return [...sessionNames(set.documents).labels].map((text) => ({ text, detail: "session label" }));
}

/** Words of the documents by where they may stand: the name of a list, or of a member. */
const BY_PLACE: ReadonlyMap<unknown, (typing: Typing) => readonly Word[]> = new Map<
  unknown,
  (typing: Typing) => readonly Word[]
>([
  ["actions", ({ set }) => tools(set)],
  ["subjects", ({ set }) => [...agents(set), ...people(set)]],
  ["approvers", ({ set }) => [...roles(set), ...people(set)]],
  ["notify", ({ set }) => [...roles(set), ...people(set)]],
  ["resources", ({ set }) => resources(set)],
  ["sources", ({ set }) => resources(set)],
  [
    "rule",
    ({ set, cursor }) => [...ruleNames(set, cursor.typed), { text: "default", detail: "no rule" }],
  ],
  ["use", fixtures],
  ["by", ({ set }) => people(set)],
  ["label", ({ set }) => stateWords(set)],
  ["key", () => ["session", "subject", "on_behalf_of", "tenant"].map((text) => ({ text }))],
]);

function placeWords(typing: Typing): readonly Word[] {
  const { path } = typing.cursor;
  const place = typeof path.at(-1) === "number" ? path.at(-2) : path.at(-1);
  const isState = path.at(-3) === "session" || path.at(-3) === "state";
  if (place === "labels" && path[0] === "rules" && !isState) return ruleLabels(typing.set);
  if (place === "roles" && path[0] === "people")
    return roles(typing.set).map(({ text }) => ({ text: text.slice("role:".length) }));
  if (place === "labels" && isState && path[0] !== "session") return stateWords(typing.set);
  if (path[0] === "agents" && path.includes("manifest") && path.at(-1) === "name")
    return tools(typing.set);
  return BY_PLACE.get(place)?.(typing) ?? [];
}

/** Words that the declared type of a part of a call has. */
function typeWords(typing: Typing): readonly Word[] {
  const type = exampleType(typing);
  if (type?.kind === "bool") return [{ text: "true" }, { text: "false" }];
  const among = type?.kind === "string" ? type.among : undefined;
  return (among?.lists ?? []).flatMap(({ words, one }) =>
    [...words].map((text) => ({ text, detail: one })),
  );
}

/** What begins a document that does not say its kind yet. */
function firstWords({ cursor: { path }, set }: Typing): readonly Word[] {
  if (path.length !== 1) return [];
  if (path[0] === "apiVersion") return [{ text: API_VERSION }];
  return path[0] === "kind" ? [...set.schemas.keys()].map((text) => ({ text })) : [];
}

/** What a value may be: words of the grammar, and names that the documents of the set declare. */
export function valueCompletions(typing: Typing): readonly Completion[] {
  const words = [
    ...(typing.root === undefined
      ? firstWords(typing)
      : [
          ...wordsOf(typing.grammar).map((text) => ({ text })),
          ...placeWords(typing),
          ...typeWords(typing),
        ]),
  ];
  return wordCompletions(typing, words);
}

/** Words as they are written in the place of what is typed, each once. */
export function wordCompletions(typing: Typing, words: readonly Word[]): readonly Completion[] {
  const seen = new Set<string>();
  const fresh = words.filter(({ text }) => !seen.has(text) && seen.add(text));
  return fresh.map((word) => completionOf(typing, word));
}
