/** Largest side and area of a picture that every browser makes. */
const mostSide = 16_384
const mostPixels = 64_000_000
const wantedScale = 2

/** An SVG of that size as a PNG, at twice its size or as large as can be; null when even half its size is too much. */
export async function pngOf(svg: string, width: number, height: number): Promise<Blob | null> {
  const scale = Math.min(
    wantedScale,
    mostSide / Math.max(1, width, height),
    Math.sqrt(mostPixels / Math.max(1, width * height)),
  )
  if (scale < 0.5) return null
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.floor(width * scale))
    canvas.height = Math.max(1, Math.floor(height * scale))
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    return await new Promise((done) => canvas.toBlob(done, 'image/png'))
  } finally {
    URL.revokeObjectURL(address)
  }
}
