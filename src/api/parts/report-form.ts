import { STATUSES } from "../../coverage/gap.ts";
import { METRICS } from "../../coverage/coverage-tally.ts";
import type {
  AuditCounts,
  AuditPart,
  CallPlace,
  CallVariantPart,
  CoverageRowPart,
  DeploymentPart,
  EvidencePart,
  RatePart,
  ReportPart,
  SeenIdentityPart,
  SeenIncidentPart,
  SeenPointPart,
  SeenSurfacePart,
  TimelineGroupsPart,
  TimelinesPart,
} from "../../documents/report-part.ts";
import type { Step } from "../../documents/report-result.ts";
import {
  counts,
  hash,
  isCount,
  isFlag,
  isNumber,
  isText,
  isTime,
  listOf,
  maybe,
  numbers,
  objectOf,
  orNull,
  pairOf,
  texts,
  type Form,
} from "./form.ts";

/** How many dimensions a row tells. */
const DIMENSIONS = 7;

const isTrue: Form<true> = (value): value is true => value === true;

const place = objectOf<CallPlace>({ time: orNull(isTime), id: isText });

const dimensions: Form<readonly string[]> = (value): value is readonly string[] =>
  texts(value) && value.length === DIMENSIONS;
const verdicts: Form<readonly number[]> = (value): value is readonly number[] =>
  numbers(value) &&
  value.length === METRICS.length &&
  value.every((number) => number < STATUSES.length);
const effect: Form<number> = (value): value is number => isCount(value) && value <= 3;
/** Two numbers for each of something. */
const pairs: Form<readonly number[]> = (value): value is readonly number[] =>
  numbers(value) && value.length % 2 === 0;

const row = objectOf<CoverageRowPart>({
  at: dimensions,
  resourceClass: orNull(isText),
  verdicts,
  gravity: isCount,
  example: place,
  calls: isCount,
  credentials: pairs,
});
const point = objectOf<SeenPointPart>({ decisions: isCount, denied: isCount, surfaces: texts });
const surface = objectOf<SeenSurfacePart>({
  calls: isCount,
  consequential: isCount,
  covered: isCount,
  points: texts,
});
const minutes: Form<readonly number[]> = (value): value is readonly number[] =>
  listOf(isNumber)(value) && value.length % 2 === 0;
const rate = objectOf<RatePart>({
  decisions: isCount,
  denied: isCount,
  timed: isCount,
  first: orNull(isTime),
  last: orNull(isTime),
  minutes,
  below: orNull(isNumber),
  latency: objectOf({
    recorded: isCount,
    values: listOf(isNumber),
    buckets: listOf(pairOf(isCount, isCount)),
  }),
});
const auditCounts = objectOf<AuditCounts>({
  sessions: isCount,
  prompts: isCount,
  responses: isCount,
  calls: isCount,
  results: isCount,
  models: isCount,
  complete: isCount,
});
const audit = objectOf<AuditPart>({
  outside: isCount,
  own: auditCounts,
  listed: pairs,
  marks: numbers,
  below: orNull(isCount),
});
const variant = objectOf<CallVariantPart>({
  surface: isText,
  recorded: effect,
  candidate: effect,
  subject: isText,
  action: isText,
  calls: isCount,
  first: place,
});
const deployment = objectOf<DeploymentPart>({
  rows: listOf(row),
  inconsequential: isCount,
  marked: counts,
  unlisted: counts,
  points: listOf(pairOf(isText, point)),
  surfaces: listOf(pairOf(isText, surface)),
  rate,
  audit,
  disagreements: objectOf({
    calls: listOf(pairOf(hash, listOf(variant))),
    below: orNull(hash),
  }),
});

const identity = objectOf<SeenIdentityPart>({
  subject: isText,
  calls: isCount,
  first: orNull(isTime),
  last: orNull(isTime),
  personal: isFlag,
  named: isFlag,
  credentials: numbers,
  kinds: texts,
});
const evidence = objectOf<EvidencePart>({
  agents: texts,
  counts,
  tasks: pairs,
  calls: numbers,
  own: numbers,
  timely: numbers,
  task: numbers,
  several: numbers,
});
const incident = objectOf<SeenIncidentPart>({
  session: orNull(isText),
  subject: isText,
  first: place,
  calls: isCount,
  stopped: isCount,
  before: objectOf<SeenIncidentPart["before"]>({
    stopped: isCount,
    held: isCount,
    indeterminate: isCount,
  }),
  actions: listOf(pairOf(isText, place)),
  decisions: listOf(
    objectOf<SeenIncidentPart["decisions"][number]>({
      effect: isText,
      permitted: isFlag,
      rules: texts,
      failing: maybe(isTrue),
      calls: isCount,
      first: place,
    }),
  ),
});
/** A step without arguments, which no part has. */
const step = objectOf<Omit<Step, "args">>({
  id: isText,
  time: orNull(isText),
  type: isText,
  action: orNull(isText),
  resourceClass: orNull(isText),
  before: orNull(isText),
  after: orNull(isText),
  permitted: orNull(isFlag),
  rules: texts,
  class: orNull(isText),
  incident: orNull(isFlag),
});
const groups = objectOf<TimelineGroupsPart>({
  groups: listOf(pairOf(isText, listOf(pairOf(isText, place)))),
  below: orNull(isText),
});
const timelines = objectOf<TimelinesPart>({
  changed: groups,
  open: groups,
  sessions: listOf(objectOf({ session: isText, steps: listOf(step), more: isCount })),
  cut: isFlag,
});

/** Whether a value is what a part has for reports. */
export const isReportPart: Form<ReportPart> = objectOf<ReportPart>({
  deployment,
  identities: listOf(identity),
  identitiesBeyond: isCount,
  evidence,
  matched: counts,
  decided: counts,
  incidents: listOf(incident),
  incidentsBelow: orNull(hash),
  timelines: orNull(timelines),
});
