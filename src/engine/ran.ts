/** Whether a call ran, as a history sees it. */
export type Ran = "yes" | "no" | "maybe";
