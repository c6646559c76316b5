/** Why columns do not serve a trace after all, found while it is read. */
export class NotByColumns extends Error {}

/** Why a trace has to be walked as one, found while its parts are. */
export class NotByParts extends Error {}

/**
 * Why columns do not serve where the index did not hold what was written; it crosses threads as a
 * text.
 */
export const INDEX_DAMAGED = "the index is damaged";
