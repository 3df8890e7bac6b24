import { expect, it } from 'vitest'
import { AppError } from '../../shared/base/app-error.ts'
import { createGraph } from '../../shared/history/graph.ts'
import type { Fault } from '../servers/wandb/server.ts'
import { type Laptop, openDesk } from '../support/laptops.ts'

/** Small and fast, and the same everywhere. Source: Tommy Ettinger's mulberry32. */
function randomOf(seed: number): (below: number) => number {
  let a = seed
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const faults: readonly Fault['action'][] = [
  { kind: 'drop-before-effect' },
  { kind: 'drop-after-effect' },
  { kind: 'truncate' },
  { kind: 'expired' },
  { kind: 'slow', ms: 5 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
]
const calls = [
  'get',
  'put',
  'artifact',
  'project',
  'createArtifact',
  'createArtifactManifest',
  'createArtifactFiles',
  'commitArtifact',
  'upsertBucket',
  'useArtifact',
  'addAliases',
  'file_stream',
] as const

const names = ['1.png', '2.png', '3.png', '4.png']
/** Schedules in all, and how many follow one another on the same two libraries. */
// Half of the 200; TESSERA_FAULT_SCALE=2 plays all.
const schedules = Number(process.env.TESSERA_FAULT_SCALE ?? 1) > 1 ? 200 : 100
const perDesk = 25
const settledRounds = 6

/** What a person sees of every image. */
async function contentOf(laptop: Laptop) {
  const { samples } = await laptop.call('samples.list', {})
  const rows = samples.map(async ({ name, id, imageDigest, status }) => ({
    name,
    imageDigest,
    status,
    ids: await laptop.idsOf(name),
    tags: (await laptop.call('cards.get', { sampleId: id })).tags,
  }))
  return (await Promise.all(rows)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Pixels of every image that have a label. Nobody takes one away here. */
async function labeledOf(laptop: Laptop): Promise<Map<string, ReadonlySet<number>>> {
  const found = new Map<string, ReadonlySet<number>>()
  for (const { name } of (await laptop.call('samples.list', {})).samples) {
    const ids = await laptop.idsOf(name)
    found.set(name, new Set(ids.flatMap((id, pixel) => (id > 0 ? [pixel] : []))))
  }
  return found
}

/** What an unlucky network does to a call is a failure that somebody can act on, and never anything else. */
async function unlucky(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error
  })
}

async function playOn(seed: number, mutate: (laptop: Laptop) => void = () => {}) {
  const desk = await openDesk()
  const { server } = desk
  async function opened(name: string): Promise<Laptop> {
    const laptop = await desk.laptop(name)
    mutate(laptop)
    return laptop
  }
  const laptops: Laptop[] = [await opened('ada'), await opened('bob')]
  const committed = new Set<string>()
  const ada = laptops[0]!
  ada.categorize()
  for (const [i, name] of names.entries()) await ada.add(name, i + 1)
  await ada.label('1.png', [1])
  committed.add((await ada.commit('begin')).id)
  await ada.push()
  await laptops[1]!.pullAndMerge()
  for (let schedule = 0; schedule < perDesk; schedule++) {
    const random = randomOf(seed * perDesk + schedule)
    const steps = 2 + random(4)
    try {
      for (let step = 0; step < steps; step++) await play(random)
      await settle()
    } catch (cause) {
      throw new Error(`desk ${seed}, schedule ${schedule}: ${String(cause)}`, { cause })
    }
  }

  async function play(random: (below: number) => number): Promise<void> {
    const who = random(2)
    const laptop = laptops[who]!
    const name = names[random(names.length)]!
    switch (random(8)) {
      case 0:
      case 1: {
        const from = random(30)
        const id = 1 + random(4)
        const ids = await laptop.idsOf(name)
        return laptop.label(
          name,
          Array.from({ length: 35 }, (_, i) => (i >= from && i < from + 4 ? id : (ids[i] ?? 0))),
        )
      }
      case 2:
        return void (await laptop.call('cards.change', {
          sampleId: laptop.find(name).id,
          change: { kind: 'tags', add: [`t${random(5)}`] },
        }))
      case 3:
        return commit(laptop)
      case 4:
        await commit(laptop)
        return unlucky(laptop.push())
      case 5:
        return unlucky(laptop.pullAndMerge({ uncommitted: 'commit' }))
      case 6: {
        const [on, action] = [calls[random(calls.length)]!, faults[random(faults.length)]!]
        return server.fail({ on, action, after: random(4), times: 1 + random(5) })
      }
      default: {
        // The library is closed in the middle of what it does.
        const work = unlucky(random(2) === 0 ? laptop.push() : laptop.pullAndMerge({ uncommitted: 'commit' }))
        await new Promise((done) => setTimeout(done, random(60)))
        await laptop.close()
        await work
        laptops[who] = await opened(laptop.name)
      }
    }
  }

  async function commit(laptop: Laptop): Promise<void> {
    const { version } = await laptop.call('versions.commit', { message: '' }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'CONFLICT') return { version: null }
      throw error
    })
    if (version) committed.add(version.id)
  }

  /** A network that works, and two people who pull and push until there is nothing new. */
  async function settle(): Promise<void> {
    server.mend()
    const drawn = await Promise.all(laptops.map(labeledOf))
    for (let round = 0; ; round++) {
      expect(round, 'rounds until both have the same').toBeLessThan(settledRounds)
      for (const laptop of laptops) {
        await commit(laptop)
        const { merge } = await laptop.pullAndMerge({ uncommitted: 'commit' })
        expect(merge?.failed ?? []).toEqual([])
        for (const { version, role, delivery } of (await laptop.call('sync.status', {})).entries)
          if (delivery.kind !== 'sent') await laptop.call('sync.retry', { version, role })
        const { entries } = await laptop.push()
        expect(entries.filter(({ delivery }) => delivery.kind !== 'sent')).toEqual([])
      }
      if (laptops[0]!.head()!.id === laptops[1]!.head()!.id) break
    }
    const [ofAda, ofBob] = await Promise.all(laptops.map(({ services }) => services.versions.list()))
    const ids = (list: typeof ofAda) => new Set(list!.map(({ id }) => id))
    const graph = createGraph(ofAda!)
    const reached = graph.ancestors(laptops[0]!.head()!.id)
    for (const id of committed) expect(reached.has(id), 'a version that was committed').toBe(true)
    expect(ids(ofBob)).toEqual(ids(ofAda))
    const says = server.store
      .versions('me', 'street', 'history')
      .map(({ metadata }) => (JSON.parse(metadata!) as { versionId: string }).versionId)
    expect(says.toSorted()).toEqual([...ids(ofAda)].sort())
    for (const role of ['raw_data', 'labeled_data']) {
      const digests = server.store.versions('me', 'street', role).map(({ digest }) => digest)
      expect(new Set(digests).size, role).toBe(digests.length)
    }
    expect(await contentOf(laptops[1]!)).toEqual(await contentOf(laptops[0]!))
    // What somebody drew is shown, unless it lies beside what another one drew until somebody chooses.
    const asked = await Promise.all(laptops.map((laptop) => laptop.call('conflicts.list', {})))
    const isOpen = new Set(asked.flat().map(({ name }) => name))
    const shown = await labeledOf(laptops[0]!)
    for (const one of drawn) {
      for (const [name, pixels] of one) {
        if (isOpen.has(name)) continue
        const lost = [...pixels].filter((pixel) => !shown.get(name)?.has(pixel))
        expect(lost, `pixels of ${name} that somebody drew`).toEqual([])
      }
    }
  }
}

/** Desks wait for disks and networks most of the time, so several are played on at once. */
const atOnce = 4
it.each(Array.from({ length: schedules / perDesk / atOnce }, (_, i) => i * atOnce))(
  'two laptops lose no version, double none, and come to the same (from desk %i)',
  async (first) => {
    await Promise.all(Array.from({ length: atOnce }, (_, i) => playOn(first + i + 1)))
  },
  600_000,
)

/** What schedules must not pass: each is a program with one thing wrong. */
const mutants: readonly (readonly [string, (laptop: Laptop) => void])[] = [
  [
    'a merge that ignores labels of others',
    ({ services: { labels } }) => {
      const nothing = { kind: 'same' as const, isStatusContested: false }
      Object.assign(labels.moves, { take: async () => nothing, merge: async () => nothing })
    },
  ],
  [
    'a merge that takes labels of others over mine',
    ({ services: { labels } }) => {
      const { restore } = labels.moves
      const takes = async (id: never, theirs: never) => {
        await restore(id, theirs, 'merge')
        return { kind: 'taken' as const, isStatusContested: false }
      }
      Object.assign(labels.moves, {
        take: takes,
        merge: (id: never, { theirs }: { theirs: never }) => takes(id, theirs),
      })
    },
  ],
  [
    'a commit that forgets what was merged',
    ({ services: { versions } }) => {
      const { commit } = versions
      Object.assign(versions, { commit: (message: string, author: string) => commit(message, author) })
    },
  ],
]
it.each(mutants)(
  'the schedules find %s',
  async (_, mutate) => {
    await expect(playOn(1, mutate)).rejects.toThrow(/desk 1, schedule \d+/)
  },
  600_000,
)
