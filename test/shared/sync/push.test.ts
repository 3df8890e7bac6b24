import { expect, it } from 'vitest'
import type { RemoteVersion } from '../../../shared/sync/artifact-remote.ts'
import { adoptable, assertSame, hexOfBase64, type OwedEntry, planUpload } from '../../../shared/sync/push.ts'

const entry = (path: string, digest: string) => ({ path, digest, size: 1, blob: 'b' }) as OwedEntry
const remote = (index: number, digest: string, versionId: string | null = null): RemoteVersion => ({
  id: `id${index}`,
  state: 'committed',
  digest,
  version: `v${index}`,
  index,
  aliases: [],
  tags: [],
  versionId,
})

it('spells the id of an artifact as references want it', () => {
  expect(hexOfBase64('QXJ0aWZhY3Q6Mg==')).toBe('41727469666163743a32')
})

it('points images of labeled data at the raw data, unless their bytes differ', () => {
  const entries = [entry('images/a', 'A'), entry('images/b', 'B'), entry('labels/a.png', 'A')]
  const raw = {
    id: 'QXJ0aWZhY3Q6Mg==',
    digests: new Map([
      ['images/a', 'A'],
      ['images/b', 'other'],
      ['labels/a.png', 'A'],
    ]),
  }
  expect(planUpload('labeled_data', entries, raw).map((e) => e.kind)).toEqual(['reference', 'file', 'file'])
  expect(planUpload('labeled_data', entries, raw)[0]).toMatchObject({
    digest: 'A',
    ref: 'wandb-artifact://41727469666163743a32/images/a',
  })
  expect(planUpload('labeled_data', entries, null).map((e) => e.kind)).toEqual(['file', 'file', 'file'])
})

it('adopts our own version, a lost answer or the newest with our content, and no older one', () => {
  const own = { digest: 'D', versionId: 'us', baseIndex: 1 }
  expect(adoptable([remote(1, 'E'), remote(0, 'D', 'us')], own)?.index).toBe(0)
  expect(adoptable([remote(3, 'E'), remote(2, 'D')], own)?.index).toBe(2)
  expect(adoptable([remote(1, 'D'), remote(0, 'E')], own)?.index).toBe(1)
  expect(adoptable([remote(1, 'E'), remote(0, 'D')], own)).toBeNull()
})

it('refuses a manifest that lacks, adds or changes a path', () => {
  const sent = [{ path: 'a', digest: 'A', size: 1 }]
  const found = (pairs: [string, string][]) =>
    new Map(pairs.map(([path, digest]) => [path, { digest, size: 1 }]))
  expect(() => assertSame(sent, found([['a', 'A']]))).not.toThrow()
  for (const wrong of [
    found([]),
    found([['a', 'B']]),
    found([
      ['a', 'A'],
      ['b', 'B'],
    ]),
  ]) {
    expect(() => assertSame(sent, wrong)).toThrow(expect.objectContaining({ code: 'REMOTE_MISMATCH' }))
  }
})
