/** The result document of `agentz init`. */
export interface InitResult {
  readonly schemaVersion: 1;
  readonly command: "init";
  readonly tool: { readonly version: string };
  readonly source: null;
  readonly digest: null;
  /** The folder that was written to, as it was given. */
  readonly folder: string;
  /** Paths within the folder. */
  readonly written: readonly string[];
  /** Paths within the folder of files that exist already, and stay as they are. */
  readonly kept: readonly string[];
  /** The commands to go on with, in order, as a shell takes them where `init` ran. */
  readonly next: readonly string[];
}
