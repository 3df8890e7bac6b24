/** A line on a ruler: `at` in device pixels from its beginning, `value` in image pixels where it is written. */
export type Tick = { readonly at: number; readonly value: number | null }

/** Least device pixels between two written values, per CSS pixel: room for six digits. */
const ROOM = 64

/** Image pixels between two written values: 1, 2 or 5 times a power of ten, as close as there is room for. */
export function rulerStep(scale: number, ratio: number): number {
  const wanted = Math.max(1, (ROOM * ratio) / scale)
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-9)
  return power * ([1, 2, 5, 10].find((times) => times * power >= wanted * (1 - 1e-9)) ?? 10)
}

/** The ticks of a ruler of `length` device pixels along an image whose edge lies at `offset`; none beside the image. */
export function rulerTicks(
  { offset, scale, pixels }: { readonly offset: number; readonly scale: number; readonly pixels: number },
  length: number,
  ratio: number,
): Tick[] {
  const step = rulerStep(scale, ratio)
  // Fifths of the step, but no parts of pixels.
  const small = step % 5 === 0 ? step / 5 : step === 1 ? 1 : step / 2
  const first = Math.max(0, Math.ceil(-offset / scale / small))
  const last = Math.min(Math.floor(pixels / small), Math.floor((length - offset) / scale / small))
  const ticks: Tick[] = []
  for (let i = first; i <= last; i++) {
    const value = i * small
    ticks.push({ at: Math.round(offset + value * scale), value: value % step === 0 ? value : null })
  }
  return ticks
}
