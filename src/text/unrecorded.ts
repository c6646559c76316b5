/**
 * What has to be recorded so that an attribute is known: state of a session is set from what
 * earlier calls record, and is in no event itself (design 5.1).
 */
export function recordable(attribute: string): string {
  return /^session\.(?:labels|counters|values)\b/.test(attribute)
    ? `what sets ${attribute}`
    : attribute;
}
