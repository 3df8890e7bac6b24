import { berkeleyIds } from '../../test/support/berkeley.ts'

/** Which images are measured: every `every`-th of a split of BSDS500, from the first. */
export type ImageSet = { readonly split: 'train' | 'val'; readonly every: number }

/** `small` is for a quick look while one works on the engine: never `val`, which is for reporting alone. */
const named: Readonly<Record<string, ImageSet>> = {
  val: { split: 'val', every: 1 },
  train: { split: 'train', every: 1 },
  small: { split: 'train', every: 10 },
}

/** Throws when there is no such set or `every` is no whole number above 0. */
export function imageSet(name: string, every: string | undefined): ImageSet {
  const set = named[name]
  if (!set) throw new Error(`No set is called ${name}. There are: ${Object.keys(named).join(', ')}.`)
  if (every === undefined) return set
  if (!/^[1-9]\d*$/.test(every)) throw new Error(`--every takes a whole number above 0, not ${every}.`)
  return { ...set, every: set.every * Number(every) }
}

export type ImageId = {
  readonly split: 'train' | 'val'
  readonly id: string
  /** Of the half that other methods were measured on: every second one of the split, from the first. */
  readonly isEven: boolean
}

export function idsOf({ split, every }: ImageSet): ImageId[] {
  return berkeleyIds(split)
    .map((id, place) => ({ split, id, place }))
    .filter(({ place }) => place % every === 0)
    .map(({ place, ...rest }) => ({ ...rest, isEven: place % 2 === 0 }))
}
