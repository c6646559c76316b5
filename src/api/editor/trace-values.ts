import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { TraceError } from "../../diagnostics/trace-error.ts";
import { expandInputs, TRACE_ENDINGS } from "../../node/inputs.ts";
import { type ActionGlob, compileActionGlob } from "../../policy/glob.ts";
import { isJsonObject, member, type Json } from "../../request/json.ts";
import { redactMembers } from "../../suite/redact-secrets.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { readEventText } from "../../trace/read-event.ts";

/** A value that a recorded call has. */
export interface RecordedValue {
  /** The event's id. */
  readonly event: string;
  /** As JSON in one line, cut where it is long; secrets are replaced by a word. */
  readonly json: string;
}

/** So much of the end of a trace is read. */
const TAIL_BYTES = 1024 * 1024;
const SHOWN = 400;

function tailOf(path: string): readonly string[] {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(fd, bytes, 0, bytes.length, start);
    const lines = bytes.toString("utf8", 0, read).split("\n");
    return start === 0 ? lines : lines.slice(1);
  } finally {
    closeSync(fd);
  }
}

function callsIn(path: string): readonly TraceEvent[] {
  return tailOf(path).flatMap((line, i) => {
    const event =
      line.trim() === ""
        ? ""
        : readEventText(line, { file: path, line: i, onUnknownMember: () => undefined });
    return typeof event === "string" || event.type !== "call" ? [] : [event];
  });
}

function below(root: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = root;
  for (const step of path) value = isJsonObject(value) ? member(value, step) : undefined;
  return value;
}

/** WHY the whole call first: a secret is known by the name that it stands under. */
function valueAt({ request }: TraceEvent, path: readonly string[]): Json | undefined {
  const { subject, action, resource, context, args } = request;
  const call = { subject, action, resource, context, args };
  return below(call, path) === undefined ? undefined : below(redactMembers(call), path);
}

function isOfTools(event: TraceEvent, globs: readonly ActionGlob[] | undefined): boolean {
  const { action } = event.request;
  const [server, name] = [action?.["server"], action?.["name"]];
  if (globs === undefined || typeof name !== "string") return true;
  return globs.some((glob) => glob.fits(typeof server === "string" ? server : "host", name));
}

/** The last calls of the traces that agentz.yaml names, kept while the newest file stays as it is. */
export class TraceValues {
  readonly #cwd: string;
  readonly #paths: readonly string[];
  #calls: readonly TraceEvent[] = [];
  #stamp = "";

  constructor(cwd: string, paths: readonly string[]) {
    this.#cwd = cwd;
    this.#paths = paths;
  }

  /** The newest file that is written in plain lines. */
  async #newest(): Promise<{ readonly path: string; readonly stamp: string } | undefined> {
    const paths = this.#paths.map((path) => resolve(this.#cwd, path));
    const inputs = await expandInputs(paths, TRACE_ENDINGS);
    const files = inputs
      .map(({ name }) => name)
      .filter((name) => /\.(?:jsonl|ndjson)$/.test(name))
      .map((path) => ({ path, at: statSync(path) }))
      .sort((a, b) => b.at.mtimeMs - a.at.mtimeMs);
    const [first] = files;
    return (
      first && { path: first.path, stamp: `${first.path} ${first.at.mtimeMs} ${first.at.size}` }
    );
  }

  async #refresh(): Promise<void> {
    const newest = this.#paths.length === 0 ? undefined : await this.#newest();
    if (newest === undefined || newest.stamp === this.#stamp) return;
    this.#stamp = newest.stamp;
    this.#calls = [...callsIn(newest.path)].reverse();
  }

  /**
   * The newest recorded value of an attribute, of a call that the patterns of tools fit; undefined:
   * the end of the trace has none, or cannot be read.
   */
  async find(
    path: readonly string[],
    actions: readonly string[] | undefined,
  ): Promise<RecordedValue | undefined> {
    try {
      await this.#refresh();
    } catch (error) {
      // a trace that is not there yet has no value to show
      if (error instanceof TraceError || (error instanceof Error && "syscall" in error))
        return undefined;
      throw error;
    }
    const globs = actions?.map(compileActionGlob);
    for (const call of this.#calls) {
      const value = isOfTools(call, globs) ? valueAt(call, path) : undefined;
      if (value === undefined) continue;
      const json = JSON.stringify(value);
      return { event: call.id, json: json.length > SHOWN ? `${json.slice(0, SHOWN)}…` : json };
    }
    return undefined;
  }
}
