import type { Document, LabelDeclaration, StateKey } from "../../src/policy/model.ts";

/** By what state is kept in place of a condition. */
const NAMED = ["session", "subject", "on_behalf_of", "tenant"] as const;

function namedKey(key: StateKey): StateKey {
  if (key.by !== "condition") return key;
  const { text } = key.condition;
  const sum = [...text].reduce((all, letter) => all + letter.charCodeAt(0), 0);
  return { by: NAMED[sum % NAMED.length] ?? "session" };
}

const renamed = <T extends Pick<LabelDeclaration, "key">>(all: readonly T[]): readonly T[] =>
  all.map((one) => ({ ...one, key: namedKey(one.key) }));

/** The documents with state by session, subject, person and tenant, where a condition named the key. */
export function namedKeys(documents: readonly Document[]): readonly Document[] {
  return documents.map((document): Document => {
    if (document.kind !== "Policy") return document;
    const { labels, counters, values } = document.session;
    const session = {
      labels: renamed(labels),
      counters: renamed(counters),
      values: renamed(values),
    };
    return { ...document, session };
  });
}
