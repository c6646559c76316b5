const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * An RFC 3339 instant as milliseconds since 1970 (fractions of a millisecond kept); undefined where
 * the text is not one, names no calendar day, or has no zone.
 */
export function parseInstant(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [
    ,
    year = "",
    month = "",
    day = "",
    hour = "",
    minute = "",
    second = "",
    fraction = "",
    zone = "Z",
  ] = match;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const check = new Date(date);
  check.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (check.getUTCMonth() !== Number(month) - 1 || check.getUTCDate() !== Number(day))
    return undefined;
  const seconds = Number(second);
  if (Number(hour) > 23 || Number(minute) > 59 || seconds > 60) return undefined;
  const offset = zoneOffset(zone);
  if (offset === undefined) return undefined;
  const clock = ((Number(hour) * 60 + Number(minute)) * 60 + seconds) * 1000;
  return (
    check.getTime() +
    clock +
    Number(`0${fraction === "" ? ".0" : fraction}`) * 1000 -
    offset * 60_000
  );
}

/** Minutes east of UTC. */
function zoneOffset(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
