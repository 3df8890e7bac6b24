import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
// What npm test builds before.
const built = join(root, 'out/electron/module/tessera.js')
if (!existsSync(built)) throw new Error(`${built} is missing: node scripts/build.mjs makes it`)

let folder: string
beforeAll(() => {
  // A package of somebody else, which has this one as npm links it.
  folder = mkdtempSync(join(tmpdir(), 'tessera-package-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'tessera'), 'dir')
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('is imported by its name from another package, and works there', () => {
  const program = `
    import { openLibrary, TesseraError } from 'tessera'
    await using library = await openLibrary('lib', { create: true })
    const [outcome] = await library.importImages(['${join(root, 'assets/samples/street-1.jpg')}'])
    const error = await library.push().catch((error) => error)
    console.log(JSON.stringify([outcome.kind, error instanceof TesseraError, error.code]))`
  writeFileSync(join(folder, 'program.js'), program)
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_STATE_HOME: folder,
    TESSERA_KEYRING: 'off',
  }
  const out = execFileSync(process.execPath, ['program.js'], { cwd: folder, env, encoding: 'utf8' })
  expect(JSON.parse(out)).toEqual(['added', true, 'REMOTE_NOT_SET'])
})

it('says on an older Node which one it needs, and loads nothing before that only a newer one can read', () => {
  const program = `
    Object.defineProperty(process.versions, 'node', { value: '20.20.2' })
    const { openLibrary, superpixels, readMask } = await import('tessera')
    for (const call of [() => openLibrary('lib', { create: true }), () => superpixels('a.png', { count: 1 }), () => readMask('a.png')])
      await call().catch(({ code, message, remedy }) => console.log(code, message, remedy))`
  writeFileSync(join(folder, 'older.js'), program)
  const out = execFileSync(process.execPath, ['older.js'], { cwd: folder, encoding: 'utf8' })
  const told =
    'BAD_REQUEST Tessera as a module needs Node 24, and this is Node 20.20.2. Run your program with Node 24 or newer, from https://nodejs.org.\n'
  expect(out).toBe(told.repeat(3))
  // What is loaded at once has to be read by that older one.
  const atOnce = readFileSync(built, 'utf8').match(/^(import|export) .*from .*$/gm)
  expect(atOnce).toEqual([expect.stringMatching(/"\.\.\/\.\.\/shared\/base\/app-error\.js"/)])
})

it('brings types that say what every call takes and gives', () => {
  const program = `
    import { openLibrary, type Version } from 'tessera'
    await using library = await openLibrary('lib', { create: true, wandb: { entity: 'me' } })
    const version: Version | null = await library.commit('one', { signal: AbortSignal.timeout(1000) })
    const name: string = (await library.segments.release('first')).name
    const { sent } = await library.push({ onProgress: ({ done, total }) => console.log(done, total) })
    // @ts-expect-error a status is one of seven words
    await library.setStatus('a.png', 'finished')
    // @ts-expect-error there is no such format
    await library.exportLabels({ format: 'word', out: 'out' })
    // @ts-expect-error a method takes what its schema says
    await library.call('samples.get', { name: 'a.png' })
    export const told = [version?.number, name, sent.length]`
  writeFileSync(join(folder, 'program.ts'), program)
  const options = {
    target: 'ES2024',
    module: 'NodeNext',
    lib: ['ES2024', 'ESNext.Disposable'],
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['program.ts'] }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
}, 60_000)
