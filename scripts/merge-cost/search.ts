/** Positive numbers by name. */
export type Table = Readonly<Record<string, number>>
/** Lower is better; asked about whole tables. */
export type Objective = (table: Table) => Promise<number>

export type SearchOptions = {
  /** What may change; everything unless told. */
  readonly names?: readonly string[] | undefined
  readonly rounds: number
  /** Factor by which a number is first moved up and down. Its logarithm shrinks by a third each round. */
  readonly step: number
  readonly onStep?: (name: string, table: Table, value: number) => void
}

export type Found = {
  readonly table: Table
  readonly value: number
  /**
   * How sharp the optimum is in each number: the objective rises by this times the square of the logarithm of the factor
   * by which the number is off. From the last round; 0 where the values made no bowl.
   */
  readonly sharpness: Readonly<Record<string, number>>
}

/**
 * Coordinate search in the logarithms of the numbers of `start`: each is moved down and up in turn and then to the lowest
 * point of the parabola through the three values; what is best stays. Nothing is drawn by lot, so the same objective gives
 * the same table.
 */
export async function search(
  start: Table,
  objective: Objective,
  { names = Object.keys(start), rounds, step, onStep }: SearchOptions,
): Promise<Found> {
  let table = start
  let value = await objective(start)
  const sharpness: Record<string, number> = {}
  let reach = Math.log(step)
  for (let round = 0; round < rounds; round++, reach /= 1.5) {
    for (const name of names) {
      const tries = new Map<number, number>([[0, value]])
      const visit = async (move: number) => {
        tries.set(move, await objective(moved(table, name, move)))
        return tries.get(move)!
      }
      const lower = await visit(-reach)
      const upper = await visit(reach)
      const bend = lower - 2 * value + upper
      sharpness[name] = Math.max(0, bend / 2 / reach ** 2)
      if (bend > 0) {
        const lowest = (0.5 * reach * (lower - upper)) / bend
        await visit(Math.max(-2 * reach, Math.min(2 * reach, lowest)))
      }
      const [move, best] = [...tries].reduce((a, b) => (b[1] < a[1] ? b : a))
      if (move !== 0) table = moved(table, name, move)
      value = best
      onStep?.(name, table, value)
    }
  }
  return { table, value, sharpness }
}

/** The number of fewest digits, and no more than a factor of 1.5 from `best`, that costs no more than `tolerance`. */
export function simplest(best: number, sharpness: number, tolerance: number): number {
  const off = (number: number) => Math.abs(Math.log(number / best))
  for (let digits = 1; digits < 6; digits++) {
    const rounded = Number(best.toPrecision(digits))
    if (off(rounded) < Math.log(1.5) && sharpness * off(rounded) ** 2 <= tolerance) return rounded
  }
  return best
}

function moved(table: Table, name: string, move: number): Table {
  return { ...table, [name]: table[name]! * Math.exp(move) }
}
