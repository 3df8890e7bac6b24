import { expect, it } from 'vitest'
import { Autosaver, DEADLINE_MS, IDLE_MS } from '../../../renderer/stores/autosaver.ts'
import { AppError, type ErrorCode } from '../../../shared/base/app-error.ts'
import type { JournalHeader, SaveHeader } from '../../../shared/host/data-plane.ts'
import type { SaveResult } from '../../../shared/host/host-api.ts'

type Save = {
  header: SaveHeader
  ids: Uint8Array
  answer(kind?: SaveResult['kind']): Promise<void>
  fail(code: ErrorCode): Promise<void>
}
type Append = { header: JournalHeader; answer(): Promise<void>; fail(): Promise<void> }

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
const error = (code: ErrorCode) => new AppError(code, `failed: ${code}`, { remedy: 'Do something.' })
const revision = (n: number) => String(n).padStart(64, '0')

/** A saver whose host answers only when told to, and whose clock moves only when told to. */
function bench() {
  const saves: Save[] = []
  const appends: Append[] = []
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  let edits = 0
  let breaks = false
  const saver = new Autosaver(
    {
      save(header, ids) {
        const { promise, resolve, reject } = Promise.withResolvers<SaveResult>()
        const number = saves.length + 1
        saves.push({
          header,
          ids,
          answer(kind = 'saved') {
            resolve({ kind, revision: revision(number), head: revision(number), savedAt: now })
            return settle()
          },
          fail(code) {
            reject(error(code))
            return settle()
          },
        })
        return promise
      },
      appendJournal(header) {
        const { promise, resolve, reject } = Promise.withResolvers<void>()

        appends.push({
          header,
          answer() {
            resolve()
            return settle()
          },
          fail() {
            reject(error('HOST_GONE'))
            return settle()
          },
        })
        return promise
      },
      snapshot() {
        if (breaks) throw new RangeError('no memory for the map')
        return { status: 'in progress', objects: [], nextObjectId: edits + 1, ids: Uint8Array.of(edits) }
      },
      now: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run }
        timers.push(timer)
        return () => {
          timers = timers.filter((other) => other !== timer)
        }
      },
    },
    { session: '00000000-0000-4000-8000-000000000000', base: null, width: 2, height: 2 },
  )
  return {
    saver,
    saves,
    appends,
    /** From now on the label cannot be put together for a save, or it can again. */
    breakSnapshot(broken: boolean) {
      breaks = broken
    },
    edit() {
      edits++
      saver.edited(
        { title: `edit ${edits}`, set: [], removed: [], nextObjectId: edits + 1, status: 'in progress' },
        Uint8Array.of(edits),
      )
    },
    /** A stroke under way, as far as it has come; the label stays as it is. */
    draft() {
      const state = { set: [], removed: [], nextObjectId: edits + 1, status: 'in progress' } as const
      saver.drafted({ ...state, set: [], removed: [], title: 'draft', stroke: 'under way' }, Uint8Array.of(0))
    },
    async pass(ms: number) {
      now += ms
      const due = timers.filter((timer) => timer.at <= now)
      timers = timers.filter((timer) => timer.at > now)
      for (const timer of due) timer.run()
      await settle()
    },
  }
}

it('says saved only after the host acknowledged the save', async () => {
  const { saver, saves, appends, edit, pass } = bench()
  expect(saver.state.kind).toBe('saved')
  edit()
  expect(saver.state.kind).toBe('unsaved')
  await appends[0]!.answer()
  expect(saver.state.kind).toBe('unsaved')
  await pass(IDLE_MS)
  expect(saver.state.kind).toBe('saving')
  await saves[0]!.answer()
  expect(saver.state.kind).toBe('saved')
})

it('appends every edit at once, in order, one request at a time', async () => {
  const { appends, edit } = bench()
  edit()
  edit()
  edit()
  expect(appends.map(({ header }) => header.seq)).toEqual([1])
  await appends[0]!.answer()
  await appends[1]!.answer()
  await appends[2]!.answer()
  expect(appends.map(({ header }) => header.title)).toEqual(['edit 1', 'edit 2', 'edit 3'])
})

it('keeps one save in flight and then sends the newest state', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  edit()
  edit()
  await pass(DEADLINE_MS)
  expect(saves).toHaveLength(1)
  await saves[0]!.answer()
  expect(saver.state.kind).toBe('unsaved')
  await pass(DEADLINE_MS)
  expect(saves).toHaveLength(2)
  expect(saves[1]!.header.base).toBe(revision(1))
  expect(saves[1]!.header.journal?.seq).toBe(3)
  expect(saves[1]!.ids).toEqual(Uint8Array.of(3))
  await saves[1]!.answer()
  expect(saver.state.kind).toBe('saved')
})

it('does not let steady drawing put the save off for more than the deadline', async () => {
  const { saves, edit, pass } = bench()
  for (let waited = 0; waited < DEADLINE_MS; waited += 500) {
    edit()
    await pass(500)
  }
  expect(saves.length).toBeGreaterThan(0)
})

it('stays failed with the reason until a save succeeds, and tries a full disk again by itself', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  await saves[0]!.fail('DISK_FULL')
  expect(saver.state).toMatchObject({ kind: 'failed', edits: 1, error: { code: 'DISK_FULL' } })
  edit()
  expect(saver.state).toMatchObject({ kind: 'failed', edits: 2 })
  await pass(1000)
  expect(saves).toHaveLength(2)
  expect(saver.state.kind).toBe('failed')
  await saves[1]!.answer()
  expect(saver.state.kind).toBe('saved')
})

it('waits for the person when trying again cannot help by itself', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  await saves[0]!.fail('LIB_READ_ONLY')
  await pass(100_000)
  expect(saves).toHaveLength(1)
  saver.retry()
  await saves[1]!.answer()
  expect(saver.state.kind).toBe('saved')
})

it('repeats a save whose answer was lost before it sends anything newer', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  edit()
  await saves[0]!.fail('HOST_GONE')
  await pass(1000)
  expect(saves[1]!.header).toEqual(saves[0]!.header)
  expect(saves[1]!.ids).toEqual(saves[0]!.ids)
  await saves[1]!.answer('unchanged')
  await pass(DEADLINE_MS)
  expect(saves[2]!.header.base).toBe(revision(2))
  expect(saves[2]!.ids).toEqual(Uint8Array.of(2))
  await saves[2]!.answer()
  expect(saver.settled).toBe(true)
})

it('resolves a flush when everything up to it is saved, and rejects it with the reason when not', async () => {
  const { saver, saves, edit } = bench()
  await saver.flush()
  edit()
  let done = false
  const flushed = saver.flush().then(() => {
    done = true
  })
  await settle()
  expect(done).toBe(false)
  await saves[0]!.answer()
  await flushed
  edit()
  const refused = expect(saver.flush()).rejects.toMatchObject({ code: 'DISK_FULL' })
  await settle()
  await saves[1]!.fail('DISK_FULL')
  await refused
})

it('flushes an edit that came while another save was in flight', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  edit()
  let done = false
  const flushed = saver.flush().then(() => {
    done = true
  })
  await saves[0]!.answer()
  expect(done).toBe(false)
  await saves[1]!.answer()
  await flushed
  expect(saver.settled).toBe(true)
})

it('counts as safe once the journal has every edit, before the save', async () => {
  const { saver, appends, edit } = bench()
  edit()
  edit()
  expect(saver.safe).toBe(false)
  await appends[0]!.answer()
  expect(saver.safe).toBe(false)
  await appends[1]!.answer()
  expect(saver.safe).toBe(true)
  expect(saver.state.kind).toBe('unsaved')
})

it('sends a journal record again when the host was gone, unless a save has covered it', async () => {
  const { appends, saves, edit, pass } = bench()
  edit()
  await appends[0]!.fail()
  edit()
  expect(appends[1]!.header.seq).toBe(1)
  await appends[1]!.fail()
  await pass(IDLE_MS)
  await saves[0]!.answer()
  await pass(5000)
  expect(appends).toHaveLength(2)
  edit()
  expect(appends[2]!.header).toMatchObject({ seq: 3, base: revision(1) })
})

it('reports a state that was kept beside another, until the person has chosen', async () => {
  const { saver, saves, edit, pass } = bench()
  edit()
  await pass(IDLE_MS)
  await saves[0]!.answer('sibling')
  expect(saver.sibling?.revision).toBe(revision(1))
  saver.chosen(revision(9))
  expect(saver.sibling).toBeNull()
  expect(saver.base).toBe(revision(9))
})

it('says that a label that cannot be put together is not saved, and saves it when asked again', async () => {
  const { saver, saves, edit, pass, breakSnapshot } = bench()
  edit()
  breakSnapshot(true)
  await pass(IDLE_MS)
  expect(saver.state).toMatchObject({ kind: 'failed', edits: 1, error: { code: 'INTERNAL' } })
  await expect(saver.flush()).rejects.toMatchObject({ code: 'INTERNAL' })
  expect(saves).toHaveLength(0)
  breakSnapshot(false)
  saver.retry()
  await saves[0]!.answer()
  expect(saver.state.kind).toBe('saved')
  expect(saver.settled).toBe(true)
})

it('records a stroke under way without saving the label, which does not hold it yet', async () => {
  const { saver, saves, appends, draft, pass } = bench()
  draft()
  expect(appends[0]!.header).toMatchObject({ seq: 1, stroke: 'under way' })
  expect(saver.takesDraft).toBe(false)
  await appends[0]!.answer()
  expect(saver.takesDraft).toBe(true)
  expect(saver.safe).toBe(true)
  expect(saver.settled).toBe(false)
  expect(saver.state.kind).toBe('unsaved')
  await pass(DEADLINE_MS)
  await saver.flush()
  expect(saves).toHaveLength(0)
})

it('does not count a stroke under way as part of a save that does not hold it', async () => {
  const { saver, saves, appends, edit, draft, pass } = bench()
  edit()
  await appends[0]!.answer()
  draft()
  await appends[1]!.answer()
  await pass(IDLE_MS)
  expect(saves[0]!.header.journal?.seq).toBe(1)
  draft()
  await saves[0]!.answer()
  expect(saver.state.kind).toBe('unsaved')
  // The save has not made the journal's record superfluous.
  expect(appends[2]!.header).toMatchObject({ seq: 3, stroke: 'under way' })
  await appends[2]!.answer()
  await pass(DEADLINE_MS)
  expect(saves).toHaveLength(1)
  edit()
  await pass(IDLE_MS)
  expect(saves[1]!.header).toMatchObject({ base: revision(1), journal: { seq: 4 } })
  await saves[1]!.answer()
  expect(saver.settled).toBe(true)
})

it('counts a stroke as one edit of those that could not be saved', async () => {
  const { saver, saves, edit, draft, pass } = bench()
  draft()
  draft()
  edit()
  await pass(IDLE_MS)
  await saves[0]!.fail('DISK_FULL')
  draft()
  expect(saver.state).toMatchObject({ kind: 'failed', edits: 1 })
})
