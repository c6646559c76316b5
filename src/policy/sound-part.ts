import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../text/span.ts";
import type { Catalog, Document, Invariant, Place, Policy, SessionDeclarations } from "./model.ts";

/** Which kinds of documents are not there in full. */
export interface MissingParts {
  readonly policies: boolean;
  readonly catalogs: boolean;
}

export const NOTHING_MISSING: MissingParts = { policies: false, catalogs: false };

/** What of a set's documents has no error in it. */
export interface SoundPart {
  readonly documents: readonly Document[];
  readonly missing: MissingParts;
}

/** What was loaded, as far as finding the sound part of it needs. */
export interface LoadedParts {
  readonly documents: readonly Document[];
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The kinds of documents that could not be read at all; undefined: of one that does not even tell
   * its kind.
   */
  readonly unread: readonly (string | undefined)[];
  readonly spanOf: (document: Document) => Span;
}

/**
 * The record that a YAML path lies in: a rule, an exception's rule, an agent, a declaration, an
 * entry of data.
 */
const RECORD = /^\$\.(?:session\.)?\w+(?:\[\d+\]|\.[\w-]+|\["(?:[^"\\]|\\.)*"\])/;

/** Stands for an error that leaves a document's name open. */
const DOUBLED = "two of one name";

/**
 * The errors within documents, by the record that each lies in; an error outside of records stands
 * under its own path.
 */
class Faults {
  readonly #byFile = new Map<string, Diagnostic[]>();
  readonly #spanOf: LoadedParts["spanOf"];

  constructor({ diagnostics, spanOf }: LoadedParts) {
    this.#spanOf = spanOf;
    for (const diagnostic of diagnostics) {
      if (diagnostic.severity !== "error") continue;
      const known = this.#byFile.get(diagnostic.file);
      if (known === undefined) this.#byFile.set(diagnostic.file, [diagnostic]);
      else known.push(diagnostic);
    }
  }

  in(document: Document): ReadonlySet<string> {
    const { start, end } = this.#spanOf(document);
    const own = (this.#byFile.get(document.place.file) ?? []).filter(
      ({ span }) => span.start >= start && span.start <= end,
    );
    return new Set(
      own.map(
        ({ path, code }) => RECORD.exec(path)?.[0] ?? (code === "duplicate-id" ? DOUBLED : path),
      ),
    );
  }
}

function sound<T extends { readonly place: Place }>(
  records: readonly T[],
  faults: ReadonlySet<string>,
): readonly T[] {
  return records.filter(({ place }) => !faults.has(place.path));
}

function soundSession(
  session: SessionDeclarations,
  faults: ReadonlySet<string>,
): SessionDeclarations {
  const { labels, counters, values } = session;
  return {
    labels: sound(labels, faults),
    counters: sound(counters, faults),
    values: sound(values, faults),
  };
}

/** WHY without rules: whom they are about is not known where the target is broken. */
function soundPolicy(policy: Policy, faults: ReadonlySet<string>): Policy {
  const hasTarget = ![...faults].some((path) => /^\$\.target\b/.test(path));
  return {
    ...policy,
    rules: hasTarget ? sound(policy.rules, faults) : [],
    session: soundSession(policy.session, faults),
  };
}

function soundCatalog(catalog: Catalog, faults: ReadonlySet<string>): Catalog {
  return {
    ...catalog,
    ...(catalog.agents !== undefined && { agents: sound(catalog.agents, faults) }),
    people: sound(catalog.people, faults),
    tools: sound(catalog.tools, faults),
    resources: sound(catalog.resources, faults),
    attributes: sound(catalog.attributes, faults),
    decisionPoints: sound(catalog.decisionPoints, faults),
    data: sound(catalog.data, faults),
  };
}

/** WHY nothing is missing then: an invariant decides nothing. */
function soundInvariant(invariant: Invariant, faults: ReadonlySet<string>): Invariant {
  return { ...invariant, rules: sound(invariant.rules, faults) };
}

/** Rules and declarations that read data would be wrong about data that are not there. */
function withoutData(policy: Policy): Policy {
  const reads = (record: unknown): boolean =>
    /\bdata\b/.test(JSON.stringify(record, textsOnly) ?? "");
  const keep = <T>(records: readonly T[]): readonly T[] =>
    records.filter((record) => !reads(record));
  const { labels, counters, values } = policy.session;
  return {
    ...policy,
    rules: keep(policy.rules),
    session: { labels: keep(labels), counters: keep(counters), values: keep(values) },
  };
}

/** True where a rule or a declaration is left out of a policy. */
function isShorter(part: Policy, whole: Policy): boolean {
  const count = ({ rules, session: { labels, counters, values } }: Policy): number =>
    rules.length + labels.length + counters.length + values.length;
  return count(part) < count(whole);
}

function textsOnly(key: string, value: unknown): unknown {
  return key === "expr" || key === "place" ? undefined : value;
}

/**
 * The documents of a set without the records that have an error in them, so that the rest can be
 * judged. What a broken record would have said is not known: `missing` tells of which kind there
 * may be more.
 */
export function soundPart(loaded: LoadedParts): SoundPart {
  const faults = new Faults(loaded);
  const isUnread = (kind: string): boolean =>
    loaded.unread.some((unread) => unread === undefined || unread === kind);
  const missing = { policies: isUnread("Policy"), catalogs: isUnread("Catalog") };
  const documents = loaded.documents.flatMap((document): readonly Document[] => {
    if (document.kind === "Suite") return [document];
    const own = faults.in(document);
    if (own.size === 0) return [document];
    if (document.kind === "Invariant")
      return own.has(DOUBLED) ? [] : [soundInvariant(document, own)];
    missing[document.kind === "Policy" ? "policies" : "catalogs"] = true;
    if (own.has(DOUBLED)) return [];
    return [document.kind === "Policy" ? soundPolicy(document, own) : soundCatalog(document, own)];
  });
  if (!missing.catalogs) return { documents, missing };
  return {
    documents: documents.map((document) => {
      if (document.kind !== "Policy") return document;
      const rest = withoutData(document);
      if (isShorter(rest, document)) missing.policies = true;
      return rest;
    }),
    missing,
  };
}
