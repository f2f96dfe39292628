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

const WORKLIST = '/portal/v1/worklist?limit=1'
const WAITING = '/portal/v1/waiting'

export const PAGES: Page[] = [
  { path: '/desk', name: 'desk', group: 'work', component: () => import('./desk/DeskPage.vue') },
  { path: '/cases', name: 'cases', group: 'work', list: WORKLIST, component: () => import('./ledger/LedgerPage.vue') },
  { path: '/cases/:caseId([0-9a-f]{32})', name: 'case', component: () => import('./case/CasePage.vue') },
  { path: '/assign', name: 'assign', group: 'work', list: WAITING, component: () => import('./inbox/AssignPage.vue') },
  { path: '/receive', name: 'receive', group: 'work', list: WAITING, component: () => import('./inbox/ReceivePage.vue') },
  { path: '/sign', name: 'sign', group: 'work', list: WAITING, component: () => import('./inbox/SignPage.vue') },
  { path: '/ratings', name: 'ratings', group: 'work', list: WAITING, component: () => import('./inbox/RatingsPage.vue') },
  { path: '/disclosure', name: 'disclosure', group: 'work', list: WAITING, component: () => import('./inbox/DisclosurePage.vue') },
  { path: '/register', name: 'register', group: 'intake', component: () => import('./register/RegisterPage.vue') },
  { path: '/supervise', name: 'supervise', group: 'watch', list: WORKLIST, component: () => import('./supervise/SupervisePage.vue') },
  { path: '/statistics', name: 'statistics', group: 'watch', list: '/portal/v1/statistics?period=2025', component: () => import('./statistics/StatisticsPage.vue') },
  { path: '/directory', name: 'directory', group: 'manage', list: '/directory/v1/units', component: () => import('./directory/DirectoryPage.vue') },
  { path: '/calendar', name: 'calendar', group: 'manage', list: '/reminder/v1/due', component: () => import('./calendar/CalendarPage.vue') },
  { path: '/audit', name: 'audit', group: 'manage', list: '/portal/v1/audit?limit=1', component: () => import('./audit/AuditPage.vue') },
]

export const ROUTES: RouteRecordRaw[] = [
  { path: '/', redirect: '/desk' },
  ...PAGES.map(({ path, name, component }) => ({ path, name, component }) as RouteRecordRaw),
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue') },
]
