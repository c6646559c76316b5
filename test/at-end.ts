/** What remains to be done after the test file that runs. */
const endings: (() => void)[] = [];

/** Does something after the test file that runs, whatever its tests come to. */
export function atEndOfFile(ending: () => void): void {
  endings.push(ending);
}

/**
 * Ends the test file that ran, the last first: what was started in a folder is ended before the
 * folder is removed. `test/each-file.ts` calls it.
 */
export function endFile(): void {
  for (const ending of endings.splice(0).reverse()) ending();
}
