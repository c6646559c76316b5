/** What ran, as `name amount`. */
export const ran = [];

/** @param {{ order: string, amount: number }} args */
export async function refund({ amount }) {
  ran.push(`refund ${amount}`);
  return `refunded ${amount}`;
}
