import { expect, it } from "vitest";
import { compileSet } from "../../src/engine/compile-set.ts";
import { loadDocuments } from "../../src/policy/load.ts";
import { layoutFor } from "../../src/trace/columns/layout.ts";
import { readsOf } from "../../src/replay/columns/set-reads.ts";
import { Standings } from "../../src/replay/columns/standing.ts";
import { sha256 } from "./columns.ts";

/** What the rules that may fit a call say, where one of them has these members besides. */
function said(members: string): string {
  const text = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: look, effect: allow, actions: ["crm/*"]${members} }, { id: pay, effect: allow, actions: ["payments/*"] }]
`;
  const reads = readsOf(compileSet(loadDocuments([{ file: "p.yaml", text }]).documents, sha256));
  const layout = layoutFor(reads.paths, { ids: false });
  if (layout === undefined) throw new Error("the rules read what no column holds");
  const standings = new Standings(reads, "recorded", { layout, lights: new Map() });
  const request = { subject: { type: "agent", id: "a" }, action: { server: "crm", name: "lookup" } };
  return standings.rulesFor(standings.of({ id: "1", type: "call", file: "", line: 0, request }, false).call);
}

it("design 7.4, 11.3: a call is asked about again where a rule that may fit changed what it means, its labels included", () => {
  expect(said("")).toBe(said(""));
  for (const members of [", labels: [risky]", ", obligations: { log: true }", ", when: \"args.amount < 1.0\"", ", mode: shadow"]) expect([members, said(members) === said("")]).toEqual([members, false]);
});
