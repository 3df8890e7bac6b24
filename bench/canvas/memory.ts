import { readdirSync, readFileSync } from 'node:fs'

/** What processes hold in memory, in MB: proportional set size, so that what several share counts once. */
export type Memory = { readonly browser: number; readonly host: number }

/** Of all processes that this one has started, and theirs. Null where there is no `/proc`. */
export function memoryOfChildren(): Memory | null {
  const children = new Map<number, number[]>()
  const names = new Map<number, string>()
  let folders: string[]
  try {
    folders = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return null
  }
  for (const pid of folders.map(Number)) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // The name is in brackets and may hold anything; the state and the parent follow it.
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      children.set(parent, [...(children.get(parent) ?? []), pid])
      names.set(pid, readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    } catch {
      // Gone meanwhile.
    }
  }
  let [browser, host] = [0, 0]
  const add = (pid: number) => {
    for (const child of children.get(pid) ?? []) {
      const size = proportional(child)
      if (/chrom/i.test(names.get(child)?.split('\0')[0] ?? '')) browser += size
      else host += size
      add(child)
    }
  }
  add(process.pid)
  return { browser, host }
}

function proportional(pid: number): number {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1000
  } catch {
    return 0
  }
}
