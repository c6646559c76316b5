/**
 * The command line, the configuration or the file system is wrong: told once, without a stack, exit
 * status 2 (design 11.3). `details` goes to stderr before the message: findings on documents, as
 * text. `status` is 1 for what 11.3 calls a failure.
 */
export class UserError extends Error {
  readonly code: string;
  readonly help: string | undefined;
  readonly details: string | undefined;
  readonly findings: readonly unknown[] | undefined;
  readonly status: 1 | 2;

  constructor(
    code: string,
    message: string,
    more: { help?: string; details?: string; findings?: readonly unknown[]; status?: 1 | 2 } = {},
  ) {
    super(message);
    this.name = "UserError";
    this.code = code;
    this.help = more.help;
    this.details = more.details;
    this.findings = more.findings;
    this.status = more.status ?? 2;
  }

  /** The first of the findings, with its place, in one line; undefined where there is none. */
  get firstFinding(): string | undefined {
    return this.details?.split("\n")[0];
  }
}
