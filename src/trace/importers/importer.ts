import type { JsonObject } from "../../request/json.ts";
import type { TraceFile } from "../read-events.ts";
import type { LabelTable } from "../labels.ts";
import type { ImportTally } from "./import-tally.ts";

/** A file to import: `name` as reports show it, and its bytes, decompressed. */
export interface ImportFile extends TraceFile {
  /** The absolute path, with `/` between folders; `-` for standard input. */
  readonly path: string;
  /** The path below the folder that was given, or the file's own name where the file itself was. */
  readonly relative: string;
}

/** What the operator knows and a format may not carry; each beats what the format says. */
export interface ImportOptions {
  readonly subject?: { readonly type: string; readonly id: string };
  readonly server?: string;
  readonly model?: string;
  /** For whom the agent acts, and who answers permission prompts: `{type, id}`. */
  readonly onBehalfOf?: { readonly type: string; readonly id: string };
  readonly approver?: { readonly type: string; readonly id: string };
  /** The decision point that answered, where a recorded decision does not name it. */
  readonly pdp?: string;
  /** Labels to join by event id. */
  readonly labels?: LabelTable;
  /** Keep the texts of prompts, responses and results, which may be large and secret. */
  readonly results: boolean;
}

/** The start of a file, to tell its format by. */
export interface ImportSample {
  readonly name: string;
  /** Up to the first 64 KiB. */
  readonly text: string;
}

/**
 * Turns one recorded format into canonical events. What the format does not carry is left
 * unrecorded, never invented; what cannot be read is told to the tally with its cause.
 */
export interface Importer {
  /** As the command line names it. */
  readonly name: string;
  /** One line for help. */
  readonly title: string;
  readonly recognises: (sample: ImportSample) => boolean;
  /** The events of one file, as JSON objects that fit the trace's schema, in batches. */
  readonly convert: (
    file: ImportFile,
    options: ImportOptions,
    tally: ImportTally,
  ) => AsyncIterable<readonly JsonObject[]>;
  /**
   * Reads once through all files, where they speak of each other (a sub-agent's file, a resumed
   * session), and gives the importer that knows. WHY apart from `convert`: files may then be
   * converted in any order, or side by side.
   */
  readonly survey?: (files: readonly ImportFile[]) => Promise<Importer>;
}
