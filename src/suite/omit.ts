/** A copy of a record without one of its fields. */
export function omit<T extends object, K extends keyof T>(record: T, field: K): Omit<T, K> {
  const copy: Omit<T, K> = { ...record };
  Reflect.deleteProperty(copy, field);
  return copy;
}
