/** agentz as a library: load a policy set, decide requests, walk a trace. */
export { assembleSet, type AssembledSet } from "./engine/assemble.ts";
export { Run, effectuation } from "./engine/run.ts";
export type { Decision } from "./engine/decision.ts";
export type { Request } from "./request/request.ts";
