/** The tools as the sheet of keys names them, and the key that each has by default. */
export const tools = {
  select: { name: 'Select', key: 'v' },
  superpixel: { name: 'Superpixels', key: 's' },
  brush: { name: 'Brush', key: 'b' },
  eraser: { name: 'Eraser', key: 'e' },
  polygon: { name: 'Polygon', key: 'g' },
  magic: { name: 'Magic boundary', key: 'Shift+G' },
  box: { name: 'Box', key: 'u' },
  fill: { name: 'Fill', key: 'k' },
  ruler: { name: 'Ruler', key: 'Shift+R' },
} as const
export type Tool = keyof typeof tools

/** What is under way when something happens. */
export const states = {
  idle: 'nothing is under way, and the pointer is off the canvas',
  hovering: 'nothing is under way, and the pointer is over the image',
  pressed: 'the button is down, and has not moved',
  dragging: 'the button is down, and has moved',
  open: 'clicks have begun a shape, which waits for more',
  proposed: 'a mask is shown, which waits to be taken',
} as const
export type State = keyof typeof states

/** What happens to it. Every one is done with the pointer, the wheel or the keys of a real browser. */
export const events = {
  move: 'the pointer moves on',
  leave: 'the pointer leaves the canvas, and comes back',
  wheel: 'the wheel turns by a notch',
  zoom: 'the wheel turns with Ctrl',
  right: 'the right button is clicked',
  escape: 'Esc',
  enter: 'Enter',
  backspace: 'Backspace',
  space: 'Space is held, and what can be dragged is dragged',
  tool: 'the key of another tool',
  undo: 'undo',
  redo: 'redo',
  category: 'the key of another category',
  next: 'the key of the next image',
  previous: 'the key of the previous image',
  blur: 'the window loses the focus',
  cancel: 'the system takes the pointer (pointercancel)',
  resize: 'the window gets another size',
  save: 'Ctrl + S',
} as const
export type Event = keyof typeof events

/**
 * What must have come of it, on the screen and, where objects changed, in the file. The gesture is carried on to its end afterwards, whatever
 * happened to it: only so it shows whether there was anything left of it.
 */
export const outcomes = {
  '·': 'nothing of the label changes; a gesture begun afterwards works as ever (tried from “idle” for some events only)',
  'goes on': 'the gesture is as it was, and its end writes what it would have without',
  'goes on, more':
    'the gesture goes on, and its end writes more: what the pointer came over, or in the size chosen',
  written: 'the gesture is written at once, as one step',
  dropped: 'nothing is left of the gesture, and its end writes nothing',
  shorter: 'the last corner, click or stretch is taken back, and the rest waits',
  waits: 'the other tool is chosen, the shape waits for its own, and goes on there',
  'goes on, then changes':
    'the other tool is chosen, and the gesture goes on to its end with the tool that began it',
  changes: 'the other tool is chosen',
  ends: 'the other tool is chosen, and what was measured goes; nothing was to be written',
  undone: 'the step before is taken back',
  redone: 'the step that was taken back is made again',
  menu: 'the menu opens; behind it all is as it was',
  selects: 'the tool is “Select”',
} as const
export type Outcome = keyof typeof outcomes

type Row = Readonly<Record<Event, Outcome>>

const resting: Row = {
  move: '·',
  leave: '·',
  wheel: '·',
  zoom: '·',
  right: 'menu',
  escape: 'selects',
  enter: '·',
  backspace: '·',
  space: '·',
  tool: 'changes',
  undo: 'undone',
  redo: 'redone',
  category: '·',
  next: '·',
  previous: '·',
  blur: '·',
  cancel: '·',
  resize: '·',
  save: '·',
}
const held: Row = {
  move: 'goes on',
  leave: 'goes on',
  wheel: 'goes on',
  zoom: 'goes on',
  right: 'goes on',
  escape: 'dropped',
  enter: 'goes on',
  backspace: 'goes on',
  space: 'goes on',
  tool: 'goes on, then changes',
  undo: 'dropped',
  redo: 'goes on',
  category: 'goes on',
  next: 'dropped',
  previous: 'dropped',
  blur: 'dropped',
  cancel: 'dropped',
  resize: 'goes on',
  save: 'goes on',
}
const waiting: Row = {
  ...held,
  right: 'menu',
  enter: 'written',
  backspace: 'shorter',
  tool: 'waits',
  undo: 'shorter',
  blur: 'goes on',
  cancel: 'goes on',
}

/** A stroke has its own size, and follows the pointer wherever that goes. */
const stroke: Row = { ...held, leave: 'goes on, more', wheel: 'goes on, more' }
type Table = Readonly<Partial<Record<State, Row>>>
const offCanvas: Row = { ...resting, right: '·' }

/** Every cell. A state that a tool has no part of is left out: only shapes are open, only two tools propose. */
export const table: Readonly<Record<Tool, Table>> = {
  select: { idle: offCanvas, hovering: resting, pressed: held, dragging: held },
  superpixel: { idle: offCanvas, hovering: resting, pressed: stroke, dragging: stroke },
  brush: { idle: offCanvas, hovering: resting, pressed: stroke, dragging: stroke },
  eraser: { idle: offCanvas, hovering: resting, pressed: stroke, dragging: stroke },
  polygon: {
    idle: offCanvas,
    hovering: resting,
    pressed: held,
    dragging: held,
    // The right button takes the last corner back.
    open: { ...waiting, right: 'shorter' },
  },
  magic: {
    idle: offCanvas,
    hovering: resting,
    pressed: held,
    dragging: held,
    open: { ...waiting, right: 'shorter' },
  },
  box: {
    idle: offCanvas,
    hovering: resting,
    pressed: held,
    dragging: held,
    // One corner is nothing that could be taken, or be made shorter.
    open: { ...waiting, enter: 'goes on', backspace: 'dropped', undo: 'dropped' },
    proposed: waiting,
  },
  fill: {
    idle: offCanvas,
    hovering: resting,
    pressed: held,
    // Moving off a fill is how to think better of it, so there is no drag.
    proposed: { ...waiting, backspace: 'dropped', undo: 'dropped' },
  },
  ruler: {
    idle: offCanvas,
    hovering: resting,
    pressed: { ...held, tool: 'ends' },
    dragging: { ...held, tool: 'ends' },
    // It writes nothing, and its keys are left to what they do elsewhere.
    open: {
      ...waiting,
      enter: 'goes on',
      backspace: 'goes on',
      undo: 'dropped',
      tool: 'ends',
    },
  },
}
