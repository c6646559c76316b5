import { UserError } from "../diagnostics/user-error.ts";
import { isBundle } from "../node/bundle-file.ts";

/** With a key nothing decides that it has not signed (design 14.5): a folder cannot be signed. */
export function refuseUnsigned(
  flags: { readonly verifyKey?: readonly string[] },
  references: readonly string[],
): void {
  const loose = references.find((reference) => !isBundle(reference));
  if (flags.verifyKey !== undefined && loose !== undefined)
    throw new UserError(
      "unsigned",
      `\`${loose}\` is not a signed bundle, but --verify-key requires one`,
      {
        help: "make one with `agentz bundle build` and `agentz bundle sign`, or leave out --verify-key",
      },
    );
}
