import type { ImagePoint } from '../../../renderer/canvas/camera.ts'
import type { Desk } from './desk.ts'
import type { Tool } from './table.ts'

/** A gesture of a tool: what a person does with it from the first press to the end. Places are middles of pixels. */
export type Play = {
  /** By a drag: pressed at the first place, let go at the last. */
  readonly drag: readonly ImagePoint[]
  /** After the button is up: what takes the mask that a drag has only proposed. */
  readonly take?: string
  /** By clicks, where the tool can be used so; each leaves the shape open. */
  readonly clicks?: readonly ImagePoint[]
  /** What the shape still wants after the clicks. */
  readonly finish?: (desk: Desk) => Promise<void>
  /** By which a mask is proposed, and how it is corrected once; `Enter` takes it. */
  readonly propose?: (desk: Desk) => Promise<void>
  readonly correct?: (desk: Desk) => Promise<void>
}

const at = (x: number, y: number): ImagePoint => ({ x: x + 0.5, y: y + 0.5 })
const enter = (desk: Desk) => desk.key('Enter')
const [left, top, right, bottom] = [34, 70, 94, 110]
const corners = [at(left, top), at(right, top), at(right, bottom), at(left, bottom)]
/** Around the same, and back to where it began. */
const ring = [...corners, at(left, top + 1)]
/** Where borders of squares meet. */
const crossings = [at(40, 60), at(100, 60), at(100, 100), at(60, 100), at(40, 100)]

async function boxed(desk: Desk): Promise<void> {
  await desk.move(at(25, 65))
  await desk.down()
  await desk.move(at(60, 90), at(95, 107))
  await desk.up()
}

export const plays: Readonly<Record<Tool, Play>> = {
  select: { drag: [at(10, 10), at(30, 30), at(50, 50)] },
  superpixel: { drag: [at(30, 90), at(50, 90), at(70, 90)] },
  brush: { drag: [at(30, 90), at(60, 90), at(90, 90)] },
  eraser: { drag: [at(22, 30), at(28, 30), at(36, 30)] },
  polygon: { drag: ring, clicks: corners, finish: enter },
  magic: { drag: ring, clicks: crossings, finish: enter },
  box: {
    drag: [at(25, 65), at(60, 90), at(95, 107)],
    take: 'Enter',
    clicks: [at(25, 65)],
    async finish(desk) {
      await desk.click(at(95, 107))
      await desk.key('Enter')
    },
    propose: boxed,
    correct: (desk) => desk.click(at(130, 90)),
  },
  fill: {
    drag: [at(70, 90), at(70, 90)],
    take: 'Enter',
    propose: (desk) => desk.click(at(70, 90)),
  },
  ruler: {
    drag: [at(left, top), at(60, 90), at(right, bottom)],
    clicks: [at(left, top)],
    finish: (desk) => desk.click(at(right, bottom)),
  },
}
