/**
 * What of a row tells a part: an entity, one column, what some conditions read of an entity, or an
 * atom on several of them.
 */
export type Source =
  | { readonly kind: "subject" | "action" | "resource" }
  | { readonly kind: "column" | "attributes" | "joint"; readonly index: number };
