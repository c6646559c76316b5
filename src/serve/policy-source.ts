import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadPolicies } from "../api/load-policies.ts";
import type { Policies } from "../api/policies.ts";
import type { SetOptions } from "../api/set-files.ts";

/** How deep folders of policies are looked at for changes. */
const DEEPEST = 32;

function marksOf(path: string, depth: number): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [`${path} -`];
  if (!found.isDirectory())
    return [`${path} ${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`];
  if (depth > DEEPEST) return [];
  const names = readdirSync(path).sort();
  return names.flatMap((name) => (name === ".git" ? [] : marksOf(join(path, name), depth + 1)));
}

/** Where a set comes from: references that can be loaded again when their files change. */
export class PolicySource {
  readonly #references: readonly string[];
  readonly #options: SetOptions & { readonly cwd: string };
  #marks = "";

  constructor(references: readonly string[], options: SetOptions & { readonly cwd: string }) {
    this.#references = references;
    this.#options = options;
    this.#marks = this.#look();
  }

  #look(): string {
    const paths = this.#references.filter((reference) => !reference.startsWith("git:"));
    try {
      return paths.flatMap((path) => marksOf(resolve(this.#options.cwd, path), 0)).join("\n");
    } catch {
      // what cannot be looked at is told when it is loaded
      return "unreadable";
    }
  }

  /** Whether a file of the set is another one than when this was asked last. */
  hasChanged(): boolean {
    const marks = this.#look();
    const changed = marks !== this.#marks;
    this.#marks = marks;
    return changed;
  }

  /** Loads the set as it is now; one that does not load is a `UserError`. */
  load(): Promise<Policies> {
    return loadPolicies(this.#references, this.#options);
  }
}
