import { ToolRunner } from '../../renderer/canvas/tool-runner.ts'
import type { LabelSession } from '../../renderer/stores/label-session.ts'
import { createLabelingStore, type LabelingStore } from '../../renderer/stores/labeling.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { clampCount, nodeAt } from '../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { countOfSide } from '../../shared/superpixel/level.ts'
import { leafRunsOf } from '../../shared/superpixel/selection.ts'
import { forEachPixelOnSegment } from '../../shared/tools/segment.ts'
import type { ImagePoint, Modifiers } from '../../shared/tools/tool-event.ts'

const plain: Modifiers = { shift: false, alt: false }
/** Cells on an image that is opened for the first time, as in the window. */
const firstCount = 900
/** How far, in mean cells, one drag reaches for its next cell. */
const reach = 3

export type GestureCounts = { clicks: number; drags: number; strokes: number; notches: number }

/**
 * A hand on the pointer: moves, presses and turns the wheel over an open label. Everything goes through the canvas's own
 * tools; only nothing is shown.
 */
export class Hand {
  readonly counts: GestureCounts = { clicks: 0, drags: 0, strokes: 0, notches: 0 }
  readonly #session: LabelSession
  readonly #hierarchy: Hierarchy
  readonly #labeling: LabelingStore
  readonly #runner: ToolRunner

  constructor(session: LabelSession, hierarchy: Hierarchy, categories: readonly Category[]) {
    this.#session = session
    this.#hierarchy = hierarchy
    this.#labeling = createLabelingStore({ getItem: () => null, setItem: () => {} })
    this.#runner = new ToolRunner({
      view: { ratio: 1, camera: { scale: 1 }, showHighlight() {}, previewStroke() {}, showSketch() {} },
      labeling: this.#labeling,
      mayEdit: () => true,
      categories: () => categories,
      firstCategory: () => Promise.reject(new Error('there are categories')),
      openMenu() {},
      pixels: () => null,
      vanished() {},
      refused() {},
      failed: (error) => {
        throw error
      },
    })
    this.#labeling.setState({ cellCount: clampCount(hierarchy, firstCount) })
    this.#runner.open(session)
    this.#runner.setHierarchy(hierarchy)
  }

  /** Cells there are now. */
  get cellCount(): number {
    return this.#labeling.getState().cellCount!
  }

  /** The next stroke paints a new object of `category`, or `object` again. */
  take(categoryId: number, objectId: number | null): void {
    this.#labeling.setState({ categoryId, objectId })
  }

  /** The object that the last stroke painted. */
  get object(): number | null {
    return this.#labeling.getState().objectId
  }

  /** Turns the wheel until cells are about `side` pixels across. */
  sizeCells(side: number): void {
    this.#labeling.setState({ tool: 'superpixel' })
    const wanted = countOfSide(this.#hierarchy, side)
    const at = { x: this.#hierarchy.width / 2, y: this.#hierarchy.height / 2 }
    const turn = this.cellCount > wanted ? 'larger' : 'smaller'
    const isThere = () => (turn === 'larger' ? this.cellCount <= wanted : this.cellCount >= wanted)
    for (let before = -1; !isThere() && before !== this.cellCount; ) {
      before = this.cellCount
      this.#runner.send({ kind: 'wheel', at, turn, step: 'fine' })
      this.counts.notches++
    }
  }

  /** Adds cells (nodes of the present size) to the object: in as few drags as stay within them. */
  addCells(cells: readonly number[]): void {
    const left = new Map(cells.map((cell) => [cell, this.#middleOf(cell)]))
    const furthest = reach * Math.sqrt((this.#hierarchy.width * this.#hierarchy.height) / this.cellCount)
    while (left.size > 0) {
      const path: ImagePoint[] = []
      for (let next = left.keys().next().value; next !== undefined; ) {
        const at = left.get(next)!
        left.delete(next)
        path.push(at)
        next = this.#nextCell(at, left, furthest, cells)
      }
      this.#drag(path)
    }
  }

  /** One stroke of the brush along `path`, `size` pixels wide. */
  brush(path: readonly ImagePoint[], size: number): void {
    this.#labeling.setState({ tool: 'brush' })
    for (let before = -1; this.#labeling.getState().brushSize !== size; ) {
      const { brushSize } = this.#labeling.getState()
      if (brushSize === before) throw new Error(`the wheel does not reach a brush of ${size}`)
      before = brushSize
      this.#runner.send({
        kind: 'wheel',
        at: path[0]!,
        turn: brushSize < size ? 'larger' : 'smaller',
        step: 'fine',
      })
      this.counts.notches++
    }
    this.#press(path)
    this.counts.strokes++
  }

  async undo(): Promise<void> {
    this.#runner.cancel()
    await this.#session.undo()
  }

  #drag(path: readonly ImagePoint[]): void {
    this.#press(path)
    if (path.length === 1) this.counts.clicks++
    else this.counts.drags++
  }

  #press([first, ...others]: readonly ImagePoint[]): void {
    this.#runner.send({ kind: 'move', at: first!, modifiers: plain })
    this.#runner.send({ kind: 'down', at: first!, button: 'primary', modifiers: plain })
    for (const at of others) this.#runner.send({ kind: 'move', at, modifiers: plain })
    this.#runner.send({ kind: 'up', at: others.at(-1) ?? first! })
  }

  /** The nearest cell that a straight way leads to without entering one that is not wanted. */
  #nextCell(
    from: ImagePoint,
    left: ReadonlyMap<number, ImagePoint>,
    furthest: number,
    wanted: readonly number[],
  ): number | undefined {
    const allowed = new Set(wanted)
    const near = [...left]
      .map(([cell, at]) => ({ cell, at, distance: Math.hypot(at.x - from.x, at.y - from.y) }))
      .filter(({ distance }) => distance <= furthest && distance >= 4)
      .sort((a, b) => a.distance - b.distance)
    return near.slice(0, 6).find(({ at }) => this.#staysWithin(from, at, allowed))?.cell
  }

  #staysWithin(from: ImagePoint, to: ImagePoint, allowed: ReadonlySet<number>): boolean {
    const { width, height, leaf } = this.#hierarchy
    let stays = true
    forEachPixelOnSegment(from, to, width, height, (pixel) => {
      stays &&= allowed.has(nodeAt(this.#hierarchy, leaf[pixel]!, this.cellCount))
    })
    return stays
  }

  /** The middle of the longest run of a cell: a cell need not hold its own centre. */
  #middleOf(cell: number): ImagePoint {
    const hierarchy = this.#hierarchy
    const { width } = hierarchy
    const runs = leafRunsOf(hierarchy, firstLeaf(hierarchy, cell), endLeaf(hierarchy, cell))
    let longest = 0
    for (let i = 2; i < runs.length; i += 2) if (runs[i + 1]! > runs[longest + 1]!) longest = i
    const pixel = runs[longest]! + (runs[longest + 1]! >> 1)
    return { x: (pixel % width) + 0.5, y: Math.floor(pixel / width) + 0.5 }
  }
}
