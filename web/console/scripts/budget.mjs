/** Checks what each page weighs, gzipped, with its static imports, against the budgets. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = process.env.DUBAN_CONSOLE_OUT ?? 'dist'
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'))
const KB = 1024
const sizeOf = (file) => gzipSync(readFileSync(join(dist, file))).length / KB

function reached(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) reached(next, seen)
  return seen
}

/** KB of JavaScript and of styles that a set of chunks loads. */
function weight(keys) {
  const chunks = [...keys].map((key) => manifest[key])
  const js = chunks.reduce((sum, chunk) => sum + sizeOf(chunk.file), 0)
  const styles = new Set(chunks.flatMap((chunk) => chunk.css ?? []))
  return { js, css: [...styles].reduce((sum, file) => sum + sizeOf(file), 0) }
}

const union = (...keys) => new Set(keys.flatMap((key) => [...reached(key)]))
const shell = 'index.html'
const ledger = 'src/ledger/LedgerPage.vue'
const casePage = 'src/case/CasePage.vue'
const forms = 'src/case/CaseDialog.vue'
const base = weight(union(shell, ledger))
const rows = [
  ['shell + ledger', base.js, 200],
  ['case page beyond it', weight(union(shell, ledger, casePage)).js - base.js, 40],
  ['forms beyond both', weight(union(shell, ledger, casePage, forms)).js - weight(union(shell, ledger, casePage)).js, 15],
  ['styles of a page, at most', Math.max(...Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry).map((key) => weight(union(shell, key)).css)), 35],
]
const charts = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry && [...reached(key)].some((each) => /echarts/i.test(manifest[each].name ?? each)))
const strays = charts.filter((key) => !key.startsWith('src/statistics/'))

let failed = strays.length > 0
for (const [what, kb, limit] of rows) {
  const over = kb > limit
  failed ||= over
  console.log(`${over ? 'OVER' : 'ok  '} ${what}: ${kb.toFixed(1)} KB of ${limit}`)
}
if (strays.length) console.log(`OVER charts are loaded by ${strays.join(', ')}`)
process.exit(failed ? 1 : 0)
