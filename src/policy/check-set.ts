import { RESOURCE_FACTS } from "./closed-lists.ts";
import { sortDiagnostics, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Json } from "../request/json.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { checkConditions } from "./check-conditions.ts";
import { didYouMean, DiagnosticSink, quoted } from "./log.ts";
import { sessionNames } from "./type-scope.ts";
import type { Catalog, Document, Invariant, Place, Policy, ResourceEntry } from "./model.ts";

interface Named {
  readonly name: string;
  readonly place: Place;
}

/** Reports every name that stands there twice; an empty one is of something broken. */
function reportRepeated(named: readonly Named[], what: string, log: DiagnosticSink): void {
  const first = new Map<string, Place>();
  for (const { name, place } of named) {
    const known = first.get(name);
    if (known === undefined) {
      first.set(name, place);
    } else if (name !== "") {
      const notes = [{ message: "the first one", file: known.file, span: known.span }];
      log.add({
        code: "duplicate-id",
        place,
        message: `two ${what} have the name ${quoted(name)}`,
        notes,
      });
    }
  }
}

function byId(
  records: readonly { readonly id: string; readonly place: Place }[],
): readonly Named[] {
  return records.map(({ id, place }) => ({ name: id, place }));
}

function checkPolicyNames(policies: readonly Policy[], log: DiagnosticSink): void {
  reportRepeated(policies, "policies", log);
  for (const policy of policies) reportRepeated(byId(policy.rules), "rules of one policy", log);
  const sessions = policies.map((policy) => policy.session);
  reportRepeated(
    sessions.flatMap((session) => session.labels),
    "session labels",
    log,
  );
  reportRepeated(
    sessions.flatMap((session) => session.counters),
    "session counters",
    log,
  );
  reportRepeated(
    sessions.flatMap((session) => session.values),
    "session value lists",
    log,
  );
}

/** Names that stand twice, and labels that no policy declares. */
function checkInvariants(
  documents: readonly Document[],
  complete: boolean,
  log: DiagnosticSink,
): void {
  const invariants: readonly Invariant[] = documents.filter(
    (document) => document.kind === "Invariant",
  );
  reportRepeated(invariants, "invariants", log);
  for (const { rules } of invariants) reportRepeated(byId(rules), "rules of one invariant", log);
  if (!complete) return;
  const { labels } = sessionNames(documents);
  for (const { after } of invariants.flatMap(({ rules }) => rules)) {
    if (after === undefined || labels.has(after.label)) continue;
    log.add({
      code: "undeclared-state",
      place: after.place,
      message: `no policy declares the session label ${quoted(after.label)}`,
      help: didYouMean(after.label, [...labels]),
    });
  }
}

function checkCatalogNames(catalogs: readonly Catalog[], log: DiagnosticSink): void {
  reportRepeated(catalogs, "catalogs", log);
  const agents = catalogs.flatMap((catalog) => catalog.agents ?? []);
  reportRepeated(byId(agents), "agents", log);
  for (const agent of agents)
    reportRepeated(agent.manifest?.tools ?? [], "tools of one manifest", log);
  reportRepeated(byId(catalogs.flatMap((catalog) => catalog.people)), "people", log);
  const tools = catalogs.flatMap((catalog) => catalog.tools);
  reportRepeated(
    tools.map(({ server, name, place }) => ({ name: `${server}/${name}`, place })),
    "tools",
    log,
  );
  reportRepeated(
    byId(catalogs.flatMap((catalog) => catalog.decisionPoints)),
    "decision points",
    log,
  );
  reportRepeated(
    catalogs.flatMap((catalog) => catalog.data),
    "data entries",
    log,
  );
}

/** What an entry says, attribute by attribute, as far as ties can disagree on it. */
function statements(entry: ResourceEntry): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>();
  for (const name of [...RESOURCE_FACTS, "form"] as const) {
    const value = entry[name];
    if (value !== undefined) found.set(name, value);
  }
  for (const [path, value] of Object.entries(entry.fields ?? {}))
    found.set(`fields[${JSON.stringify(path)}]`, value);
  for (const [name, value] of Object.entries(entry.attributes))
    if (value !== undefined) found.set(name, value);
  return found;
}

interface Statement {
  readonly value: string;
  readonly place: Place;
}

/**
 * Two entries of one pattern that disagree: neither is more specific, so no call could be decided
 * (design 2.5).
 */
function checkResources(entries: readonly ResourceEntry[], log: DiagnosticSink): void {
  const said = new Map<string, Statement>();
  for (const entry of entries) {
    const pattern = entry.match.replace(/^([^:]+):\*+$/, "$1:*");
    for (const [name, json] of statements(entry)) {
      const value = canonicalJson(json);
      const known = said.get(`${pattern}\n${name}`);
      if (known === undefined) said.set(`${pattern}\n${name}`, { value, place: entry.place });
      else if (known.value !== value)
        reportConflict(
          entry.place,
          known.place,
          `two entries for ${quoted(entry.match)} disagree on ${quoted(name)}`,
          log,
        );
    }
  }
}

function reportConflict(place: Place, first: Place, message: string, log: DiagnosticSink): void {
  log.add({
    code: "conflicting-attribute",
    place,
    message,
    help: "keep one of the two",
    notes: [{ message: "the first one", file: first.file, span: first.span }],
  });
}

function checkDeclarations(catalogs: readonly Catalog[], log: DiagnosticSink): void {
  const said = new Map<string, Statement>();
  for (const { path, type, place } of catalogs.flatMap((catalog) => catalog.attributes)) {
    const value = type.replace(/\s+/g, "");
    const known = said.get(path);
    if (known === undefined) said.set(path, { value, place });
    else if (known.value !== value)
      reportConflict(
        place,
        known.place,
        `${quoted(path)} is declared with two different types`,
        log,
      );
  }
}

/**
 * What is wrong between the documents of a set: names given twice, entries that contradict each
 * other, and conditions that do not check against the declared shapes (design 3.4). `complete` is
 * false where a document could not be read.
 */
export function checkSet(documents: readonly Document[], complete = true): readonly Diagnostic[] {
  const log = new DiagnosticSink();
  const catalogs = documents.filter((document) => document.kind === "Catalog");
  checkPolicyNames(
    documents.filter((document) => document.kind === "Policy"),
    log,
  );
  checkInvariants(documents, complete, log);
  checkCatalogNames(catalogs, log);
  checkResources(
    catalogs.flatMap((catalog) => catalog.resources),
    log,
  );
  checkDeclarations(catalogs, log);
  checkConditions(documents, complete, log);
  return sortDiagnostics(log.found);
}
