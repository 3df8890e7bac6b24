import type { ExportWish } from '../../stores/exchange.ts'
import type { KeyValue } from '../../stores/preferences.ts'

type Splits = NonNullable<ExportWish['splits']>

/** What was chosen last, and is offered the next time. */
export type LastWish = {
  readonly format: string
  readonly images: boolean
  readonly by: Splits['by']
  readonly shares: readonly [string, string, string]
  readonly seed: string
  readonly place: 'folder' | 'zip'
}
const key = 'tessera.export'
export const firstWish: LastWish = {
  format: 'coco',
  images: true,
  by: 'card',
  shares: ['80', '10', '10'],
  seed: '0',
  place: 'folder',
}

/** What this window kept, as far as it can still be read. */
export function readWish(storage: KeyValue): LastWish {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '{}')
    const { format, images, by, shares, seed, place } = (kept ?? {}) as Partial<
      Record<keyof LastWish, unknown>
    >
    const isShares =
      Array.isArray(shares) && shares.length === 3 && shares.every((each) => typeof each === 'string')
    return {
      format: typeof format === 'string' ? format : firstWish.format,
      images: typeof images === 'boolean' ? images : firstWish.images,
      by: by === 'tags' || by === 'none' || by === 'shares' ? by : 'card',
      shares: isShares ? (shares as [string, string, string]) : firstWish.shares,
      seed: typeof seed === 'string' ? seed : firstWish.seed,
      place: place === 'zip' ? 'zip' : 'folder',
    }
  } catch {
    return firstWish
  }
}

export function keepWish(storage: KeyValue, wish: LastWish): void {
  try {
    storage.setItem(key, JSON.stringify(wish))
  } catch {
    // A full or forbidden storage costs a preference, nothing else.
  }
}

/** The splits that are meant; null while the numbers are none. */
export function splitsOf({ by, shares, seed }: LastWish): Splits | null {
  if (by !== 'shares') return { by }
  const isNumber = (words: string, most: number) => /^\d{1,9}$/.test(words.trim()) && Number(words) <= most
  if (!shares.every((share) => isNumber(share, 10_000)) || !isNumber(seed, 999_999_999)) return null
  const [train, val, test] = shares.map(Number) as [number, number, number]
  return train + val + test > 0 ? { by, shares: [train, val, test], seed: Number(seed) } : null
}
