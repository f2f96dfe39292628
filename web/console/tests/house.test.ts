/** The rules of the folder: which layer may import which, and where Chinese may stand. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '..', 'src')
const BASE = ['words']
const API = [...BASE, 'api']
const UI = [...API, 'ui']
const FORMS = [...UI, 'forms']
/** Folder → folders that it may import beside itself; a page's folder is not listed and may import FEATURES. */
const LAYERS: Record<string, string[]> = {
  words: [], api: BASE, ui: API, forms: UI, ledger: FORMS, case: FORMS, review: FORMS,
}
const FEATURES = [...FORMS, 'ledger', 'case', 'review']

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
}

const SOURCES = files(SRC).filter((path) => /\.(ts|vue)$/.test(path) && !path.includes('.gen.'))
const folderOf = (path: string) => relative(SRC, path).split('/').slice(0, -1)[0] ?? ''

function imported(path: string): string[] {
  const text = readFileSync(path, 'utf8')
  const aliases = [...text.matchAll(/from '@\/([a-z]+)\//g), ...text.matchAll(/import\('@\/([a-z]+)\//g)]
  const outside = [...text.matchAll(/from '\.\.\/([a-z]+)\//g)]
  return [...aliases, ...outside].map((match) => match[1] ?? '')
}

function allowed(folder: string): string[] | null {
  if (folder === '' || folder === 'shell') return null
  return [folder, ...(LAYERS[folder] ?? FEATURES)]
}

test.each(SOURCES.map((path) => relative(SRC, path)))('%s imports downwards only', (name) => {
  const may = allowed(folderOf(join(SRC, name)))
  if (may) expect(imported(join(SRC, name)).filter((folder) => !may.includes(folder))).toEqual([])
})

const CHINESE = /[\u4e00-\u9fff]/
const spoken = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '').replace(/<!--[\s\S]*?-->/g, '')

test('Chinese stands in words/zh.ts only', () => {
  const others = SOURCES.filter((path) => !/words\/(zh|en)\.ts$/.test(path))
  expect(others.filter((path) => CHINESE.test(spoken(readFileSync(path, 'utf8')))).map((path) => relative(SRC, path))).toEqual([])
})

test('no single file has more than 200 lines', () => {
  const long = SOURCES.filter((path) => !/words\/(zh|en)\.ts$/.test(path) && readFileSync(path, 'utf8').split('\n').length > 201)
  expect(long.map((path) => relative(SRC, path))).toEqual([])
})
