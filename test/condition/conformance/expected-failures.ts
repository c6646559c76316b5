/**
 * Cases that do not come out as the suite wants, with the reason. A ratchet: one that passes fails
 * the tests.
 */
export const EXPECTED_FAILURES: ReadonlyMap<string, string> = new Map();
