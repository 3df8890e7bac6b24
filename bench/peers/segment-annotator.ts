import type { Measurement } from '../bench-result.ts'
export async function measureSegmentAnnotator(
  _say: (line: string) => void,
): Promise<{ measurements: Measurement[]; skipped: string[] }> {
  return { measurements: [], skipped: [] }
}
