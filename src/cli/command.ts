import type { Command } from "commander";
import type { CommandIo } from "../node/io.ts";

/**
 * What a command line came to: the document for stdout (already written where it was streamed) and
 * the exit status.
 */
export interface CommandModule {
  /**
   * Adds options, help and action to a command that has its name and summary. The action leaves the
   * status with `finish`.
   */
  readonly define: (command: Command, context: CommandContext) => void;
}

export interface CommandContext {
  readonly io: CommandIo;
  readonly finish: (status: number) => void;
}
