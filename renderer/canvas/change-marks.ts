import type { Runs } from '../../shared/image/runs.ts'
import { type LabelMap, UNLABELED } from '../../shared/label/label-map.ts'
import type { MaskPatch } from '../../shared/label/patch.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import type { CanvasView } from './canvas-view.ts'
import type { MaskLook } from './layers/pixel-mask.ts'
import { REMOVE_LOOK } from './mask-looks.ts'
import { maskOfRuns } from './run-mask.ts'

const ADD_LOOK: MaskLook = { fill: 0x8050d050, line: 0xffffffff, halo: 0xb0000000 }
/** Pieces with fewer pixels get a mark of their own: seen from afar they are smaller than a pixel of the screen. */
const SMALL = 400
/** More marks than that hide what they mark. */
const MOST_MARKS = 300

/**
 * Shows what an edit would do to the pixels, apart from the label: what becomes an object's, and what becomes
 * unlabeled. `pieces`: places that deserve a mark if they are small. A null patch takes it off.
 */
export function showChanges(
  view: CanvasView,
  map: LabelMap,
  patch: MaskPatch | null,
  pieces: readonly { readonly runs: Runs; readonly pixels: number }[],
): void {
  const [added, removed] = patch ? partsOf(patch) : []
  const show = (name: string, runs: Runs | undefined, look: MaskLook, marks: typeof pieces) => {
    const mask = runs && maskOfRuns(runs, map.width)
    if (!mask) {
      view.showSketch(name, null)
      return
    }
    const handles = marks.flatMap(({ runs: own }) => {
      const bounds = boundsOfRuns(own, map.width)
      return bounds ? [{ at: { x: (bounds.x0 + bounds.x1) / 2, y: (bounds.y0 + bounds.y1) / 2 } }] : []
    })
    view.showSketch(name, { lines: [], handles, mask: { ...mask, look } })
  }
  const small = pieces.filter(({ pixels }) => pixels < SMALL)
  const marks = small.length > MOST_MARKS ? [] : small
  const isAdding = (added?.length ?? 0) > 0
  show('Changes that add', added, ADD_LOOK, isAdding ? marks : [])
  show('Changes that remove', removed, REMOVE_LOOK, isAdding ? [] : marks)
}

/** The runs of what gets an object, and of what becomes unlabeled. */
function partsOf({ runs, after }: MaskPatch): [Runs, Runs] {
  const parts: [number[], number[]] = [[], []]
  for (let i = 0, read = 0; i < runs.length; i += 2) {
    const end = read + runs[i + 1]!
    const first = runs[i]! - read
    while (read < end) {
      const isRemoved = after[read] === UNLABELED
      let stop = read + 1
      while (stop < end && (after[stop] === UNLABELED) === isRemoved) stop++
      parts[isRemoved ? 1 : 0].push(first + read, stop - read)
      read = stop
    }
  }
  // In order and within rows, as the runs of a patch are.
  return [Uint32Array.from(parts[0]), Uint32Array.from(parts[1])]
}
