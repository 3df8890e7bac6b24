import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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
