import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** What befalls calls of a server of the tests. `on` names the call, in the words of that server (its README.md). */
export type Fault<Action> = {
  on: string
  action: Action
  /** How many calls to let through first. */
  after?: number
  /** How often it strikes; once when left out. */
  times?: number
}

/** Reads a file of faults (README.md of the server). Throws an Error that says what is wrong with it. */
export function readFaultFile<Action>(file: string, actionSchema: z.ZodType<Action>): Fault<Action>[] {
  const fileSchema = z.strictObject({
    faults: z.array(
      z.strictObject({
        on: z.string().min(1),
        /** The first call of that kind to be struck, from 1. */
        call: z.int().min(1).default(1),
        times: z.union([z.int().min(1), z.literal('always')]).default(1),
        action: actionSchema,
      }),
    ),
  })
  const found = fileSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!found.success) throw new Error(`${file}: ${z.prettifyError(found.error)}`)
  return found.data.faults.map(({ on, call, times, action }) => ({
    on,
    action,
    after: call - 1,
    times: times === 'always' ? Number.POSITIVE_INFINITY : times,
  }))
}

/** Faults that are still to come. */
export class Faults<Action> {
  readonly #faults: Required<Fault<Action>>[] = []

  add(fault: Fault<Action>): void {
    this.#faults.push({ after: 0, times: 1, ...fault })
  }

  clear(): void {
    this.#faults.length = 0
  }

  /** What befalls this call, or null. Each fault that is about it counts it. */
  strike(isMeant: (on: string) => boolean): Action | null {
    let action: Action | null = null
    for (const fault of this.#faults) {
      if (fault.times <= 0 || !isMeant(fault.on)) continue
      if (fault.after > 0) fault.after--
      else if (action === null) {
        fault.times--
        action = fault.action
      }
    }
    return action
  }
}
