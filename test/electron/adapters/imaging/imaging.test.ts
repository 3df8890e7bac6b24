import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import type { DecoderProcess } from '../../../../electron/adapters/imaging/decoder-process.ts'
import { startNodeDecoder } from '../../../../electron/adapters/imaging/decoder-process.ts'
import { createImaging } from '../../../../electron/adapters/imaging/imaging.ts'

const folder = mkdtempSync(join(tmpdir(), 'tessera-imaging-'))
const imaging = createImaging()
afterAll(() => {
  imaging.close()
  rmSync(folder, { recursive: true, force: true })
})
const file = (name: string, bytes: Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
const picture = (width = 60, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: '#c84' } })

it.each(['jpeg', 'png', 'webp', 'tiff'] as const)(
  'turns %s upright for every orientation',
  async (format) => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const path = file(
        `${orientation}.${format}`,
        await picture().withMetadata({ orientation }).toFormat(format).toBuffer(),
      )
      const found = await imaging.inspect(path, format)
      const expected = orientation >= 5 ? { width: 40, height: 60 } : { width: 60, height: 40 }
      expect(found).toMatchObject({ format, orientation, ...expected })
      expect(await sharp(found.thumb).metadata()).toMatchObject({ format: 'webp', ...expected })
    }
  },
)

it('maps 16 bits to 8 without losing the middle tones', async () => {
  const samples = new Uint16Array(16 * 16).fill(32_896)
  const tiff = await sharp(samples, { raw: { width: 16, height: 16, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()
  expect((await sharp(tiff).metadata()).depth).toBe('ushort')
  const out = join(folder, 'grey.out')
  await imaging.convert(file('grey16.png', tiff), 'png', out)
  const { data } = await sharp(out).raw().toBuffer({ resolveWithObject: true })
  expect(Math.abs(data[0]! - 128)).toBeLessThanOrEqual(1)
})

it('reads CMYK, grey and alpha', async () => {
  const cmyk = file('cmyk.jpg', await picture().toColourspace('cmyk').jpeg().toBuffer())
  const grey = file('grey.png', await picture().toColourspace('b-w').png().toBuffer())
  const alpha = file('alpha.webp', await picture().ensureAlpha(0.5).webp().toBuffer())
  for (const [path, format] of [
    [cmyk, 'jpeg'],
    [grey, 'png'],
    [alpha, 'webp'],
  ] as const) {
    expect(await imaging.inspect(path, format)).toMatchObject({ width: 60, height: 40 })
  }
})

it('takes the first frame of an animated GIF and AVIF as it is', async () => {
  const frames = new Uint8Array(20 * 30 * 3).map((_, i) => (i < 900 ? 20 : 220))
  const gif = await sharp(frames, { raw: { width: 20, height: 30, channels: 3, pageHeight: 15 } })
    .gif()
    .toBuffer()
  expect(await imaging.inspect(file('a.gif', gif), 'gif')).toMatchObject({ width: 20, height: 15, frames: 2 })
  expect(await imaging.inspect(file('a.avif', await picture().avif().toBuffer()), 'avif')).toMatchObject({
    width: 60,
    height: 40,
  })
})

it('refuses cut files of every format', async () => {
  const noise = sharp(
    Uint8Array.from({ length: 200 * 150 * 3 }, (_, i) => (i * 7919) % 251),
    { raw: { width: 200, height: 150, channels: 3 } },
  )
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif'] as const) {
    const whole = await noise.clone().toFormat(format).toBuffer()
    const path = file(`cut.${format}`, whole.subarray(0, Math.floor(whole.length * 0.6)))
    await expect(imaging.inspect(path, format), format).rejects.toMatchObject({ code: 'IN_FORMAT' })
  }
})

it('starts another decoder when one was killed, and finishes the picture', async () => {
  const started: DecoderProcess[] = []
  const killable = createImaging({
    start: () => {
      const decoder = startNodeDecoder()
      started.push(decoder)
      return decoder
    },
  })
  const path = file('kill.png', readFileSync(file('k.png', await picture(2000, 1500).png().toBuffer())))
  const work = killable.inspect(path, 'png')
  started[0]!.kill()
  expect(await work).toMatchObject({ width: 2000, height: 1500 })
  expect(started.length).toBe(2)
  killable.close()
})

/** A decoder that does with a request what a test says. */
function fakeDecoder(
  onSend: (exit: (code: number | null) => void) => void,
): DecoderProcess & { killed: boolean } {
  let exit: (code: number | null) => void = () => {}
  return {
    killed: false,
    send: () => onSend(exit),
    onAnswer: () => {},
    onExit: (listener) => {
      exit = listener
    },
    keepAlive: () => {},
    kill() {
      this.killed = true
    },
  }
}

it('gives up on a picture that ends two decoders, and on one that takes all the memory', async () => {
  const dying = createImaging({ start: () => fakeDecoder((exit) => queueMicrotask(() => exit(139))) })
  await expect(dying.inspect('x', 'png')).rejects.toMatchObject({ code: 'IN_FORMAT' })
  const greedy = createImaging({ start: () => fakeDecoder((exit) => queueMicrotask(() => exit(75))) })
  await expect(greedy.inspect('x', 'png')).rejects.toMatchObject({ code: 'IN_TOO_BIG' })
})

it('kills a decoder that hangs', async () => {
  const hanging = fakeDecoder(() => {})
  const patient = createImaging({ start: () => hanging, timeoutMs: 5 })
  await expect(patient.inspect('x', 'png')).rejects.toMatchObject({ code: 'IN_TIMEOUT' })
  expect(hanging.killed).toBe(true)
})

it('runs at most two decoders and forgets cancelled work', async () => {
  let count = 0
  const busy = createImaging({
    start: () => {
      count++
      return fakeDecoder(() => {})
    },
  })
  const abort = new AbortController()
  const work = Array.from({ length: 5 }, () => busy.inspect('x', 'png', abort.signal))
  abort.abort()
  for (const each of await Promise.allSettled(work))
    expect(each).toMatchObject({ reason: { code: 'CANCELLED' } })
  expect(count).toBe(2)
  busy.close()
})

it('refuses more 16-bit values than may be handed over, and leaves no file', async () => {
  const samples = new Uint16Array(16 * 16).fill(500)
  const png = await sharp(samples, { raw: { width: 16, height: 16, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer()
  const path = file('many.png', png)
  const out = join(folder, 'many.out')
  await expect(imaging.sampleDeep(path, 'png', out, 511)).rejects.toMatchObject({ code: 'IN_TOO_BIG' })
  expect(() => readFileSync(out)).toThrow()
  expect(await imaging.sampleDeep(path, 'png', out, 512)).toMatchObject({ depth: 'ushort', channels: 1 })
})
