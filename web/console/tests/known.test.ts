/** A form offers what the case knows by its policy row, and no code of other kinds. */
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import RulesPanel from '@/calendar/RulesPanel.vue'
import CommandForm from '@/forms/CommandForm.vue'
import { commandOf } from '@/forms/commands'
import { word } from '@/words/text'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
vi.stubGlobal('fetch', fetched)
const json = (body: object, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
afterEach(() => fetched.mockReset())

/** Rules of a kind by channel, the usual one first. */
function answering(rows: Record<string, { channel: string; choices: object; becomes?: string[] }[]>): void {
  fetched.mockImplementation((request) => {
    const asked = new URL(request.url).searchParams
    const found = (rows[asked.get('kind') ?? ''] ?? []).find(({ channel }) => !asked.get('channel') || channel === asked.get('channel'))
    return Promise.resolve(found ? json({ becomes: [], ...found }) : json({}, 409))
  })
}
async function opened(service: string, body: string, setting: object, initial: object = {}) {
  const command = commandOf(service, body)
  const about = { day: null, caseId: 'c1', names: {}, ...setting }
  const page = mount(CommandForm, { props: { command, href: `/${service}/v1/cases/c1/x`, caseId: 'c1', initial: initial as never, setting: about }, global: { stubs: { 'el-button': true } } })
  await vi.dynamicImportSettled()
  await flushPromises()
  return page
}
const offered = (page: Awaited<ReturnType<typeof opened>>, name: string) =>
  page.findAll(`#${name} option`).map((each) => each.attributes('value')).filter(Boolean)
const words = (page: Awaited<ReturnType<typeof opened>>, name: string) => page.findAll(`[name=${name}]`).map((each) => each.element.parentElement?.textContent?.trim())

test('a unit is offered the reasons of the row of its case, by agency and channel', async () => {
  answering({ suggestion: [{ channel: 'session', choices: { 'objection-reason': ['duplicate'] } }, { channel: 'platform', choices: { 'objection-reason': ['other-lead', 'duplicate'] } }] })
  const page = await opened('assignment', 'Objection', { kind: 'suggestion', agency: 'u-1', channel: 'platform' })
  expect(offered(page, 'reason')).toEqual(['other-lead', 'duplicate'])
  expect(fetched.mock.calls.every(([request]) => new URL(request.url).searchParams.get('agency') === 'u-1')).toBe(true)
})

test('what was chosen stays visible, also where the row knows it no more', async () => {
  answering({ proposal: [{ channel: 'session', choices: { 'objection-reason': ['duplicate'] } }] })
  const page = await opened('assignment', 'Objection', { kind: 'proposal' }, { reason: 'other-level' })
  expect(offered(page, 'reason')).toEqual(['other-level', 'duplicate'])
})

test('while the row cannot be read every code is offered', async () => {
  answering({})
  const page = await opened('assignment', 'Objection', { kind: 'hotline' })
  expect(offered(page, 'reason').length).toBeGreaterThan(2)
})

test('a diversion offers the kinds that take the paper over, and their reasons once one is chosen', async () => {
  answering({
    motion: [{ channel: 'session', choices: { subject: ['general'] }, becomes: ['suggestion'] }],
    suggestion: [{ channel: 'session', choices: { 'diversion-reason': ['not-motion-matter'] } }],
  })
  const page = await opened('intake', 'Diversion', { kind: 'motion', channel: 'session' })
  expect(offered(page, 'kind')).toEqual(['suggestion'])
  await page.find('#kind').setValue('suggestion')
  await flushPromises()
  expect(words(page, 'reason')).toEqual([word('diversion-reason', 'not-motion-matter')])
})

test('the rules of a kind are those of a channel that it comes through, and no other is offered', async () => {
  answering({ petition: [{ channel: 'visit', choices: { channel: ['letter', 'visit'] } }] })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/calendar', component: RulesPanel }] })
  await router.push('/calendar?kind=petition')
  const page = mount(RulesPanel, { global: { plugins: [router] } })
  await flushPromises()
  const [, channel] = page.findAll('select')
  expect(channel?.findAll('option').map((each) => each.attributes('value'))).toEqual(['letter', 'visit'])
  expect((channel?.element as HTMLSelectElement).value).toBe('visit')
})
