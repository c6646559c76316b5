/** A kind of call that the pack would have held, and that was made. */
export interface ScanFinding {
  readonly effect: "deny" | "require_approval";
  /** The rules that would have held it. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** The tool, and of a shell line its first words. */
  readonly what: string;
  readonly calls: number;
  /** The newest of them: its session's file and line, and when it was made. */
  readonly example: {
    readonly file: string;
    readonly line: number;
    readonly time: string | null;
    /** Its arguments, where they were asked for; secrets in them are stars. */
    readonly args: string | null;
  };
}

/** The result document of `agentz scan`. */
export interface ScanResult {
  readonly schemaVersion: 1;
  readonly command: "scan";
  readonly tool: { readonly version: string };
  readonly pack: string;
  readonly digest: string | null;
  readonly source: string | null;
  /** The agents whose sessions were found. */
  readonly agents: readonly { readonly name: string; readonly calls: number }[];
  readonly files: number;
  readonly unreadable: number;
  readonly sessions: number;
  /** Calls that were made. */
  readonly calls: number;
  readonly from: string | null;
  readonly to: string | null;
  /** Days on which a call was made. */
  readonly days: number;
  /** Calls that the pack would have held, by what it would have done. */
  readonly held: {
    readonly deny: number;
    readonly require_approval: number;
    /** Shell lines that cannot be read, which are held for an approval. */
    readonly unreadable: number;
    /** Calls of tools that the pack does not name. */
    readonly unnamed: number;
  };
  readonly heldPerDay: number;
  /** The gravest first. */
  readonly gravest: readonly ScanFinding[];
  /** The command that makes policies of the pack. */
  readonly next: string;
}
