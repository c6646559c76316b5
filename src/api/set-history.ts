import { assembleSet, type AssembledSet } from "../engine/assemble.ts";
import { contentKey } from "../node/history.ts";
import { sha256 } from "../node/hash.ts";
import { readGitSet } from "../node/read-set.ts";
import { UserError } from "../diagnostics/user-error.ts";

/** The policy sets of a repository's commits, each content loaded once. */
export class SetHistory {
  readonly #cwd: string;
  readonly #paths: readonly string[];
  readonly #known = new Map<string, AssembledSet | undefined>();

  constructor(cwd: string, paths: readonly string[]) {
    this.#cwd = cwd;
    this.#paths = paths;
  }

  /**
   * The set as a commit has it; undefined where it holds none. One that does not load has no `set`.
   */
  async at(commit: string): Promise<AssembledSet | undefined> {
    const key = await contentKey(this.#cwd, commit, this.#paths);
    if (this.#known.has(key)) return this.#known.get(key);
    const loaded = await this.#load(commit);
    this.#known.set(key, loaded);
    return loaded;
  }

  async #load(commit: string): Promise<AssembledSet | undefined> {
    try {
      const files = await readGitSet(this.#cwd, commit, this.#paths);
      return assembleSet(files.sources, { readBeside: files.readBeside, sha256 });
    } catch (error) {
      if (error instanceof UserError && error.code === "no-documents") return undefined;
      throw error;
    }
  }
}
