/** Opening a case marks it as seen by this person, as of the page that was shown. */
import { api, ask } from '@/api/client'
import { countNews } from '@/ui/news'
import type { Page } from './views'

export async function markSeen(page: Page): Promise<void> {
  const params = { path: { case_id: page.case_id }, query: { until: page.news_at } }
  await ask(api.portal.PUT('/cases/{case_id}/seen', { params }))
  await countNews()
}
