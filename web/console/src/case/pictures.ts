/** The attachments of a case that are shown in their place: pictures that are no burden to a slow line. Pure. */
const MEDIA = ['jpg', 'png']
const SMALL = 5 * 1024 * 1024

export interface Picture {
  id: string
  name: string
}
interface Attached {
  id: string
  name: string | null
  media: string
  size: number
}
export const picturesOf = (attachments: readonly Attached[]): Picture[] =>
  attachments.filter(({ media, size }) => MEDIA.includes(media) && size <= SMALL).map(({ id, name }) => ({ id, name: name ?? id }))
