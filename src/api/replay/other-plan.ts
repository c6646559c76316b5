/**
 * How a trace has to be read after all: `linked`: with the ids of events, since calls are below
 * other calls; `one`: not in parts; `damaged`: off its files alone, since its index does not hold
 * what was written.
 */
export type OtherWay = "linked" | "one" | "damaged";

/** What a trace turned out to need while it was read: it is read again from its beginning. */
export class OtherPlan extends Error {
  readonly way: OtherWay;

  constructor(way: OtherWay) {
    super(`the trace has to be read otherwise: ${way}`);
    this.way = way;
  }
}
