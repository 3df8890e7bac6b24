import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { type FaultyFileOps, faultyFileOps } from '../support/faulty-file-ops.ts'
import { openVersionLibrary, type VersionLibrary } from '../support/version-library.ts'
import {
  doAct,
  makeVersionWorld,
  prepareAct,
  problemsOfAct,
  type Seen,
  statesOfAct,
  type VersionAct,
  type VersionWorld,
} from '../support/version-world.ts'

// Promises D1, D4 and D5 for committing, restoring, switching, merging, taking back and naming: on a disk that fails from
// any file call or step of a transaction on, a library holds every sample as it was or as it was to be, every label that
// was ever saved, and whole versions only; the same again ends as if nothing had happened, and taken back it is what it was.
// TESSERA_FAULT_SCALE=10 stops at every step; else at one of twenty-three: odd, for each second one is taken back.

const stride = Number(process.env.TESSERA_FAULT_SCALE ?? 1) >= 10 ? 1 : 23
const root = mkdtempSync(join(tmpdir(), 'tessera-jobs-'))
const codec = createLabelCodec()
let world: VersionWorld
beforeAll(async () => {
  world = await makeVersionWorld(join(root, 'world', 'library'), codec)
}, 60_000)
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

/** Dies at its `killAt`-th file call or step of a transaction: from then on nothing reaches the disk any more. */
function mortal(library: VersionLibrary, ops: FaultyFileOps, killAt: number) {
  let events = 0
  let isDead = false
  const dead = () => Object.assign(new Error('EIO: the process is gone'), { code: 'EIO' })
  const event = () => {
    if (isDead || ++events < killAt) return
    isDead = true
    throw dead()
  }
  ops.fail('EIO', () => {
    if (!isDead && ++events >= killAt) isDead = true
    return isDead
  })
  const { transaction } = library.context
  Object.assign(library.context, {
    transaction<T>(work: () => T): T {
      if (isDead) throw dead()
      event()
      const result = transaction(() => {
        const done = work()
        event()
        return done
      })
      event()
      return result
    },
  })
  return {
    count: () => events,
    heal() {
      ops.heal()
      Object.assign(library.context, { transaction })
    },
  }
}

async function stopEverywhere(act: VersionAct): Promise<{ points: number; after: Seen }> {
  const { ids } = world
  const [start, copy] = [join(root, 'start', 'library'), join(root, 'copy', 'library')]
  const renew = (from: string, to: string) => {
    rmSync(to, { recursive: true, force: true })
    cpSync(from, to, { recursive: true })
    return faultyFileOps({ fastSync: true })
  }
  const open = (folder: string, ops = faultyFileOps({ fastSync: true })) =>
    openVersionLibrary({ folder, codec, ops })
  const end = async (library: VersionLibrary) => {
    await library.versions.settled()
    await library.close()
  }
  const first = await open(start, renew(world.folder, start))
  await prepareAct(first, ids, act)
  await end(first)
  const whole = await open(copy, renew(start, copy))
  const states = await statesOfAct(whole, ids, act)
  await end(whole)
  for (let killAt = 1; ; killAt += stride) {
    const ops = renew(start, copy)
    const library = await open(copy, ops)
    const life = mortal(library, ops, killAt)
    const isWhole = await doAct(library, act).then(
      () => true,
      () => false,
    )
    const wasStopped = life.count() >= killAt
    life.heal()
    await end(library)
    const second = await open(copy)
    const options = { isUndone: killAt % 2 === 1, isAcknowledged: isWhole }
    const problems = await problemsOfAct(second, ids, act, states, options)
    await end(second)
    expect(problems, `stopped at ${killAt}`).toEqual([])
    if (!wasStopped) {
      expect(isWhole).toBe(true)
      return { points: killAt, after: states.after }
    }
  }
}

const long = { timeout: 900_000 }

it('commits whole or not at all', long, async () => {
  const { points, after } = await stopEverywhere('commit')
  expect(after).toMatchObject({ branch: 'main', versions: 4 })
  expect(points).toBeGreaterThan(30)
})

it('restores whole, or goes on, or goes back', long, async () => {
  const { points, after } = await stopEverywhere('restore')
  expect(after).toMatchObject({ branch: 'main', versions: 3 })
  expect(points).toBeGreaterThan(20)
})

it('switches to another branch whole, or goes on, or goes back', long, async () => {
  const { points, after } = await stopEverywhere('switch')
  expect(after).toMatchObject({ branch: 'try', versions: 3 })
  expect(after.samples[2]).toBe('trash')
  expect(points).toBeGreaterThan(30)
})

it('merges a branch whole and once, or goes on, or goes back', long, async () => {
  const { points, after } = await stopEverywhere('merge')
  expect(after).toMatchObject({ branch: 'main', versions: 4 })
  expect(points).toBeGreaterThan(50)
})

it.each(['undo of a switch', 'undo of a merge'] as const)(
  'takes back whole, or goes on with it: %s',
  long,
  async (act) => {
    const { points, after } = await stopEverywhere(act)
    expect(after).toMatchObject({ branch: 'main' })
    expect(points).toBeGreaterThan(20)
  },
)

it('gives, moves and takes away names one by one, each with what it was before', long, async () => {
  const { points, after } = await stopEverywhere('names')
  expect(after).toMatchObject({ branch: 'trunk', refs: ['trunk 3', 'try 2'] })
  expect(points).toBeGreaterThan(20)
})
