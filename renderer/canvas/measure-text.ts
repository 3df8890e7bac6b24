import type { Measure } from '../../shared/tools/ruler-tool.ts'

/** "12.3 px, 45.0°, 8.7 × 8.7 px, 75.7 px²" */
export function measureText({ distance, angle, width, height, area }: Measure): string {
  const [w, h] = [width.toFixed(1), height.toFixed(1)]
  return `${distance.toFixed(1)} px, ${angle.toFixed(1)}°, ${w} × ${h} px, ${area.toFixed(1)} px²`
}
