import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Smoothing } from '../../shared/superpixel/blur.ts'
import { noSplits, type Splits } from '../../shared/superpixel/refinement.ts'
import type { Coverage } from '../../shared/tools/superpixel-tool.ts'
import type { SuperpixelBuild } from '../canvas/superpixels.ts'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

export const toolNames = [
  'select',
  'superpixel',
  'brush',
  'eraser',
  'polygon',
  'magic',
  'box',
  'fill',
  'ruler',
] as const
export type ToolName = (typeof toolNames)[number]

/** Tools with a size, which the plain wheel changes; with the others it moves the view. */
export const hasSize = (tool: ToolName): boolean =>
  tool === 'superpixel' || tool === 'brush' || tool === 'eraser' || tool === 'fill'

/** What the pointer is over, for the status bar. */
export type UnderPointer = {
  readonly x: number
  readonly y: number
  readonly rgb: readonly [number, number, number] | null
  /** Its samples as they are in a file of more than 8 bits a channel. */
  readonly deep?: readonly number[] | null
  readonly objectId: number
  /** That object is locked. */
  readonly locked: boolean
}

/** How much of the cell under the pointer the object has that a click works on. It may be one yet to come, or none. */
export type CellUnderPointer = { readonly covered: Coverage; readonly objectId: number | null }

/** How superpixels are made, as `BuildOptions` has it. */
export type SuperpixelChoice = {
  /** 0 follows every edge, 1 is as round as can be. */
  readonly compactness: number
  readonly smoothing: Smoothing
}

export const compactnessSteps: readonly number[] = [0, 0.25, 0.5, 0.75, 1]
export const smoothings = [0.5, 1, 2] as const satisfies readonly Smoothing[]

/** How the person works, as far as it is no part of a label. Tool, size, opacity and category stay from image to image. */
export type LabelingState = {
  readonly tool: ToolName
  /** Diameter in image pixels. */
  readonly brushSize: number
  /** How much the colours of a fill may differ, 0 … 255 in each channel. */
  readonly fillTolerance: number
  /** What the ruler says; null when nothing is measured. */
  readonly measure: string | null
  /** Number of superpixels at the current level; null until the first image has shown its own. */
  readonly cellCount: number | null
  /** Image pixels across the mean cell, as last chosen: what stays from image to image. Null until it was. */
  readonly cellSide: number | null
  /** Cells of this image that were split where its level is too coarse. */
  readonly splits: Splits
  readonly superpixels: SuperpixelChoice
  /** Other superpixels are made while those of before are in use: how far, 0 … 1; null when none are. */
  readonly rebuilding: number | null
  /** The choices of how superpixels are made are on the screen. */
  readonly optionsOpen: boolean
  readonly cell: CellUnderPointer | null
  /** 0 … 1 */
  readonly opacity: number
  readonly outlines: boolean
  /** Strokes only claim pixels that nobody has. */
  readonly protects: boolean
  readonly categoryId: number | null
  /** The active category before this one, to swap with. */
  readonly lastCategoryId: number | null
  /** The object that strokes paint; null when the next one starts a new object. */
  readonly objectId: number | null
  /**
   * The objects that commands work on, in the order they were chosen: the active one among them, and none when there is
   * no active one. Whoever sets `objectId` and says nothing of this selects that object alone.
   */
  readonly selected: readonly number[]
  /** The shape beside the mask that was chosen, by its place among them; null for none. */
  readonly shapeAt: number | null
  readonly shows: 'both' | 'image' | 'labels'
  /** The eraser's key is held: strokes erase, whatever the tool. */
  readonly erases: boolean
  /** Arrow keys move a pointer of their own over the image, and Enter presses it. */
  readonly keyPointer: boolean
  /** A stroke is under way or a shape is open: undo takes back that. */
  readonly drawing: boolean
  /** The list of steps is on the screen. */
  readonly stepsOpen: boolean
  readonly build: SuperpixelBuild
  readonly pointer: UnderPointer | null
  /** Device pixels per image pixel. */
  readonly zoom: number
  /** The photograph is on the canvas and tools may be used. */
  readonly ready: boolean
  /** The person has used the wheel or dragged, and needs no hint any more. */
  readonly knowsTools: boolean
}
export type LabelingStore = StoreApi<LabelingState>

/** Of the label over the picture. */
export const DEFAULT_OPACITY = 0.5

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isOneOf =
  <T>(values: readonly T[]) =>
  (value: unknown): value is T =>
    values.includes(value as T)
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isTool = (value: unknown): value is ToolName => toolNames.some((name) => name === value)

export function createLabelingStore(storage: KeyValue): LabelingStore {
  const store = createStore<LabelingState>(() => ({
    tool: readPreference(storage, 'tool', isTool, 'superpixel'),
    brushSize: readPreference(storage, 'brush-size', isNumber, 24),
    fillTolerance: readPreference(storage, 'fill-tolerance', isNumber, 20),
    measure: null,
    cellCount: null,
    cellSide: readPreference(storage, 'cell-side', isNumber, 0) || null,
    splits: noSplits,
    superpixels: {
      compactness: readPreference(storage, 'compactness', isOneOf<number>(compactnessSteps), 0.5),
      smoothing: readPreference(storage, 'smoothing', isOneOf<Smoothing>(smoothings), 0.5),
    },
    rebuilding: null,
    optionsOpen: false,
    cell: null,
    opacity: Math.min(1, Math.max(0, readPreference(storage, 'opacity', isNumber, DEFAULT_OPACITY))),
    outlines: readPreference(storage, 'outlines', isBoolean, true),
    protects: false,
    categoryId: readPreference(storage, 'category', isNumber, 0) || null,
    lastCategoryId: null,
    objectId: null,
    selected: [],
    shapeAt: null,
    shows: 'both',
    erases: false,
    keyPointer: false,
    drawing: false,
    stepsOpen: false,
    build: { kind: 'none' },
    pointer: null,
    zoom: 1,
    ready: false,
    knowsTools: readPreference(storage, 'knows-tools', isBoolean, false),
  }))
  const set = store.setState
  store.setState = (change, replace?: boolean) => {
    const changed = typeof change === 'function' ? change(store.getState()) : change
    set(withSelection(changed, store.getState()) as LabelingState, replace as true)
  }
  store.subscribe((state, before) => {
    if (state.categoryId !== before.categoryId) store.setState({ lastCategoryId: before.categoryId })
  })
  keepPreference(store, storage, 'tool', (state) => state.tool)
  keepPreference(store, storage, 'brush-size', (state) => state.brushSize)
  keepPreference(store, storage, 'fill-tolerance', (state) => state.fillTolerance)
  keepPreference(store, storage, 'cell-side', (state) => state.cellSide)
  keepPreference(store, storage, 'compactness', (state) => state.superpixels.compactness)
  keepPreference(store, storage, 'smoothing', (state) => state.superpixels.smoothing)
  keepPreference(store, storage, 'opacity', (state) => state.opacity)
  keepPreference(store, storage, 'outlines', (state) => state.outlines)
  keepPreference(store, storage, 'category', (state) => state.categoryId)
  keepPreference(store, storage, 'knows-tools', (state) => state.knowsTools)
  return store
}

/** Every stroke chooses its object again: a selection that says the same stays the same, and nothing is drawn anew. */
function withSelection(changed: Partial<LabelingState>, now: LabelingState): Partial<LabelingState> {
  const { objectId, selected } = changed
  if (objectId === undefined || selected !== undefined) return changed
  const wanted = objectId === null ? [] : [objectId]
  const isSame = now.selected.length === wanted.length && now.selected[0] === wanted[0]
  return { ...changed, selected: isSame ? now.selected : wanted }
}
