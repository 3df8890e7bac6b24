import { expect, it } from 'vitest'
import { IdleQueue, type IdleTask } from '../../../../renderer/features/labeler/idle-queue.ts'

/** A clock that the test moves. */
function makeClock() {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now,
    after(ms: number, run: () => void) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    get waiting() {
      return timers.length
    },
    async pass(ms: number) {
      now += ms
      const due = timers.filter(({ at }) => at <= now)
      timers = timers.filter(({ at }) => at > now)
      for (const { run } of due) run()
      await new Promise((resolve) => setTimeout(resolve))
    },
  }
}

/** A task that ends when the test says so or when it is broken off. */
function makeTask() {
  const task = { started: 0, aborted: 0, finish: () => {}, run: (async () => {}) as IdleTask }
  task.run = (signal) => {
    task.started++
    return new Promise((resolve, reject) => {
      task.finish = resolve
      signal.addEventListener('abort', () => {
        task.aborted++
        reject(new Error('broken off'))
      })
    })
  }
  return task
}

function setUp(count = 2) {
  const clock = makeClock()
  const tasks = Array.from({ length: count }, makeTask)
  const queue = new IdleQueue(
    tasks.map(({ run }) => run),
    clock,
  )
  return { clock, tasks, queue, started: () => tasks.map(({ started }) => started) }
}

it('does one task after the other, each after a second of quiet, and then rests', async () => {
  const { clock, tasks, started } = setUp()
  await clock.pass(999)
  expect(started()).toEqual([0, 0])
  await clock.pass(1)
  expect(started()).toEqual([1, 0])
  await clock.pass(10_000)
  expect(started()).toEqual([1, 0])
  tasks[0]!.finish()
  await clock.pass(0)
  await clock.pass(1000)
  expect(started()).toEqual([1, 1])
  tasks[1]!.finish()
  await clock.pass(0)
  await clock.pass(60_000)
  expect([started(), clock.waiting]).toEqual([[1, 1], 0])
})

it('waits while something happens', async () => {
  const { clock, queue, started } = setUp()
  for (let i = 0; i < 10; i++) {
    await clock.pass(600)
    queue.disturb()
  }
  expect(started()).toEqual([0, 0])
  await clock.pass(1000)
  expect(started()).toEqual([1, 0])
})

it('goes on through an edit now and then, but stands back when there are many', async () => {
  const { clock, tasks, queue, started } = setUp()
  await clock.pass(1000)
  for (let i = 0; i < 6; i++) {
    queue.disturb()
    await clock.pass(2500)
  }
  expect(tasks[0]!.aborted).toBe(0)
  for (let i = 0; i < 3; i++) queue.disturb()
  await clock.pass(0)
  expect(tasks[0]!.aborted).toBe(1)
  await clock.pass(4999)
  expect(started()).toEqual([1, 0])
  await clock.pass(1)
  expect(started()).toEqual([2, 0])
})

it('leaves what was broken off twice, and goes on with the next', async () => {
  const { clock, tasks, queue, started } = setUp()
  for (let i = 0; i < 2; i++) {
    await clock.pass(5000)
    for (let j = 0; j < 3; j++) queue.disturb()
    await clock.pass(4000)
  }
  await clock.pass(5000)
  expect(started()).toEqual([2, 1])
  expect(tasks[0]!.aborted).toBe(2)
})

it('does nothing while it is held, and ends the task under way', async () => {
  const { clock, tasks, queue, started } = setUp()
  queue.hold(true)
  await clock.pass(60_000)
  expect([started(), clock.waiting]).toEqual([[0, 0], 0])
  queue.hold(false)
  await clock.pass(1000)
  queue.hold(true)
  await clock.pass(0)
  expect([tasks[0]!.aborted, clock.waiting]).toEqual([1, 0])
})

it('leaves nothing behind when it ends', async () => {
  const { clock, tasks, queue, started } = setUp()
  await clock.pass(1000)
  queue.end()
  queue.disturb()
  queue.hold(true)
  queue.hold(false)
  await clock.pass(60_000)
  expect([tasks[0]!.aborted, started(), clock.waiting]).toEqual([1, [1, 0], 0])
})

it('goes on after a task that failed', async () => {
  const clock = makeClock()
  const next = makeTask()
  new IdleQueue([() => Promise.reject(new Error('no')), next.run], clock)
  await clock.pass(1000)
  await clock.pass(1000)
  expect(next.started).toBe(1)
})
