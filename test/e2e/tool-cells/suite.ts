import { expect, it } from 'vitest'
import { startTessera } from '../fixture.ts'
import { learn, tryCell } from './cell.ts'
import { Desk } from './desk.ts'
import { lanes, makeMosaics } from './mosaic.ts'
import { type Event, type State, type Tool, table } from './table.ts'

/** One app for all cells of these tools, with two tools at a time, each on a page and on images of its own. */
export function suite(...pairs: readonly (readonly Tool[])[]): void {
  const tessera = startTessera({ prepare: makeMosaics })
  it.each(pairs.map((pair) => [pair.join(' and '), pair] as const))('%s', async (_, pair) => {
    const desks: Desk[] = []
    for (const [i] of pair.entries()) desks.push(await Desk.open(tessera, lanes[i]))
    const failures = await Promise.all(pair.map((tool, i) => failuresOf(desks[i]!, tool)))
    for (const desk of desks) await desk.close()
    expect(failures.flat()).toEqual([])
  })
}

async function failuresOf(desk: Desk, tool: Tool): Promise<string[]> {
  await desk.use(tool)
  const undisturbed = await learn(desk, tool)
  const failures: string[] = []
  for (const [state, row] of Object.entries(table[tool])) {
    for (const [event, outcome] of Object.entries(row)) {
      try {
        await tryCell(desk, tool, state as State, event as Event, outcome, undisturbed)
      } catch (error) {
        failures.push(`${tool}, ${state} × ${event} → ${outcome}: ${(error as Error).message}`)
        await desk.reset(tool)
      }
    }
  }
  return failures
}
