import type { RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import type { Partition } from './components.ts'

/**
 * Share of the image's variation that is left when each superpixel has its mean colour:
 * Σ_j |S_j| · ‖μ(S_j) - μ(I)‖² / Σ_p ‖I(p) - μ(I)‖², of 8-bit sRGB, three channels summed. 1 for an image of one colour.
 */
export function explainedVariation({ label, areas }: Partition, { data }: RgbaImage): number {
  let explained = 0
  let all = 0
  const sums = new Float64Array(areas.length)
  for (let channel = 0; channel < 3; channel++) {
    sums.fill(0)
    let sum = 0
    let squares = 0
    for (let p = 0, at = channel; p < label.length; p++, at += 4) {
      const value = data[at]!
      sums[label[p]!]! += value
      sum += value
      squares += value * value
    }
    // Σ (v - μ)² = Σ v² - N μ²: integers below 2^53 until the last step.
    const mean = sum / label.length
    all += squares - sum * mean
    for (let j = 0; j < areas.length; j++) explained += areas[j]! * (sums[j]! / areas[j]! - mean) ** 2
  }
  return all === 0 ? 1 : explained / all
}
