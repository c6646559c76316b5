import type { Random } from "./random.ts";
import type { Ran } from "./run-case.ts";

export type Files = Record<string, string | Uint8Array>;

/** One command line on one folder. */
export interface HostileCase {
  readonly kind: string;
  readonly files: Readonly<Files>;
  /** `@` stands for the folder. */
  readonly argv: readonly string[];
  readonly stdin: string;
  /** True where `PLANTED` of the corpus stands only where no output may show it. */
  readonly guarded: boolean;
  /** What is done to the folder before the command runs. */
  readonly prepare?: (folder: string) => void | Promise<void>;
  /** What is wrong with what came out, beside what no command may do. */
  readonly check?: (of: {
    readonly folder: string;
    readonly ran: Ran;
  }) => Promise<readonly string[]>;
}

/** Makes a case of a kind; it changes `files`, which are good ones. */
export type Maker = (
  random: Random,
  files: Files,
) => Partial<HostileCase> & { readonly argv: readonly string[] };
