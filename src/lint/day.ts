/** The day of an instant (milliseconds), UTC: `2026-05-18`. */
export function dayText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? "no day" : date.toISOString().slice(0, 10);
}
