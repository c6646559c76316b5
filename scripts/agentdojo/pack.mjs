// The pack on disk, and copies of it with something taken out or put in.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import { root } from "./agentz.mjs";

export const PACK = join(root, "policies/agentdojo");
export const LEVELS = ["lean", "balanced", "strict", "request"];

const yamlFiles = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => join(folder, name));

/** The documents of a folder, each with its file. */
export function documentsOf(folder) {
  return yamlFiles(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => ({ file, document })),
  );
}

/** The rules of a level as `{ name: "<policy>/<id>", effect }`, in the order of files. */
export function rulesOf(level) {
  return documentsOf(join(PACK, level)).flatMap(({ document }) => {
    const { name, rules = [] } = document.toJS();
    return rules.map((rule) => ({ name: `${name}/${rule.id}`, effect: rule.effect }));
  });
}

/**
 * Hands a copy of the pack, without the rules' examples (they speak of the lists as they are), to
 * `use` and removes it afterwards.
 */
export async function withCopy(use) {
  const folder = mkdtempSync(join(tmpdir(), "agentdojo-pack-"));
  try {
    cpSync(PACK, folder, { recursive: true });
    for (const file of LEVELS.flatMap((level) => yamlFiles(join(folder, level))))
      rewrite(file, dropExamples);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rewrite(file, change) {
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  for (const document of documents) change(document);
  writeFileSync(file, documents.map(String).join(documents.length > 1 ? "---\n" : ""));
}

function dropExamples(document) {
  const rules = document.get("rules");
  for (const rule of isSeq(rules) ? rules.items : [])
    for (const field of ["match", "not_match"]) rule.delete(field);
}

/** Takes one rule out of a level of a copy. */
export function removeRule(copy, level, rule) {
  for (const file of yamlFiles(join(copy, level))) {
    rewrite(file, (document) => {
      const rules = document.get("rules");
      if (isSeq(rules))
        rules.items = rules.items.filter(
          (item) => `${document.get("name")}/${item.get("id")}` !== rule,
        );
    });
  }
}

/** Changes the named lists of a copy's catalog: `change(name, entries)` gives the new entries. */
export function changeLists(copy, change) {
  const catalog = join(copy, "catalog");
  for (const file of yamlFiles(catalog)) {
    rewrite(file, (document) => {
      const data = document.get("data");
      for (const { key, value } of isMap(data) ? data.items : []) {
        if (isSeq(value))
          value.items = change(
            key.value,
            value.items.map((item) => (isScalar(item) ? item.value : item)),
          ).map((entry) => document.createNode(entry));
        else
          changeColumn(join(catalog, value.get("file")), value.get("column"), (entries) =>
            change(key.value, entries),
          );
      }
    });
  }
}

function changeColumn(file, column, change) {
  const [head, ...rows] = readFileSync(file, "utf8").trim().split("\n");
  const at = head.split(",").indexOf(column);
  const entries = change(rows.map((row) => row.split(",")[at]));
  writeFileSync(file, `${column}\n${entries.join("\n")}\n`);
}

/** The named lists of the catalog as they stand: name -> entries. */
export async function listsOf() {
  return withCopy((copy) => {
    const lists = new Map();
    changeLists(copy, (name, entries) => (lists.set(name, entries), entries));
    return lists;
  });
}
