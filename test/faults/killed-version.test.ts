import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { faultyFileOps } from '../support/faulty-file-ops.ts'
import { openVersionLibrary, type VersionLibrary } from '../support/version-library.ts'
import {
  makeVersionWorld,
  prepareAct,
  problemsOfAct,
  statesOfAct,
  type VersionAct,
  type VersionWorld,
  versionActs,
} from '../support/version-world.ts'

// Promises D1 and D5 for versions: whichever file call or step of a transaction the process dies at, nothing that was
// drawn is lost, no version is lost or there twice, and what was stopped goes on or is taken back.
// TESSERA_FAULT_SCALE=10 kills at every step; else some of them, spread over all.

const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
const program = fileURLToPath(new URL('../support/version-child.ts', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'tessera-killed-version-'))
const codec = createLabelCodec()
let world: VersionWorld
beforeAll(async () => {
  world = await makeVersionWorld(join(root, 'world', 'library'), codec)
}, 60_000)
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

function copyOf(source: string): string {
  const folder = join(mkdtempSync(join(root, 'run-')), 'library')
  cpSync(source, folder, { recursive: true })
  return folder
}

async function within<T>(folder: string, work: (library: VersionLibrary) => Promise<T>): Promise<T> {
  const library = await openVersionLibrary({ folder, codec, ops: faultyFileOps({ fastSync: true }) })
  try {
    return await work(library)
  } finally {
    await library.versions.settled()
    await library.close()
  }
}

/** Runs the child and answers how many steps it took; null when it was killed at one. */
async function run(folder: string, act: VersionAct, killAt: number): Promise<number | null> {
  const child = spawn(process.execPath, [program, folder, act, String(killAt)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (signal === 'SIGKILL') return null
  expect(code).toBe(0)
  return Number(/EVENTS (\d+)/.exec(said)![1])
}

it.each(versionActs)(
  'leaves a library that goes on, at whichever step it dies: %s',
  { timeout: 600_000 },
  async (act) => {
    const { ids } = world
    const start = copyOf(world.folder)
    await within(start, (library) => prepareAct(library, ids, act))
    const states = await within(copyOf(start), (library) => statesOfAct(library, ids, act))
    const steps = (await run(copyOf(start), act, 0))!
    expect(steps).toBeGreaterThan(5)
    const stride = Math.max(1, Math.round(steps / (3 * scale)))
    let kills = 0
    for (let killAt = 1; killAt <= steps; killAt += stride) {
      const folder = copyOf(start)
      if ((await run(folder, act, killAt)) !== null) continue
      const options = { isUndone: kills++ % 2 === 1, isAcknowledged: false }
      const problems = await within(folder, (library) => problemsOfAct(library, ids, act, states, options))
      expect(problems, `killed at ${killAt} of ${steps}`).toEqual([])
      rmSync(join(folder, '..'), { recursive: true, force: true })
    }
    expect(kills).toBeGreaterThan(2)
  },
)
