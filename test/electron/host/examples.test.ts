import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterEach, expect, it } from 'vitest'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'

let host: TestHost
afterEach(() => host.cleanup())
const signal = new AbortController().signal

it('adds the sample images, whose truth has their size, and the categories of the truth', async () => {
  host = await openTestHost()
  const { outcomes } = await host.handlers['samples.addExamples']({}, signal)
  expect(outcomes.length).toBeGreaterThanOrEqual(4)
  for (const outcome of outcomes) {
    if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome))
    const truth = join('assets', 'samples', 'truth', outcome.sample.name.replace('.jpg', '.png'))
    const { width, height } = outcome.sample
    expect(decode(readFileSync(truth))).toMatchObject({ width, height, channels: 4, depth: 8 })
  }
  const categories = host.services.categories.list()
  expect(categories.map(({ name }) => name)).toEqual(expect.arrayContaining(['Road', 'Car', 'Sky']))
  expect(categories.find(({ name }) => name === 'Car')?.hasInstances).toBe(true)
  expect(categories.find(({ name }) => name === 'Road')?.hasInstances).toBe(false)
})

it('leaves the categories alone where there are some, and adds no image twice', async () => {
  host = await openTestHost()
  host.services.categories.create({ name: 'thing', hasInstances: true })
  await host.handlers['samples.addExamples']({}, signal)
  const { outcomes } = await host.handlers['samples.addExamples']({}, signal)
  expect(outcomes.every(({ kind }) => kind === 'duplicate')).toBe(true)
  expect(host.services.categories.list().map(({ name }) => name)).toEqual(['thing'])
})
