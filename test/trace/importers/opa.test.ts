import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { findImporter } from "../../../src/trace/importers/registry.ts";
import { importVariant } from "./import-all.ts";

test.each([{}, { input: null }, { input: {} }])(
  "a query with %j names no call: it is counted as not understood",
  async (input) => {
    const importer = findImporter("opa", ALL_IMPORTERS);
    if (importer === undefined) throw new Error("there is no importer opa");
    const query = { decision_id: "d", path: "data/users", result: [1, 2], ...input };
    const { calls, counted } = await importVariant(importer, {
      of: "",
      content: [query],
      calls: [],
    });
    expect({ calls, counted }).toEqual({ calls: [], counted: 1 });
  },
);
