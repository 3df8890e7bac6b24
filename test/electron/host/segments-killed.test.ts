import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { openSegmentsDesk, type SegmentsDesk, streets } from '../../support/segments-desk.ts'

const child = fileURLToPath(new URL('../../support/segments-child.ts', import.meta.url))
let running: ChildProcess | null = null
afterEach(() => {
  running?.kill('SIGKILL')
})

function runInChild(desk: SegmentsDesk, mode: string): ChildProcess {
  running = spawn(process.execPath, [child, join(desk.root, 'ada'), desk.server.url, mode], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return running
}

/** Kills a run while a call is under way, which takes effect all the same, and runs it again to its end. */
async function killedAt(desk: SegmentsDesk, mode: string, on: string, after: number) {
  const { server } = desk
  server.forget()
  server.fail({ on, action: { kind: 'slow', ms: 300 }, after })
  const first = runInChild(desk, mode)
  const began = Date.now()
  while (server.count(on) <= after && first.exitCode === null && Date.now() - began < 60_000) await sleep(5)
  expect(server.count(on)).toBeGreaterThan(after)
  first.kill('SIGKILL')
  await once(first, 'exit')
  expect(first.signalCode).toBe('SIGKILL')
  await sleep(350)
  const second = runInChild(desk, mode)
  await once(second, 'exit')
  expect(second.exitCode).toBe(0)
}

const images = 5
async function filled(desk: SegmentsDesk) {
  const ada = await desk.library('ada')
  ada.categorize()
  for (let shade = 1; shade <= images; shade++) {
    await ada.add(`${shade}.png`, shade)
    await ada.label(`${shade}.png`, [shade, shade])
  }
  return ada
}

it.each([
  ['create_dataset', 0],
  ['create_asset', 2],
  ['upload', 3],
  ['create_samples', 0],
  ['get_label', 1],
  ['put_label', 0],
  ['put_label', 3],
] as const)('S1-S5: a publishing killed at %s (call %i) ends as one that was not', async (on, after) => {
  const desk = await openSegmentsDesk()
  await (await filled(desk)).close()
  await killedAt(desk, 'publish', on, after)
  const { admin } = desk.server
  expect(admin.datasets().length).toBe(1)
  expect(
    admin
      .samples(streets)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['1.png', '2.png', '3.png', '4.png', '5.png'])
  for (let i = 1; i <= images; i++) expect((await desk.idsThere(`${i}.png`))?.slice(0, 3)).toEqual([i, i, 0])
  // At most what was on its way when it was killed went twice: files are addressed anew, samples and labels are not.
  expect(desk.server.count('put_label')).toBeLessThanOrEqual(images + 4)
  const ada = await desk.library('ada')
  desk.server.forget()
  const again = await ada.run('both')
  expect([again.conflicts, again.failed, again.got.labels, again.sent.labels]).toEqual([[], [], 0, 0])
  expect(
    desk.server.count('put_label') + desk.server.count('create_asset') + desk.server.count('create_samples'),
  ).toBe(0)
  for (let i = 1; i <= images; i++) {
    expect((await ada.call('label.revisions', { sampleId: ada.find(`${i}.png`).id })).length).toBe(1)
  }
})

it.each([
  ['list_samples', 0],
  ['download', 1],
  ['download', 5],
  ['get_label', 2],
] as const)('S5: a pull killed at %s (call %i) ends as one that was not', async (on, after) => {
  const desk = await openSegmentsDesk()
  const maker = await desk.library('maker')
  maker.categorize()
  for (let shade = 1; shade <= images; shade++) {
    await maker.add(`${shade}.png`, shade)
    await maker.label(`${shade}.png`, [shade])
  }
  await maker.run('publish')
  await (await desk.library('ada')).close()
  await killedAt(desk, 'pull', on, after)
  const ada = await desk.library('ada')
  const { samples } = await ada.call('samples.list', {})
  expect(samples.map(({ name }) => name).sort()).toEqual(['1.png', '2.png', '3.png', '4.png', '5.png'])
  for (const { id, name } of samples) {
    expect(await ada.idsOf(name)).toEqual(await maker.idsOf(name))
    expect((await ada.call('label.revisions', { sampleId: id })).length).toBe(1)
  }
  desk.server.forget()
  const again = await ada.run('both')
  expect([again.conflicts, again.failed, again.got.labels, again.sent.labels]).toEqual([[], [], 0, 0])
  expect(desk.server.count('download')).toBe(0)
})
