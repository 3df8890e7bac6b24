import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrations } from '../../../electron/adapters/sqlite/schema.ts'
import { createDeliveryBook, type DeliveryBook } from '../../../electron/host/delivery-book.ts'
import type { LibraryContext } from '../../../electron/host/library-context.ts'
import { pushTags, takeTags } from '../../../electron/host/tag-exchange.ts'
import { createVersionTags, type VersionTags } from '../../../electron/host/version-tags.ts'
import type { Version } from '../../../shared/host/host-api.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'

let db: DatabaseSync
let tags: VersionTags
let book: DeliveryBook
/** What the server has: tags by artifact. */
let there: Map<string, Set<string>>
let calls: number
let said: string[]
const { signal } = new AbortController()
const mover = { author: 'A', at: 5 }
const all = [1, 2].map((number) => ({ id: `v${number}`, number }) as Version)

beforeEach(() => {
  db = new DatabaseSync(':memory:')
  db.exec('PRAGMA foreign_keys = OFF')
  for (const step of migrations) db.exec(step)
  for (const { id, number } of all)
    db.prepare("INSERT INTO versions VALUES (?, ?, 'r', '[]', '', 'A', 0, '{}', '')").run(id, number)
  const context = {
    db,
    readOnly: false,
    transaction: (work: () => unknown) => work(),
    emit: () => {},
  } as unknown as LibraryContext
  tags = createVersionTags(context)
  book = createDeliveryBook(context, 'server/me/street')
  // The second version changed no image: both are the same raw_data.
  const receipts = [
    ['raw_data', 'v1', 'raw0'],
    ['history', 'v1', 'history0'],
    ['raw_data', 'v2', 'raw0'],
    ['labeled_data', 'v2', 'labeled0'],
    ['history', 'v2', 'history1'],
  ] as const
  const rest = { digest: '', remoteVersion: 'v0', runName: '', url: null, sentAt: 0 }
  for (const [role, versionId, artifactId] of receipts)
    book.saveReceipt({ role, versionId, artifactId, ...rest })
  there = new Map(receipts.map(([, , id]) => [id, new Set<string>()]))
  calls = 0
  said = []
})
afterEach(() => db.close())

const remote = {
  async changeTags(id: string, add: readonly string[], remove: readonly string[]) {
    calls++
    const has = there.get(id)
    if (!has) throw new RemoteError('REMOTE_GONE', 'That artifact was deleted.', { remedy: 'Ask.' })
    for (const tag of add) has.add(tag)
    for (const tag of remove) has.delete(tag)
  },
}
const push = (by: { changeTags: typeof remote.changeTags } = remote) =>
  pushTags({ all, tags, book, remote: by, say: (text) => said.push(text) }, signal)
const listed = () => [...there].map(([id, has]) => ({ id, tags: [...has] }))
const take = (items = listed(), stamp = book.tagStamp()) => takeTags({ all, tags, book, at: 9 }, items, stamp)
const give = (version: string, ...add: string[]) => tags.change(version, { add }, mover)
const drop = (version: string, ...remove: string[]) => tags.change(version, { remove }, mover)

describe('tags of a version', () => {
  it('refuses what is no tag, and changes nothing', () => {
    for (const bad of ['', 'a,b', 'a/b', '#a', ' - /', 'x'.repeat(129), 'a\nb'])
      expect(() => give('v1', 'good', bad)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
    expect(tags.list()).toEqual([])
  })

  it('gives and takes them once, in the order of versions', () => {
    expect(give('v2', 'night', ' gold ')).toBe(true)
    expect(give('v1', 'gold', 'u\u0308ber')).toBe(true)
    expect(give('v1', 'gold')).toBe(false)
    expect(tags.list().map(({ version, tag }) => [version, tag])).toEqual([
      ['v1', 'gold'],
      ['v1', 'über'],
      ['v2', 'gold'],
      ['v2', 'night'],
    ])
    expect(drop('v2', 'night', 'never there')).toBe(true)
    expect(tags.of('v2')).toEqual(['gold'])
    db.exec("UPDATE version_tags SET author = 'B'")
    expect(() => tags.list()).toThrow(expect.objectContaining({ code: 'ROW_CORRUPT' }))
  })
})

describe('tags of a version and of its artifacts', () => {
  it('S1: go to what the version brought there, once, and leave those of others', async () => {
    there.get('history1')!.add('theirs')
    give('v1', 'raw only', 'über')
    give('v2', 'gold')
    await push()
    expect(listed()).toEqual([
      { id: 'raw0', tags: ['raw only'] },
      { id: 'history0', tags: ['raw only'] },
      { id: 'labeled0', tags: ['gold'] },
      { id: 'history1', tags: ['theirs', 'gold'] },
    ])
    expect(said).toContain('Tags of v2 on the server: +gold.')
    const before = calls
    await push()
    expect(calls).toBe(before)
    drop('v2', 'gold')
    await push()
    expect(there.get('history1')).toEqual(new Set(['theirs']))
  })

  it('S2: come from the server, given and taken, and both sides end alike', async () => {
    give('v2', 'gold', 'old')
    await push()
    // On the server one is given and one is taken; here another one is given and one is taken, offline.
    there.get('labeled0')!.add('checked').delete('old')
    give('v2', 'mine')
    drop('v2', 'gold')
    expect(take()).toBe(true)
    expect(tags.of('v2')).toEqual(['checked', 'mine'])
    await push()
    const stamp = book.tagStamp()
    expect(take()).toBe(false)
    // What both agree on is not written again.
    expect(book.tagStamp()).toBe(stamp)
    expect(tags.of('v2')).toEqual(['checked', 'mine'])
    for (const id of ['labeled0', 'history1']) expect([...there.get(id)!].sort()).toEqual(['checked', 'mine'])
    expect(tags.of('v1')).toEqual([])
  })

  it('S1: loses none whose answer was lost, and none that is given while it is offline', async () => {
    give('v2', 'gold')
    const offline = {
      changeTags: () => Promise.reject(new RemoteError('NET_OFFLINE', 'Off.', { remedy: '' })),
    }
    await expect(push(offline)).rejects.toMatchObject({ code: 'NET_OFFLINE' })
    take()
    expect(tags.of('v2')).toEqual(['gold'])
    const lost = {
      async changeTags(...call: Parameters<typeof remote.changeTags>) {
        await remote.changeTags(...call)
        throw new RemoteError('NET_OFFLINE', 'Off.', { remedy: '' })
      },
    }
    await expect(push(lost)).rejects.toMatchObject({ code: 'NET_OFFLINE' })
    // Taken away before anybody knows that it arrived: it goes there too, and does not come back.
    drop('v2', 'gold')
    take()
    expect(tags.of('v2')).toEqual([])
    await push()
    expect(listed().every((each) => each.tags.length === 0)).toBe(true)
  })

  it('S2: nothing is taken from what was read before tags were sent', async () => {
    const [before, stamp] = [listed(), book.tagStamp()]
    give('v2', 'gold')
    await push()
    expect(take(before, stamp)).toBe(false)
    expect(tags.of('v2')).toEqual(['gold'])
  })

  it('S4: one artifact that is gone keeps the tags of no other from going', async () => {
    there.delete('raw0')
    give('v1', 'first')
    give('v2', 'gold')
    await expect(push()).rejects.toMatchObject({ code: 'REMOTE_GONE' })
    expect([...there.values()].map((has) => [...has])).toEqual([['first'], ['gold'], ['gold']])
    // That it is not listed does not mean that its tags were taken away.
    expect(take()).toBe(false)
    expect(tags.of('v1')).toEqual(['first'])
  })
})
