/** One table of pages: the router and the menu read it. */
import type { RouteRecordRaw } from 'vue-router'
import type { Text } from '@/words/text'

export interface Page {
  path: string
  name: keyof Text['pages']
  group?: keyof Text['menuGroups']
  /** Acts that the page is about, in the order in which it offers them: whoever may do none of them does not see it in the menu. */
  acts?: string[]
  component: () => Promise<unknown>
}
export const ACTS = {
  assign: ['assign-case', 'plan-assignment', 'decide-plan', 'decide-objection', 'arbitrate-objection', 'decide-cohandler', 'decide-extension', 'decide-suspension', 'reassign', 'accept-case', 'notify-refusal'],
  receive: ['receive-assignment', 'propose-cohandler', 'object-assignment'],
  sign: ['sign-reply', 'submit-draft', 'give-opinion', 'record-contact', 'deliver-reply', 'return-draft', 'tell-extension', 'tell-suspension', 'request-extension', 'request-suspension', 'resume-task'],
  ratings: ['rate-by-proxy'],
  disclosure: ['decide-disclosure', 'review-disclosure'],
}
const inbox = (acts: keyof typeof ACTS): Page => ({
  path: `/${acts}`, name: acts, group: 'work', acts: ACTS[acts], component: () => import('./inbox/InboxPage.vue'),
})

export const PAGES: Page[] = [
  { path: '/desk', name: 'desk', group: 'work', component: () => import('./desk/DeskPage.vue') },
  { path: '/cases', name: 'cases', group: 'work', component: () => import('./ledger/LedgerPage.vue') },
  { path: '/former', name: 'former', group: 'work', acts: [...ACTS.receive, ...ACTS.sign], component: () => import('./former/FormerPage.vue') },
  { path: '/cases/:caseId([0-9a-f]{32})', name: 'case', component: () => import('./case/CasePage.vue') },
  ...(Object.keys(ACTS) as (keyof typeof ACTS)[]).map(inbox),
  { path: '/register', name: 'register', group: 'intake', acts: ['register-case'], component: () => import('./register/RegisterPage.vue') },
  { path: '/import', name: 'imports', group: 'intake', acts: ['import-ledger'], component: () => import('./import/ImportPage.vue') },
  { path: '/supervise', name: 'supervise', group: 'watch', component: () => import('./supervise/SupervisePage.vue') },
  { path: '/statistics', name: 'statistics', group: 'watch', acts: ['read-statistics'], component: () => import('./statistics/StatisticsPage.vue') },
  { path: '/directory', name: 'directory', group: 'manage', component: () => import('./directory/DirectoryPage.vue') },
  { path: '/calendar', name: 'calendar', group: 'manage', component: () => import('./calendar/CalendarPage.vue') },
  { path: '/operation', name: 'operation', group: 'manage', acts: ['read-condition'], component: () => import('./operation/OperationPage.vue') },
  { path: '/audit', name: 'audit', group: 'manage', acts: ['read-trail'], component: () => import('./audit/AuditPage.vue') },
]

export const ROUTES: RouteRecordRaw[] = [
  { path: '/', redirect: '/desk' },
  ...PAGES.map(({ path, name, component, acts }) => ({ path, name, component, props: acts && path === `/${name}` && name in ACTS ? { name, actions: acts } : false }) as RouteRecordRaw),
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./shell/NowherePage.vue') },
]
