import { commandsOf, MANY, ONE } from "../condition/shell-run.ts";
import { Choices, shellLine } from "./shell-lines.ts";
import { Sandbox, type Run, type Shell } from "./sandbox.ts";

/** A program that ran and is not in the list. */
export interface Difference {
  readonly line: string;
  readonly shell: string;
  readonly run: Run;
}

/** What a comparison did. */
export interface Comparison {
  /** Lines that were made. */
  readonly lines: number;
  /** Those that `commands()` reads: they were run. */
  readonly read: number;
  /** Programs that ran. */
  readonly programs: number;
  readonly differences: readonly Difference[];
}

function isWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === "string");
}

/**
 * The lists of a line; undefined where it is an error, or runs a script in a file that it may have
 * written itself.
 */
function listsOf(line: string): readonly (readonly string[])[] | undefined {
  const value = commandsOf(line);
  if (!Array.isArray(value)) return undefined;
  const lists = value.filter(isWords);
  const runsFile = lists.some(
    (words) =>
      /^(?:\.|source|sh|bash|dash)$/.test(words[0] ?? "") &&
      words.length > 1 &&
      !words.some((word) => /^-\w*[cs]/.test(word)) &&
      /[>]|tee/.test(line),
  );
  return runsFile ? undefined : lists;
}

function fits(words: readonly string[], run: Run): boolean {
  for (const [i, word] of words.entries()) {
    if (word === MANY) return true;
    const ran = run[i];
    if (ran === undefined) return false;
    if (word !== ONE && word !== ran && !(i === 0 && word.endsWith(`/${ran}`))) return false;
  }
  return words.length === run.length;
}

/** The first program that ran and is in no list. */
function unseen(lists: readonly (readonly string[])[], runs: readonly Run[]): Run | undefined {
  return runs.find((run) => !lists.some((words) => fits(words, run)));
}

const BATCH = 150;

interface Read {
  readonly line: string;
  readonly lists: readonly (readonly string[])[];
}

class Comparer {
  read = 0;
  programs = 0;
  readonly differences: Difference[] = [];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly shells: readonly Shell[],
  ) {}

  /**
   * Runs a line alone, and waits for what it leaves running, so that nothing else can be taken for
   * its doing.
   */
  private async alone({ line, lists }: Read, shell: Shell): Promise<void> {
    const runs = await this.sandbox.run([line], shell, { seconds: 3, pause: 50 });
    const run = unseen(lists, runs?.[0] ?? []);
    if (run !== undefined) this.differences.push({ line, shell: shell.name, run });
  }

  private async batch(lines: readonly Read[], shell: Shell): Promise<void> {
    const runs = await this.sandbox.run(
      lines.map(({ line }) => line),
      shell,
      { seconds: 20, pause: 0 },
    );
    for (const [i, line] of lines.entries()) {
      const own = runs?.[i];
      this.programs += own?.length ?? 0;
      if (own === undefined || unseen(line.lists, own) !== undefined) await this.alone(line, shell);
    }
  }

  async compare(lines: readonly string[]): Promise<void> {
    const read = lines.flatMap((line) => {
      const lists = listsOf(line);
      return lists === undefined ? [] : [{ line, lists }];
    });
    this.read += read.length;
    for (let at = 0; at < read.length; at += BATCH) {
      for (const shell of this.shells) await this.batch(read.slice(at, at + BATCH), shell);
    }
  }
}

/** What a comparison is asked to do. */
export interface Asked {
  readonly lines: number;
  readonly seed: number;
  readonly recorded: readonly string[];
  readonly shells: readonly Shell[];
  /** Told after each thousand lines. */
  readonly say?: (comparison: Comparison) => void;
}

/**
 * Makes lines, runs those that `commands()` reads in real shells, where every program only records
 * its words, and looks for each program that ran in the list.
 */
export async function compareShells({
  lines,
  seed,
  recorded,
  shells,
  say,
}: Asked): Promise<Comparison> {
  const sandbox = new Sandbox();
  const comparer = new Comparer(sandbox, shells);
  const choices = new Choices(seed);
  let made = 0;
  const state = (): Comparison => ({
    lines: made,
    read: comparer.read,
    programs: comparer.programs,
    differences: comparer.differences,
  });
  try {
    while (made < lines) {
      const count = Math.min(1000, lines - made);
      await comparer.compare(Array.from({ length: count }, () => shellLine(choices, recorded)));
      made += count;
      say?.(state());
    }
  } finally {
    sandbox.remove();
  }
  return state();
}
