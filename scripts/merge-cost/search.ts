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

/** How the objective rises around the optimum when one number alone is divided or multiplied by `FLATNESS_STEP`. */
export type Flatness = { readonly divided: number; readonly multiplied: number }
export const FLATNESS_STEP = 1.5

/**
 * Coordinate search in the logarithms of the numbers of `start`: each is moved down and up in turn and then to the lowest
 * point of the parabola through the three values; what is best stays. Nothing is drawn by lot, so the same objective gives
 * the same table.
 */
export async function search(
  start: Table,
  objective: Objective,
  { names = Object.keys(start), rounds, step, onStep }: SearchOptions,
): Promise<{ table: Table; value: number }> {
  let table = start
  let value = await objective(start)
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
  return { table, value }
}

export async function flatnessOf(
  table: Table,
  value: number,
  objective: Objective,
  names = Object.keys(table),
): Promise<Record<string, Flatness>> {
  const flatness: Record<string, Flatness> = {}
  const move = Math.log(FLATNESS_STEP)
  for (const name of names) {
    const divided = (await objective(moved(table, name, -move))) - value
    const multiplied = (await objective(moved(table, name, move))) - value
    flatness[name] = { divided, multiplied }
  }
  return flatness
}

/**
 * The number of fewest digits that lies so close to `best` that it costs no more than `tolerance`, as far as the parabola
 * through the values at both sides tells.
 */
export function simplest(best: number, { divided, multiplied }: Flatness, tolerance: number): number {
  const move = Math.log(FLATNESS_STEP)
  const curve = Math.max((divided + multiplied) / 2, 1e-9) / move ** 2
  const slope = (multiplied - divided) / (2 * move)
  const rise = (number: number) => {
    const x = Math.log(number / best)
    return slope * x + curve * x * x
  }
  for (let digits = 1; digits < 6; digits++) {
    const rounded = Number(best.toPrecision(digits))
    const unit = 10 ** (Math.floor(Math.log10(best)) + 1 - digits)
    const near = [rounded, rounded - unit, rounded + unit].filter((number) => number > 0)
    const number = near.reduce((a, b) => (rise(b) < rise(a) ? b : a))
    if (rise(number) <= tolerance && Math.abs(Math.log(number / best)) <= move) {
      return Number(number.toPrecision(digits))
    }
  }
  return best
}

function moved(table: Table, name: string, move: number): Table {
  return { ...table, [name]: table[name]! * Math.exp(move) }
}
