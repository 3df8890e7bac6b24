import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

type Import = { readonly from: string; readonly to: string }

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name).split(sep).join('/'))
}

/** Every import of a file, type imports too: relative ones as paths from the repository's root, packages by name. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/(?:from|import|new URL)\s*\(?\s*['"]([^'"\n]+)['"]/g)
  return [...found].map(([, target]) => ({
    from: file,
    to: target!.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target!))
          .split(sep)
          .join('/')
      : target!,
  }))
}

const show = ({ from, to }: Import) => `${from} → ${to}`
const all = ['shared', 'electron', 'renderer'].flatMap(sources)
const imports = all.flatMap(importsOf)

/** The rooms of the core, and the rooms each may look into besides itself. */
const rooms: Record<string, readonly string[]> = {
  base: [],
  image: ['base'],
  superpixel: ['base', 'image'],
  label: ['base', 'image'],
  tools: ['base', 'image', 'superpixel', 'label'],
  dataset: ['base', 'label'],
  sync: ['base', 'image', 'dataset', 'lineage', 'host'],
  formats: ['base', 'image', 'dataset', 'label'],
  history: ['base', 'dataset', 'label'],
  lineage: ['base'],
  host: ['base', 'dataset', 'label', 'lineage'],
}

it('finds the sources it is about', () => {
  expect(all.length).toBeGreaterThan(20)
  expect(imports.length).toBeGreaterThan(20)
})

it('lets a room of the core import only rooms beneath it, and no platform', () => {
  const broken = imports
    .filter(({ from }) => from.startsWith('shared/'))
    .filter(({ from, to }) => {
      const room = from.split('/')[1]!
      if (!to.startsWith('shared/')) return to !== 'zod'
      const target = to.split('/')[1]!
      return target !== room && !(rooms[room] ?? []).includes(target)
    })
  expect(broken.map(show)).toEqual([])
})

it('keeps the face and the host apart', () => {
  const broken = imports.filter(
    ({ from, to }) =>
      (from.startsWith('renderer/') && to.startsWith('electron')) ||
      (from.startsWith('electron/') && to.startsWith('renderer/')),
  )
  expect(broken.map(show)).toEqual([])
})

it('keeps Node out of the page', () => {
  expect(
    imports.filter(({ from, to }) => from.startsWith('renderer/') && to.startsWith('node:')).map(show),
  ).toEqual([])
})

it("imports 'electron' only in the thin files that tests cannot start", () => {
  const allowed =
    /^electron\/(main\.ts|preload\.ts|transport\/ipc\.ts|desktop\/|adapters\/secrets\/safe-storage)/
  expect(imports.filter(({ from, to }) => to === 'electron' && !allowed.test(from)).map(show)).toEqual([])
})

it('lets no feature of the page import another', () => {
  const feature = (path: string) => /^renderer\/features\/([^/]+)\//.exec(path)?.[1]
  const broken = imports.filter(({ from, to }) => {
    const [a, b] = [feature(from), feature(to)]
    return a !== undefined && b !== undefined && a !== b
  })
  expect(broken.map(show)).toEqual([])
})

it('has no barrel file', () => {
  expect(all.filter((file) => /\/index\.tsx?$/.test(file))).toEqual([])
})
