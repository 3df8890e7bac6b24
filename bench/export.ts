import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createCategories } from '../electron/host/categories.ts'
import type { ExportReport } from '../electron/host/label-export.ts'
import { openTestLibrary } from '../test/support/open-test-library.ts'
import { seedLabels } from '../test/support/seed-labels.ts'
import { type BenchOptions, type BenchResult, type Measurement, measurement } from './bench-result.ts'

export const name = 'export'
export const question =
  'How long does it take, and how much memory, to export 10,000 labels of 640 × 480 with 10 objects each, read back and proven?'

const usual = { samples: 10_000, width: 640, height: 480, objects: 10, masks: 500 }
const limits = { seconds: 60, megabytes: 500 }

type Timed = {
  readonly ms: number
  readonly cpuMs: number
  readonly maxRssMb: number
  readonly phases: Readonly<Record<string, number>>
  readonly report: ExportReport
}

export async function run({ onProgress = () => {}, images }: BenchOptions): Promise<BenchResult> {
  const samples = images === undefined ? usual.samples : Number(images)
  const label = `COCO, ${samples.toLocaleString('en')} labels`
  const measurements: Measurement[] = []
  const failures: string[] = []
  const library = await openTestLibrary()
  const { folder } = library
  try {
    const start = performance.now()
    await seedLabels(library.context, createCategories(library.context), { ...usual, samples })
    onProgress(`${samples} labels made in ${Math.round(performance.now() - start)} ms`)
    await library.close()
    for (const what of ['labels alone', 'with images'] as const) {
      onProgress(what)
      const out = join(dirname(folder), 'exported')
      const timed = await exportOnce(folder, out, what === 'with images')
      const { ms, cpuMs, maxRssMb, phases, report } = timed
      measurements.push(
        measurement(`${label}, ${what}`, 's', [ms / 1000]),
        measurement(`${label}, ${what}, processor`, 's', [cpuMs / 1000]),
        measurement(`${label}, ${what}, memory at most`, 'MB', [maxRssMb]),
        ...Object.entries(phases).map(([phase, phaseMs]) =>
          measurement(`${label}, ${what}, ${phase}`, 's', [phaseMs / 1000]),
        ),
      )
      const { proof, labels, leftOut } = report
      if (labels !== samples || proof.missing > 0 || proof.differing > 0 || leftOut.length > 0) {
        failures.push(`${what}: ${labels} labels, ${proof.missing} missing, ${proof.differing} pixels differ`)
      }
      if (samples === usual.samples && ms > limits.seconds * 1000) {
        failures.push(`${what}: ${(ms / 1000).toFixed(0)} s, allowed are ${limits.seconds}`)
      }
      if (maxRssMb > limits.megabytes) {
        failures.push(`${what}: ${maxRssMb.toFixed(0)} MB, allowed are ${limits.megabytes}`)
      }
      rmSync(out, { recursive: true, force: true })
    }
    return { measurements, skipped: [], failures, data: { limits, ...usual, samples } }
  } finally {
    await library.cleanup()
  }
}

/**
 * In a process of its own, so that the memory is the export's; what is young has the room that it has in the thread of
 * `exchange-thread.ts`.
 */
async function exportOnce(folder: string, out: string, images: boolean): Promise<Timed> {
  const child = fileURLToPath(new URL('../test/support/export-child.ts', import.meta.url))
  const args = ['--max-semi-space-size=5', child, folder, 'coco', out, images ? 'yes' : 'no']
  const started = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const part of started.stdout) text += part
  return JSON.parse(text) as Timed
}
