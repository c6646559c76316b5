/** The result of `agentz fmt` for one file. */
export interface FormattedFile {
  readonly file: string;
  /**
   * `changed`: the file was written, or would be written without `check`. `skipped`: it contains no
   * document of agentz. `refused`: it cannot be laid out safely, so it was not changed.
   */
  readonly outcome: "changed" | "unchanged" | "skipped" | "refused";
  /** The reason for a refusal, else null. */
  readonly why: string | null;
  /** The line of the problem, from 1; null if the whole file is meant, or nothing is wrong. */
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
  /** True if the files were only compared and nothing was written. */
  readonly check: boolean;
  /** The maximum number of columns of a line. */
  readonly width: number;
  readonly summary: {
    readonly changed: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly refused: number;
  };
  /** The files, in the order of their names. */
  readonly files: readonly FormattedFile[];
}
