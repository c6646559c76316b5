import { describe, expect, it } from "vitest";
import type { Json } from "../../src/request/json.ts";
import { dataRequests, resolveData } from "../../src/policy/data-file.ts";
import { CATALOG_HEAD, load, seen } from "./underlined.ts";

function read(
  reference: string,
  content: string | undefined,
): { readonly value: Json | undefined; readonly problems: readonly string[] } {
  const text = `${CATALOG_HEAD}data: { payees: ${reference} }\n`;
  const { documents, diagnostics } = load(text);
  expect(diagnostics).toEqual([]);
  const filled = resolveData(documents, (file, path) =>
    content === undefined
      ? { fault: "it cannot be read" }
      : { source: { file: `${file}/${path}`, text: content } },
  );
  const [catalog] = filled.documents;
  for (const problem of seen(filled.diagnostics, text))
    expect(problem).toEqual(["data-file", "payees", "$.data.payees"]);
  return {
    value: catalog?.kind === "Catalog" ? catalog.data[0]?.value : undefined,
    problems: filled.diagnostics.map(({ message }) => message),
  };
}

describe("design 2.5: data from a file beside the catalog", () => {
  it("asks for its files", () => {
    const { documents } = load(
      `${CATALOG_HEAD}data: { a: { file: a.csv, column: b }, c: [d], e: { file: f/g.json } }\n`,
    );
    expect(dataRequests(documents)).toEqual([
      { catalog: "set.yaml", path: "a.csv" },
      { catalog: "set.yaml", path: "f/g.json" },
    ]);
  });

  it.each<[string, string, string, Json]>([
    [
      "a column of CSV",
      "{ file: p.csv, column: iban }",
      '\uFEFFname,iban\r\n"a ""b"", c", DE1\r\nx,\r\n',
      ["DE1", ""],
    ],
    [
      "CSV as maps",
      "{ file: p.csv }",
      "name,iban\nann,DE1\n\nbob,DE2",
      [
        { name: "ann", iban: "DE1" },
        { name: "bob", iban: "DE2" },
      ],
    ],
    ["JSON", "{ file: p.json }", '{"a":[1,null]}', { a: [1, null] }],
    ["a column of JSON", "{ file: p.json, column: a }", '[{"a":1},{"a":"x"}]', [1, "x"]],
    ["YAML", "{ file: p.yaml }", "- a\n- no\n", ["a", "no"]],
  ])("%s", (_name, reference, content, value) => {
    expect(read(reference, content)).toEqual({ value, problems: [] });
  });

  it.each<[string, string, string | undefined, RegExp]>([
    ["a file that is not there", "{ file: p.csv }", undefined, /cannot be read/],
    ["an open quote", "{ file: p.csv }", 'a\n"b\n', /is not CSV/],
    ["no line at all", "{ file: p.csv }", "", /is not CSV/],
    ["a short row", "{ file: p.csv }", "a,b\n1\n", /row 2 has 1 cells, not 2/],
    ["an unknown column", "{ file: p.csv, column: ibn }", "iban\nDE1\n", /entry 1 has no `ibn`/],
    ["a column of no table", "{ file: p.json, column: a }", '{"a":1}', /list of maps/],
    ["broken JSON", "{ file: p.json }", "{", /not well-formed JSON/],
    ["deep JSON", "{ file: p.json }", `${"[".repeat(50_000)}${"]".repeat(50_000)}`, /nests/],
    ["two YAML documents", "{ file: p.yml }", "a: 1\n---\nb: 1\n", /exactly one YAML document/],
    ["a key twice", "{ file: p.yml }", "a: 1\na: 2\n", /the key `a` twice/],
  ])("reports %s", (_name, reference, content, message) => {
    const { value, problems } = read(reference, content);
    expect(value).toBe(null);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});
