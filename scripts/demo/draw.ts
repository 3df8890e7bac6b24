import type { LabelSession } from '../../renderer/stores/label-session.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { cellsOf } from '../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { leafRunsOf } from '../../shared/superpixel/selection.ts'
import { Hand } from './hand.ts'
import { missedStrokes } from './touch-up.ts'
import type { Truth } from './truth.ts'

/** Sizes of cells that an object is filled with, coarse to fine, and how much of a cell has to be the object's. */
const passes = [
  { side: 64, share: 0.97 },
  { side: 28, share: 0.9 },
  { side: 12, share: 0.5 },
] as const

/**
 * Labels an image as somebody does who sees what the truth says: large things first, each with large cells, then smaller
 * ones along its border, then the brush for what no cell holds. Returns which object of the label each one became.
 */
export function draw(
  session: LabelSession,
  hierarchy: Hierarchy,
  categories: readonly Category[],
  truth: Truth,
): { hand: Hand; drawn: Map<number, number> } {
  const hand = new Hand(session, hierarchy, categories)
  const drawn = new Map<number, number>()
  const categoryNamed = (name: string) => categories.find((category) => category.name === name)!
  const order = [...truth.categoryOf.keys()]
    .filter((id) => truth.index.has(id))
    .sort((a, b) => {
      const [stuffA, stuffB] = [a, b].map((id) => categoryNamed(truth.categoryOf.get(id)!).hasInstances)
      return Number(stuffA) - Number(stuffB) || truth.index.get(b)!.pixels - truth.index.get(a)!.pixels
    })
  for (const { side, share } of passes) {
    hand.sizeCells(side)
    const cells = cellsByObject(hierarchy, hand.cellCount, truth, share)
    for (const id of order) {
      const missing = (cells.get(id) ?? []).filter(
        (cell) => !isFilled(session, hierarchy, cell, drawn.get(id)),
      )
      if (missing.length === 0) continue
      hand.take(categoryNamed(truth.categoryOf.get(id)!).id, drawn.get(id) ?? null)
      hand.addCells(missing)
      drawn.set(id, hand.object!)
    }
  }
  for (const id of order) {
    for (const { path, size } of missedStrokes(truth, id, session.doc.map, drawn.get(id))) {
      hand.take(categoryNamed(truth.categoryOf.get(id)!).id, drawn.get(id) ?? null)
      hand.brush(path, size)
      drawn.set(id, hand.object!)
    }
  }
  return { hand, drawn }
}

/** The cells of which at least `share` is one object's, by object. */
function cellsByObject(h: Hierarchy, count: number, truth: Truth, share: number): Map<number, number[]> {
  const byObject = new Map<number, number[]>()
  for (const cell of cellsOf(h, count)) {
    const runs = leafRunsOf(h, firstLeaf(h, cell), endLeaf(h, cell))
    const pixels = new Map<number, number>()
    let total = 0
    for (let i = 0; i < runs.length; i += 2) {
      for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) {
        const id = truth.map.ids[p]!
        pixels.set(id, (pixels.get(id) ?? 0) + 1)
        total++
      }
    }
    for (const [id, own] of pixels) {
      if (own < total * share || id === 0) continue
      const cells = byObject.get(id)
      if (cells) cells.push(cell)
      else byObject.set(id, [cell])
    }
  }
  return byObject
}

/** Whether a cell is the object's already. A click on it would take it away. */
function isFilled(session: LabelSession, h: Hierarchy, cell: number, object: number | undefined): boolean {
  if (object === undefined) return false
  const runs = leafRunsOf(h, firstLeaf(h, cell), endLeaf(h, cell))
  for (let i = 0; i < runs.length; i += 2) {
    for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) {
      if (session.doc.map.ids[p] !== object) return false
    }
  }
  return true
}
