import fc from "fast-check";
import { expect, test } from "vitest";
import { formatTime, parseTime } from "../../src/text/time.ts";

test("design 7.1: every form of an RFC 3339 time with a zone", () => {
  const noon = Date.UTC(2026, 4, 18, 12);
  for (const text of [
    "2026-05-18T12:00:00Z",
    "2026-05-18t12:00:00z",
    "2026-05-18 12:00:00Z",
    "2026-05-18T14:00:00+02:00",
    "2026-05-18T06:30:00-05:30",
    "2026-05-18T12:00:00.000000000Z",
  ])
    expect(parseTime(text), text).toBe(noon);
  expect(parseTime("2026-05-18T12:00:00.123456Z")).toBe(noon + 123.456);
  expect(parseTime("2024-02-29T00:00:00Z")).toBe(Date.UTC(2024, 1, 29));
  expect(parseTime("2016-12-31T23:59:60Z")).toBe(Date.UTC(2017, 0, 1));
  expect(parseTime("0001-01-01T00:00:00Z")).toBe(-62135596800000);
});

test("design 7.1: what is no such time", () => {
  for (const text of [
    "",
    "now",
    "2026-05-18",
    "2026-05-18T12:00:00",
    "2026-05-18T12:00Z",
    "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-05-18T24:00:00Z",
    "2026-05-18T12:60:00Z",
    "2026-05-18T12:00:61Z",
    "2026-05-18T12:00:00.Z",
    "2026-05-18T12:00:00+0200",
    "2026-05-18T12:00:00+24:00",
    "2026-05-18T12:00:00Z ",
    "2026-05-18T12:00:00ZZ",
    "2026/05/18T12:00:00Z",
    "20260518T120000Z0000",
    "2026-05-18T12:00:00.1x2Z",
    "1779105600000 ms UTC..",
  ])
    expect(parseTime(text), text).toBeUndefined();
});

test("design 5.4: times come back as they were printed", () => {
  fc.assert(
    fc.property(fc.integer({ min: -62135596800000, max: 253402300799999 }), (ms) => {
      expect(parseTime(formatTime(ms))).toBe(ms);
    }),
  );
});
