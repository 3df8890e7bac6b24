import { expect, it } from 'vitest'
import { mapSize, placeOnImage, seenPart } from '../../../renderer/canvas/minimap.ts'

const image = { width: 400, height: 200 }
const view = { width: 200, height: 100 }

it('needs no map while all of the image is in view', () => {
  expect(seenPart({ scale: 0.5, x: 0, y: 0 }, view, image)).toBeNull()
})

it('tells which part of the image the view shows', () => {
  expect(seenPart({ scale: 1, x: -100, y: -50 }, view, image)).toEqual({
    x: 0.25,
    y: 0.25,
    width: 0.5,
    height: 0.5,
  })
  expect(seenPart({ scale: 2, x: 100, y: -900 }, view, image)).toEqual({
    x: 0,
    y: 1,
    width: 0.125,
    height: 0,
  })
})

it('finds the place on the image, and never one beside it', () => {
  expect(placeOnImage(0.5, 0.25, image)).toEqual({ x: 200, y: 50 })
  expect(placeOnImage(-1, 7, image)).toEqual({ x: 0, y: 200 })
})

it('keeps the shape of the image, down to a line', () => {
  expect(mapSize(image, { width: 100, height: 100 })).toEqual({ width: 100, height: 50 })
  expect(mapSize({ width: 30_000, height: 1 }, { width: 100, height: 100 })).toEqual({
    width: 100,
    height: 1,
  })
})
