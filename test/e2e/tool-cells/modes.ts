import type { ImagePoint } from '../../../renderer/canvas/camera.ts'
import type { Desk } from './desk.ts'
import type { Tool } from './table.ts'

/** What holds for whatever is drawn, and what it has to leave alone. */
export const modes = {
  claim: 'nothing is kept: the new object takes what it covers, of both objects too',
  protect: 'protect mode: only what nobody has is taken',
  locked: 'the second object is locked: it keeps all of its pixels, and the first does not',
  erase: 'the key of the eraser is held: only the object that the gesture begins on loses pixels',
  saving: 'the label before is still being saved: the gesture is written like any other',
} as const
export type Mode = keyof typeof modes

const at = (x: number, y: number): ImagePoint => ({ x: x + 0.5, y: y + 0.5 })

async function drag(desk: Desk, ...path: readonly ImagePoint[]): Promise<void> {
  await desk.move(path[0]!)
  await desk.down()
  await desk.move(...path.slice(1))
  await desk.up()
}

const around = (left: number, top: number, right: number, bottom: number) => async (desk: Desk) => {
  for (const corner of [at(left, top), at(right, top), at(right, bottom), at(left, bottom)])
    await desk.click(corner)
  await desk.key('Enter')
}

/** From the first object over the second onto free ground. */
export const across: Readonly<Partial<Record<Tool, (desk: Desk) => Promise<void>>>> = {
  superpixel: (desk) => drag(desk, at(30, 30), at(70, 30), at(110, 30)),
  brush: (desk) => drag(desk, at(30, 30), at(70, 30), at(110, 30)),
  polygon: around(24, 24, 110, 36),
  // Its corners go to where borders of squares meet.
  magic: around(20, 20, 120, 40),
}
