import type { KeyNames } from "../../engine/column-state.ts";
import { lightOf, Manifests } from "../state-reads.ts";
import type { ClassParts } from "../values/class-parts.ts";
import type { SetReads } from "../values/set-reads.ts";
import type { SeenVersion } from "./decided.ts";
import { RowKeys } from "./row-keys.ts";

/**
 * The versions as rows are seen by them: what one catalog sees is seen once. `decided`: what the
 * baseline decided in a walk before.
 */
export function seenVersions(
  parts: ClassParts,
  names: KeyNames,
  decided: SeenVersion["decisions"],
): { readonly old: SeenVersion | undefined; readonly fresh: SeenVersion } {
  const [first, second] = parts.versions;
  const [old, fresh] = second === undefined ? [undefined, first] : [first, second];
  if (fresh === undefined) throw new Error("there is no version");
  const shares = old !== undefined && old.set.catalogForm() === fresh.set.catalogForm();
  const seenBy = (of: readonly SetReads[], { set }: SetReads): Seeing => ({
    light: lightOf(of, parts.layout),
    seen: set,
    keys: new RowKeys(names),
  });
  const seeing = shares ? seenBy([old, fresh], old) : seenBy([fresh], fresh);
  return {
    old: old && {
      ...seenVersion(0, old, shares ? seeing : seenBy([old], old)),
      decisions: decided,
    },
    fresh: seenVersion(parts.versions.length - 1, fresh, seeing),
  };
}

type Seeing = Pick<SeenVersion, "light" | "seen" | "keys">;

function seenVersion(place: number, { set }: SetReads, seeing: Seeing): SeenVersion {
  return { place, set, ...seeing, manifests: new Manifests(set), decisions: [] };
}
