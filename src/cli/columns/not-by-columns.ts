/** Why columns do not serve a trace after all, found while it is read. */
export class NotByColumns extends Error {}

/** Why a trace has to be walked as one, found while its parts are. */
export class NotByParts extends Error {}
