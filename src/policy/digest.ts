import type { Json, JsonObject } from "../request/json.ts";
import type { Source } from "../text/span.ts";
import { canonicalCatalogs } from "./canonical-catalog.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import {
  canonicalInvariant,
  canonicalPolicy,
  canonicalReach,
  canonicalRuleBody,
} from "./canonical-policy.ts";
import { sortedSet } from "./canonical-schema.ts";
import type { Document, Policy, Rule } from "./model.ts";

/** The SHA-256 of a text's UTF-8 bytes in lower-case hex: the host's to give. */
export type Sha256 = (text: string) => string;

/**
 * The canonical form of a policy set (design 10.1): its policies, and what its catalogs say
 * together; invariants, where there are any. Suites are no part of it. Two sets of the same form
 * decide alike, and have promised the same.
 */
function canonicalSet(documents: readonly Document[]): JsonObject {
  const invariants = documents.filter((document) => document.kind === "Invariant");
  return {
    ...(invariants.length > 0 && { invariants: sortedSet(invariants.map(canonicalInvariant)) }),
    policies: sortedSet(
      documents.filter((document) => document.kind === "Policy").map(canonicalPolicy),
    ),
    catalog: canonicalCatalogs(documents.filter((document) => document.kind === "Catalog")),
  };
}

/** The digest of a policy set: `sha256:` and the hex SHA-256 of its canonical form. */
export function canonicalDigest(documents: readonly Document[], sha256: Sha256): string {
  return `sha256:${sha256(canonicalJson(canonicalSet(documents)))}`;
}

function canonicalDocument(document: Document): Json {
  if (document.kind === "Policy") return canonicalPolicy(document);
  if (document.kind === "Invariant") return canonicalInvariant(document);
  return document.kind === "Catalog"
    ? { name: document.name, catalog: canonicalCatalogs([document]) }
    : document.body;
}

/** The digest of one document, against which its own version is checked (design 10.2). */
export function documentDigest(document: Document, sha256: Sha256): string {
  return `sha256:${sha256(canonicalJson(canonicalDocument(document)))}`;
}

/**
 * The digest of the bytes of a set's files. The digests of the files are sorted, so neither their
 * names nor the place of their folder matters.
 */
export function sourceDigest(sources: readonly Source[], sha256: Sha256): string {
  return `sha256:${sha256(
    sources
      .map((source) => sha256(source.text))
      .sort()
      .join("\n"),
  )}`;
}

/**
 * The text by which a rule of one version is the same as a rule of another (design 7.4): what it
 * means, with the target and delegation of its policy; not what it is called.
 */
export function canonicalRule(rule: Rule, policy: Policy): string {
  return canonicalJson({ ...canonicalReach(policy), ...canonicalRuleBody(rule) });
}
