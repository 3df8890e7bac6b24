import { existsSync, readFileSync } from 'node:fs'
import { createCategories } from '../../electron/host/categories.ts'
import { createLabelExport } from '../../electron/host/label-export.ts'
import { openLibrary } from '../../electron/host/library.ts'
import { createVersions } from '../../electron/host/versions.ts'
import type { FormatId } from '../../shared/formats/exchange/format.ts'

// Exports a library in a process of its own: FOLDER FORMAT OUT IMAGES. Says in one line of JSON how long it took and how
// much memory it had at most.
const [folder, format, out, images] = process.argv.slice(2) as [string, FormatId, string, string]
const library = await openLibrary(folder, {
  mode: 'read',
  deviceId: '4f1a6c52-7b1d-4f0e-9c3a-2f6b8d0e1a77',
  log: () => {},
  emit: () => {},
})
const categories = createCategories(library.context)
const versions = createVersions(library.context, { categories })
const ontology = () => ({ ...categories.rules(), categories: categories.list() })
const request = { version: null, format, out, splits: { by: 'none' }, images: images === 'yes' } as const
const start = performance.now()
const phases: Record<string, number> = {}
let last = { phase: 'reading', at: start }
const report = await createLabelExport(library.context, { versions, ontology }).run(
  request,
  new AbortController().signal,
  ({ phase }) => {
    if (phase === last.phase) return
    phases[last.phase] = performance.now() - last.at
    last = { phase, at: performance.now() }
  },
)
phases[last.phase] = performance.now() - last.at
const ms = performance.now() - start
await library.close()
// Linux counts what the process before it had into `maxRSS`.
const own = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(own)?.[1] ?? process.resourceUsage().maxRSS)
const { userCPUTime, systemCPUTime } = process.resourceUsage()
const cpuMs = (userCPUTime + systemCPUTime) / 1000
process.stdout.write(`${JSON.stringify({ ms, cpuMs, maxRssMb: peakKb / 1024, phases, report })}\n`)
