/** A kind of call that was made and that the pack would have stopped. */
export interface ScanFinding {
  readonly effect: "deny" | "require_approval";
  /** The rules that would have stopped it. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** The tool; for a shell line, its first words. */
  readonly what: string;
  readonly calls: number;
  /** The newest such call: the file and line of its session, and its time. */
  readonly example: {
    readonly file: string;
    readonly line: number;
    readonly time: string | null;
    /** Its arguments, with `--details`. Secrets in them are replaced by stars. */
    readonly args: string | null;
  };
}

/** A tool that the pack does not name, so that its calls would be denied. */
export interface UnnamedTool {
  readonly tool: string;
  readonly calls: number;
}

/** The result document of `agentz scan`. */
export interface ScanResult {
  readonly schemaVersion: 1;
  readonly command: "scan";
  readonly tool: { readonly version: string };
  readonly pack: string;
  readonly digest: string | null;
  readonly source: string | null;
  /** The coding agents whose sessions were found; none if paths were given. */
  readonly agents: readonly { readonly name: string; readonly calls: number }[];
  readonly files: number;
  readonly unreadable: number;
  /** The number of recorded sessions, as a replay of them counts. */
  readonly sessions: number;
  /** The number of recorded calls, as a replay of them counts: those that did not run, too. */
  readonly recorded: number;
  /** The number of calls that were made. */
  readonly calls: number;
  readonly from: string | null;
  readonly to: string | null;
  /** The number of days on which a call was made. */
  readonly days: number;
  /** The number of calls that the pack would have stopped, by the effect of its decision. */
  readonly held: {
    readonly deny: number;
    readonly require_approval: number;
    /** Shell lines that cannot be read; they would have waited for an approval. */
    readonly unreadable: number;
    /** Calls of tools that the pack does not name. */
    readonly unnamed: number;
  };
  /** The number of calls that the pack would have stopped for each day with calls. */
  readonly heldPerDay: number;
  /** The most consequential first. */
  readonly gravest: readonly ScanFinding[];
  /** What `gravest` leaves out. */
  readonly more: { readonly kinds: number; readonly calls: number };
  /** The tools of `held.unnamed`, the most used first. */
  readonly unnamed: readonly UnnamedTool[];
  /** The command that writes the pack as policies. */
  readonly next: string;
}
