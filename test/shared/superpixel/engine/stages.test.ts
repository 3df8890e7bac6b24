import { describe, expect, it } from 'vitest'
import { adapt, type Grey } from '../../../../shared/superpixel/adaptation.ts'
import { baseRound } from '../../../../shared/superpixel/base-round.ts'
import { blur, LIGHT_BLUR, STRONG_BLUR } from '../../../../shared/superpixel/blur.ts'
import { colourPlanes, light } from '../../../../shared/superpixel/colour.ts'
import { strideOf } from '../../../../shared/superpixel/engine/plan.ts'
import { gridLinks } from '../../../../shared/superpixel/grid.ts'
import { compactnesses, sideTies, TIES, tieShift } from '../../../../shared/superpixel/merge-cost.ts'
import { mergeRound, noMerges, type Round } from '../../../../shared/superpixel/merge-rounds.ts'
import {
  overviewOf,
  ROUGHNESS_SCALE,
  ROUGHNESS_SCALE_OF_PLANES,
} from '../../../../shared/superpixel/overview.ts'
import { reducedPixels } from '../../../../shared/superpixel/reduction.ts'
import {
  nodesOf,
  type RegionGraph,
  regionGraph,
  roughnessOf,
} from '../../../../shared/superpixel/region-graph.ts'
import { linkedRegions, type Regions } from '../../../../shared/superpixel/regions.ts'
import { SIDE_NUMBERS, type Sides, sidesAfter, sidesOf } from '../../../../shared/superpixel/sides.ts'
import { baseLimit } from '../../../../shared/superpixel/tile-tree.ts'
import { KernelDesk } from '../../../support/kernel-desk.ts'
import { type Stages, stageImages, stagesOf } from '../../../support/kernel-stages.ts'

// Each function of the kernel against the reference, on what the reference's stages before it give.

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
  return BigUint64Array.from({ length: sides.length / SIDE_NUMBERS }, (_, i) => {
    const [u, v, gradient, coarse] = [0, 1, 2, 3].map((k) => BigInt(sides[SIDE_NUMBERS * i + k]!))
    return (u! << 40n) | (v! << 16n) | (coarse! << 8n) | gradient!
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

/** What the kernel makes of the planes and rough of blocks. */
function seenFromAfar(
  desk: KernelDesk,
  from: { readonly columns: number; readonly rows: number; readonly at: number; readonly rough: number },
): { grey: Grey; coarse: Uint8Array; roughness: Uint16Array } {
  const { columns, rows, at, rough } = from
  const blocks = columns * rows
  const stride = strideOf(columns)
  const plane = 2 * stride * rows
  const mean = (plane: number) => Math.floor(desk.k.sumRows(plane, columns, rows, stride) / blocks + 0.5)
  const grey = { a: mean(at + plane), b: mean(at + 2 * plane) }
  desk.k.adaptRows(at + plane, at + 2 * plane, columns, rows, stride, grey.a, grey.b)
  const [coarse, roughness] = [desk.room(blocks), desk.room(4 * blocks)]
  desk.k.smoothBlocks(rough, columns, rows, roughness)
  desk.k.coarseGradients(at, plane, stride, roughness, columns, rows, coarse)
  return { grey, coarse: desk.u8(coarse, blocks), roughness: desk.u16(roughness, 2 * blocks) }
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

describe.each(Object.keys(stageImages))('over %s the kernel', (name) => {
  const stages = stagesOf(stageImages[name]!)
  const image = stageImages[name]!
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

  it('sees the same from afar', () => {
    const desk = new KernelDesk()
    const { columns, rows, grey, coarse, roughness } = stages.overview
    const blocks = columns * rows
    const wide = strideOf(columns)
    const plane = 2 * wide * rows
    const at = desk.room(3 * plane) + 16
    const [small, rough] = [desk.room(4 * blocks), desk.room(4 * blocks)]
    const line = desk.room(64)
    desk.k.blockPixels(
      desk.put(Uint8Array.from(image.data)),
      width,
      height,
      ROUGHNESS_SCALE,
      small,
      rough,
      line,
    )
    expect(desk.u8(small, 4 * blocks)).toEqual(reducedPixels(image, 8).data)
    const [a, b] = [at + plane, at + 2 * plane]
    desk.k.colourRows(small, 4 * columns, at, a, b, columns, rows, wide, desk.put(light), line)
    expect(seenFromAfar(desk, { columns, rows, at, rough })).toEqual({ grey, coarse, roughness })
  })

  it('sees the same of planes from afar, and adapts them alike', () => {
    const desk = new KernelDesk()
    const source = colourPlanes(image)
    const { columns, rows, grey, coarse, roughness } = overviewOf({ width, height, planes: source })
    const wide = strideOf(columns)
    const at = desk.room(6 * wide * rows) + 16
    const rough = desk.room(4 * columns * rows)
    const from = desk.put(Int16Array.from(source.flatMap((plane) => [...plane])))
    desk.k.blockPlanes(from, width, height, ROUGHNESS_SCALE_OF_PLANES, at, 2 * wide * rows, wide, rough)
    expect(seenFromAfar(desk, { columns, rows, at, rough })).toEqual({ grey, coarse, roughness })

    const [a, b] = [desk.putRows(source[1], width, stride), desk.putRows(source[2], width, stride)]
    desk.k.adaptRows(a, b, width, height, stride, grey.a, grey.b)
    adapt(source, grey)
    expect(desk.rows(a, width, height, stride)).toEqual(source[1])
    expect(desk.rows(b, width, height, stride)).toEqual(source[2])
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
    const { coarse, columns } = stages.overview
    const at = desk.put(coarse)
    const count = desk.k.listSides(desk.put(label), width, height, right, down, at, columns, 0, 0, out)
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
    const sideCount = before.sides.length / SIDE_NUMBERS
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
    const { label, sums, sides: listed, count } = regionsOf(stages, rounds)
    const { columns, roughness: blocks } = stages.overview
    const roughnessAt = desk.room(8 * count)
    const roughness = roughnessOf({ label, count }, stages, stages.whole)
    const identity = desk.put(Uint32Array.from({ length: count }, (_, u) => u))
    const labelAt = desk.put(label)
    desk.k.labelLeaves(labelAt, width, height, identity, desk.put(blocks), columns, 0, 0, roughnessAt)
    expect(desk.u32(labelAt, pixelCount)).toEqual(label)
    expect(desk.f32(roughnessAt, 2 * count)).toEqual(roughness)
    const sideCount = listed.length / SIDE_NUMBERS
    const sides = desk.put(packed(listed))
    const pairs = desk.room(32 * pixelCount + 64)
    const sorted = desk.room(16 * pixelCount + 64)
    const [ends, place, first] = [4, 4, 4].map((bytes) => desk.room(bytes * (count + 1)))
    const edges = desk.room(64 * pixelCount + 64)
    const pairCount = desk.k.joinSides(sides, sideCount, count, ends!, sorted, place!, pairs)
    desk.k.listEdges(pairs, ends!, count, first!, place!, edges)
    const made = { count, first: desk.u32(first!, count + 1), edges: desk.u32(edges, 8 * pairCount) }
    expect(edgesOf(made)).toEqual(edgesOf(regionGraph({ count, sums }, listed, roughness)))
  })

  it.each(compactnesses)('merges the same pairs, round by round, with compactness %d', (compactness) => {
    const desk = new KernelDesk(compactness)
    const regions = regionsOf(stages, 1)
    const { count: leafCount } = regions
    const merges = noMerges(leafCount)
    let rest: Round = {
      graph: regionGraph(regions, regions.sides, roughnessOf(regions, stages, stages.whole)),
      treeNode: Uint32Array.from({ length: leafCount }, (_, u) => u),
      // Some are left alone.
      isFrozen: Uint8Array.from({ length: leafCount }, (_, u) => (u % 7 === 0 ? 1 : 0)),
    }
    const mergesAt = desk.room(12 * leafCount)
    for (let round = 0; round < 4 && rest.graph.count > 1; round++) {
      const { count, nodes, roughness, first, edges } = rest.graph
      const into = (bytes: number) => desk.room(bytes * (count + 1))
      const a = {
        nodes: desk.put(nodes),
        roughness: desk.put(roughness),
        first: desk.put(first),
        edges: desk.put(edges),
        keys: into(8),
        tree: desk.put(rest.treeNode),
        frozen: desk.put(rest.isFrozen),
      }
      const b = {
        nodes: into(16),
        roughness: into(8),
        first: into(4),
        edges: desk.room(edges.byteLength + 64),
        keys: into(8),
        tree: into(4),
        frozen: into(1),
      }
      const waiting = desk.room(8 * (count + 512) + 64)
      desk.k.choose(count, a.nodes, a.roughness, a.first, a.edges, a.keys, waiting)
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
      rest = mergeRound(rest, merges, compactness)
      expect(left).toBe(rest.graph.count)
      expect(desk.f32(b.nodes, 4 * left)).toEqual(rest.graph.nodes)
      expect(desk.f32(b.roughness, 2 * left)).toEqual(rest.graph.roughness)
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
})
