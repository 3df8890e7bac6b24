import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileOps } from '../../electron/adapters/file-ops.ts'
import { createLabelSteps, type LabelSteps, type StepLimits } from '../../electron/host/label-steps.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { encodeStep, type StepEntry } from '../../shared/host/label-steps.ts'

export const sampleA = '0f4d8a3e-6c1b-4f7a-9d52-7b0e3c9a1d64' as SampleId
export const sampleB = '1f4d8a3e-6c1b-4f7a-9d52-7b0e3c9a1d64' as SampleId

const mark = (n: number) => n.toString(16).padStart(16, '0')
export const keyOf = (n: number) => `00000000-${n.toString(36)}`

/** Step 1, 2, 3 … of one image: each leads from what the one before led to. `size`: bytes that its body takes at least. */
export function stepOf(n: number, size = 0): { entry: StepEntry; body: Uint8Array } {
  const note = String(n).padEnd(size, 'x')
  const object = { id: n, categoryId: 1, attributes: { note: note.slice(0, 4000) } }
  const objects = Array.from({ length: Math.max(1, Math.ceil(size / 4000)) }, (_, i) => ({
    id: n + i,
    before: null,
    after: { ...object, id: n + i },
  }))
  const body = encodeStep({ pixels: null, objects, status: null })
  const entry: StepEntry = {
    key: keyOf(n),
    prev: n > 1 ? keyOf(n - 1) : null,
    from: mark(n - 1),
    to: mark(n),
    was: 'in progress',
    status: 'in progress',
    at: 1_767_225_600_000 + n,
    title: `Step ${n}`,
    pixels: n,
    bytes: body.length,
  }
  return { entry, body }
}

export function send(
  steps: LabelSteps,
  sample: SampleId,
  numbers: readonly number[],
  more: { size?: number; place?: string | null } = {},
): void {
  const made = numbers.map((n) => stepOf(n, more.size))
  const batch = {
    steps: made.map(({ entry }) => entry),
    ...('place' in more && { place: more.place ?? null }),
  }
  steps.append(sample, batch, Buffer.concat(made.map(({ body }) => body)))
}

/** Keys of what is listed, as numbers. */
export const numbersIn = (steps: LabelSteps, sample: SampleId) =>
  steps.list(sample).steps.map(({ key }) => Number.parseInt(key.slice(9), 36))

/** Whether the body of each step is what was sent. */
export const areWhole = (steps: LabelSteps, sample: SampleId, numbers: readonly number[], size = 0) =>
  steps.bodies(sample, numbers.map(keyOf)).map((body, i) => {
    return body !== null && Buffer.from(body).equals(stepOf(numbers[i]!, size).body)
  })

/** Where the steps of a library lie, without the library. */
export function stepFolder() {
  const folder = mkdtempSync(join(tmpdir(), `tessera-steps-${randomUUID().slice(0, 8)}-`))
  const opened: LabelSteps[] = []
  return {
    folder,
    open(options: { ops?: FileOps; limits?: StepLimits; readOnly?: boolean } = {}): LabelSteps {
      const { readOnly = false, ...rest } = options
      const steps = createLabelSteps(
        { folder, readOnly, log: () => {} },
        { requireSample: () => {}, ...rest },
      )
      opened.push(steps)
      return steps
    },
    async cleanup() {
      for (const steps of opened) await steps.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
