import type { Catalog, Policy } from "../policy/model.ts";
import { namedTools } from "../policy/type-scope.ts";
import { member } from "../request/json.ts";
import type { EditorSet } from "./editor-set.ts";

/** What a catalog says of calls, by root (design 2.5); it beats what a trace says (design 2.7). */
const OF_CATALOG: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "subject",
    new Set(
      "registered owner purpose status expires reviewed review_every data_classes roles department team".split(
        " ",
      ),
    ),
  ],
  ["action", new Set("effects reversible open_world consequential definition_digest".split(" "))],
  ["resource", new Set("classification environment owner tenant scope retain fields".split(" "))],
]);

function catalogsOf({ documents }: EditorSet): readonly Catalog[] {
  return documents.filter((document) => document.kind === "Catalog");
}

function argsSource(set: EditorSet, actions: readonly string[] | undefined): string {
  const all = catalogsOf(set).flatMap(({ tools }) => tools);
  const byName = new Map(all.map((tool) => [`${tool.server}/${tool.name}`, tool]));
  const named = namedTools(actions, byName)?.filter(({ args }) => args !== undefined) ?? [];
  if (named.length === 0) return "an argument of the call; no catalog declares it";
  const names = named.slice(0, 3).map(({ server, name }) => `${server}/${name}`);
  return `an argument of ${names.join(", ")}, as the catalog declares`;
}

function stateSource(set: EditorSet, kind: string, name: string): string {
  const policies = set.documents.filter(
    (document): document is Policy => document.kind === "Policy",
  );
  const owner = policies.find(({ session: { labels, counters, values } }) => {
    const declared = kind === "labels" ? labels : kind === "counters" ? counters : values;
    return declared.some((one) => one.name === name);
  });
  return owner === undefined ? "session state" : `session state that ${owner.name} declares`;
}

function freeSource(set: EditorSet, root: string, name: string): string | undefined {
  for (const catalog of catalogsOf(set)) {
    const records =
      root === "resource" ? catalog.resources : [...(catalog.agents ?? []), ...catalog.people];
    if (records.some(({ attributes }) => member(attributes, name) !== undefined))
      return `an attribute of ${root === "resource" ? "resources" : "agents and people"} in catalog ${catalog.name}`;
  }
  return undefined;
}

/** Where the value of an attribute comes from, as half a sentence. */
export function attributeSource(
  path: readonly string[],
  set: EditorSet,
  actions: readonly string[] | undefined,
): string {
  const [root = "", name = "", third = ""] = path;
  if (root === "args")
    return path.length === 1 ? "the arguments of the call" : argsSource(set, actions);
  if (root === "now") return "the time of the call";
  if (root === "session") return stateSource(set, name, third);
  const catalogs = catalogsOf(set);
  if (root === "data") {
    const owner = catalogs.find(({ data }) => data.some((entry) => entry.name === name));
    return owner === undefined ? "data of the catalogs" : `data of catalog ${owner.name}`;
  }
  if (name !== "" && OF_CATALOG.get(root)?.has(name) === true)
    return "the catalog, where it says so; else the recorded call";
  const dotted = path.join(".");
  const declared = catalogs.find(({ attributes }) => attributes.some((one) => one.path === dotted));
  if (declared !== undefined) return `the recorded call, as catalog ${declared.name} declares`;
  return freeSource(set, root, name) ?? "the recorded call";
}
