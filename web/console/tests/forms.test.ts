/** Every command of docs/openapi has a form, and every example goes through it unchanged. */
import { flushPromises, mount } from '@vue/test-utils'
import { expect, test, vi } from 'vitest'
import { COMMANDS, commandAt, nameOf, rootOf, type Command } from '@/forms/commands'
import { faultsOf } from '@/forms/faults'
import { emptyOf, filled, mayBeEmpty, sent, type Field, type Value } from '@/forms/fields'
import CommandForm from '@/forms/CommandForm.vue'
import { NAMED } from '@/forms/named'
import { isGroup } from '@/words/text'

const named = COMMANDS.map((command) => [`${command.service} ${command.path}`, command] as const)
const address = (command: Command) => `/${command.service}/v1${command.path.replace(/\{[^}]+\}/g, 'x1')}`
const every = (field: Field): Field[] => [field, ...field.fields.flatMap(every), ...(field.item ? every(field.item) : [])]
const examples = COMMANDS.flatMap((command) => (command.schema.examples ?? []).map((body, at) => [`${nameOf(command)} ${at + 1}`, command, body as Value] as const))

test.each(named)('%s has a form that renders', async (_, command) => {
  const page = mount(CommandForm, { props: { command, href: address(command) }, global: { stubs: { 'el-button': true } } })
  await vi.dynamicImportSettled()
  await flushPromises()
  const shown = page.findAll('input, select, textarea, .add, el-button-stub.add')
  const root = rootOf(command)
  expect(shown.length).toBeGreaterThanOrEqual(root.fields.length ? 1 : 0)
  const carried = NAMED[nameOf(command)]?.carried ?? []
  for (const field of root.fields) expect(page.text().includes(field.title)).toBe(!carried.includes(field.name))
})

test.each(examples)('the example %s goes through its form unchanged', (_, command, body) => {
  const root = rootOf(command)
  const value = filled(root, body)
  expect(faultsOf(root, value)).toEqual({})
  expect(sent(root, value)).toEqual(body)
})

test.each(named)('%s presets nothing', (_, command) => {
  const root = rootOf(command)
  const values = (value: Value): Value[] => (typeof value === 'object' && value ? Object.values(value).flatMap(values) : [value])
  expect(values(emptyOf(root)).filter((each) => each !== undefined)).toEqual([])
})

test.each(named)('the address of %s leads back to it', (_, command) => {
  expect(commandAt(address(command))).toBe(command)
})

test('every code has a group of labels.yaml', () => {
  const fields = COMMANDS.flatMap((command) => every(rootOf(command)))
  expect(fields.filter(({ schema }) => schema['x-code'] && !isGroup(schema['x-code'])).map(({ name }) => name)).toEqual([])
})

test('every pattern compiles with the flag u', () => {
  for (const field of COMMANDS.flatMap((command) => every(rootOf(command)))) {
    if (field.schema.pattern) expect(() => new RegExp(field.schema.pattern ?? '', 'u')).not.toThrow()
  }
})

test('a field that some cases need is not said to be optional', () => {
  const needed = COMMANDS.flatMap((command) => every(rootOf(command))).filter((field) => field.help.includes('必填'))
  expect(needed.map(({ name }) => name)).toEqual(expect.arrayContaining(['explanation', 'suggested_unit', 'target_date']))
  expect(needed.filter(mayBeEmpty)).toEqual([])
  expect(every(rootOf(commandAt('/intake/v1/cases')!)).filter(mayBeEmpty).map(({ name }) => name)).toContain('consent')
})
