/** `as before` or `before: 2`, of a number that has another value under the baseline; nothing where both are 0. */
export function numberBeforeTexts(now: number, before: number): readonly string[] {
  if (now === before) return now === 0 ? [] : ["as before"];
  return [`before: ${before.toLocaleString("en-US")}`];
}

/** The same of benign calls that would be denied; nothing where the baseline denies none. */
export function deniedBeforeTexts({
  denied,
  deniedBefore,
}: {
  readonly denied: number;
  readonly deniedBefore: number;
}): readonly string[] {
  return deniedBefore === 0 ? [] : numberBeforeTexts(denied, deniedBefore);
}

/** The same of calls of incidents that would be stopped. WHY not `as before` of others: some run again. */
export function stoppedBeforeTexts({
  stopped,
  stoppedBefore,
  noLongerStopped,
}: {
  readonly stopped: number;
  readonly stoppedBefore: number;
  readonly noLongerStopped: { readonly calls: number };
}): readonly string[] {
  return stopped === stoppedBefore && noLongerStopped.calls > 0
    ? [`before: ${stoppedBefore.toLocaleString("en-US")}, not the same ones`]
    : numberBeforeTexts(stopped, stoppedBefore);
}
