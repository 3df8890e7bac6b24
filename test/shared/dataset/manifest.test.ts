import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EntryDigest } from '../../../shared/dataset/digest.ts'
import { manifestDigestText, sortEntries } from '../../../shared/dataset/manifest.ts'

type Entry = { readonly path: string; readonly digest: EntryDigest }

const md5 = (text: string, encoding: 'hex' | 'base64') => createHash('md5').update(text).digest(encoding)
const digestOf = (entries: readonly Entry[]) => md5(manifestDigestText(sortEntries(entries)), 'hex')
/** An entry whose digest is given, as references have it. */
const known = (path: string, digest: string): Entry => ({ path, digest: digest as EntryDigest })
const file = (path: string, content: string) => known(path, md5(content, 'base64'))

// The values are those that the official client computes; 1 to 9 also stand in its own tests.
describe("W&B's digest", () => {
  it.each<[string, Entry[], string]>([
    ['1: no file', [], '64e7c61456b10382e2f3b571ac24b659'],
    ['2: one file', [file('file1.txt', 'hello')], 'a00c2239f036fb656c1dcbf9a32d89b4'],
    [
      '3: the same bytes, another name',
      [file('great-file.txt', 'hello')],
      '585b9ada17797e37c9cbab391e69b8c5',
    ],
    [
      '4: the same bytes in a folder',
      [file('subdir/file1.txt', 'hello')],
      'a757208d042e8627b2970d72a71bed5b',
    ],
    [
      '5: folders in folders',
      [file('file1.txt', 'hello'), file('nest/file2.txt', 'my'), file('nest/nest/file3.txt', 'dude')],
      '72414374bfd4b0f60a116e7267845f71',
    ],
    [
      '6: the same under another folder',
      [
        file('top/file1.txt', 'hello'),
        file('top/nest/file2.txt', 'my'),
        file('top/nest/nest/file3.txt', 'dude'),
      ],
      'f718baf2d4c910dc6ccd0d9c586fa00f',
    ],
    ['7: an http reference', [known('file1.txt', 'abc')], '48237ccc050a88af9dcd869dd5a7e9f4'],
    [
      '8: a reference of an unknown scheme',
      [known('ref', 'ref://example.com/somefile.txt')],
      '410ade94865e89ebe1f593f4379ac228',
    ],
    ['9: a gs reference', [known('my_object.pb', '1234567890abcde')], '8aec0d6978da8c2b0bf5662b3fd043a4'],
    [
      '10: an empty file, markup in names, letters beyond ASCII',
      [
        file('a.txt', 'hello\n'),
        file('empty.bin', ''),
        file('sub/b <x>.txt', 'b<>&\n'),
        file('sub/\u00e9.txt', 'u'),
      ],
      '415a3da1794e05fde5d9c64011ae3dd1',
    ],
    [
      '11: names beyond the first Unicode plane',
      [
        file('\uff5e.txt', '1'),
        file('\u{1f600}.txt', '2'),
        file('Z.txt', '3'),
        file('a.txt', '4'),
        file('a/b.txt', '5'),
        file('a-b.txt', '6'),
      ],
      'b8a990ba43aca0acc2fdcf669bb7548a',
    ],
    ['12: a composed name', [file('\u00e9.txt', 'u')], '8fabcdf7b749617cfd9aa1b0a831e683'],
    ['12: the same name decomposed', [file('e\u0301.txt', 'u')], '4df5991e40702f3bb1913973623cbda2'],
  ])('is right for vector %s', (_, entries, digest) => {
    expect(digestOf(entries)).toBe(digest)
  })

  // Computed by the official client, release 0.30.0.
  it.each<[string, Entry[], string]>([
    [
      'spaces, percent signs and what addresses give a meaning to',
      ['with space.txt', ' leading and trailing .txt ', '100%.txt', 'a%20b.txt', '#1.txt', 'a#b?c&d.txt'].map(
        (path, i) => file(path, String(i + 1)),
      ),
      'e2baf98daf2edbe89e64f2bec53be646',
    ],
    [
      'names that begin with dots',
      ['.hidden', '..two', '...', '.git/config', 'a/.b/..c'].map((path, i) => file(path, String(i + 1))),
      '75cc9957cc095d07e6c55da0b526b821',
    ],
    [
      'emoji, those of several characters too',
      [
        '\u{1f697}.txt',
        '\u{1f469}\u200d\u{1f52c}.txt',
        '\u2764\ufe0f.txt',
        '\ufffd.txt',
        '\u{1f1e9}\u{1f1ea}.txt',
      ].map((path, i) => file(path, String(i + 1))),
      '289b386fcc9792685614929e05e54f62',
    ],
    [
      'names of 255 bytes',
      [
        `${'x'.repeat(251)}.txt`,
        `${'\u00e9'.repeat(125)}.txt1`,
        `${'d'.repeat(255)}/${'e'.repeat(255)}`,
        `${'\u{1f600}'.repeat(63)}.ab`,
      ].map((path, i) => file(path, String(i + 1))),
      '2fa5eef9a039a768091c2165a4c346c0',
    ],
    [
      'spellings that only look the same',
      ['caf\u00e9/a.txt', 'cafe\u0301/a.txt', '\u212b.txt', '\u00c5.txt', 'A\u030a.txt'].map((path, i) =>
        file(path, String(i + 1)),
      ),
      '18ceae3c48a7e0cfe83579e8b1163ed2',
    ],
    [
      '100,000 files',
      Array.from({ length: 100_000 }, (_, i) => file(`images/${i}.jpg`, String(i))),
      '1ec696a6827e8c41a955e9a8e1c8ae33',
    ],
  ])('is right for %s', (_, entries, digest) => {
    expect(digestOf(entries)).toBe(digest)
  })

  it('is not the one that the order of UTF-16 units would give', () => {
    const entries = [file('\uff5e.txt', '1'), file('\u{1f600}.txt', '2'), file('Z.txt', '3')]
    const byUnit = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))
    expect(manifestDigestText(byUnit)).not.toBe(manifestDigestText(sortEntries(entries)))
  })
})

it('spells one line per file, each ended', () => {
  expect(manifestDigestText([file('file1.txt', 'hello')])).toBe(
    'wandb-artifact-manifest-v1\nfile1.txt:XUFAKrxLKna5cZ2REBfFkg==\n',
  )
})

const paths = fc.uniqueArray(
  fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'a-b', '10', '__proto__')), {
    minLength: 1,
    maxLength: 3,
  }),
  { selector: (parts) => parts.join('/'), maxLength: 30 },
)

it('does not depend on the order in which files come, and sorts as bytes do', () => {
  fc.assert(
    fc.property(
      paths.chain((list) =>
        fc.tuple(
          fc.constant(list.map((parts) => file(parts.join('/'), parts.join()))),
          fc.shuffledSubarray(list, { minLength: list.length }),
        ),
      ),
      ([entries, shuffled]) => {
        const mixed = shuffled.map((parts) => file(parts.join('/'), parts.join()))
        const byBytes = [...entries].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
        const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
        for (const { path, digest } of byBytes) hash.update(`${path}:${digest}\n`)
        expect(digestOf(mixed)).toBe(hash.digest('hex'))
        expect(digestOf(entries)).toBe(digestOf(mixed))
      },
    ),
  )
})

it('refuses a path that is there twice', () => {
  expect(() => sortEntries([file('a', '1'), file('b', '2'), file('a', '3')])).toThrow(
    '"a" is in the manifest twice',
  )
})
