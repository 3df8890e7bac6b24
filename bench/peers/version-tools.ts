import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from './fetched.ts'

/** What keeps versions of a folder of files. Each step is what a person types, as a process of its own. */
export type VersionTool = {
  readonly name: string
  /** What has changed since the last version. */
  status(): Promise<unknown>
  commit(): Promise<unknown>
  /** Which files differ between the last two versions. */
  diff(): Promise<unknown>
  /** kB on disk of what it keeps besides the files. */
  diskKb(): Promise<number>
}

/** Made in the folder with `make`; rejects with the reason when it is not installed. */
export const versionTools = { git, dvc }

const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org']

async function git(folder: string): Promise<VersionTool> {
  const call = (...args: string[]) =>
    run('git', ['-C', folder, ...identity, '-c', 'gc.auto=0', ...args], { maxBuffer: 1 << 28 })
  await call('init', '-q')
  return {
    name: (await call('--version')).stdout.trim(),
    status: () => call('status', '--porcelain'),
    async commit() {
      await call('add', '-A')
      await call('commit', '-q', '-m', 'a version')
    },
    diff: () => call('diff', '--name-status', 'HEAD~1', 'HEAD'),
    diskKb: () => sizeOf(join(folder, '.git')),
  }
}

/** DVC on top of git, which has the small file that it leaves. `TESSERA_DVC` names its program. */
async function dvc(folder: string): Promise<VersionTool> {
  const program = process.env.TESSERA_DVC ?? 'dvc'
  const env = { ...process.env, DVC_NO_ANALYTICS: '1' }
  const call = (...args: string[]) => run(program, args, { cwd: folder, env, maxBuffer: 1 << 28 })
  const { stdout: version } = await call('--version')
  const below = await git(folder)
  await call('init', '-q')
  return {
    name: `DVC ${version.trim()}`,
    status: () => call('data', 'status', '--granular'),
    async commit() {
      await call('add', '-q', 'data')
      await run('git', ['-C', folder, ...identity, 'add', 'data.dvc', '.gitignore', '.dvc'])
      await run('git', ['-C', folder, ...identity, 'commit', '-q', '-m', 'a version'])
    },
    diff: () => call('diff', 'HEAD~1', 'HEAD'),
    diskKb: async () => (await below.diskKb()) + (await sizeOf(join(folder, '.dvc'))),
  }
}

const sizeOf = async (folder: string) => Number((await run('du', ['-sk', folder])).stdout.split('\t')[0])

/** A folder with the files of so many samples under `data`, nine in ten with a label, as the library of the bench has. */
export function makeFiles(samples: number): {
  folder: string
  relabel(sample: number, mask: string, shade?: number): void
} {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-files-'))
  const pathOf = (kind: string, i: number) =>
    join(folder, 'data', kind, `drive-${i % 7}`, `frame-${String(i).padStart(6, '0')}.png`)
  const known = new Set<string>()
  const write = (path: string, text: string) => {
    const parent = dirname(path)
    if (!known.has(parent)) mkdirSync(parent, { recursive: true })
    known.add(parent)
    writeFileSync(path, text)
  }
  const relabel = (i: number, mask: string, shade = 0) => {
    const objects = [{ attributes: { shade }, categoryId: 1, id: 1 }]
    write(pathOf('labels', i), mask)
    write(`${pathOf('labels', i)}.json`, JSON.stringify({ height: 3, objects, status: 'labeled', width: 4 }))
  }
  for (let i = 0; i < samples; i++) {
    write(pathOf('images', i), `seeded picture ${i}`)
    if (i % 10 !== 9) relabel(i, `seeded mask ${i % 200}`, i % 200)
  }
  return { folder, relabel }
}

export const removeFiles = (folder: string) => rmSync(folder, { recursive: true, force: true })
