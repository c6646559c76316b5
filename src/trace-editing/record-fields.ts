import type { RecordedAs, RecordField } from "../documents/record-plan-result.ts";
import type { Document } from "../policy/model.ts";
import { ENGINE, isBesideAny, pathUses, type Held, type PathUses } from "./path-uses.ts";

/** What has to be recorded so that a set can be replayed. */
export interface RecordPlan {
  readonly always: readonly RecordField[];
  readonly fields: readonly RecordField[];
  readonly complete: readonly string[];
}

const REPLAY = ["the replay"];
/** What every replay reads of an event besides its attributes (design 7.1). */
const EVENT_MEMBERS: readonly (readonly [path: string, as: RecordedAs])[] = [
  ["id", "digest"],
  ["time", "value"],
  ["session", "digest"],
  ["parent", "digest"],
  ["type", "value"],
  ["decision.effect", "value"],
  ["decision.rule", "value"],
  ["decision.policy", "value"],
  ["decision.pdp", "value"],
];
const NOTHING: Held = { bounds: [], texts: [], data: [] };
/** Containers of which an event may lack something without having named them in `complete`. */
const CONTAINERS = ["subject", "resource", "context", "outcome"] as const;
const APPROVED = "calls with a recorded approval: it binds to the arguments";

function field(path: string, as: RecordedAs, readBy: readonly string[]): RecordField {
  return {
    path,
    as,
    readBy,
    bounds: [],
    except: [],
    exceptData: [],
    fromCatalog: false,
    only: null,
    recorded: null,
    indeterminate: null,
  };
}

/**
 * The constants that a path, and all that it is held against, is held against; undefined: against
 * more, or a part or the whole of one is read as well.
 */
function constantsOf(path: string, uses: PathUses): Held | undefined {
  const group = uses.alike(path);
  const others = [...uses.named].filter((one) => !group.includes(one));
  if (group.some((one) => isBesideAny(one, others))) return undefined;
  if (group.some(uses.isWhole)) return undefined;
  const known = group.map((one) => uses.held.get(one) ?? NOTHING);
  return {
    bounds: known.flatMap(({ bounds }) => bounds),
    texts: [...new Set(known.flatMap(({ texts }) => texts))].sort(),
    data: [...new Set(known.flatMap(({ data }) => data))].sort(),
  };
}

/** How a path that is read has to be recorded; `isBound`: some calls record all arguments as they are. */
function formOf(path: string, uses: PathUses, isBound: boolean): Partial<RecordField> {
  const held = constantsOf(path, uses);
  if (held === undefined) return {};
  const { bounds, texts, data } = held;
  const group = uses.alike(path);
  if (group.length === 1 && texts.length + data.length === 0) return { as: "range", bounds };
  // the digest of one call would be held against the value of another
  if (isBound && group.length > 1 && group.some((one) => one.startsWith("args."))) return {};
  return { as: "digest", except: texts, exceptData: data };
}

/** Whether approvals can matter: then arguments do as a whole, since approvals bind to them. */
function asksApproval(documents: readonly Document[]): boolean {
  return documents.some(
    (document) =>
      document.kind === "Policy" &&
      document.rules.some(({ effect }) => effect === "require_approval"),
  );
}

/**
 * What a gateway has to record so that these documents decide its trace as they would have decided
 * the calls (design 3.5). Whatever a field says beyond its form changes no decision.
 */
export function recordFields(documents: readonly Document[]): RecordPlan {
  const uses = pathUses(documents);
  const isBound = asksApproval(documents);
  const read = [...uses.kept, ...uses.compared]
    .map(([path, readBy]) => ({ ...field(path, "value", readBy), ...formOf(path, uses, isBound) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const asked = [...uses.asked]
    .filter(([path]) => !read.some((one) => one.path === path))
    .map(([path, readBy]) => field(path, "presence", readBy));
  const bound = isBound ? [{ ...field("args", "value", ["approvals"]), only: APPROVED }] : [];
  const isAlways = ({ readBy }: RecordField): boolean => readBy.includes(ENGINE);
  const fields = [...read.filter((one) => !isAlways(one)), ...asked, ...bound];
  return {
    always: [
      ...EVENT_MEMBERS.map(([path, as]) => field(path, as, REPLAY)),
      ...read.filter(isAlways),
    ],
    fields: fields.sort((a, b) => (a.path < b.path ? -1 : 1)),
    complete: CONTAINERS.filter((root) => fields.some(({ path }) => path.startsWith(`${root}.`))),
  };
}
