import type { Io } from "../../node/io.ts";
import { type LineFile, openLines } from "../../node/output.ts";
import type { Cell, RowTable } from "../../node/row-table.ts";
import {
  isJsonObject,
  type JsonObject,
  member,
  objectMember,
  stringMember,
} from "../../request/json.ts";
import { parseTime } from "../../text/time.ts";
import { EVENT_COLUMN } from "../../trace/event-line.ts";
import { encodingOf, type LineForm, microseconds } from "../line-output.ts";

/** Two members as one name; what is not recorded is `?`, and missing where the object is. */
function nameOf(object: JsonObject | undefined, [first, separator, second]: Naming): Cell {
  if (object === undefined) return undefined;
  return `${stringMember(object, first) ?? "?"}${separator}${stringMember(object, second) ?? "?"}`;
}

type Naming = readonly [string, string, string];
const ENTITY: Naming = ["type", ":", "id"];
const ACTION: Naming = ["server", "/", "name"];

function timeOf(event: JsonObject): Cell {
  const time = parseTime(stringMember(event, "time") ?? "");
  return time === undefined ? undefined : microseconds(time);
}

function incidentOf(event: JsonObject): Cell {
  const incident = member(objectMember(event, "labels"), "incident");
  return typeof incident === "boolean" ? incident : undefined;
}

interface EventColumn {
  readonly name: string;
  readonly type: "text" | "boolean" | "time";
  readonly cellOf: (event: JsonObject) => Cell;
}

/** What somebody asks of a trace by SQL; the line itself holds everything else. */
const COLUMNS: readonly EventColumn[] = [
  { name: "time", type: "time", cellOf: timeOf },
  ...["id", "session", "parent"].map(
    (name): EventColumn => ({ name, type: "text", cellOf: (event) => stringMember(event, name) }),
  ),
  { name: "type", type: "text", cellOf: (event) => stringMember(event, "type") ?? "call" },
  {
    name: "subject",
    type: "text",
    cellOf: (event) => nameOf(objectMember(event, "subject"), ENTITY),
  },
  {
    name: "action",
    type: "text",
    cellOf: (event) => nameOf(objectMember(event, "action"), ACTION),
  },
  {
    name: "resource",
    type: "text",
    cellOf: (event) => nameOf(objectMember(event, "resource"), ENTITY),
  },
  {
    name: "on_behalf_of",
    type: "text",
    cellOf: (event) => nameOf(objectMember(objectMember(event, "context"), "on_behalf_of"), ENTITY),
  },
  ...["effect", "rule"].map(
    (name): EventColumn => ({
      name,
      type: "text",
      cellOf: (event) => stringMember(objectMember(event, "decision"), name),
    }),
  ),
  {
    name: "status",
    type: "text",
    cellOf: (event) => stringMember(objectMember(event, "outcome"), "status"),
  },
  { name: "incident", type: "boolean", cellOf: incidentOf },
];

/** A trace as a table: what is asked often, and the line of each event. */
const EVENT_TABLE: RowTable = {
  columns: [...COLUMNS, { name: EVENT_COLUMN, type: "text" }],
  cellsOf: (line) => {
    const parsed: unknown = JSON.parse(line);
    const event = isJsonObject(parsed) ? parsed : {};
    return [...COLUMNS.map(({ cellOf }) => cellOf(event)), line];
  },
};

/** Where a trace is written to. */
export interface TraceOutput {
  /** A file; `-` is stdout. */
  readonly output: string;
  /** How the trace is stored; else the name of the file says it. */
  readonly to?: LineForm;
}

/** Opens the file that a trace is written to; `-` is stdout. What cannot be written is a `UserError`. */
export async function openTraceLines(io: Io, { output, to }: TraceOutput): Promise<LineFile> {
  return openLines(io, output, encodingOf(output, EVENT_TABLE, to));
}
