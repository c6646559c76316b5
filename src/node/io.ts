import type { Trust } from "../release/trust.ts";
import type { ReadKey } from "./keys.ts";

/**
 * What a command may touch of the world outside; the process's own in production, plain values in
 * tests.
 */
export interface Io {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly stdout: {
    write(text: string): void;
    /** Whether nobody reads it any more; not there: that cannot be. */
    isClosed?(): boolean;
    readonly isTTY: boolean;
    /** As they are now: a terminal may be resized. */
    readonly columns: number;
    /** As {@link columns}; not there: nobody knows. */
    readonly rows?: number | undefined;
  };
  readonly stderr: { write(text: string): void; readonly isTTY: boolean };
  /** Keys without Enter; only where standard input and output are a terminal. */
  readonly readKey?: ReadKey;
  /** All of standard input; where `until` is aborted before its end, that is thrown. */
  readonly readStdin: (until?: AbortSignal) => Promise<string>;
  /**
   * Milliseconds since 1970: for `--now` defaults and progress, never for decisions (design 3.1).
   */
  readonly clock: () => number;
}

/** Where policy sets are read, and what bundles among them have to prove. */
export interface SetHost {
  readonly cwd: string;
  /** Asked when the first bundle is read. */
  readonly trust: () => Promise<Trust>;
}

/** What a command gets: the world outside, and what its flags and agentz.yaml ask of bundles. */
export type CommandIo = Io & SetHost;
