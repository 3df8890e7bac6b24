import { expect, it } from 'vitest'
import { bodyLimit } from '../../../electron/transport/body-limit.ts'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import { mostShapesFileBytes } from '../../../shared/formats/shapes-file.ts'
import { frame, saveLabelPath, saveShapesPath } from '../../../shared/host/data-plane.ts'

const sample = '00000000-0000-4000-8000-000000000000' as SampleId

it.each([saveShapesPath, saveLabelPath])('lets a whole file of shapes through with %o', (pathOf) => {
  const header = { status: 'reviewed', tool: 'import', author: 'é'.repeat(200), base: 'f'.repeat(64) }
  const { length } = frame(header, new Uint8Array())
  expect(bodyLimit(pathOf(sample))).toBeGreaterThanOrEqual(mostShapesFileBytes + length)
})

it('keeps what it does not know small', () => {
  expect(bodyLimit(`/data/samples/${sample}/other`)).toBe(64 * 1024)
  expect(bodyLimit(`${saveShapesPath(sample)}/more`)).toBe(64 * 1024)
})
