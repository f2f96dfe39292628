/** Checks that the build runs in Chromium 92: its syntax, its calls, its styles. Offices have browsers as old as that. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'espree'

/** Calls that came later, by the first Chromium that has them; of own sources none, of libraries only behind a question. */
const LATER = {
  structuredClone: 98, 'Object.hasOwn': 93, 'Object.groupBy': 117, 'Map.groupBy': 117, 'Promise.withResolvers': 119, 'Promise.try': 128, 'Array.fromAsync': 121,
  'AbortSignal.timeout': 103, 'AbortSignal.any': 116, 'URL.canParse': 120, 'navigation.navigate': 102, 'scheduler.yield': 129,
}
const METHODS = { findLast: 97, findLastIndex: 97, toSorted: 110, toReversed: 110, toSpliced: 110, isWellFormed: 111, checkVisibility: 105, showPopover: 114 }
/** Styles that an older Chromium does not know; a rule with one of them is dropped whole. */
const STYLES = { ':has(': 105, '@container': 105, '@layer': 99, '@scope': 118, 'color-mix(': 111, 'oklch(': 111, 'accent-color': 93, 'text-wrap': 114, dvh: 108, '@starting-style': 117 }

function* nodesOf(node) {
  if (!node || typeof node.type !== 'string') return
  yield node
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const each of value) yield* nodesOf(each)
    else if (value && typeof value === 'object') yield* nodesOf(value)
  }
}
/** A library may hand a later method on to whoever has it: a method of that name calls it. */
function handedOn(tree) {
  const inside = new Set()
  for (const node of nodesOf(tree)) if (node.type === 'Property' && node.key.name in METHODS) for (const each of nodesOf(node.value)) inside.add(each)
  return inside
}
const nameOf = (callee) => (callee.type === 'Identifier' ? callee.name : callee.object?.name ? `${callee.object.name}.${callee.property?.name}` : '')

function lateness(node, floor) {
  if (node.type === 'StaticBlock') return ['static block (94)']
  if (node.type !== 'CallExpression' || node.optional) return []
  const [name, method] = [nameOf(node.callee), node.callee.property?.name]
  const found = [[name, LATER[name]], [`.${method}`, METHODS[method]]]
  return found.filter(([, since]) => since > floor).map(([what, since]) => `${what} (${since})`)
}

/** Returns what a script has that Chromium 92 has not; a script of another syntax is one fault. */
export function laterScript(code, floor = 92) {
  let tree
  try {
    tree = parse(code, { ecmaVersion: 2022, sourceType: 'module' })
  } catch (error) {
    return [`syntax: ${error.message}`]
  }
  const allowed = handedOn(tree)
  return [...new Set([...nodesOf(tree)].filter((node) => !allowed.has(node)).flatMap((node) => lateness(node, floor)))]
}

export function laterStyles(css, floor = 92) {
  const bare = css.replace(/@supports[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '')
  return Object.entries(STYLES).filter(([what, since]) => since > floor && bare.includes(what)).map(([what, since]) => `${what} (${since})`)
}

function main() {
  const assets = join(process.env.DUBAN_CONSOLE_OUT || 'dist', 'assets')
  const faults = readdirSync(assets).flatMap((name) => {
    const text = readFileSync(join(assets, name), 'utf8')
    const found = name.endsWith('.js') ? laterScript(text) : name.endsWith('.css') ? laterStyles(text) : []
    return found.map((each) => `${name}: ${each}`)
  })
  for (const each of faults) console.log(`LATER than Chromium 92: ${each}`)
  if (!faults.length) console.log('ok   everything is as old as Chromium 92')
  process.exit(faults.length ? 1 : 0)
}
if (process.argv[1] === fileURLToPath(import.meta.url)) main()
