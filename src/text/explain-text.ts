/** `; \`agentz explain s-1/3\` shows why`; empty where no call is named. */
export function explainCall(id: string | undefined): string {
  return id === undefined ? "" : `; \`agentz explain ${id}\` shows why`;
}

/**
 * As {@link explainCall}, with a benign call that is denied only because conditions are
 * errors on it; empty where groups do not tell which call that is.
 */
export function explainFailing(
  groups: readonly {
    readonly benignFailing?: number;
    readonly calls: number;
    readonly example: string;
  }[],
): string {
  const group = groups.find(({ benignFailing, calls }) => benignFailing === calls);
  return explainCall(group?.example);
}
