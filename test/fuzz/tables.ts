import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { isJsonObject, type Json, type JsonObject } from "../../src/request/json.ts";

/** A part of a table: what its schema says of it, and the value of each row. */
interface Part {
  readonly elements: readonly SchemaElement[];
  readonly valueOf: (value: Json | undefined) => unknown;
}

const OPTIONAL = "OPTIONAL" as const;

function isWhole(value: Json): boolean {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 62;
}

/** WHY one more: then no double holds it, and its row is unusual. */
function whole(value: number): bigint {
  return BigInt(value) + (Math.abs(value) > 2 ** 53 ? 1n : 0n);
}

function leaf(name: string, of: Partial<SchemaElement>, valueOf: Part["valueOf"]): Part {
  return {
    elements: [{ name, repetition_type: OPTIONAL, ...of }],
    valueOf: (value) => (value === undefined || value === null ? undefined : valueOf(value)),
  };
}

function structOf(name: string, values: readonly JsonObject[]): Part {
  const keys = [...new Set(values.flatMap((value) => Object.keys(value)))];
  const members = keys.map(
    (key) =>
      [
        key,
        partOf(
          key,
          values.map((value) => value[key]),
        ),
      ] as const,
  );
  const elements = [
    { name, repetition_type: OPTIONAL, num_children: keys.length },
    ...members.flatMap(([, part]) => part.elements),
  ];
  const valueOf = (value: Json | undefined): unknown =>
    isJsonObject(value)
      ? Object.fromEntries(members.map(([key, part]) => [key, part.valueOf(value[key])]))
      : undefined;
  return { elements, valueOf };
}

function listOf(name: string): Part {
  return {
    elements: [
      { name, repetition_type: OPTIONAL, converted_type: "LIST", num_children: 1 },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: OPTIONAL, type: "BYTE_ARRAY", converted_type: "UTF8" },
    ],
    valueOf: (value) => value ?? undefined,
  };
}

/** A column that holds what rows have under a name: as a type of its own where all have one. */
function partOf(name: string, all: readonly (Json | undefined)[]): Part {
  const values = all.filter((value) => value !== undefined && value !== null);
  const objects = values.filter(isJsonObject);
  const keys = objects.flatMap((value) => Object.keys(value));
  if (objects.length === values.length && keys.length > 0 && !keys.includes("__proto__"))
    return structOf(name, objects);
  if (values.every((value) => typeof value === "string"))
    return leaf(name, { type: "BYTE_ARRAY", converted_type: "UTF8" }, (value) => value);
  if (values.every((value) => typeof value === "boolean"))
    return leaf(name, { type: "BOOLEAN" }, (value) => value);
  if (values.every(isWhole)) return leaf(name, { type: "INT64" }, (value) => whole(Number(value)));
  if (values.every((value) => typeof value === "number"))
    return leaf(name, { type: "DOUBLE" }, (value) => value);
  const isTexts = (value: Json): boolean =>
    Array.isArray(value) && value.every((one) => one === null || typeof one === "string");
  if (values.every(isTexts)) return listOf(name);
  return leaf(name, { type: "BYTE_ARRAY", converted_type: "JSON" }, (value) => value);
}

const TIME: Partial<SchemaElement> = {
  type: "INT64",
  converted_type: "TIMESTAMP_MICROS",
  logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
};

function isTime(value: Json | undefined): boolean {
  const isThere = value !== undefined && value !== null;
  return !isThere || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
}

function timeOf(value: Json | undefined): bigint {
  return BigInt(Date.parse(String(value))) * 1000n;
}

/**
 * Events as a table whose columns are their members. What rows have of one name in different types
 * is a column of JSON; `isTimed`: times are of the type of times, not texts.
 */
export function tableOf(events: readonly JsonObject[], isTimed: boolean): Uint8Array {
  const names = [...new Set(events.flatMap((event) => Object.keys(event)))];
  const columns = names.map((name) => {
    const values = events.map((event) => event[name]);
    const part =
      name === "time" && isTimed && values.every(isTime)
        ? leaf(name, TIME, timeOf)
        : partOf(name, values);
    return { name, part, data: values.map((value) => part.valueOf(value)) };
  });
  return new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: "root", num_children: columns.length },
        ...columns.flatMap(({ part }) => part.elements),
      ],
      columnData: columns.map(({ name, data }) => ({ name, data })),
      rowGroupSize: 7,
    }),
  );
}
