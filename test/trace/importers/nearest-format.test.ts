import { describe, expect, it, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import {
  nearestFormat,
  nearestInWords,
  SIGNED_FORMATS,
} from "../../../src/trace/importers/nearest-format.ts";

describe("design 7.7: a file that is not recognised is told the format that it resembles most", () => {
  it.each<[string, object, string | undefined]>([
    [
      "a span in words of its own",
      { trace_id: "t", span: "s", start_time: 1, attributes: {} },
      "otel",
    ],
    ["messages under another name", { dialogue: [{ role: "user", content: "x" }] }, "chat"],
    ["a request without a version", { method: "x", params: {}, id: 1 }, "mcp"],
    ["an audit of another cloud", { eventName: "x", eventTime: "t", awsRegion: "r" }, "cloudtrail"],
    ["a decision of another engine", { decision_id: "d", result: { ok: true } }, "opa"],
    ["an access log", { response_code: 200, authority: "h", duration: 3 }, "envoy"],
    ["nothing that is known", { x: 1, y: 2 }, undefined],
    ["one name alone", { role: "x" }, undefined],
    ["what a call carried", { input: { traceId: "t", spanId: "s", spans: [] } }, undefined],
  ])("%s", (_, record, format) => {
    expect(nearestFormat(JSON.stringify(record))?.format).toBe(format);
  });

  it("in words that name what it has in common", () => {
    expect(nearestInWords('{"verb":"get","auditID":"a","stage":"s","user":{}}')).toBe(
      "the nearest is `kubernetes`, by `auditID`, `verb`, `stage`",
    );
    expect(nearestInWords("http.method=GET http.path=/x")).toBe(
      "the nearest is `agentgateway`, by `http.method`, `http.path`",
    );
  });
});

test("signs are known of every format", () => {
  expect([...SIGNED_FORMATS.slice(0, -1)].sort()).toEqual(
    ALL_IMPORTERS.map(({ name }) => name).sort(),
  );
});
