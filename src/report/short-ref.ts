/**
 * A reference of a version with twelve digits of a commit that has forty or more: git and `agentz`
 * take it so too, and a person reads it. Documents keep the whole.
 */
export function shortRef(ref: string): string {
  return ref.replaceAll(/\bgit:([0-9a-f]{12})[0-9a-f]{28,52}(?![\w-])/g, "git:$1");
}
