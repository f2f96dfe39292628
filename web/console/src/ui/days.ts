/** Days and moments as they are in China, whatever zone the computer is set to. */
const ZONE = 'Asia/Shanghai'
const parts = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})

function read(moment: string | Date): Record<string, string> {
  const date = typeof moment === 'string' ? new Date(moment) : moment
  return Object.fromEntries(parts.formatToParts(date).map(({ type, value }) => [type, value]))
}

/** `2025-06-30` of a moment. */
export function dayOf(moment: string | Date): string {
  const { year, month, day } = read(moment)
  return `${year}-${month}-${day}`
}

/** `2025-06-30 10:42`; empty for no moment. */
export function momentOf(moment: string | null | undefined): string {
  if (!moment || Number.isNaN(Date.parse(moment))) return moment ?? ''
  const { hour, minute } = read(moment)
  return `${dayOf(moment)} ${hour === '24' ? '00' : hour}:${minute}`
}

export const clockOf = (moment: Date): string => momentOf(moment.toISOString()).slice(11)

const DAY_MS = 86_400_000
const follows = (day: string, last: string): boolean => Date.parse(day) - Date.parse(last) === DAY_MS
/** Returns days, given in their order, as spans of first and last day. */
export function spansOf(days: string[]): [string, string][] {
  const spans: [string, string][] = []
  for (const day of days) {
    const last = spans.at(-1)
    if (last && follows(day, last[1])) last[1] = day
    else spans.push([day, day])
  }
  return spans
}
