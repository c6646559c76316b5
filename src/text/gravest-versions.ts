const GRAVEST = ["major", "minor", "patch", "none"];

/** Documents that declare too little first, and of those alike the greater change first. */
export function gravestVersions<
  Document extends { readonly ok: boolean; readonly required: string },
>(documents: readonly Document[]): readonly Document[] {
  return documents.toSorted(
    (a, b) =>
      Number(a.ok) - Number(b.ok) || GRAVEST.indexOf(a.required) - GRAVEST.indexOf(b.required),
  );
}
