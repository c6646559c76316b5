import { expect, test } from "vitest";
import { otel } from "../../../src/trace/importers/otel.ts";
import { importFileOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { OTLP_MESSAGE } from "./products/otlp-protobuf.ts";

test("what is cut off, or is no message of OTLP, is refused with its file", async () => {
  for (const content of [OTLP_MESSAGE.slice(0, -3), [10, 1, 0, 1, 2, 3], [0, 0, 0, 2, 10, 200]]) {
    const file = importFileOf("spans.pb", Uint8Array.from(content));
    const { report } = await importFiles(otel, [file]);
    expect(report.broken.join()).toContain("spans.pb");
    expect(report.calls).toBe(0);
  }
});
