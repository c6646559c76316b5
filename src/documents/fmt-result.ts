/** What `agentz fmt` did with one file. */
export interface FormattedFile {
  readonly file: string;
  /**
   * `changed`: it was written, or with `check` would be. `skipped`: it holds no document of agentz.
   * `refused`: it stays as it is, although it may not be laid out.
   */
  readonly outcome: "changed" | "unchanged" | "skipped" | "refused";
  /** Why it was refused, else null. */
  readonly why: string | null;
  /** Where, from 1; null: it is about the whole file, or nothing is wrong. */
  readonly line: number | null;
  readonly column: number | null;
}

/** The result document of `agentz fmt`. */
export interface FmtResult {
  readonly schemaVersion: 1;
  readonly command: "fmt";
  readonly tool: { readonly version: string };
  readonly source: null;
  readonly digest: null;
  /** Whether the files were only compared, and nothing was written. */
  readonly check: boolean;
  /** Columns. */
  readonly width: number;
  readonly summary: {
    readonly changed: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly refused: number;
  };
  /** By name. */
  readonly files: readonly FormattedFile[];
}
