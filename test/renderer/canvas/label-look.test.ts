import { expect, it } from 'vitest'
import { LabelLook } from '../../../renderer/canvas/label-look.ts'
import { createViewingStore } from '../../../renderer/stores/viewing.ts'
import type { Rect } from '../../../shared/label/label-map.ts'
import { benchCategories, toolBench } from '../../support/tool-bench.ts'

const storage = { getItem: () => null, setItem() {} }

/** Three objects beside each other, with the places that are outlined anew since the last look. */
function outlined() {
  const bench = toolBench(90, 30, 'brush')
  bench.labeling.setState({ brushSize: 8 })
  for (const x of [10, 40, 70]) {
    bench.labeling.setState({ objectId: null })
    bench.down(x, 15)
    bench.up(x, 15)
  }
  let changed: (readonly Rect[] | undefined)[] = []
  const look = new LabelLook({
    view: {
      showLabel() {},
      recolorLabel() {},
      setLabelOpacity() {},
      setVisible() {},
      setOutlines() {},
      adjust() {},
      setSmooth() {},
      showContours: (_looks, where) => void changed.push(where),
    },
    labeling: bench.labeling,
    viewing: createViewingStore(storage),
    categories: () => benchCategories,
  })
  look.open(bench.session)
  bench.labeling.subscribe((state, before) => look.follow(state, before))
  const columns = () => {
    // Everywhere is -1.
    const seen = changed.flatMap((rects) => rects?.map(({ x0 }) => Math.floor(x0 / 30)) ?? [-1])
    changed = []
    return seen
  }
  columns()
  return { ...bench, columns }
}

it('outlines anew the objects that are chosen otherwise, and no others', () => {
  const { labeling, columns } = outlined()
  labeling.setState({ objectId: 1 })
  expect(columns().sort()).toEqual([0, 2])
  labeling.setState({ objectId: 1, selected: [1, 2] })
  expect(columns()).toEqual([1])
  labeling.setState({ objectId: 2, selected: [1, 2] })
  expect(columns().sort()).toEqual([0, 1])
})

it('outlines nothing anew when a stroke goes on with its object', () => {
  const { labeling, down, up, columns } = outlined()
  labeling.setState({ objectId: 3 })
  columns()
  down(75, 15)
  up(75, 15)
  expect(columns()).toEqual([])
})
