import { useEffect, useRef } from 'react'
import styles from './change-swatch.module.css'
import { kindLooks } from './layers/diff-paint.ts'

/** The pattern of a kind of change as it is on the image. `kind`: index into `diffKinds`. */
export function ChangeSwatch({ kind }: { readonly kind: number }) {
  const element = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const canvas = element.current!
    const { width, height } = canvas
    const look = kindLooks[kind]!
    const colors = new Uint32Array(width * height)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        colors[y * width + x] = look.has(x % 12, y % 12) ? look.mark : (look.fill | 0xff000000) >>> 0
    const pixels = new ImageData(new Uint8ClampedArray(colors.buffer), width, height)
    canvas.getContext('2d')!.putImageData(pixels, 0, 0)
  }, [kind])
  return <canvas ref={element} width={24} height={12} className={styles.swatch} />
}
