import { UserError } from "../../diagnostics/user-error.ts";
import { expandInputs, TRACE_ENDINGS } from "../../node/inputs.ts";
import { type LabelTable, readLabels } from "../../trace/labels.ts";

/**
 * The labels of `--labels`; undefined where there are none. A line that cannot be read is a
 * `UserError`: figures on incidents and benign calls would leave it out.
 */
export async function openLabels(
  paths: readonly string[] | undefined,
): Promise<LabelTable | undefined> {
  if (paths === undefined) return undefined;
  const table = await readLabels(await expandInputs(paths, TRACE_ENDINGS));
  const [first] = table.malformedList;
  if (first === undefined) return table;
  const count = table.malformed === 1 ? "1 line" : `${table.malformed} lines`;
  throw new UserError(
    "labels",
    `${count} of labels cannot be read, the first at ${first.file}:${first.line}: ${first.cause}`,
    { help: 'labels are JSON Lines of `{"id": "<event id>", "labels": {"incident": true|false}}`' },
  );
}
