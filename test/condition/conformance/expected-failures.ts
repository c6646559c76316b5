const NO_TRANSFORM_MAP =
  "`transformMap` is not offered: conditions build no new maps out of old ones";

/**
 * Cases that do not come out as the suite wants, with the reason. A ratchet: one that passes fails
 * the tests.
 */
export const EXPECTED_FAILURES: ReadonlyMap<string, string> = new Map(
  ["empty", "empty_filter", "one", "one_filter", "many", "many_filter"].map((name) => [
    `macros2/transformMap/${name}`,
    NO_TRANSFORM_MAP,
  ]),
);
