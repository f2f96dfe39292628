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
