import { expect, it } from 'vitest'
import { chosenFiles, droppedFiles, pastedFiles } from '../../../../renderer/features/import/dropped-files.ts'

type Tree = { [name: string]: Tree | null }

/** A folder as a browser hands it out: its entries in pieces of two, in no order, until an empty piece. */
function entryOf(fullPath: string, tree: Tree | null): FileSystemEntry {
  const name = fullPath.split('/').at(-1)!
  if (tree === null) {
    const file = (done: (file: File) => void) => done(new File(['x'], name))
    return { isFile: true, isDirectory: false, name, fullPath, file } as unknown as FileSystemEntry
  }
  return {
    isFile: false,
    isDirectory: true,
    name,
    fullPath,
    createReader() {
      const rest = Object.entries(tree).map(([child, inner]) => entryOf(`${fullPath}/${child}`, inner))
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(rest.splice(0, 2)) }
    },
  } as unknown as FileSystemEntry
}
const dropOf = (tree: Tree) =>
  ({
    items: [
      { kind: 'string' },
      ...Object.entries(tree).map(([name, inner]) => ({
        kind: 'file',
        webkitGetAsEntry: () => entryOf(`/${name}`, inner),
        getAsFile: () => null,
      })),
    ],
  }) as unknown as DataTransfer

it('walks dropped folders to the bottom, by name, and leaves out what systems put there', async () => {
  const files = await droppedFiles(
    dropOf({
      street: {
        'b.jpg': null,
        'a.jpg': null,
        night: { 'c.jpg': null, '.DS_Store': null },
        'Thumbs.db': null,
      },
      'd.png': null,
    }),
  )
  expect(files.map(({ name }) => name)).toEqual([
    'street/a.jpg',
    'street/b.jpg',
    'street/night/c.jpg',
    'd.png',
  ])
})

it('puts a folder that comes in several pieces into natural order as a whole', async () => {
  const order = [10, 2, 30, 1, 21, 3, 100]
  const files = await droppedFiles(
    dropOf({ scan: Object.fromEntries(order.map((n) => [`frame_${n}.png`, null])) }),
  )
  const sorted = [1, 2, 3, 10, 21, 30, 100].map((n) => `scan/frame_${n}.png`)
  expect(files.map(({ name }) => name)).toEqual(sorted)
})

it('puts the files of a chosen folder into the order in which a drop of it comes', async () => {
  const tree = { 'a 2': { 'b.jpg': null }, a: { '10.jpg': null, '9.jpg': null, z: { 'c.jpg': null } } }
  const chosen = ['a 2/b.jpg', 'a/z/c.jpg', 'a/10.jpg', 'a/9.jpg'].map((path) => {
    const file = new File(['x'], path.split('/').at(-1)!)
    return Object.defineProperty(file, 'webkitRelativePath', { value: `set/${path}` })
  })
  const dropped = (await droppedFiles(dropOf({ set: tree }))).map(({ name }) => name)
  expect(chosenFiles(chosen).map(({ name }) => name)).toEqual(dropped)
  expect(dropped[0]).toBe('set/a/9.jpg')
})

it('passes on that a folder cannot be read, rather than take a part of it for the whole', async () => {
  const data = dropOf({ street: {} })
  const entry = data.items[1]!.webkitGetAsEntry()!
  Object.assign(entry, {
    createReader: () => ({
      readEntries: (_: unknown, fail: (error: Error) => void) => fail(new Error('denied')),
    }),
  })
  Object.assign(data.items[1]!, { webkitGetAsEntry: () => entry })
  await expect(droppedFiles(data)).rejects.toThrow('denied')
})

it('names the files of a chosen folder by their path', () => {
  const file = new File(['x'], 'a.jpg')
  Object.defineProperty(file, 'webkitRelativePath', { value: 'street/a.jpg' })
  expect(chosenFiles([file, new File(['x'], 'b.jpg')]).map(({ name }) => name)).toEqual([
    'b.jpg',
    'street/a.jpg',
  ])
})

it('takes only pictures from the clipboard, and names nameless ones by the time', () => {
  const files = [
    new File(['x'], 'image.png', { type: 'image/png' }),
    new File(['x'], 'image.png', { type: 'image/png' }),
    new File(['x'], 'cat.webp', { type: 'image/webp' }),
    new File(['x'], 'notes.txt', { type: 'text/plain' }),
  ]
  const pasted = pastedFiles({ files } as unknown as DataTransfer, new Date('2026-11-24T09:05:07Z'))
  expect(pasted.map(({ name }) => name)).toEqual([
    'pasted-2026-11-24-090507.png',
    'pasted-2026-11-24-090507-2.png',
    'cat.webp',
  ])
})
