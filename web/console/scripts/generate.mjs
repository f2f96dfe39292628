/** Generates types, commands and words from docs/openapi and deploy/policies/labels.yaml. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'
import { parse } from 'yaml'
import { commandsOf } from './commands.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..', '..')
const src = join(here, '..', 'src')
const openapi = join(root, 'docs', 'openapi')

/** Writes a file only when it changes, so that watchers stay quiet. */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true })
  let known = ''
  try {
    known = readFileSync(path, 'utf8')
  } catch {
    known = ''
  }
  if (known !== content) writeFileSync(path, content)
}

async function typed(service, file) {
  const types = astToString(await openapiTS(pathToFileURL(file)))
  write(join(src, 'api', 'openapi', `${service}.gen.ts`), types)
}

function words() {
  const labels = parse(readFileSync(join(root, 'deploy', 'policies', 'labels.yaml'), 'utf8'))
  const { special = [], ...groups } = labels
  const text = `/** Names of codes: group, code, [Chinese, English]. Generated from deploy/policies/labels.yaml. */
export const WORDS = ${JSON.stringify(groups, null, 1)} as const satisfies Record<string, Record<string, readonly [string, string]>>
export type Group = keyof typeof WORDS
export type CodeOf<G extends Group> = keyof (typeof WORDS)[G] & string
/** Names that kinds of cases have of their own. */
export const SPECIAL: { kinds?: string[]; agency?: string; words: Record<string, Record<string, [string, string]>> }[] = ${JSON.stringify(special, null, 1)}
`
  write(join(src, 'words', 'words.gen.ts'), text)
}

const files = readdirSync(openapi).filter((name) => name.endsWith('.json')).sort()
const commands = []
for (const name of files) {
  const service = basename(name, '.json')
  const file = join(openapi, name)
  await typed(service, file)
  commands.push(...commandsOf(service, JSON.parse(readFileSync(file, 'utf8'))))
}
write(join(src, 'forms', 'commands.gen.json'), `${JSON.stringify(commands, null, 1)}\n`)
words()
