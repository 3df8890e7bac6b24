/** One measured quantity of one case. */
export type Measurement = {
  /** What was measured, with its size: "build, 1920x1208". */
  readonly label: string
  /** Unit of `samples` and `median`: "ms", "ns/px", "MB", "ratio" … */
  readonly unit: string
  readonly median: number
  readonly samples: readonly number[]
  /** The measurement of a peer or of another state that this one is held against, and how many times as large this is. */
  readonly against?: { readonly label: string; readonly ratio: number }
}

export type BenchResult = {
  readonly measurements: readonly Measurement[]
  /** What was left out or replaced, and why; printed with the result. */
  readonly skipped: readonly string[]
}

/** What each `bench/<name>.ts` exports. `run` prints nothing: `bench/run.ts` does. */
export type Bench = {
  /** The file's name without its ending, as given to `npm run bench -- NAME`. */
  readonly name: string
  /** The question that the numbers answer, as one sentence. */
  readonly question: string
  run(): Promise<BenchResult>
}

/** `samples` must not be empty. */
export function measurement(label: string, unit: string, samples: readonly number[]): Measurement {
  return { label, unit, median: median(samples), samples }
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) throw new Error('a median needs a sample')
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
