import type { HashList } from "../../documents/part-result.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import { TextNumbers } from "../../text/text-numbers.ts";
import { NumberList } from "../../text/number-list.ts";
import { hashesIn } from "./hash-list.ts";

/** So many names of all parts together are told apart, at some 30 bytes each. */
const MOST = 8_388_608;

/**
 * Finds names that two parts have, exactly: a sample would prove nothing where no engine keeps the
 * calls of a name together.
 */
export class WholeNames {
  readonly #names = new TextNumbers();
  /** The part of each name, plus one. */
  readonly #parts = new NumberList();
  readonly #most: number;

  constructor(most = MOST) {
    this.#most = most;
  }

  /**
   * Notes the names of a part; a part, if any, that has one of them too. A `UserError` where there
   * are too many to tell.
   */
  note(list: HashList, part: number): number | undefined {
    let other: number | undefined;
    for (const name of this.#names.merge(hashesIn(list))) {
      const known = this.#parts.at(name);
      if (known === 0) this.#parts.set(name, part + 1);
      else if (known !== part + 1) other ??= known - 1;
    }
    if (this.#names.size > this.#most)
      throw new UserError(
        "parts-do-not-fit",
        `there are more than ${this.#most} names to prove that no two parts have one in common`,
        {
          help: "declare all state by one `key`, or replay the trace as one, with `agentz replay`",
        },
      );
    return other;
  }
}
