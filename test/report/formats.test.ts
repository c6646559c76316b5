import { describe, expect, test } from "vitest";
import { DOCUMENT_NAMES, formatsOf, reporterOf } from "../../src/report/formats.ts";

describe.each(DOCUMENT_NAMES)("%s", (name) => {
  test("begins with pretty, and has json", () => {
    expect(formatsOf(name)[0]).toBe("pretty");
    expect(formatsOf(name)).toContain("json");
  });

  test.each(formatsOf(name))("is written as %s by a module of its own", async (format) => {
    expect(await reporterOf(name, format)).toBeTypeOf("function");
  });

  test("has no other format", async () => {
    expect(await reporterOf(name, "no-such-format")).toBeUndefined();
  });
});
