/** Sentences of the console in English, of the same shape as `zh.ts`. */
import type zh from './zh'

const en: typeof zh = {
  app: 'Duban case console',
  short: 'Duban',
  skip: 'Skip to content',
  other: '中文',
  menu: 'Main menu',
  keysHelp: 'Keyboard',
  keys: {
    '?': 'Show this help', '/': 'Go to the search field', j: 'Next row', k: 'Previous row', o: 'Open the row', n: 'Next that waits', x: 'Tick the row', Esc: 'Close',
  },
  keysNote: 'They do nothing in fields, nor while a word is composed.',
  keysOn: 'Use single keys',
  close: 'Close',
  cancel: 'Cancel',
  pages: {
    desk: 'Desk', cases: 'Cases', case: 'Case', register: 'Register', imports: 'Import a ledger', assign: 'Assign', receive: 'Sign for or object',
    sign: 'Review and sign', ratings: 'Ratings', disclosure: 'Publication', supervise: 'Supervision', statistics: 'Statistics', directory: 'Organisation',
    calendar: 'Deadlines and calendar', operations: 'Operations', audit: 'Audit', preferences: 'Preferences',
  },
  menuGroups: { work: 'Work', intake: 'Intake', watch: 'Supervision', manage: 'Administration' },
  signIn: {
    heading: 'Sign in as',
    again: 'Your session has ended',
    kept: 'Sign in again. Your text is still here and goes on afterwards.',
    as: (name) => `Sign in as ${name}`,
    none: 'Your organisation signs you in; enter from its portal.',
    out: 'Sign out',
    find: 'Find by name or unit',
    unsaved: 'Something is not submitted; after signing out it stays on this computer only. Sign out?',
  },
  problem: {
    title: 'Not done', unreachable: 'The service does not answer; try again later. Nothing you typed is lost.', refused: 'Not allowed.',
    keyReused: 'The former text was accepted; the changed text was not submitted again. Reload to see it.',
  },
  state: {
    loading: 'Loading…', empty: 'Nothing here', refused: 'Not to be seen', silent: 'A service does not answer', retry: 'Try again',
    missing: (services) => `These services do not answer; something may be missing: ${services}`,
    notFound: 'There is no such page, or you may not see it.', unknown: '—',
  },
}
export default en
