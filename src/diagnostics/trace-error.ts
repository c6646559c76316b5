/**
 * A trace that cannot be used as it is: the message says what is wrong, `help` the way out. The
 * user's to fix (exit status 2).
 */
export class TraceError extends Error {
  readonly help: string | undefined;

  constructor(message: string, help?: string) {
    super(message);
    this.name = "TraceError";
    this.help = help;
  }
}
