import { expect, it } from 'vitest'
import type { CanvasView } from '../../../renderer/canvas/canvas-view.ts'
import { KeyHand } from '../../../renderer/canvas/key-hand.ts'
import { createLabelingStore } from '../../../renderer/stores/labeling.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'

it('presses nothing while the mouse is down: its release would end the stroke of the mouse', () => {
  const sent: string[] = []
  const camera = { scale: 1, x: 0, y: 0 }
  let isBusy = true
  const hand = new KeyHand({
    view: {
      size: { width: 40, height: 20 },
      camera,
      toImage: (at: { x: number; y: number }) => at,
      reveal() {},
    } as unknown as CanvasView,
    labeling: createLabelingStore({ getItem: () => null, setItem() {} }),
    map: () => emptyLabelMap(40, 20),
    eraseHeld: () => false,
    isBusy: () => isBusy,
    send: ({ kind }) => void sent.push(kind),
    moved() {},
    gone() {},
  })
  hand.set(true, { x: 10, y: 10 })
  hand.press()
  expect(sent).toEqual([])
  isBusy = false
  hand.press()
  expect(sent).toEqual(['down', 'up'])
})
