import type {
  HashList,
  PartRead,
  PartResult,
  PartTies,
  WholeState,
} from "../../documents/part-result.ts";
import type {
  DecisionCounts,
  FailingCalls,
  Filters,
  Ratio,
  ReplayProblem,
  RulePlace,
  VersionInfo,
} from "../../documents/replay-result.ts";
import type {
  ApprovalPart,
  BurdenPart,
  CoveragePart,
  DescribedGroup,
  EventCounts,
  ExamplePart,
  GroupPart,
  LabelPart,
  MetricPart,
  ReplayPart,
  SeenSessions,
  SessionsPart,
  ShownGroup,
  TracePart,
} from "../../documents/trace-part.ts";
import type { Malformed, UndecidedEvent } from "../../documents/trace-read.ts";
import {
  bits,
  counts,
  halves,
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
  oneOf,
  orNull,
  pairOf,
  texts,
  type Form,
} from "./form.ts";
import { isReportPart } from "./report-form.ts";
import { KEPT_BY } from "./split-key.ts";

/** The version of the form of parts. */
export const PART_FORMAT = 2;

function both<T>(form: Form<T>): Form<{ readonly baseline: T; readonly candidate: T }> {
  return objectOf({ baseline: form, candidate: form });
}

const hashes = (value: unknown): value is string =>
  typeof value === "string" &&
  value.length % 16 === 0 &&
  /^[0-9a-f]*$/.test(value) &&
  isAscending(value);
const hashList = objectOf<HashList>({ hashes, below: orNull(hash) });

/** Whether each of some hashes is greater than the one before. */
function isAscending(all: string): boolean {
  for (let from = 16; from < all.length; from += 16) {
    let at = from;
    while (at < from + 16 && all.charCodeAt(at) === all.charCodeAt(at - 16)) at++;
    if (at === from + 16 || all.charCodeAt(at) < all.charCodeAt(at - 16)) return false;
  }
  return true;
}

const version = objectOf<VersionInfo>({
  source: orNull(isText),
  ref: isText,
  digest: orNull(isText),
  sharedFiles: maybe(texts),
});
const filters = objectOf<Omit<Filters, "leftOut">>({
  since: maybe(isText),
  until: maybe(isText),
  agents: maybe(texts),
  sessions: maybe(texts),
  sample: maybe(isNumber),
});
const keptBy = oneOf(...KEPT_BY);
const read = objectOf<PartRead>({
  malformed: isCount,
  malformedLines: listOf(objectOf<Malformed>({ file: isText, line: isCount, cause: isText })),
  undecided_events: isCount,
  undecidedEvents: listOf(objectOf<UndecidedEvent>({ file: isText, line: isCount, type: isText })),
  gateway_denials: isCount,
});
const ties = objectOf<PartTies>({
  keys: hashList,
  events: hashList,
  approvals: hashList,
  parents: hashList,
  missingParents: hashList,
  whole: listOf(objectOf<WholeState>({ by: keptBy, names: hashList })),
});

const decisions = objectOf<DecisionCounts>({
  allow: isCount,
  require_approval: isCount,
  deny: isCount,
  indeterminate: isCount,
});
const burden = objectOf<BurdenPart>({
  approvals: isCount,
  hours: listOf(pairOf(isTime, isCount)),
  nobody: maybe((value): value is true => value === true),
});
const approvals = objectOf<ApprovalPart>({
  required: isCount,
  satisfied: isCount,
  all: burden,
  groups: listOf(pairOf(isText, burden)),
});
const seen = objectOf<SeenSessions>({ own: isCount, listed: bits });
const described = objectOf<DescribedGroup>({
  class: oneOf("widened", "narrowed", "indeterminate", "unreachable"),
  from: isText,
  to: isText,
  fromRules: texts,
  toRules: texts,
  subject: isText,
  action: isText,
  resourceClass: orNull(isText),
});
const place = objectOf<RulePlace>({
  file: isText,
  line: isCount,
  column: isCount,
  endLine: isCount,
  endColumn: isCount,
});
/** Whether a value is a group of a part. */
export const isGroup: Form<GroupPart> = objectOf<GroupPart>({
  described,
  rules: isText,
  shown: objectOf<ShownGroup>({
    rulesDigest: isText,
    place: orNull(place),
    nobodyIs: maybe(texts),
  }),
  sessions: seen,
  traits: counts,
  calls: isCount,
  example: orNull(objectOf<ExamplePart>({ id: isText, at: isCount, time: orNull(isTime) })),
});
const failingCalls = listOf(
  objectOf<FailingCalls>({
    id: isText,
    rules: texts,
    calls: isCount,
    error: isText,
    before: isFlag,
  }),
);
const labels = objectOf<LabelPart>({
  incident: objectOf({
    calls: isCount,
    stopped: isCount,
    held: isCount,
    failing: isCount,
    stoppedBefore: isCount,
    heldBefore: isCount,
    undecided: isCount,
  }),
  noLongerStopped: objectOf({ calls: isCount, undecided: isCount, sessionNames: texts }),
  benign: objectOf({
    calls: isCount,
    denied: isCount,
    failing: isCount,
    gated: isCount,
    deniedBefore: isCount,
    gatedBefore: isCount,
    undecided: isCount,
  }),
  failing: objectOf({ incident: failingCalls, benign: failingCalls }),
  seen: objectOf({
    incident: seen,
    stopped: seen,
    noLongerStopped: seen,
    benign: seen,
    denied: seen,
    gated: seen,
  }),
});
const moved = objectOf({ direct: isCount, downstream: isCount });
const replay = objectOf<ReplayPart>({
  sessions: objectOf<SessionsPart>({ own: isCount, listed: halves, below: orNull(isCount) }),
  trace: objectOf<EventCounts>({
    events: isCount,
    calls: isCount,
    from: orNull(isTime),
    to: orNull(isTime),
  }),
  decisions: both(decisions),
  approvals: both(approvals),
  groups: listOf(isGroup),
  labels,
  notes: objectOf({ counts: listOf(counts), namedCalls: isCount, unrecordedDecisions: isCount }),
  reach: objectOf({
    baseline: texts,
    candidate: texts,
    matched: texts,
    matchedBefore: texts,
  }),
  classes: objectOf({
    unchanged: isCount,
    indeterminate: isCount,
    notWidened: isCount,
    unreachable: isCount,
  }),
  moved: objectOf({ widened: moved, narrowed: moved }),
  transitions: counts,
  missing: counts,
  missingRules: listOf(pairOf(isText, texts)),
  contained: both(counts),
});

const ratio = objectOf<Ratio>({ covered: isCount, total: isCount, unrecorded: maybe(isCount) });
const metric = objectOf<MetricPart>({
  unrecorded: isCount,
  ratios: objectOf({
    enforcement: ratio,
    policy: ratio,
    identity: ratio,
    classification: ratio,
    oversight: ratio,
    attribution: ratio,
  }),
  byCredential: numbers,
});
const coverage = objectOf<CoveragePart>({
  consequential: isCount,
  credentials: objectOf({
    ids: halves,
    below: orNull(isCount),
    subjects: halves,
    owners: numbers,
    shared: bits,
  }),
  baseline: metric,
  candidate: metric,
});

/** Whether a value is a part in the form of this version. */
export const isPart: Form<PartResult> = objectOf<PartResult>({
  schemaVersion: oneOf(1),
  command: oneOf("part"),
  tool: objectOf({ version: isText }),
  format: oneOf(PART_FORMAT),
  baseline: version,
  candidate: version,
  key: isText,
  whole: listOf(keptBy),
  history: oneOf("counterfactual", "recorded"),
  approvalsMode: oneOf("recorded", "granted", "refused"),
  filters,
  labels: orNull(isText),
  problem: orNull(objectOf<ReplayProblem>({ code: isText, message: isText, help: isText })),
  namesTools: isFlag,
  ruleLabels: texts,
  read,
  ties,
  unexercised: texts,
  neverMatched: texts,
  counts: objectOf<TracePart>({
    replay,
    coverage,
    keylessWrites: isCount,
    forgotten: both(isCount),
    leftOut: isCount,
    kinds: isCount,
    again: isCount,
    handed: counts,
  }),
  report: orNull(isReportPart),
  digest: hash,
});
