import { InvalidArgumentError } from "commander";
import { nameFault, valueFault } from "../api/config/gate-config.ts";

/** A number as people write one: no sign, no exponent, no other base. */
const NUMBER = /^\d+(\.\d+)?$/;

/** `--gate name=limit`, collected. */
export function gateFlag(
  value: string,
  before: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, number> {
  const at = value.lastIndexOf("=");
  const [name, text] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || !NUMBER.test(text))
    throw new InvalidArgumentError(
      "it has to be name=limit, such as widened=0 or coverage.policy=0.9.",
    );
  const limit = Number(text);
  const fault = nameFault(name) ?? valueFault(name, limit);
  if (fault !== undefined)
    throw new InvalidArgumentError(
      `${fault.message}${
        fault.help === undefined ? "" : `; ${fault.help}`
      }${fault.help?.endsWith("?") === true ? "" : "."}`,
    );
  if (before?.has(name) === true) throw new InvalidArgumentError(`\`${name}\` is given twice.`);
  return new Map([...(before ?? []), [name, limit]]);
}
