import { spawn } from "node:child_process";
import { worstOf } from "../cases.mjs";
import { BIN, ENV, NotAvailable } from "../process.mjs";
import { VARIANTS } from "../sets.mjs";
import { candidateOf, replayArgs, sameResult } from "./replay.mjs";

const PATIENCE = 300_000;
const BEGIN = "{\n";
const END = /^\}$/gm;

/**
 * A running watch: `next` resolves when one more result has come, and is refused when the process
 * ends.
 */
class Watching {
  #documents = 0;
  #written = "";
  #wake = () => undefined;
  #said = "";
  #ended = false;

  constructor(args) {
    this.child = spawn(process.execPath, [BIN, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: ENV,
    });
    this.child.stdout.setEncoding("utf8").on("data", (text) => this.#take(text));
    this.child.stderr.setEncoding("utf8").on("data", (text) => (this.#said += text));
    this.child.on("exit", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  #take(text) {
    this.#written += text;
    this.#documents += text.match(END)?.length ?? 0;
    this.#wake();
  }

  /** The document that came last. */
  get last() {
    return this.#written.slice(this.#written.lastIndexOf(`\n${BEGIN}`) + 1);
  }

  async next() {
    const before = this.#documents;
    const until = Date.now() + PATIENCE;
    while (this.#documents === before) {
      if (this.#ended) throw new NotAvailable(this.#said.split("\n")[0]);
      if (Date.now() > until) throw new Error("no result came");
      await new Promise((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000).unref();
      });
    }
  }
}

/** Seconds from the write of a policy file to the result on stdout, the best of some saves. */
async function watchSeconds(bench, one) {
  const first = ++bench.edits;
  const args = replayArgs(bench, one, first);
  const watching = new Watching([...args, "--watch", "--workers", "2"]);
  try {
    await watching.next();
    let least = Infinity;
    for (let run = 0; run < bench.runs + 2; run++) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      const saved = process.hrtime.bigint();
      // WHY one file: a watch may see two saves one after the other, and replay twice
      one.writeSet(candidateOf(bench, one, first), ++bench.edits, 1);
      await watching.next();
      least = Math.min(least, Number(process.hrtime.bigint() - saved) / 1e9);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    sameResult(args, { result: watching.last, way: "a watch" });
    return least;
  } finally {
    watching.child.kill("SIGINT");
  }
}

const GOALS = { stateless: 1 / 40, session: 1 / 20 };

export const WATCH_ROWS = VARIANTS.map((variant) => ({
  name: `watch-${variant}`,
  what: `time from the save to the result of \`replay --watch\`, ${variant}, divided by (c)`,
  goal: GOALS[variant],
  needs: "trace",
  measure: (bench) =>
    worstOf(variant, async (one) => {
      const seconds = await watchSeconds(bench, one);
      return { seconds, ratio: seconds / bench.reference(one.trace(bench.calls)) };
    }),
}));
