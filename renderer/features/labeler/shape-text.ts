import type { ShapeType } from '../../../shared/label/shape.ts'
import { counted, formatNumber } from '../../ui/text.ts'

const shapes = (count: number) => counted(count, 'shape')

/** Words about shapes beside the mask. */
export const shapeText = {
  group: 'Shapes',
  title: (count: number) => `Shapes (${formatNumber(count)})`,
  list: 'Shapes of this image',
  kept: 'Shapes of another program. Painting does not change them; they are kept and sent back as they are.',
  types: {
    bbox: 'box',
    polygon: 'polygon',
    polyline: 'line',
    point: 'point',
  } satisfies Record<ShapeType, string>,
  row: (name: string, type: string, id: number) => `${name}, ${type}, id ${id}`,
  stray: (id: number) => `category ${id}`,
  turn: 'Turn shape into mask',
  turnHelp: 'Fills the chosen box or polygon as an object. The shape stays beside it.',
  turnAll: 'Turn all shapes into masks',
  turnAllHelp: 'Fills every box and polygon as an object, as one step. The shapes stay beside them.',
  goTo: 'Go to the shapes',
  goToHelp: 'To the list of shapes: arrows choose one and bring it into view.',
  next: 'Next shape',
  whyNone: 'This image has no shapes.',
  whyNoShape: 'Choose a shape in the list of shapes.',
  turned: (count: number) => `Turned ${shapes(count)} into masks. The shapes stay.`,
  flat: (count: number) =>
    `${shapes(count)} ${count === 1 ? 'is a line or a point and has' : 'are lines or points and have'} no area.`,
  strays: (count: number) => `${shapes(count)} ${count === 1 ? 'is' : 'are'} of no category of this library.`,
  empty: (count: number) => `For ${shapes(count)} there is no free pixel.`,
  keptByOthers: (pixels: number) => `${counted(pixels, 'pixel')} stay with locked or protected objects.`,
  nothing: 'No shape could be turned into a mask.',
}
