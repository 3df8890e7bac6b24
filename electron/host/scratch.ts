import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { quietly } from '../adapters/file-ops.ts'

/** A folder for what is on its way in or out. It is gone when the process is. */
export type Scratch = {
  /** Made when it is first asked for. */
  folder(): string
  close(): Promise<void>
}

/** Of this process: a host that opens the folder a second time must not take away what the first has in it. */
const own = new Set<string>()

/**
 * A folder within `parent`, for this process alone; its name begins with the number of the process, so that what processes
 * that were killed left behind is known and taken away here.
 */
export function createScratch(parent: string): Scratch {
  quietly(() => {
    for (const name of readdirSync(parent)) {
      if (!isLeft(name)) continue
      rmSync(join(parent, name), { recursive: true, force: true })
    }
  })
  const name = `${process.pid}.${randomUUID()}`
  const path = join(parent, name)
  let isMade = false
  return {
    folder() {
      if (!isMade) mkdirSync(path, { recursive: true, mode: 0o700 })
      isMade = true
      own.add(name)
      return path
    },
    async close() {
      if (isMade) await rm(path, { recursive: true, force: true }).catch(() => {})
      own.delete(name)
      isMade = false
    },
  }
}

function isLeft(name: string): boolean {
  const pid = Number(/^(\d{1,10})\.[0-9a-f-]{36}$/.exec(name)?.[1] ?? Number.NaN)
  if (Number.isNaN(pid) || own.has(name)) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // Somebody else's process is one that runs.
    return (error as { code?: string }).code === 'ESRCH'
  }
}
