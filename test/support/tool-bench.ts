import { expect } from 'vitest'
import type { Highlight } from '../../renderer/canvas/canvas-view.ts'
import type { Sketch } from '../../renderer/canvas/layers/sketch.ts'
import { ToolRunner } from '../../renderer/canvas/tool-runner.ts'
import { createLabelingStore, type ToolName } from '../../renderer/stores/labeling.ts'
import type { Category } from '../../shared/label/ontology.ts'
import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { openLabel } from './label-bench.ts'

export const benchCategories: readonly Category[] = [
  { id: 1, name: 'car', color: '#e69f00', hasInstances: true },
  { id: 2, name: 'road', color: '#0072b2', hasInstances: false },
]

type How = { alt?: boolean; shift?: boolean; right?: boolean }

/** The canvas's tools over an empty label, at 100 %, with what they show where a test can look at it. */
export function toolBench(width: number, height: number, tool: ToolName, image: RgbaImage | null = null) {
  const { session, map, records } = openLabel(width, height)
  const labeling = createLabelingStore({ getItem: () => null, setItem() {} })
  labeling.setState({ tool })
  const sketches = new Map<string, Sketch>()
  const menus: ImagePoint[] = []
  const refused: number[] = []
  let highlight: Highlight | null = null
  const runner = new ToolRunner({
    view: {
      ratio: 1,
      camera: { scale: 1 },
      showHighlight: (shown) => {
        highlight = shown
      },
      previewStroke() {},
      showSketch(name, sketch) {
        if (sketch) sketches.set(name, sketch)
        else sketches.delete(name)
      },
    },
    labeling,
    mayEdit: () => true,
    categories: () => benchCategories,
    firstCategory: () => Promise.resolve(benchCategories[0]!),
    openMenu: (at) => void menus.push(at),
    // The whole image, whatever is asked for.
    pixels: () => image && { x0: 0, y0: 0, step: 1, image },
    vanished() {},
    refused: (object) => void refused.push(object.id),
    failed: (error) => expect.fail(String(error)),
  })
  session.onDirty(() => runner.forgetHover())
  runner.open(session)
  const modifiers = ({ alt = false, shift = false }: How) => ({ alt, shift })
  const down = (x: number, y: number, how: How = {}) =>
    runner.send({
      kind: 'down',
      at: { x, y },
      button: how.right ? 'secondary' : 'primary',
      modifiers: modifiers(how),
    })
  const move = (x: number, y: number, how: How = {}) =>
    runner.send({ kind: 'move', at: { x, y }, modifiers: modifiers(how) })
  const up = (x: number, y: number) => runner.send({ kind: 'up', at: { x, y } })
  return {
    session,
    map,
    records,
    labeling,
    runner,
    sketches,
    menus,
    refused,
    down,
    move,
    up,
    click(x: number, y: number, how: How = {}) {
      down(x, y, how)
      up(x, y)
    },
    /** As the screen does it when another tool is chosen. */
    use(next: ToolName) {
      labeling.setState({ tool: next })
      runner.switched()
    },
    /** How many pixels each object has. */
    counts() {
      const counts: Record<number, number> = {}
      for (const id of map.ids) if (id !== 0) counts[id] = (counts[id] ?? 0) + 1
      return counts
    },
    pixelsOf: (id: number) => [...map.ids.keys()].filter((pixel) => map.ids[pixel] === id),
    /** Pixels that are highlighted, and those of a sketch. */
    highlighted: () => [...map.ids.keys()].filter((pixel) => highlight?.holds(pixel)),
    masked: (name: string) => [...map.ids.keys()].filter((pixel) => sketches.get(name)?.mask?.holds(pixel)),
  }
}
