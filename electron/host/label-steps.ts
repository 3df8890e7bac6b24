import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { StepBatch, StepEntry, StepList } from '../../shared/host/label-steps.ts'
import { diskError } from '../adapters/disk-error.ts'
import { type FileOps, quietly, realFileOps } from '../adapters/file-ops.ts'
import {
  openStepFile,
  parseStepFileName,
  readStepBody,
  readStepFile,
  type StepFile,
  type StoredStep,
  stepFileName,
} from '../adapters/step-file.ts'
import type { LibraryContext } from './library-context.ts'
import { makeFolder } from './library-folder.ts'
import { requireWritable } from './read-only.ts'
import { stepRoom } from './step-room.ts'

/**
 * The undo steps of a library, in `steps/`. They stand beside the labels: no save waits for them, and losing them loses
 * no pixel.
 */
export type LabelSteps = {
  /**
   * Writes them behind those that are there; a step that is there already is not written again. Throws AppError
   * `BAD_REQUEST`, `LIB_READ_ONLY` or what the disk says; some of the steps may be there then.
   */
  append(sample: SampleId, batch: StepBatch, bodies: Uint8Array): void
  /** What can be read of them. Throws what the disk says. */
  list(sample: SampleId): StepList
  /** Null for a step that is not there or not what was written. Throws what the disk says. */
  bodies(sample: SampleId, keys: readonly string[]): (Uint8Array | null)[]
  /** Removes those of a sample that was removed for good. */
  forget(sample: SampleId): void
  close(): Promise<void>
}

/**
 * What is kept at most. Of a sample the oldest steps go first, and never so many that fewer than `leastSteps` are left; of
 * a library the samples that nobody has worked on for longest.
 */
export type StepLimits = {
  readonly partBytes: number
  readonly partSteps: number
  readonly sampleBytes: number
  readonly sampleSteps: number
  readonly leastSteps: number
  readonly libraryBytes: number
}
const MiB = 1024 * 1024
export const stepLimits: StepLimits = {
  partBytes: 16 * MiB,
  partSteps: 2000,
  sampleBytes: 256 * MiB,
  sampleSteps: 20_000,
  leastSteps: 100,
  libraryBytes: 2048 * MiB,
}

type Part = { readonly number: number; bytes: number; steps: number; stepBytes: number; isWhole: boolean }
type Index = {
  parts: Part[]
  /** In the order they were made. */
  steps: { readonly part: number; readonly step: StoredStep }[]
  readonly byKey: Map<string, { readonly part: number; readonly step: StoredStep }>
  place: string | null
  file: StepFile | null
}

/** Samples whose steps are known by heart; at the end the files are opened and read again. */
const KNOWN_SAMPLES = 4

export function createLabelSteps(
  context: Pick<LibraryContext, 'folder' | 'log' | 'readOnly'>,
  options: {
    /** Throws AppError `NOT_FOUND` for a sample that is not here. */
    readonly requireSample: (id: SampleId) => void
    readonly ops?: FileOps
    readonly limits?: StepLimits
  },
): LabelSteps {
  const { requireSample, ops = realFileOps, limits = stepLimits } = options
  const root = join(context.folder, 'steps')
  const known = new Map<SampleId, Index>()
  const room = stepRoom(root, limits, {
    ops,
    isOpen: (sample) => known.get(sample as SampleId)?.file != null,
    going: (sample) => void known.delete(sample as SampleId),
    failed: (error) =>
      context.log('warn', 'steps', `old steps of undo could not be removed: ${String(error)}`),
  })

  const folderOf = (sample: string) => join(root, sample.slice(0, 2))
  const pathOf = (sample: string, part: number, kind: 'steps' | 'bodies') =>
    join(folderOf(sample), stepFileName(sample, part, kind))

  function indexOf(sample: SampleId): Index {
    const found = known.get(sample)
    if (found) {
      known.delete(sample)
      known.set(sample, found)
      return found
    }
    const index = readIndex(sample)
    known.set(sample, index)
    for (const [other, { file }] of known) {
      if (known.size <= KNOWN_SAMPLES) break
      known.delete(other)
      letGo(file)
    }
    return index
  }

  function readIndex(sample: SampleId): Index {
    const index: Index = { parts: [], steps: [], byKey: new Map(), place: null, file: null }
    const files = namesIn(folderOf(sample)).flatMap((name) => {
      const parsed = parseStepFileName(name)
      return parsed?.sampleId === sample ? [parsed] : []
    })
    for (const number of [...new Set(files.map(({ part }) => part))].sort((a, b) => a - b)) {
      const isThere = (kind: 'steps' | 'bodies') =>
        files.some((file) => file.part === number && file.kind === kind)
      const part: Part = { number, bytes: 0, steps: 0, stepBytes: 0, isWhole: false }
      index.parts.push(part)
      if (isThere('bodies')) part.bytes += statSync(pathOf(sample, number, 'bodies')).size
      if (!isThere('steps')) continue
      const { records, size, isWhole } = readStepFile(pathOf(sample, number, 'steps'))
      part.bytes += size
      part.stepBytes = size
      part.isWhole = isWhole && isThere('bodies')
      for (const record of records) {
        if (record.kind === 'place') index.place = record.place
        else if (!index.byKey.has(record.step.key)) add(index, part, record.step)
      }
    }
    return index
  }

  function add(index: Index, part: Part, step: StoredStep): void {
    const entry = { part: part.number, step }
    index.steps.push(entry)
    index.byKey.set(step.key, entry)
    index.place = step.key
    part.steps++
  }

  function fileFor(sample: SampleId, index: Index): { file: StepFile; part: Part } {
    const last = index.parts.at(-1)
    const hasRoom = last && last.bytes < limits.partBytes && last.steps < limits.partSteps
    if (index.file && hasRoom) return { file: index.file, part: last }
    letGo(index.file)
    index.file = null
    makeFolder(ops, folderOf(sample))
    const goesOn = hasRoom && last.isWhole
    const part = goesOn
      ? last
      : { number: (last?.number ?? 0) + 1, bytes: 0, steps: 0, stepBytes: 0, isWhole: true }
    const paths = {
      steps: pathOf(sample, part.number, 'steps'),
      bodies: pathOf(sample, part.number, 'bodies'),
    }
    const file = openStepFile(ops, paths, goesOn ? part : null)
    index.file = file
    if (!goesOn) index.parts.push(part)
    return { file, part }
  }

  /** What a failed write left: the part takes no more, and goes if nothing in it counts. */
  function breakOff(sample: SampleId, index: Index): void {
    const part = index.parts.at(-1)
    if (!index.file || !part) return
    letGo(index.file)
    index.file = null
    part.isWhole = false
    if (part.steps === 0) removePart(sample, index, part)
  }

  function removePart(sample: SampleId, index: Index, part: Part): void {
    // The list goes first: without it the bodies mean nothing.
    for (const kind of ['steps', 'bodies'] as const) ops.remove(pathOf(sample, part.number, kind))
    index.parts = index.parts.filter((each) => each !== part)
    for (const { part: number, step } of index.steps) if (number === part.number) index.byKey.delete(step.key)
    index.steps = index.steps.filter(({ part: number }) => number !== part.number)
    room.add(-part.bytes)
  }

  /** Lets the oldest parts go while there is more than one sample may have. */
  function trim(sample: SampleId, index: Index): void {
    for (;;) {
      const [oldest, ...rest] = index.parts
      if (!oldest || rest.length === 0) return
      const bytes = index.parts.reduce((sum, part) => sum + part.bytes, 0)
      const kept = index.steps.length - oldest.steps
      const isOver = bytes > limits.sampleBytes || index.steps.length > limits.sampleSteps
      if (!isOver || kept < limits.leastSteps) return
      removePart(sample, index, oldest)
    }
  }

  function letGo(file: StepFile | null): void {
    quietly(() => file?.sync())
    quietly(() => file?.close())
  }

  return {
    append(sample, { steps, place }, bytes) {
      requireWritable(context)
      requireSample(sample)
      const total = steps.reduce((sum, entry) => sum + entry.bytes, 0)
      if (total !== bytes.length) throw refused()
      let offset = 0
      const sent = steps.map((entry) => {
        const body = bytes.subarray(offset, offset + entry.bytes)
        offset += entry.bytes
        return { entry, body }
      })
      explained(() => {
        const index = indexOf(sample)
        const fresh = sent.filter(({ entry }) => !index.byKey.has(entry.key))
        if (fresh.length === 0 && (place === undefined || place === index.place)) return
        try {
          const { file, part } = fileFor(sample, index)
          const before = file.bytes
          for (const step of file.append(fresh, place)) add(index, part, step)
          if (place !== undefined) index.place = place
          part.bytes = file.bytes
          room.add(file.bytes - before)
        } catch (error) {
          breakOff(sample, index)
          throw error
        }
        quietly(() => trim(sample, index))
        room.keep()
      })
    },

    list(sample) {
      return explained(() => {
        const { steps, place, parts } = indexOf(sample)
        return {
          steps: steps.map(({ step: { offset: _, crc: __, ...entry } }): StepEntry => entry),
          place,
          isDamaged: parts.some(({ isWhole }) => !isWhole),
        }
      })
    },

    bodies(sample, keys) {
      return explained(() => {
        const { byKey } = indexOf(sample)
        return keys.map((key) => {
          const found = byKey.get(key)
          if (!found) return null
          try {
            const body = readStepBody(pathOf(sample, found.part, 'bodies'), found.step)
            if (!body) context.log('warn', 'steps', 'a step of undo is damaged', { sample })
            return body
          } catch (error) {
            if ((error as { code?: string }).code === 'ENOENT') return null
            throw error
          }
        })
      })
    },

    forget(sample) {
      letGo(known.get(sample)?.file ?? null)
      known.delete(sample)
      for (const name of namesIn(folderOf(sample))) {
        if (parseStepFileName(name)?.sampleId === sample) ops.remove(join(folderOf(sample), name))
      }
      room.forget()
    },

    async close() {
      await room.settled()
      for (const { file } of known.values()) letGo(file)
      known.clear()
    },
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return []
    throw error
  }
}

function explained<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw diskError(error)
  }
}

function refused(): AppError {
  return new AppError('BAD_REQUEST', 'Steps of undo arrived damaged.', {
    remedy: 'Go on: the label itself is saved. These steps can be taken back while the window is open.',
  })
}
