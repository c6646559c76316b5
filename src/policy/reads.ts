import { isOnOnePath, pathsRead } from "../condition/paths.ts";
import type { Condition } from "./model.ts";

/** What the conditions of a set read. */
export class Reads {
  readonly #paths: readonly (readonly string[])[];

  constructor(conditions: readonly Condition[], more: readonly (readonly string[])[] = []) {
    this.#paths = [...conditions.flatMap((condition) => pathsRead(condition.expr)), ...more];
  }

  /** Whether some condition reads the path, something below it, or all of something above it. */
  has(...path: readonly string[]): boolean {
    return this.#paths.some((read) => isOnOnePath(read, path));
  }

  /** The members of what lies at the path that some condition reads by name. */
  membersOf(path: readonly string[]): readonly string[] {
    const below = this.#paths.filter((read) => read.length > path.length);
    const here = below.filter((read) => path.every((key, i) => key === read[i]));
    return [...new Set(here.flatMap((read) => read[path.length] ?? []))];
  }
}
