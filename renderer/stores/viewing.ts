import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import { type Adjustments, neutral, readAdjustments } from '../../shared/image/adjustments.ts'
import type { DepthWindow } from '../../shared/image/deep-samples.ts'
import type { PatternName } from '../../shared/label/pattern.ts'
import { forNextImage, type Hidden, nothingHidden } from './hidden.ts'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

export const labelModes = ['fill', 'outline', 'both'] as const
/** How objects are drawn: as areas, as lines along their borders, or as both. */
export type LabelMode = (typeof labelModes)[number]

/** What is drawn over label and picture to help the eye. */
export const aidNames = ['patterns', 'rulers', 'minimap', 'crosshair', 'pixelGrid', 'smooth'] as const
export type AidName = (typeof aidNames)[number]
/** What can stay as it is when another image comes. */
export const keptNames = ['zoom', 'opacity', 'mode', 'adjustments'] as const
export type KeptName = (typeof keptNames)[number]

/** How the picture and its label are looked at: no part of a label, of a library or of an export. */
export type ViewingState = {
  readonly mode: LabelMode
  readonly hidden: Hidden
  readonly adjustments: Adjustments
  readonly aids: Readonly<Record<AidName, boolean>>
  readonly keeps: Readonly<Record<KeptName, boolean>>
  /** The patterns of categories of the label on the canvas, by id; without one its colour tells enough. */
  readonly patterns: ReadonlyMap<number, PatternName>
  /** The popover of the adjustments is on the screen. */
  readonly adjusting: boolean
  /** The picture on the canvas has transparent pixels, so that its alpha can be looked at. */
  readonly hasAlpha: boolean
  /** Which values of a picture of 16 bits become black and white, and which could; null: it has no more than 8 bits. */
  readonly deep: (DepthWindow & { readonly auto: DepthWindow; readonly occurring: DepthWindow }) | null
  /** Why the 16 bits of the picture on the canvas cannot be shown. */
  readonly deepError: ErrorInfo | null
}
export type ViewingStore = StoreApi<ViewingState>

export const noPatterns: ViewingState['patterns'] = new Map()

const defaultAids: ViewingState['aids'] = {
  patterns: true,
  rulers: false,
  minimap: true,
  crosshair: false,
  pixelGrid: true,
  smooth: false,
}
const keepsAll: ViewingState['keeps'] = { zoom: true, opacity: true, mode: true, adjustments: true }

export function createViewingStore(storage: KeyValue): ViewingStore {
  const isMode = (value: unknown): value is LabelMode => labelModes.some((mode) => mode === value)
  const isAnything = (_: unknown): _ is unknown => true
  const keeps = switches(readPreference<unknown>(storage, 'keeps', isAnything, null), keepsAll)
  const store = createStore<ViewingState>(() => ({
    mode: keeps.mode ? readPreference(storage, 'label-mode', isMode, 'fill') : 'fill',
    hidden: nothingHidden,
    adjustments: keeps.adjustments
      ? readAdjustments(readPreference<unknown>(storage, 'adjustments', isAnything, null))
      : neutral,
    aids: switches(readPreference<unknown>(storage, 'aids', isAnything, null), defaultAids),
    keeps,
    patterns: noPatterns,
    adjusting: false,
    hasAlpha: false,
    deep: null,
    deepError: null,
  }))
  keepPreference(store, storage, 'label-mode', (state) => state.mode)
  keepPreference(store, storage, 'adjustments', (state) => state.adjustments)
  keepPreference(store, storage, 'aids', (state) => state.aids)
  keepPreference(store, storage, 'keeps', (state) => state.keeps)
  return store
}

/** Another image comes: what belongs to the last one alone is forgotten, and what the person does not keep is reset. */
export function lookAtNext(store: ViewingStore): void {
  const { hidden, mode, adjustments, keeps } = store.getState()
  store.setState({
    hidden: forNextImage(hidden),
    mode: keeps.mode ? mode : 'fill',
    adjustments: keeps.adjustments ? adjustments : neutral,
    hasAlpha: false,
    deep: null,
    deepError: null,
  })
}

/** What was kept of switches; one that is missing or no switch is as it is by default. */
function switches<K extends string>(
  kept: unknown,
  defaults: Readonly<Record<K, boolean>>,
): Readonly<Record<K, boolean>> {
  const found = (typeof kept === 'object' && kept !== null ? kept : {}) as Readonly<Record<string, unknown>>
  const entries = (Object.entries(defaults) as [K, boolean][]).map(([name, value]) => {
    const given = Object.hasOwn(found, name) ? found[name] : undefined
    return [name, typeof given === 'boolean' ? given : value] as const
  })
  return Object.fromEntries(entries) as Record<K, boolean>
}
