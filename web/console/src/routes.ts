/** One table of pages: the router and the menu read it; `list` is the address whose answer opens the page. */
import type { RouteRecordRaw } from 'vue-router'
import type { Text } from '@/words/text'

export interface Page {
  path: string
  name: keyof Text['pages']
  group?: keyof Text['menuGroups']
  /** The list that the page shows: a person whom it refuses does not see the page in the menu. */
  list?: string
  component: () => Promise<unknown>
}

export const PAGES: Page[] = [
  { path: '/desk', name: 'desk', group: 'work', component: () => import('./desk/DeskPage.vue') },
  { path: '/cases/:caseId([0-9a-f]{32})', name: 'case', component: () => import('./case/CasePage.vue') },
  { path: '/cases', name: 'cases', group: 'work', list: '/portal/v1/worklist?limit=1', component: () => import('./ledger/LedgerPage.vue') },
]

export const ROUTES: RouteRecordRaw[] = [
  { path: '/', redirect: '/desk' },
  ...PAGES.map(({ path, name, component }) => ({ path, name, component }) as RouteRecordRaw),
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue') },
]
