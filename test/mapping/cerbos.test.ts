import { expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../src/mapping/registry.ts";
import { autoImporter } from "../../src/trace/importers/auto.ts";
import { importVariant } from "../trace/importers/import-all.ts";

test("where no decision is known, none is written, and masked fields stay unrecorded", async () => {
  const { calls } = await importVariant(autoImporter(ALL_IMPORTERS), {
    of: "",
    calls: [],
    content: [
      {
        callId: "c",
        checkResources: {
          inputs: [{ principal: { id: "ann" }, resource: { kind: "doc" }, actions: ["read"] }],
        },
      },
    ],
  });
  expect(calls).toEqual([
    { id: "c/0/read", subject: { id: "ann" }, action: { name: "read" }, resource: { type: "doc" } },
  ]);
});
