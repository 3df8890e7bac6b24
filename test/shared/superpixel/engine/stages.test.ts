import { describe, expect, it } from 'vitest'
import { baseRound } from '../../../../shared/superpixel/base-round.ts'
import { blur, LIGHT_BLUR, STRONG_BLUR } from '../../../../shared/superpixel/blur.ts'
import { colourPlanes, light, type Planes } from '../../../../shared/superpixel/colour.ts'
import { strideOf } from '../../../../shared/superpixel/engine/plan.ts'
import { type Evidence, gridGradients, gridLinks } from '../../../../shared/superpixel/grid.ts'
import type { RgbaImage } from '../../../../shared/superpixel/hierarchy.ts'
import { joinTiles } from '../../../../shared/superpixel/join.ts'
import { leafRuns, numberLeaves } from '../../../../shared/superpixel/leaves.ts'
import { sideTies, TIES, tieShift } from '../../../../shared/superpixel/merge-cost.ts'
import { mergeRound, noMerges, type Round } from '../../../../shared/superpixel/merge-rounds.ts'
import { inOrder } from '../../../../shared/superpixel/merge-tree.ts'
import { nodesOf, type RegionGraph, regionGraph } from '../../../../shared/superpixel/region-graph.ts'
import { linkedRegions, type Regions } from '../../../../shared/superpixel/regions.ts'
import { type Sides, sidesAfter, sidesOf } from '../../../../shared/superpixel/sides.ts'
import { baseLimit, tileTree } from '../../../../shared/superpixel/tile-tree.ts'
import { pixelOf, type Tile, tilesOf, widthOf } from '../../../../shared/superpixel/tiles.ts'
import { KernelDesk } from '../../../support/kernel-desk.ts'
import { imageOf, noiseByte, sceneImage } from '../../../support/made-images.ts'

// Each function of the kernel against the reference, on what the reference's stages before it give.

const noise = (width: number, height: number, seed: number): RgbaImage =>
  imageOf(width, height, (x, y) => [
    noiseByte(x, y, seed),
    noiseByte(x, y, seed + 1),
    noiseByte(x, y, seed + 2),
    noiseByte(x, y, seed + 3) < 40 ? noiseByte(x, y, seed + 4) : 255,
  ])

/** Widths around those of a vector, and shapes with next to no inside. */
const images: Record<string, RgbaImage> = {
  'a scene': sceneImage(61, 43),
  'a scene of 16 columns': sceneImage(16, 20, 3),
  noise: noise(33, 17, 5),
  'noise in one row': noise(40, 1, 9),
  'noise in one column': noise(1, 40, 9),
  'noise in 2 × 2': noise(2, 2, 1),
  'noise in 7 columns': noise(7, 9, 2),
  'a constant image': imageOf(24, 24, () => [77, 77, 77]),
}

type Stages = Evidence & { readonly smooth: Planes; readonly whole: Tile }

function stagesOf(image: RgbaImage): Stages {
  const { width, height } = image
  const planes = colourPlanes(image)
  for (const plane of planes) blur(plane, width, height, LIGHT_BLUR)
  const smooth: Planes = [planes[0].slice(), planes[1].slice(), planes[2].slice()]
  for (const plane of smooth) blur(plane, width, height, STRONG_BLUR)
  const whole = { left: 0, top: 0, right: width, bottom: height }
  return { width, height, planes, smooth, gradients: gridGradients(smooth, width, height), whole }
}

/** Regions and the sides between them after some base rounds. */
function regionsOf(stages: Stages, rounds: number): Regions & { readonly sides: Sides } {
  const { whole } = stages
  let { label, count, sums } = linkedRegions(gridLinks(stages, whole), stages, whole)
  let sides = sidesOf(label, stages, whole)
  for (let i = 0; i < rounds; i++) {
    const joined = baseRound(sums, sides, baseLimit(i))
    label = label.map((u) => joined.number[u]!)
    sides = sidesAfter(sides, joined.number)
    count = joined.count
    sums = joined.sums
  }
  return { label, count, sums, sides }
}

/** Sides as the kernel has them. */
function packed(sides: Sides): BigUint64Array {
  return BigUint64Array.from({ length: sides.length / 3 }, (_, i) => {
    const [u, v, gradient] = [...sides.subarray(3 * i, 3 * i + 3)].map(BigInt) as [bigint, bigint, bigint]
    return (u << 40n) | (v << 16n) | gradient
  })
}

function putTies(desk: KernelDesk, height: number): { ties: number; shifts: number } {
  const factors = Float32Array.from([...sideTies, ...sideTies.subarray(0, 16)])
  expect(factors.length).toBe(TIES + 16)
  return {
    ties: desk.put(factors),
    shifts: desk.put(Uint8Array.from({ length: 2 * height }, (_, row) => tieShift(row))),
  }
}

/** Edges in an order that does not depend on how lists were made. */
function edgesOf({ count, first, edges }: Pick<RegionGraph, 'count' | 'first' | 'edges'>): string[] {
  const lines: string[] = []
  for (let u = 0; u < count; u++) {
    for (let e = first[u]!; e < first[u + 1]!; e++)
      lines.push([u, ...edges.subarray(4 * e, 4 * e + 4)].join(' '))
  }
  return lines.sort()
}

describe.each(Object.keys(images))('over %s the kernel', (name) => {
  const stages = stagesOf(images[name]!)
  const image = images[name]!
  const { width, height, planes, smooth, gradients } = stages
  const pixelCount = width * height
  const stride = strideOf(width)

  it('finds the same colours', () => {
    const desk = new KernelDesk()
    const rgba = desk.put(Uint8Array.from(image.data))
    const at = [0, 1, 2].map(() => desk.room(2 * stride * height) + 16)
    desk.k.colourRows(
      rgba,
      4 * width,
      at[0]!,
      at[1]!,
      at[2]!,
      width,
      height,
      stride,
      desk.put(light),
      desk.room(64),
    )
    for (const [i, plane] of colourPlanes(image).entries()) {
      expect(desk.rows(at[i]!, width, height, stride)).toEqual(plane)
    }
  })

  it.each([LIGHT_BLUR, STRONG_BLUR])('blurs the same with softness %i', (softness) => {
    const desk = new KernelDesk()
    const sharp = colourPlanes(image)[1]
    const at = desk.putRows(sharp, width, stride)
    for (let y = 0; y < height; y++) {
      // What lies beside a row is as the pixel on its border.
      const row = desk.i16(at + 2 * stride * y - 2, width + 2)
      row[0] = row[1]!
      row[width + 1] = row[width]!
    }
    desk.k.blurRows(at, at, width, height, stride, softness, desk.room(8 * stride))
    blur(sharp, width, height, softness)
    expect(desk.rows(at, width, height, stride)).toEqual(sharp)
  })

  it('finds the same gradients and regions', () => {
    const desk = new KernelDesk()
    const size = 2 * stride * height
    const block = desk.room(6 * size + 64) + 16
    for (const [i, plane] of [...planes, ...smooth].entries()) {
      const at = block + i * size
      for (let y = 0; y < height; y++) {
        const row = plane.subarray(y * width, (y + 1) * width)
        desk.i16(at + 2 * stride * y - 2, 1)[0] = row[0]!
        desk.i16(at + 2 * stride * y, width).set(row)
        desk.i16(at + 2 * (stride * y + width), 2).fill(row[width - 1]!)
      }
    }
    const { ties, shifts } = putTies(desk, height)
    const [right, down] = [desk.room(pixelCount + 256), desk.room(pixelCount + 256)]
    const links = desk.room(pixelCount + 2 * width + 256) + width + 64
    const pixels = desk.room(8 * pixelCount + 256)
    const costs = desk.room(12 * (width + 32))
    desk.k.gridRows(
      block,
      block + 3 * size,
      size,
      2 * stride,
      width,
      height,
      0,
      0,
      0,
      0,
      ties,
      shifts,
      costs,
      right,
      down,
      links,
      pixels,
    )
    expect(desk.u8(right, pixelCount)).toEqual(gradients.right)
    expect(desk.u8(down, pixelCount)).toEqual(gradients.down)

    const label = desk.room(4 * pixelCount + 8 * width + 256) + 4 * width
    const number = desk.room(4 * pixelCount + 64)
    const sums = desk.room(16 * pixelCount + 64)
    desk.k.findBonds(links, width, pixelCount)
    const count = desk.k.numberRoots(number, desk.k.followBonds(links, width, height, label, number))
    desk.k.sumRegions(label, pixelCount, number, pixels, sums)
    const expected = regionsOf(stages, 0)
    expect(count).toBe(expected.count)
    expect(desk.u32(label, pixelCount)).toEqual(expected.label)
    expect(desk.i32(sums, 4 * count)).toEqual(expected.sums)
  })

  it('lists the same sides', () => {
    const desk = new KernelDesk()
    const { label, sides } = regionsOf(stages, 0)
    const [right, down] = [desk.put(gradients.right), desk.put(gradients.down)]
    const out = desk.room(16 * pixelCount + 64)
    const count = desk.k.listSides(desk.put(label), width, height, right, down, out)
    expect(desk.u64(out, count)).toEqual(packed(sides))
  })

  it.each([0, 1, 2])('joins the same regions after %i rounds', (rounds) => {
    const desk = new KernelDesk()
    const before = regionsOf(stages, rounds)
    const { count } = before
    const sums = desk.put(before.sums)
    const nodes = desk.room(16 * count)
    desk.k.nodesOf(sums, nodes, count)
    expect(desk.f32(nodes, 4 * count)).toEqual(nodesOf(before.sums))
    const { ties } = putTies(desk, height)
    const keys = desk.room(8 * count)
    const number = desk.room(4 * count)
    const sides = desk.put(packed(before.sides))
    const sideCount = before.sides.length / 3
    desk.k.touch(sides, sideCount, nodes, count, ties, keys)
    const joined = desk.k.joinChosen(keys, count, baseLimit(rounds), number, sums)
    const expected = baseRound(before.sums, before.sides, baseLimit(rounds))
    expect(joined).toBe(expected.count)
    expect(desk.u32(number, count)).toEqual(expected.number)
    expect(desk.i32(sums, 4 * joined)).toEqual(expected.sums)
    const left = desk.k.renumberSides(sides, sideCount, number)
    expect(desk.u64(sides, left)).toEqual(packed(sidesAfter(before.sides, expected.number)))
    const label = desk.put(before.label)
    desk.k.relabel(label, pixelCount, number)
    expect(desk.u32(label, pixelCount)).toEqual(before.label.map((u) => expected.number[u]!))
  })

  it.each([0, 2])('makes the same graph after %i rounds', (rounds) => {
    const desk = new KernelDesk()
    const { sums, sides: listed, count } = regionsOf(stages, rounds)
    const sideCount = listed.length / 3
    const sides = desk.put(packed(listed))
    const pairs = desk.room(32 * pixelCount + 64)
    const sorted = desk.room(8 * pixelCount + 64)
    const [starts, place, first] = [4, 4, 4].map((bytes) => desk.room(bytes * (count + 1)))
    const edges = desk.room(64 * pixelCount + 64)
    const pairCount = desk.k.joinSides(sides, sideCount, count, starts!, sorted, place!, pairs)
    desk.k.listEdges(pairs, pairCount, count, first!, place!, edges)
    const made = { count, first: desk.u32(first!, count + 1), edges: desk.u32(edges, 8 * pairCount) }
    expect(edgesOf(made)).toEqual(edgesOf(regionGraph(sums, listed)))
  })

  it('merges the same pairs, round by round, and leaves alone what is frozen', () => {
    const desk = new KernelDesk()
    const regions = regionsOf(stages, 1)
    const { count: leafCount } = regions
    const merges = noMerges(leafCount)
    let rest: Round = {
      graph: regionGraph(regions.sums, regions.sides),
      treeNode: Uint32Array.from({ length: leafCount }, (_, u) => u),
      isFrozen: Uint8Array.from({ length: leafCount }, (_, u) => (u % 7 === 0 ? 1 : 0)),
    }
    const mergesAt = desk.room(12 * leafCount)
    for (let round = 0; round < 4 && rest.graph.count > 1; round++) {
      const { count, nodes, first, edges } = rest.graph
      const into = (bytes: number) => desk.room(bytes * (count + 1))
      const a = {
        nodes: desk.put(nodes),
        first: desk.put(first),
        edges: desk.put(edges),
        keys: into(8),
        tree: desk.put(rest.treeNode),
        frozen: desk.put(rest.isFrozen),
      }
      const b = {
        nodes: into(16),
        first: into(4),
        edges: desk.room(edges.byteLength + 64),
        keys: into(8),
        tree: into(4),
        frozen: into(1),
      }
      const waiting = desk.room(8 * (count + 512) + 64)
      desk.k.choose(count, a.nodes, a.first, a.edges, a.keys, waiting)
      const was = merges.count
      const left = desk.k.mergeRound(
        count,
        ...Object.values(a),
        ...Object.values(b),
        into(4),
        into(4),
        into(8),
        waiting,
        mergesAt,
        leafCount,
        was,
        leafCount,
      )
      rest = mergeRound(rest, merges)
      expect(left).toBe(rest.graph.count)
      expect(desk.f32(b.nodes, 4 * left)).toEqual(rest.graph.nodes)
      expect(desk.u32(b.tree, left)).toEqual(rest.treeNode)
      expect(desk.u8(b.frozen, left)).toEqual(rest.isFrozen)
      const made = {
        count: left,
        first: desk.u32(b.first, left + 1),
        edges: desk.u32(b.edges, edges.length),
      }
      expect(edgesOf(made)).toEqual(edgesOf(rest.graph))
      const heights = desk.f32(mergesAt + 8 * leafCount, leafCount)
      expect(heights.subarray(0, merges.count)).toEqual(merges.height.subarray(0, merges.count))
    }
    expect(desk.u32(mergesAt, merges.count)).toEqual(merges.a.subarray(0, merges.count))
    expect(desk.u32(mergesAt + 4 * leafCount, merges.count)).toEqual(merges.b.subarray(0, merges.count))
  })

  it('numbers the same leaves and finds the same runs', () => {
    const desk = new KernelDesk()
    const tiling = tilesOf(width, height, 12)
    const { tiles } = tiling
    const trees = tiles.map((tile) => tileTree(stages, tile, () => {}))
    const joined = joinTiles(trees, tiling, stages)
    const { merges } = joined
    const { leafCount } = merges
    for (let { rest } = joined; rest.graph.count > 1; ) rest = mergeRound(rest, merges)
    const expected = numberLeaves(inOrder(merges))
    const [a, b, heights] = [desk.put(merges.a), desk.put(merges.b), desk.put(merges.height)]
    const words = (count: number) => desk.room(4 * count)
    const [order, spare, number] = [words(leafCount), words(leafCount), words(leafCount)]
    const nodeCount = 2 * leafCount - 1
    const [parent, lo, hi] = [words(nodeCount), words(nodeCount), words(nodeCount)]
    desk.k.sortHeights(heights, leafCount - 1, order, spare, words(2049))
    desk.k.numberLeaves(leafCount, a, b, order, spare, parent, lo, hi, number)
    expect(desk.u32(parent, nodeCount)).toEqual(expected.parent)
    expect(desk.u32(lo, nodeCount).subarray(leafCount)).toEqual(expected.lo)
    expect(desk.u32(hi, nodeCount).subarray(leafCount)).toEqual(expected.hi)
    expect(desk.u32(number, leafCount)).toEqual(expected.leafNumber)

    const leaf = new Uint32Array(pixelCount)
    const starts = words(leafCount + 1)
    const counts = desk.put(new Uint32Array(leafCount))
    const labels: number[] = []
    let leafStart = 0
    for (const [i, { regions }] of trees.entries()) {
      const tile = tiles[i]!
      labels.push(desk.put(regions.label))
      const rows = tile.bottom - tile.top
      desk.k.countRuns(labels.at(-1)!, widthOf(tile), rows, counts + 4 * leafStart)
      for (const [p, region] of regions.label.entries()) {
        leaf[pixelOf(tile, width, p)] = expected.leafNumber[leafStart + region]!
      }
      leafStart += regions.count
    }
    const { runStart, runs } = leafRuns(leaf, width, leafCount)
    expect(desk.k.startsOfRuns(counts, number, leafCount, starts)).toBe(runs.length / 2)
    expect(desk.u32(starts, leafCount + 1)).toEqual(runStart)
    const next = desk.put(runStart)
    const runsAt = words(runs.length)
    const leaves = words(pixelCount)
    leafStart = 0
    for (const [i, { regions }] of trees.entries()) {
      const tile = tiles[i]!
      const first = tile.top * width + tile.left
      const numbers = number + 4 * leafStart
      const rows = tile.bottom - tile.top
      desk.k.paintLeaves(labels[i]!, widthOf(tile), rows, first, width, numbers, next, runsAt, leaves)
      leafStart += regions.count
    }
    expect(desk.u32(leaves, pixelCount)).toEqual(leaf)
    expect(desk.u32(runsAt, runs.length)).toEqual(runs)
  })
})
