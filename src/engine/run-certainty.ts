/** Whether a call ran, as a history sees it. */
export type RunCertainty = "yes" | "no" | "maybe";
