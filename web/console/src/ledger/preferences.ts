/** Columns and saved views of this person, kept by the portal. */
import { reactive } from 'vue'
import { api, ask, type Portals } from '@/api/client'
import { isConflict, type Result } from '@/api/problem'
import { complete, USUAL } from './columns'

export type View = Portals['View']
type Kept = Portals['Preferences']
type Change = (chosen: { columns: string[]; views: View[] }) => void
export const preferences = reactive({ columns: [...USUAL] as string[], views: [] as View[], isKept: true })
let version = 0

function show(kept: Kept): void {
  version = kept.version
  preferences.columns = kept.columns.length ? complete(kept.columns) : [...USUAL]
  preferences.views = [...kept.views]
}

export async function readPreferences(): Promise<void> {
  const answer = await ask<Kept>(api.portal.GET('/preferences'))
  if (answer.ok) show(answer.data)
}

function put(): Promise<Result<Kept>> {
  const columns = preferences.columns as Kept['columns']
  return ask<Kept>(api.portal.PUT('/preferences', { params: { header: { 'if-match': `"${version}"` } }, body: { columns, views: preferences.views } }))
}

let last: Promise<void> = Promise.resolve()
/** Shows the change at once, and keeps one after the other. */
function keep(change: Change): Promise<void> {
  change(preferences)
  last = last.then(() => kept(change))
  return last
}

/** Where another window was first, the change is made again on top of what that one kept. */
async function kept(change: Change): Promise<void> {
  let answer = await put()
  if (!answer.ok && isConflict(answer.problem)) {
    await readPreferences()
    change(preferences)
    answer = await put()
  }
  preferences.isKept = answer.ok
  if (answer.ok) show(answer.data)
}

export const chooseColumns = (columns: string[]): Promise<void> => keep((chosen) => (chosen.columns = columns))
export const saveView = (view: View): Promise<void> =>
  keep((chosen) => (chosen.views = [...chosen.views.filter(({ name }) => name !== view.name), view]))
export const dropView = (name: string): Promise<void> =>
  keep((chosen) => (chosen.views = chosen.views.filter((view) => view.name !== name)))
