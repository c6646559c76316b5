/** The rules that decide calls of changed groups, before or after, as changes are about them: `rule a/b`. */
export function rulesOfGroups(
  groups: readonly { readonly fromRules: readonly string[]; readonly toRules: readonly string[] }[],
): ReadonlySet<string> {
  return new Set(
    groups.flatMap(({ fromRules, toRules }) =>
      [...fromRules, ...toRules].map((rule) => `rule ${rule}`),
    ),
  );
}
