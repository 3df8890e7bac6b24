import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { BlobStore } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'

/**
 * What every blob store promises. `open` gives an empty one; `damage` changes one byte of a stored blob behind its back,
 * and `writes` counts how often the store wrote anything.
 */
export function blobStoreContract(
  open: () => Promise<{
    readonly store: BlobStore
    damage(digest: BlobDigest): void
    writes(): number
  }>,
): void {
  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
  const unknown = 'f'.repeat(64) as BlobDigest

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a few bytes', bytesOf('superpixel')],
    ['a megabyte', new Uint8Array(1 << 20).map((_, i) => (i * 31) % 251)],
  ])('returns what it was given: %s', async (_, bytes) => {
    const { store } = await open()
    const ref = await store.put(bytes)
    expect(ref).toEqual({
      digest: createHash('sha256').update(bytes).digest('hex'),
      md5: createHash('md5').update(bytes).digest('base64'),
      size: bytes.length,
    })
    expect(Buffer.compare(await store.get(ref.digest), bytes)).toBe(0)
    expect(await store.has(ref.digest)).toBe(true)
  })

  it('writes the same bytes once', async () => {
    const { store, writes } = await open()
    const first = await store.put(bytesOf('same'))
    const before = writes()
    expect(before).toBeGreaterThan(0)
    expect(await store.put(bytesOf('same'))).toEqual(first)
    expect(writes()).toBe(before)
  })

  it('stores many at once, each once, and those that are there already not again', async () => {
    const { store, writes } = await open()
    const there = await store.put(bytesOf('there'))
    const texts = ['one', 'there', 'two', 'one', '']
    const refs = await store.putAll(texts.map(bytesOf))
    expect(refs.map(({ size }) => size)).toEqual([3, 5, 3, 3, 0])
    expect([refs[1], refs[3]]).toEqual([there, refs[0]])
    for (const [i, text] of texts.entries()) {
      expect(Buffer.from(await store.get(refs[i]!.digest)).toString()).toBe(text)
    }
    const before = writes()
    expect(await store.putAll(texts.map(bytesOf))).toEqual(refs)
    expect(await store.putAll([])).toEqual([])
    expect(writes()).toBe(before)
  })

  it('stores the same bytes once when many ask at a time', async () => {
    const { store } = await open()
    const refs = await Promise.all(Array.from({ length: 8 }, () => store.put(bytesOf('together'))))
    expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1)
    expect(Buffer.from(await store.get(refs[0]!.digest)).toString()).toBe('together')
  })

  it('keeps its bytes when the caller goes on with the same memory', async () => {
    const { store } = await open()
    const bytes = bytesOf('before')
    const { digest } = await store.put(bytes)
    bytes.fill(0)
    const read = await store.get(digest)
    read.fill(0)
    expect(Buffer.from(await store.get(digest)).toString()).toBe('before')
  })

  it('says so when it has no such blob', async () => {
    const { store } = await open()
    expect(await store.has(unknown)).toBe(false)
    await expect(store.get(unknown)).rejects.toMatchObject({ code: 'MISSING_BLOB' })
  })

  it('never hands out damaged bytes, and takes good ones again', async () => {
    const { store, damage } = await open()
    const { digest } = await store.put(bytesOf('truth'))
    damage(digest)
    await expect(store.get(digest)).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
    await expect(store.get(digest)).rejects.toMatchObject({
      code: expect.stringMatching(/MISSING_BLOB|BLOB_CORRUPT/),
    })
    await store.put(bytesOf('truth'))
    expect(Buffer.from(await store.get(digest)).toString()).toBe('truth')
  })
}
