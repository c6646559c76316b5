import type { ControlReferences } from "../../documents/report-result.ts";

function references(
  nistAiRmf: readonly string[],
  iso42001: readonly string[],
  csaAicm: readonly string[],
): ControlReferences {
  return { nistAiRmf, iso42001, csaAicm };
}

const NONE = references([], [], []);

/**
 * For which published controls a control is evidence. NIST AI RMF 1.0: subcategories of its core;
 * ISO/IEC 42001:2023: controls of Annex A; Cloud Security Alliance, AI Controls Matrix 1.0. An empty
 * list: none of its controls asks for this.
 */
const REFERENCES: ReadonlyMap<string, ControlReferences> = new Map([
  ["unique-identity", references(["MEASURE 2.8"], [], ["IAM-13", "IAM-14"])],
  ["no-shared-credentials", references(["MEASURE 2.7"], [], ["IAM-13", "IAM-15"])],
  ["registered-owner", references(["GOVERN 2.1"], ["A.3.2"], ["IAM-03"])],
  ["manifest", references(["MAP 3.3"], ["A.9.4"], ["AIS-11", "IAM-19"])],
  ["external-enforcement", references(["MANAGE 2.4"], ["A.9.2"], ["AIS-11", "IAM-16"])],
  ["task-scope", references(["MAP 3.3"], ["A.9.4"], ["IAM-05", "IAM-19"])],
  ["behaviour-baseline", references(["MEASURE 2.4"], ["A.6.2.6"], ["LOG-05"])],
  ["audit-trail", references(["MEASURE 2.8"], ["A.6.2.8"], ["LOG-07", "LOG-08"])],
  ["anomaly-response", references(["MANAGE 4.1"], ["A.6.2.6"], ["LOG-03", "LOG-05", "LOG-13"])],
  ["inventory", references(["GOVERN 1.6"], ["A.4.2"], ["IAM-03"])],
  ["review-cadence", references(["GOVERN 1.5"], ["A.6.2.6"], ["IAM-08"])],
  ["decommissioning", references(["GOVERN 1.7"], [], ["IAM-07"])],
]);

/** The references of a control by its id; none for an id that is not in the table. */
export function referencesOf(id: string): ControlReferences {
  return REFERENCES.get(id) ?? NONE;
}
