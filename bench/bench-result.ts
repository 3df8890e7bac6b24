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
  /** Lines for a person, where numbers of one unit would say too little. */
  readonly table?: readonly string[]
  /** What else goes into the JSON. */
  readonly data?: unknown
  /** What is wrong with what was measured, as sentences: with one, the run fails. */
  readonly failures?: readonly string[]
}

/** What a person may say on the command line. Each bench takes what concerns it. */
export type BenchOptions = {
  /** Which images: "val", "train", "small". */
  readonly set?: string | undefined
  /** Only one in so many of them. */
  readonly every?: string | undefined
  /** Only so many of them, from the first. */
  readonly images?: string | undefined
  /** A file with a committed result, than which this one must not be worse. */
  readonly gate?: string | undefined
  readonly 'no-peers'?: boolean | undefined
  /** A file with a committed result whose peers stand in for a run of them. */
  readonly peers?: string | undefined
  /** So many samples are published. */
  readonly publish?: string | undefined
  /** Gets a line now and then during a long run. */
  readonly onProgress?: (line: string) => void
}

/** What each `bench/<name>.ts` exports. `run` prints nothing: `bench/run.ts` does. */
export type Bench = {
  /** The file's name without its ending, as given to `npm run bench -- NAME`. */
  readonly name: string
  /** The question that the numbers answer, as one sentence. */
  readonly question: string
  run(options: BenchOptions): Promise<BenchResult>
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
