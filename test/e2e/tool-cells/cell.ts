import { expect } from 'vitest'
import type { ImagePoint } from '../../../renderer/canvas/camera.ts'
import { atFirst, type Desk, type Look } from './desk.ts'
import { plays } from './plays.ts'
import { type Event, type Outcome, type State, type Tool, tools } from './table.ts'

/** What gestures come to that nobody disturbs: what the cells of a tool are measured against. */
export type Undisturbed = {
  readonly dragged: Look
  readonly clicked?: Look
  readonly proposed?: Look
  /** As far as there is something left when the last click is taken back. */
  readonly shorter?: Look
}

const elsewhere = (tool: Tool): Tool => (tool === 'superpixel' ? 'brush' : 'superpixel')
/** A dab of the brush that lies beside everything that gestures do. */
const besides: ImagePoint = { x: 140.5, y: 110.5 }
const zooms = (tool: Tool) => !['superpixel', 'brush', 'eraser', 'fill'].includes(tool)

export async function learn(desk: Desk, tool: Tool): Promise<Undisturbed> {
  const { clicks, propose, correct } = plays[tool]
  const look = async (run: () => Promise<void>) => {
    await desk.use(tool)
    await run()
    const seen = await desk.look()
    // What comes to nothing would agree with every cell.
    expect({ tool, isNothing: seen.isNothing }).toEqual({ tool, isNothing: false })
    await desk.reset(tool)
    return seen
  }
  const dragged = await look(() => carryOn(desk, tool, 'idle'))
  if (clicks) {
    const clicked = await look(async () => {
      await enter(desk, tool, 'open')
      await carryOn(desk, tool, 'open')
    })
    if (clicks.length < 3 && !propose) return { dragged, clicked }
    if (!propose) {
      const shorter = await look(async () => {
        for (const at of clicks.slice(0, -1)) await desk.click(at)
        await desk.key('Enter')
      })
      return { dragged, clicked, shorter }
    }
    const proposed = await look(async () => {
      await enter(desk, tool, 'proposed')
      await desk.key('Enter')
    })
    const shorter = await look(async () => {
      await propose(desk)
      await desk.key('Enter')
    })
    return { dragged, clicked, proposed, shorter }
  }
  if (!propose) return { dragged }
  const proposed = await look(async () => {
    await propose(desk)
    await correct?.(desk)
    await desk.key('Enter')
  })
  return { dragged, proposed }
}

/** Brings the tool into a state. Returns where the pointer is. */
async function enter(desk: Desk, tool: Tool, state: State): Promise<ImagePoint> {
  const { drag, clicks, propose, correct } = plays[tool]
  switch (state) {
    case 'idle':
      await desk.leave()
      return drag[0]!
    case 'hovering':
      await desk.move(drag[0]!)
      return drag[0]!
    case 'pressed':
      await desk.move(drag[0]!)
      await desk.down()
      return drag[0]!
    case 'dragging':
      await desk.move(drag[0]!)
      await desk.down()
      await desk.move(...drag.slice(1, -1))
      return drag.at(-2)!
    case 'open':
      for (const at of clicks!) await desk.click(at)
      return clicks!.at(-1)!
    case 'proposed':
      await propose!(desk)
      await correct?.(desk)
      return desk.pointer
  }
}

/** Does the rest of the gesture that a state is in the middle of; all of it where none is under way. */
async function carryOn(desk: Desk, tool: Tool, state: State): Promise<void> {
  const { drag, take, finish } = plays[tool]
  if (state === 'open') return finish!(desk)
  if (state === 'proposed') return desk.key('Enter')
  if (state === 'idle' || state === 'hovering') {
    await desk.move(drag[0]!)
    await desk.down()
  }
  await desk.move(...drag.slice(state === 'dragging' ? -1 : 1))
  await desk.up()
  if (take && desk.tool === tool) await desk.key(take)
}

async function happen(desk: Desk, tool: Tool, state: State, event: Event, at: ImagePoint): Promise<void> {
  const isHeld = state === 'pressed' || state === 'dragging'
  switch (event) {
    case 'move':
      // Less than makes a press a drag.
      return desk.move({ x: at.x + 0.2, y: at.y + 0.2 })
    case 'leave':
      await desk.leave()
      return desk.move(at)
    case 'wheel':
      return desk.wheel(at, state !== 'idle' && zooms(tool))
    case 'zoom':
      return desk.zoom(at, state !== 'idle')
    case 'right':
      return desk.right()
    case 'escape':
      return desk.key('Escape')
    case 'enter':
      return desk.key('Enter')
    case 'backspace':
      return desk.key('Backspace')
    case 'space':
      return isHeld || state === 'idle' ? desk.space() : desk.pan(at)
    case 'tool':
      return desk.use(elsewhere(tool))
    case 'undo':
      return desk.key('ControlOrMeta+z')
    case 'redo':
      return desk.key('ControlOrMeta+Shift+z')
    case 'category':
      return desk.key('2')
    case 'next':
    case 'previous':
      await desk.step(event)
      await desk.up()
      return desk.stepBack(event)
    case 'blur':
      return desk.blur()
    case 'cancel':
      return desk.takePointer()
    case 'resize':
      return desk.resize()
    case 'save':
      return desk.key('ControlOrMeta+s')
  }
}

/** Brings about one cell of the table and expects what it says. Leaves everything as it was. */
export async function tryCell(
  desk: Desk,
  tool: Tool,
  state: State,
  event: Event,
  outcome: Outcome,
  undisturbed: Undisturbed,
): Promise<void> {
  // A step before, so that undo and redo have something to take that they may not take.
  let start = atFirst()
  if (event === 'undo' || event === 'redo') {
    await desk.use('brush')
    await desk.click(besides)
    await desk.key('n')
    if (event === 'undo') start = await desk.look()
    else await desk.key('ControlOrMeta+z')
    await desk.use(tool)
  }
  const at = await enter(desk, tool, state)
  await happen(desk, tool, state, event, at)

  /** Places are measured anew where the view has moved, and a line that went away and came back has two sides. */
  const isNear = desk.isMoved || event === 'leave' || event === 'move'
  const { dragged, clicked, proposed, shorter } = undisturbed
  const whole = state === 'open' ? clicked! : state === 'proposed' ? proposed! : dragged
  const end = async () => {
    await carryOn(desk, tool, state)
    return desk.look()
  }
  const expectWhole = (look: Look, more: 'same' | 'more' = 'same') =>
    look.expect(whole, { start, more, isNear })
  const expectSame = (look: Look) => look.expect(null, { start, more: 'same', isNear })
  const name = tools[tool].name
  /** A notch before the gesture: it is as thick, or in cells as large, as that made it. */
  const grows = event === 'wheel' && state !== 'idle' && !zooms(tool) && tool !== 'fill'
  switch (outcome) {
    case '·':
      await desk.expect({ objects: start.objects, tool: name, menu: false })
      // What goes by beside the canvas is tried out only where it could leave something behind.
      if (state !== 'idle' || ['blur', 'next', 'resize'].includes(event))
        expectWhole(await end(), grows ? 'more' : 'same')
      else expectSame(await desk.look())
      break
    case 'menu':
      await desk.expect({ objects: start.objects, tool: name, menu: true })
      await desk.closeMenu()
      expectWhole(await end())
      break
    case 'goes on':
    case 'goes on, more':
      await desk.expect({ objects: start.objects, tool: name, menu: false, isOpen: true })
      expectWhole(await end(), outcome === 'goes on' ? 'same' : 'more')
      break
    case 'goes on, then changes':
      await desk.expect({ objects: start.objects, tool: tools[elsewhere(tool)].name, isOpen: true })
      await carryOn(desk, tool, state)
      await desk.expect({ tool: tools[elsewhere(tool)].name })
      if (plays[tool].take) {
        await desk.use(tool)
        await desk.key(plays[tool].take)
      }
      expectWhole(await desk.look())
      break
    case 'waits':
      await desk.expect({
        objects: start.objects,
        tool: tools[elsewhere(tool)].name,
        isOpen: false,
      })
      await desk.use(tool)
      await desk.expect({ tool: name, isOpen: true })
      expectWhole(await end())
      break
    case 'written':
      expectWhole(await desk.look())
      await desk.expect({ isOpen: false })
      break
    case 'dropped':
      await desk.expect({ objects: start.objects, isOpen: false })
      await desk.use(tool)
      if (state === 'open' || state === 'proposed') await desk.key('Enter')
      else await carryOn(desk, tool, state)
      expectSame(await desk.look())
      break
    case 'shorter': {
      await desk.expect({ objects: start.objects, tool: name, isOpen: true })
      await desk.key('Enter')
      ;(await desk.look()).expect(shorter!, { start, more: 'same', isNear })
      break
    }
    case 'changes':
      await desk.expect({ objects: start.objects, tool: tools[elsewhere(tool)].name })
      expectSame(await desk.look())
      break
    case 'ends':
      await desk.expect({ objects: start.objects, tool: tools[elsewhere(tool)].name })
      await desk.up()
      expectSame(await desk.look())
      break
    case 'selects':
      await desk.expect({ objects: start.objects, tool: tools.select.name })
      expectSame(await desk.look())
      break
    case 'undone':
    case 'redone':
      await expect.poll(async () => (await desk.glance()).objects.length).toBe(outcome === 'undone' ? 2 : 3)
      break
  }
  if (event === 'category') await desk.key('1')
  await desk.reset(tool)
}
