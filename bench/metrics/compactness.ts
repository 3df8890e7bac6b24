import type { Partition } from './components.ts'

/**
 * How round superpixels are: Σ_j |S_j| / N · 4π|S_j| / P_j² (Schick), with the perimeter P_j in pixel sides that face
 * another region or the image's border. A square has π / 4.
 */
export function compactness({ label, areas, width }: Partition): number {
  const perimeters = new Uint32Array(areas.length)
  for (let p = 0, x = 0; p < label.length; p++) {
    const own = label[p]!
    let sides = 0
    if (x === 0 || label[p - 1] !== own) sides++
    if (x + 1 === width || label[p + 1] !== own) sides++
    if (p < width || label[p - width] !== own) sides++
    if (p + width >= label.length || label[p + width] !== own) sides++
    perimeters[own]! += sides
    x = x + 1 === width ? 0 : x + 1
  }
  let sum = 0
  for (let j = 0; j < areas.length; j++) sum += (4 * Math.PI * areas[j]! ** 2) / perimeters[j]! ** 2
  return sum / label.length
}
