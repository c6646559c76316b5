import { describe, expect, it } from "vitest";
import { parseDuration, parseInstant } from "../../src/text/time.ts";

describe("design 2.1: durations and dates", () => {
  it.each<[string, number | undefined]>([
    ["90d", 7_776_000_000],
    ["1h", 3_600_000],
    ["30m", 1_800_000],
    ["30s", 30_000],
    ["500ms", 500],
    ["0s", 0],
    ["1.5h", undefined],
    ["-1h", undefined],
    ["1 h", undefined],
    ["1w", undefined],
    ["h", undefined],
    ["99999999999999999999d", undefined],
    ["999999d", undefined],
  ])("%s", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each<[string, string | undefined]>([
    ["2027-06-30", "2027-06-30T23:59:59.999Z"],
    ["2028-02-29", "2028-02-29T23:59:59.999Z"],
    ["2027-02-29", undefined],
    ["2027-13-01", undefined],
    ["2027-6-1", undefined],
    ["2027-06-30T18:00:00Z", "2027-06-30T18:00:00.000Z"],
    ["2027-06-30t18:00:00.1239z", "2027-06-30T18:00:00.123Z"],
    ["2027-06-30T18:00:00+02:00", "2027-06-30T16:00:00.000Z"],
    ["2027-06-30T00:30:00+02:00", "2027-06-29T22:30:00.000Z"],
    ["2027-06-30T24:00:00Z", undefined],
    ["2027-06-30T18:60:00Z", undefined],
    ["2027-02-30T18:00:00Z", undefined],
    ["2027-06-30T18:00:00", undefined],
    ["0050-01-01", "0050-01-01T23:59:59.999Z"],
  ])("%s", (text, iso) => {
    const found = parseInstant(text);
    expect(found === undefined ? undefined : new Date(found.time).toISOString()).toBe(iso);
  });
});
