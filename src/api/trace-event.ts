/** What a record of live decisions is written with: the same lines that a replay reads. */
export { eventLine } from "../trace/event-line.ts";
export { GATEWAY_DENIAL, type TraceEvent } from "../trace/event.ts";
export { parseJson } from "../trace/parse-json.ts";
export { reallyRan } from "../trace/really-ran.ts";
export { toolAddress } from "../trace/importers/call-values.ts";
