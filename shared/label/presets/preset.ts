import type { Category, Ontology, Task } from '../ontology.ts'
import { a2d2Rows } from './a2d2.ts'
import { cityscapesRows } from './cityscapes.ts'
import { cocoRows } from './coco.ts'

/** Id, name, colour, what it is, and whether it is void. */
export type PresetRow = readonly [
  id: number,
  name: string,
  color: string,
  kind: 'thing' | 'stuff',
  isVoid?: 'void',
]

/** A set of categories to start from. */
export type Preset = {
  readonly id: string
  readonly title: string
  /** What it is for and where it is from, as one line. */
  readonly about: string
  readonly task: Task
  readonly categories: readonly Category[]
}

const twoRows: readonly PresetRow[] = [
  [1, 'foreground', '#e69f00', 'thing'],
  [2, 'background', '#0072b2', 'stuff'],
]

/** In the order in which they are offered. */
export const presets: readonly Preset[] = [
  preset(
    'two',
    'Foreground and background',
    'Two categories: what you want, and everything else.',
    'panoptic',
    twoRows,
  ),
  preset(
    'cityscapes',
    'Cityscapes',
    '33 categories of street scenes with the ids and colours of Cityscapes; what its evaluation ignores is void.',
    'panoptic',
    cityscapesRows,
  ),
  preset(
    'a2d2',
    'A2D2',
    '38 categories of A2D2, with the colour of the first instance of each.',
    'panoptic',
    a2d2Rows,
  ),
  preset(
    'coco',
    'COCO things',
    'The 80 things of COCO, with its ids.',
    'panoptic',
    cocoRows.filter(([, , , kind]) => kind === 'thing'),
  ),
  preset(
    'coco-panoptic',
    'COCO panoptic',
    'The 80 things and 53 regions of COCO’s panoptic task, with its ids and colours.',
    'panoptic',
    cocoRows,
  ),
]

function preset(id: string, title: string, about: string, task: Task, rows: readonly PresetRow[]): Preset {
  const categories = rows.map(([id, name, color, kind, isVoid]): Category => {
    return { id, name, color, hasInstances: kind === 'thing', ...(isVoid && { isVoid: true as const }) }
  })
  return { id, title, about, task, categories }
}

/** A preset as an ontology. */
export const ontologyOf = ({ task, categories }: Preset): Ontology => ({
  task,
  imageAttributes: [],
  categories,
})
