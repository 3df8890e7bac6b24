import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseStepFileName, readStepFile, stepFileName } from '../adapters/step-file.ts'
import type { Finding } from './verify.ts'

/** Files of undo steps that end in the middle. A stop leaves such; no label depends on them, so it is no damage. */
export function verifySteps(folder: string, nameOf: (sampleId: string) => string | undefined): Finding[] {
  const root = join(folder, 'steps')
  return entriesOf(root).flatMap((shelf) =>
    entriesOf(join(root, shelf)).flatMap((name): Finding[] => {
      const parsed = parseStepFileName(name)
      if (parsed?.kind !== 'steps' || isWhole(join(root, shelf), name)) return []
      const affected = nameOf(parsed.sampleId)
      return [
        {
          code: 'STEPS_CUT',
          severity: 'info',
          message: 'Some steps of undo cannot be read. No label is affected.',
          id: name,
          affects: affected === undefined ? [] : [affected],
        },
      ]
    }),
  )
}

function isWhole(folder: string, name: string): boolean {
  const { sampleId, part } = parseStepFileName(name)!
  try {
    const { records, isWhole } = readStepFile(join(folder, name))
    const bodies = statSync(join(folder, stepFileName(sampleId, part, 'bodies'))).size
    return (
      isWhole && records.every((each) => each.kind !== 'step' || each.step.offset + each.step.bytes <= bodies)
    )
  } catch {
    return false
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
