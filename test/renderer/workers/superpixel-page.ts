import '../../../renderer/app/trusted-types.ts'
import { type SuperpixelBuild, SuperpixelBuilder } from '../../../renderer/canvas/superpixels.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'

// Runs inside of Chromium: builds one image as the labeler does, and tells what came out of it.

export type Built = {
  readonly states: SuperpixelBuild['kind'][]
  readonly sha256: string
  readonly engine: string
  readonly isIsolated: boolean
}

const digest = '0'.repeat(64)
const noStore = { read: async () => null, write: async () => {} }

async function build(png: number[], width: number, height: number): Promise<Built> {
  const states: SuperpixelBuild['kind'][] = []
  const blob = new Blob([Uint8Array.from(png)])
  const hierarchy = await new Promise<Hierarchy>((resolve, reject) => {
    const order = { digest, width, height, options: {}, pixels: async () => ({ blob, rough: null }) }
    new SuperpixelBuilder(noStore).start(order, (build) => {
      states.push(build.kind)
      if (build.kind === 'ready') resolve(build.hierarchy)
      if (build.kind === 'failed') reject(new Error(build.error.message))
    })
  })
  const { leaf, parent, lo, hi, runStart, runs, engine } = hierarchy
  const all = await new Blob([leaf, parent, lo, hi, runStart, runs] as BlobPart[]).arrayBuffer()
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all))
  const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return { states, sha256, engine, isIsolated: crossOriginIsolated }
}

Object.assign(globalThis, { buildSuperpixels: build })
