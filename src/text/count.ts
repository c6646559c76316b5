/** `1 call`, `3 calls`, `12,345 calls`; `many` where the plural is not the singular with an `s`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}
