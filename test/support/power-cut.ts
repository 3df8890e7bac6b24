import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type FileOps, realFileOps } from '../../electron/adapters/file-ops.ts'

/** One change that a file call asked of the disk; `file` numbers the files made in a recording. */
export type DiskCall =
  | { readonly kind: 'create'; readonly path: string; readonly file: number }
  | { readonly kind: 'write'; readonly file: number; readonly bytes: Uint8Array }
  | { readonly kind: 'syncFile'; readonly file: number }
  | { readonly kind: 'syncFolder'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'remove'; readonly path: string }

/** As much as one write takes here, so that a cut can fall into the middle of a file. */
const mostPerWrite = 200

/** Makes the real calls and keeps what they did to the disk. `before` is called ahead of each one that is kept. */
export function recordingFileOps(calls: DiskCall[], before: () => void): FileOps {
  const open = new Map<number, { file: number } | { folder: string }>()
  const files = new Map<string, number>()
  let made = 0
  const keep = (call: DiskCall) => {
    before()
    calls.push(call)
  }
  const sync = (fd: number) => {
    const target = open.get(fd)
    if (!target) throw new Error('sync of a descriptor that was not opened here')
    keep(
      'file' in target
        ? { kind: 'syncFile', file: target.file }
        : { kind: 'syncFolder', path: target.folder },
    )
  }
  return {
    open(path, flags, mode) {
      const known = files.get(path)
      if (flags === 'r') {
        const fd = realFileOps.open(path, flags, mode)
        open.set(fd, known === undefined ? { folder: path } : { file: known })
        return fd
      }
      if (flags !== 'wx') throw new Error(`a recording knows no flags ${flags}`)
      const file = made++
      keep({ kind: 'create', path, file })
      const fd = realFileOps.open(path, flags, mode)
      open.set(fd, { file })
      files.set(path, file)
      return fd
    },
    write(fd, bytes) {
      const target = open.get(fd)
      if (!target || 'folder' in target) throw new Error('write to what is no file')
      const part = bytes.subarray(0, mostPerWrite)
      keep({ kind: 'write', file: target.file, bytes: new Uint8Array(part) })
      return realFileOps.write(fd, part)
    },
    // The recording says what was synced; the disk under the test need not be slowed down by it.
    fsync: sync,
    fdatasync: sync,
    close(fd) {
      open.delete(fd)
      realFileOps.close(fd)
    },
    rename(from, to) {
      keep({ kind: 'rename', from, to })
      realFileOps.rename(from, to)
      const file = files.get(from)
      files.delete(from)
      if (file !== undefined) files.set(to, file)
    },
    mkdir(path, mode) {
      keep({ kind: 'mkdir', path })
      realFileOps.mkdir(path, mode)
    },
    remove(path) {
      keep({ kind: 'remove', path })
      realFileOps.remove(path)
      files.delete(path)
    },
  }
}

/**
 * What a cut of power leaves of the calls before it.
 * - `kept`: everything, as when only the process dies.
 * - `synced`: only synced data under synced folder entries.
 * - `empty`: all entries, but data that was not synced is gone.
 * - `zeros`: all entries at full length, but data that was not synced is zeros.
 * - `torn`: of each unsynced entry one of both states, of unsynced data each 512 bytes or zeros, by chance.
 */
export const losses = ['kept', 'synced', 'empty', 'zeros', 'torn'] as const
export type Loss = (typeof losses)[number]

const sectorBytes = 512
type Content = { data: Uint8Array; synced: number }
type Entry = Content | 'folder'

/** The files of a folder as a disk has them, with what of it is only in a cache. Paths are absolute. */
export class DiskModel {
  readonly #now = new Map<string, Entry>()
  readonly #durable = new Map<string, Entry>()
  readonly #files = new Map<number, Content>()

  /** Begins with what lies in `image` (a copy of `folder` made before the recording), all of it durable. */
  constructor(folder: string, image: string) {
    for (const name of readdirSync(image, { recursive: true, encoding: 'utf8' })) {
      const path = join(image, name)
      const entry: Entry = statSync(path).isDirectory() ? 'folder' : wholeContent(readFileSync(path))
      this.#now.set(join(folder, name), entry)
      this.#durable.set(join(folder, name), entry)
    }
  }

  apply(call: DiskCall): void {
    switch (call.kind) {
      case 'create': {
        const content = { data: new Uint8Array(0), synced: 0 }
        this.#files.set(call.file, content)
        this.#now.set(call.path, content)
        return
      }
      case 'write': {
        const content = this.#files.get(call.file)!
        content.data = Buffer.concat([content.data, call.bytes])
        return
      }
      case 'syncFile': {
        const content = this.#files.get(call.file)!
        content.synced = content.data.length
        return
      }
      case 'syncFolder':
        for (const path of [...this.#durable.keys()]) {
          if (dirname(path) === call.path && !this.#now.has(path)) this.#durable.delete(path)
        }
        for (const [path, entry] of this.#now) if (dirname(path) === call.path) this.#durable.set(path, entry)
        return
      case 'rename':
        this.#now.set(call.to, this.#now.get(call.from)!)
        this.#now.delete(call.from)
        return
      case 'mkdir':
        this.#now.set(call.path, 'folder')
        return
      case 'remove':
        this.#now.delete(call.path)
        return
    }
  }

  /** The files a restart finds, by path; `chance` gives numbers from 0 to 1. */
  after(loss: Loss, chance: () => number): Map<string, Uint8Array | 'folder'> {
    const entries = loss === 'synced' ? this.#durable : loss === 'torn' ? this.#mixed(chance) : this.#now
    const found = new Map<string, Uint8Array | 'folder'>()
    // Folders before what is in them: a file whose folder is lost is lost with it.
    for (const path of [...entries.keys()].sort()) {
      const entry = entries.get(path)!
      const parent = dirname(path)
      if (this.#now.get(parent) === 'folder' && found.get(parent) !== 'folder') continue
      found.set(path, entry === 'folder' ? entry : contentAfter(entry, loss, chance))
    }
    return found
  }

  #mixed(chance: () => number): Map<string, Entry> {
    const entries = new Map<string, Entry>()
    for (const path of new Set([...this.#now.keys(), ...this.#durable.keys()])) {
      const entry = (chance() < 0.5 ? this.#now : this.#durable).get(path)
      if (entry !== undefined) entries.set(path, entry)
    }
    return entries
  }
}

function wholeContent(data: Uint8Array): Content {
  return { data, synced: data.length }
}

function contentAfter({ data, synced }: Content, loss: Loss, chance: () => number): Uint8Array {
  if (loss === 'kept') return data
  if (loss === 'synced' || loss === 'empty') return data.subarray(0, synced)
  const left = new Uint8Array(data)
  for (let start = synced; start < left.length; ) {
    const end = Math.min(left.length, (Math.floor(start / sectorBytes) + 1) * sectorBytes)
    if (loss === 'zeros' || chance() < 0.5) left.fill(0, start, end)
    start = end
  }
  return left
}

export function writeFiles(
  files: ReadonlyMap<string, Uint8Array | 'folder'>,
  from: string,
  to: string,
): void {
  mkdirSync(to, { recursive: true })
  for (const [path, content] of files) {
    const target = join(to, path.slice(from.length))
    if (content === 'folder') mkdirSync(target, { recursive: true })
    else writeFileSync(target, content)
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
