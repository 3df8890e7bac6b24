import type { LabelMap } from '../../label/label-map.ts'
import type { Holds } from './format.ts'

/**
 * A label in a form that is the same whenever the same label came back, as far as a format tells labels apart: the runs of
 * its pixels, each with its object's place in the order of appearance, and what is to be known of each object. Ids count
 * only where the format keeps them. Two labels of one form compare with no pixel that differs and every object whole.
 */
export type HeldForm = {
  /** Width, height, then place and length of each run, row by row; place 0 is unlabeled. */
  readonly runs: Uint32Array
  /** Of each object with pixels, by its place. */
  readonly objects: readonly string[]
}

let room = new Uint32Array(8192)

/** `nameOf`: what a category is called in a comparison, of an object; undefined where it is in no list. `runs` is of the next call too. */
export function heldForm(
  { width, height, ids }: LabelMap,
  holds: Pick<Holds, 'objects'>,
  nameOf: (id: number) => string | undefined,
): HeldForm {
  const places = new Map<number, number>([[0, 0]])
  const objects: string[] = []
  let length = 2
  room[0] = width
  room[1] = height
  for (let p = 0; p < ids.length; ) {
    const id = ids[p]!
    const start = p
    do p++
    while (p < ids.length && ids[p] === id)
    let place = places.get(id)
    if (place === undefined) {
      place = places.size
      places.set(id, place)
      const name = nameOf(id)
      const key = name === undefined ? '' : `"${name}`
      objects.push(holds.objects === 'kept' ? `${id}${key}` : key)
    }
    if (length + 2 > room.length) {
      const larger = new Uint32Array(2 * room.length)
      larger.set(room)
      room = larger
    }
    room[length++] = place
    room[length++] = p - start
  }
  return { runs: room.subarray(0, length), objects }
}
