import { InvalidArgumentError, Option } from "commander";
import { meantHelp } from "../text/slip.ts";

/** What the option takes, and the kinds of detectors that it stands for. */
const KINDS: { readonly [what: string]: string } = { secrets: "secret/", personal: "personal/" };

/** `secrets,personal` as kinds of detectors. */
function redactedKinds(value: string): readonly string[] {
  return value.split(",").map((what) => {
    const kind = Object.hasOwn(KINDS, what) ? KINDS[what] : undefined;
    if (kind === undefined)
      throw new InvalidArgumentError(
        `there is no kind \`${what}\`; ` +
          meantHelp(what, Object.keys(KINDS), `there are ${Object.keys(KINDS).join(", ")}.`),
      );
    return kind;
  });
}

/** The option of what is removed from results; its value are kinds of detectors. */
export function redactOption(flag: string): Option {
  return new Option(`${flag} <kinds>`, "remove these from results: secrets, personal").argParser(
    redactedKinds,
  );
}
