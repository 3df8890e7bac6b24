import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createBlobFolder } from '../../../electron/adapters/blob-folder.ts'
import { checkSuspects, isQuickToCheck } from '../../../electron/host/suspects.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import type { Notice } from '../../../shared/host/host-api.ts'

let folder: string
let suspects: Set<BlobDigest>
let notices: Notice[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-suspects-'))
  mkdirSync(join(folder, 'tmp'))
  suspects = new Set()
  notices = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const store = () => createBlobFolder({ folder, suspects })
const check = (left: BlobDigest[], signal = new AbortController().signal) =>
  checkSuspects({
    folder,
    left: left.map((digest) => ({ digest, size: 1 })),
    suspects,
    signal,
    now: () => 0,
    log: () => {},
    tell: (notice) => notices.push(notice),
  })
async function suspect(text: string, found = text): Promise<BlobDigest> {
  const { digest } = await store().put(Buffer.from(text))
  chmodSync(store().pathOf(digest), 0o600)
  writeFileSync(store().pathOf(digest), found)
  suspects.add(digest)
  return digest
}
const quarantined = () =>
  existsSync(join(folder, 'quarantine'))
    ? readdirSync(join(folder, 'quarantine')).filter((name) => !name.endsWith('.json')).length
    : 0

it('vouches for whole blobs, and tells once of all that are not', async () => {
  const left = [await suspect('good'), await suspect('bad', 'BAD'), await suspect('worse', '')]
  expect(await check(left)).toBe(true)
  expect(suspects.size).toBe(0)
  expect(quarantined()).toBe(2)
  expect(notices.map(({ key, error }) => [key, error.code])).toEqual([['blobs-damaged', 'BLOB_CORRUPT']])
})

it('leaves under suspicion what it did not come to when it is stopped', async () => {
  const left = [await suspect('one'), await suspect('two', 'TWO')]
  const stop = new AbortController()
  stop.abort()
  expect(await check(left, stop.signal)).toBe(false)
  expect([...suspects]).toEqual(left)
  expect(quarantined()).toBe(0)
})

it('lets a blob be stored anew before its turn has come, and then leaves that one alone', async () => {
  const left = [await suspect('first'), await suspect('wanted now', 'WANTED NOW')]
  const checking = check(left)
  await store().put(Buffer.from('wanted now'))
  expect(readFileSync(store().pathOf(left[1]!), 'utf8')).toBe('wanted now')
  expect(await checking).toBe(true)
  expect(readFileSync(store().pathOf(left[1]!), 'utf8')).toBe('wanted now')
  expect(quarantined()).toBe(1)
  expect(notices).toEqual([])
})

it('holds up the start only for what is hashed in a moment', () => {
  const digest = '0'.repeat(64) as BlobDigest
  expect(isQuickToCheck([])).toBe(true)
  expect(isQuickToCheck([{ digest, size: 64 << 20 }])).toBe(true)
  expect(
    isQuickToCheck([
      { digest, size: 64 << 20 },
      { digest, size: 1 },
    ]),
  ).toBe(false)
})
