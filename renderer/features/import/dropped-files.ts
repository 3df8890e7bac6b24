import type { ImportFile } from '../../stores/imports.ts'

/** Files that systems leave in folders and no person means to import. */
const isLitter = (name: string) => /(^|\/)(\.[^/]+|Thumbs\.db|desktop\.ini)$/i.test(name)

/** `2.jpg` before `10.jpg`, the order in which the command line imports a folder. */
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' })
const naturally = (a: string, b: string) => collator.compare(a, b) || (a < b ? -1 : 1)

/** Folder by folder, as a walk meets them: `a/z.jpg` before `a 2/b.jpg`. */
function byPath(a: ImportFile, b: ImportFile): number {
  const [left, right] = [a.name.split('/'), b.name.split('/')]
  const at = left.findIndex((part, depth) => part !== right[depth])
  if (at < 0) return left.length - right.length
  return naturally(left[at]!, right[at] ?? '')
}

/**
 * All files of a drop, folders walked to the bottom in natural order, named by their path from what was dropped. Call it within the drop
 * event: a `DataTransfer` is empty afterwards. An unreadable folder or file rejects with the browser's error.
 */
export async function droppedFiles(data: DataTransfer): Promise<ImportFile[]> {
  const entries = [...data.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }))
  const found: ImportFile[] = []
  for (const { entry, file } of entries) {
    if (entry) await walk(entry, found)
    else if (file) found.push({ name: file.name, file })
  }
  return found.filter(({ name }) => !isLitter(name))
}

/** The files of an `<input type=file>`, in natural order; a chosen folder's files carry their path. */
export function chosenFiles(files: Iterable<File>): ImportFile[] {
  return [...files]
    .map((file) => ({ name: file.webkitRelativePath || file.name, file }))
    .filter(({ name }) => !isLitter(name))
    .sort(byPath)
}

/** Images in the clipboard. A pasted picture has no name of its own, so it gets the time. */
export function pastedFiles(data: DataTransfer, now: Date): ImportFile[] {
  const stamp = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
  return [...data.files]
    .filter(({ type }) => type.startsWith('image/'))
    .map((file, index) => {
      const isNameless = /^image\.\w+$/.test(file.name)
      const suffix = index > 0 ? `-${index + 1}` : ''
      const name = isNameless ? `pasted-${stamp}${suffix}.${file.name.split('.').at(-1)}` : file.name
      return { name, file }
    })
}

async function walk(entry: FileSystemEntry, found: ImportFile[]): Promise<void> {
  const name = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    )
    found.push({ name, file })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const children: FileSystemEntry[] = []
  // A reader hands out a folder in pieces (100 at a time in Chromium) and in no order, until it gives an empty one.
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (piece.length === 0) break
    children.push(...piece)
  }
  for (const child of children.sort((a, b) => naturally(a.name, b.name))) await walk(child, found)
}
