import type { StepEntry, StepList } from '../../shared/host/label-steps.ts'
import type { LabelStatus } from '../../shared/label/status.ts'

/** The steps of a label in one line, as far as they lead to what it holds and on from there. */
export type StepPath = {
  /** Oldest first. Those from `position` on can be made again. */
  readonly rows: readonly StepEntry[]
  /** How many of `rows` are done. */
  readonly position: number
  /** Steps before this one cannot be taken back: what they led to is not what came after them. */
  readonly start: number
  /** How far the label was when it held this; null when that is not known. */
  readonly status: LabelStatus | null
}

/**
 * Where a label stands among its steps. The files hold them in the order they were made: by several windows, and with
 * what was taken back and then left for something else. A label that none of the steps led to was changed elsewhere:
 * then all of them are out of reach.
 */
export function stepPath(list: StepList, mark: string, status: LabelStatus): StepPath {
  const tree = new StepTree(list.steps)
  const { place } = list
  const here = (entry: StepEntry) => entry.to === mark
  const exactly = (entry: StepEntry) => here(entry) && entry.status === status
  const last = list.steps.findLast.bind(list.steps)
  const placed = place === null ? undefined : tree.get(place)
  const started = (entry: StepEntry) => entry.from === mark && tree.parentOf(entry) === undefined
  const isAtStart = place === null ? last(started) : undefined
  if (isAtStart?.was === status) return tree.pathBefore(isAtStart)
  if (placed && exactly(placed)) return tree.pathTo(placed)
  const found = last(exactly)
  if (found) return tree.pathTo(found)
  const beginning = last((entry) => started(entry) && entry.was === status)
  if (beginning) return tree.pathBefore(beginning)
  if (isAtStart) return tree.pathBefore(isAtStart)
  if (placed && here(placed)) return tree.pathTo(placed)
  const near = last(here)
  if (near) return tree.pathTo(near)
  const before = last(started)
  if (before) return tree.pathBefore(before)
  const lost = placed ?? list.steps.at(-1)
  const rows = lost ? tree.lineTo(lost).rows : []
  return { rows, position: rows.length, start: rows.length, status: null }
}

class StepTree {
  readonly #at = new Map<string, number>()
  readonly #steps: readonly StepEntry[]
  readonly #lastChild = new Map<string, StepEntry>()
  /** By what they began on: the first step of the file that began there without one before it. */
  readonly #firstRoot = new Map<string, StepEntry>()

  constructor(steps: readonly StepEntry[]) {
    this.#steps = steps
    for (const [i, step] of steps.entries()) {
      this.#at.set(step.key, i)
      const parent = this.parentOf(step)
      if (parent) this.#lastChild.set(parent.key, step)
      else if (!this.#firstRoot.has(step.from)) this.#firstRoot.set(step.from, step)
    }
  }

  get(key: string): StepEntry | undefined {
    const at = this.#at.get(key)
    return at === undefined ? undefined : this.#steps[at]
  }

  /** The step before, if it is there and led to what this one was made on. */
  parentOf({ key, prev, from }: StepEntry): StepEntry | undefined {
    const parent = prev === null ? undefined : this.get(prev)
    return parent && parent.to === from && this.#at.get(parent.key)! < this.#at.get(key)! ? parent : undefined
  }

  /** Everything up to `step`, also what is out of reach. */
  lineTo(step: StepEntry): { rows: StepEntry[]; start: number } {
    const parts: StepEntry[][] = []
    for (let end: StepEntry | undefined = step; end; ) {
      const part: StepEntry[] = []
      let root: StepEntry = end
      for (let each: StepEntry | undefined = end; each; each = this.parentOf(each)) {
        part.push(each)
        root = each
      }
      parts.push(part.reverse())
      end = this.#beforeRoot(root)
    }
    parts.reverse()
    const rows = parts.flat()
    return { rows, start: rows.length - parts.at(-1)!.length }
  }

  pathTo(step: StepEntry): StepPath {
    const { rows, start } = this.lineTo(step)
    const position = rows.length
    return { rows: [...rows, ...this.#after(step)], position, start, status: step.status }
  }

  /** `root`, the first of a line, is taken back. */
  pathBefore(root: StepEntry): StepPath {
    const end = this.#beforeRoot(root)
    const rows = end ? this.lineTo(end).rows : []
    const start = rows.length
    return { rows: [...rows, root, ...this.#after(root)], position: start, start, status: root.was }
  }

  /** What came before a beginning, out of reach from it. Steps that began on the same label came after the same. */
  #beforeRoot(root: StepEntry): StepEntry | undefined {
    return this.#steps[this.#at.get(this.#firstRoot.get(root.from)!.key)! - 1]
  }

  /** Of what was made after `step` and taken back, the line that was left last. */
  #after(step: StepEntry): StepEntry[] {
    const rows: StepEntry[] = []
    for (let next = this.#lastChild.get(step.key); next; next = this.#lastChild.get(next.key)) rows.push(next)
    return rows
  }
}
