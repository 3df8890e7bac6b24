import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import type { ImagePoint } from '../../renderer/canvas/camera.ts'
import type { Labeler } from '../../test/e2e/labeler.ts'

/** Part of the window, CSS pixels. */
export type Frame = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
/** Writes what the page shows, or a part of it, as `<name>.png`. */
export type Shutter = (page: Page, name: string, frame?: Frame) => Promise<void>

/** A picture of a whole window is loaded by everyone who opens its page; of a part, beside others. */
const mostBytes = { window: 500_000, part: 300_000 }

export function shutterInto(folder: string, say: (line: string) => void): Shutter {
  return async (page, name, frame) => {
    const limit = frame ? mostBytes.part : mostBytes.window
    const shot = { animations: 'disabled', caret: 'hide', ...(frame && { clip: frame }) } as const
    const picture = sharp(await page.screenshot(shot))
    let bytes = await picture.clone().png({ palette: true, quality: 92, effort: 10 }).toBuffer()
    for (const colours of [192, 128, 96, 64])
      if (bytes.length > limit)
        bytes = await picture.clone().png({ palette: true, colours, effort: 10 }).toBuffer()
    if (bytes.length > limit) throw new Error(`${name} has ${bytes.length} bytes, more than ${limit}`)
    writeFileSync(join(folder, `${name}.png`), bytes)
    say(`${name}.png  ${Math.round(bytes.length / 1000)} kB`)
  }
}

/** The part of the window between two places of the image. */
export async function frameOf(labeler: Labeler, from: ImagePoint, to: ImagePoint): Promise<Frame> {
  const [a, b] = await Promise.all([labeler.place(from), labeler.place(to)])
  return { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y }
}
