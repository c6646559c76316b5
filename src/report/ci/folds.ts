/** The titles of the parts that open on click, by which the first screen names them. */
export const FOLDS = {
  steps: "The steps",
  stricter: "Decided as before, but more is demanded",
  diff: "What changed",
  replay: "The replay",
  version: "What the versions declare",
  analyze: "What is proved about our agents",
  lint: "Lint",
  test: "Tests",
} as const;
