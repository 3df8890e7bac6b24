import { encodeIds } from '../../shared/label/id-runs.ts'
import type { LabelMap, Rect } from '../../shared/label/label-map.ts'

/** Rows per band: at 20 megapixels a band is encoded in well under a millisecond. */
const BAND_ROWS = 64

/**
 * The id map as `encodeIds` spells it, kept in bands of rows so that a save encodes only the rows an edit touched.
 * A run ends with its band; `decodeIds` reads neighbouring runs of one id as one.
 */
export class EncodedMap {
  readonly #map: LabelMap
  readonly #bands: (Uint8Array | null)[]
  /** Bands encoded so far: what the saves cost. */
  encodedBands = 0

  constructor(map: LabelMap) {
    this.#map = map
    this.#bands = new Array<Uint8Array | null>(Math.ceil(map.height / BAND_ROWS)).fill(null)
  }

  markDirty(rect: Rect): void {
    const last = Math.min(this.#bands.length, Math.ceil(rect.y1 / BAND_ROWS))
    for (let band = Math.floor(rect.y0 / BAND_ROWS); band < last; band++) this.#bands[band] = null
  }

  /** The map as it is now. */
  bytes(): Uint8Array<ArrayBuffer> {
    const { width, ids } = this.#map
    const bands = this.#bands.map((known, i) => {
      if (known) return known
      this.encodedBands++
      const band = encodeIds(ids.subarray(i * BAND_ROWS * width, (i + 1) * BAND_ROWS * width))
      this.#bands[i] = band
      return band
    })
    const out = new Uint8Array(bands.reduce((total, band) => total + band.length, 0))
    let at = 0
    for (const band of bands) {
      out.set(band, at)
      at += band.length
    }
    return out
  }
}
