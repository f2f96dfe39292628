/** 登记: papers of one post are typed one after the other. */
import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import CommandForm from '@/forms/CommandForm.vue'
import RegisterPage from '@/register/RegisterPage.vue'
import { choicesOf } from '@/words/text'

const { query, partOf } = vi.hoisted(() => ({ query: {} as Record<string, string>, partOf: vi.fn() }))
vi.mock('vue-router', () => ({ onBeforeRouteLeave: () => undefined, useRoute: () => ({ query }) }))
vi.mock('@/register/part', () => ({ partOf }))

const shallow = { stubs: { 'el-button': { template: '<button><slot /></button>' }, 'router-link': true, CommandForm: true, SimilarCases: true } }
const KIND = choicesOf('kind')[0]!

async function withKind() {
  const page = mount(RegisterPage, { global: shallow })
  await page.findAll('button').find((each) => each.text() === KIND.label)!.trigger('click')
  return page
}

test('the next paper begins with what its post has in common, and with no text of the last one', async () => {
  const page = await withKind()
  const form = page.findComponent(CommandForm)
  expect(form.props('initial')).toEqual({ kind: KIND.value })
  const typed = { kind: KIND.value, agency: 'u-city', period: '2025', session: '十五届四次', received_on: '2025-01-06', title: '关于…', text: '正文', consent: true }
  Object.assign(form.vm, { value: typed })
  form.vm.$emit('done', { stream: 'intake-c', version: 1, command_id: 'x' })
  await flushPromises()
  await page.find('button').trigger('click')
  const next = page.findComponent(CommandForm).props('initial') as object
  expect(next).toMatchObject({ kind: KIND.value, agency: 'u-city', period: '2025', session: '十五届四次', received_on: '2025-01-06' })
  for (const name of ['title', 'text', 'consent', 'proposers']) expect(next).not.toHaveProperty(name)
})

test('a part begins with the words of its paper, and so does the next one', async () => {
  const whole = { kind: KIND.value, title: '关于…', text: '一、…二、…', split_from: 'c1' }
  query.from = 'c1'
  partOf.mockResolvedValue(whole)
  const page = mount(RegisterPage, { global: shallow })
  await flushPromises()
  expect(partOf).toHaveBeenCalledWith('c1')
  const form = page.findComponent(CommandForm)
  expect(form.props('initial')).toEqual(whole)
  Object.assign(form.vm, { value: { ...whole, text: '一、…' } })
  form.vm.$emit('done', { stream: 'intake-p', version: 2, command_id: 'x' })
  await flushPromises()
  await page.find('button').trigger('click')
  expect(page.findComponent(CommandForm).props('initial')).toEqual(whole)
  delete query.from
})
