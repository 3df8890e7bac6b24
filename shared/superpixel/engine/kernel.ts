/**
 * What this code needs of a WebAssembly memory. Its buffer is another one after it grew, and may be shared between
 * threads.
 */
export type KernelMemory = { readonly buffer: ArrayBufferLike; grow(pages: number): number }

/** Addresses and sizes are in bytes; what each function reads and writes is told in `kernel/*.as.ts`. */
type Call = (...numbers: number[]) => number

/** The functions of `kernel/kernel.as.ts`, over the memory that the module was given. */
export type KernelExports = Readonly<
  Record<
    | 'adaptRows'
    | 'addEnds'
    | 'addToCells'
    | 'blockPixels'
    | 'blockPlanes'
    | 'blurRows'
    | 'bytesOfLine'
    | 'cellsOfTile'
    | 'choose'
    | 'coarseGradients'
    | 'colourRows'
    | 'copyEdges'
    | 'countEdges'
    | 'countEnds'
    | 'countRuns'
    | 'findBonds'
    | 'followBonds'
    | 'gridRows'
    | 'invertTree'
    | 'joinChosen'
    | 'joinSides'
    | 'labelLeaves'
    | 'listEdges'
    | 'listSeam'
    | 'listSides'
    | 'mapCells'
    | 'meansOfCells'
    | 'mergeRound'
    | 'nodesOf'
    | 'nodesOfLine'
    | 'numberCells'
    | 'numberLeaves'
    | 'numberRoots'
    | 'paintLeaves'
    | 'relabel'
    | 'renumber'
    | 'renumberSides'
    | 'settlePixels'
    | 'smoothBlocks'
    | 'sortHeights'
    | 'spreadRows'
    | 'startsOfCounts'
    | 'startsOfRuns'
    | 'sumRegions'
    | 'sumRows'
    | 'touch',
    Call
  >
>

/** One thread's instance of the compiled module. */
export type Kernel = { readonly memory: KernelMemory; readonly exports: KernelExports }

export const PAGE = 65_536
/** Blocks begin at multiples of a cache line, so that threads never share one. */
const LINE = 64

export function aligned(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE
}

/** Hands out blocks of a region one after another. */
export class Blocks {
  #next: number
  readonly #end: number

  constructor(start: number, bytes: number) {
    this.#next = aligned(start)
    this.#end = start + bytes
  }

  /** Address of `bytes` bytes. */
  take(bytes: number): number {
    const at = this.#next
    this.#next += aligned(bytes)
    if (this.#next > this.#end) throw new RangeError(`${this.#next - this.#end} bytes more than planned`)
    return at
  }
}
