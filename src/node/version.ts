/** The version of this package; the build puts it in. */
declare const AGENTZ_VERSION: string | undefined;
export const VERSION = typeof AGENTZ_VERSION === "string" ? AGENTZ_VERSION : "0.0.0-source";
