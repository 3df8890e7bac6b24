import '../../../renderer/app/trusted-types.ts'
import type { SuperpixelOrder, SuperpixelStore } from '../../../renderer/canvas/superpixel-job.ts'
import { type SuperpixelBuild, SuperpixelBuilder } from '../../../renderer/canvas/superpixels.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'

// Runs inside of Chromium: gets the superpixels of one image as the labeler does, and tells what came out of it.

export type Built = {
  /** `rough` for superpixels of a copy. */
  readonly states: (SuperpixelBuild['kind'] | 'rough')[]
  readonly sha256: string
  readonly engine: string
  readonly isIsolated: boolean
}

/** What the page keeps, as the host does. */
const kept = new Map<string, Blob>()
const store: SuperpixelStore = {
  read: async (key) => kept.get(key) ?? null,
  write: async (key, file) => void kept.set(key, file),
}

let blob = new Blob()
let [width, height] = [0, 0]

/** The image that all is about: a PNG in base64. */
async function open(png: string): Promise<void> {
  blob = new Blob([Uint8Array.from(atob(png), (character) => character.charCodeAt(0))])
  const bitmap = await createImageBitmap(blob)
  ;[width, height] = [bitmap.width, bitmap.height]
}

/** Reads or builds, in a builder of its own; with a rough copy at 1 / `factor` of the size unless that is 1. */
async function build(factor: number): Promise<Built> {
  const states: Built['states'] = []
  const order: SuperpixelOrder = {
    digest: '0'.repeat(64),
    width,
    height,
    options: {},
    async pixels() {
      if (factor === 1) return { blob, rough: null }
      const resizeWidth = Math.ceil(width / factor)
      const resizeHeight = Math.ceil(height / factor)
      return { blob, rough: { bitmap: await createImageBitmap(blob, { resizeWidth, resizeHeight }), factor } }
    },
  }
  const hierarchy = await new Promise<Hierarchy>((resolve, reject) => {
    new SuperpixelBuilder(store).start(order, (build) => {
      states.push(build.kind === 'ready' && build.rough ? 'rough' : build.kind)
      if (build.kind === 'ready' && !build.rough) resolve(build.hierarchy)
      if (build.kind === 'failed') reject(new Error(build.error.message))
    })
  })
  const { leaf, parent, lo, hi, runStart, runs, engine } = hierarchy
  const all = await new Blob([leaf, parent, lo, hi, runStart, runs] as BlobPart[]).arrayBuffer()
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all))
  const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { states, sha256, engine, isIsolated: crossOriginIsolated }
}

/** Bytes of what was kept. */
function keptBytes(): number {
  return [...kept.values()].reduce((sum, { size }) => sum + size, 0)
}

/** Spoils what was kept: cut short. */
function spoil(): void {
  for (const [key, file] of kept) kept.set(key, file.slice(0, file.size - 100))
}

const forTests = { open, build, keptBytes, spoil }
export type SuperpixelPage = typeof forTests
Object.assign(globalThis, { superpixelPage: forTests })
