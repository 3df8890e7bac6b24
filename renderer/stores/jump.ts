import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Rect } from '../../shared/label/label-map.ts'

/** A place that the canvas is to show once its image is there. */
export type Jump = { readonly sampleId: string; readonly objectId: number; readonly where: Rect }
export type JumpStore = StoreApi<{ readonly jump: Jump | null }>

export const createJumpStore = (): JumpStore => createStore<{ jump: Jump | null }>(() => ({ jump: null }))
