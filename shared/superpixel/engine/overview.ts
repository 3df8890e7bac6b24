import { ROUGHNESS_SCALE, ROUGHNESS_SCALE_OF_PLANES } from '../overview.ts'
import { Blocks, type Kernel } from './kernel.ts'
import { claim, controlOf, GREY_A, GREY_B, type Plan, SLACK, strideOf } from './plan.ts'

/** `overviewOf` of the reference, from the pixels of the whole image, to where all threads find it. */
export function overviewStage({ memory, exports: k }: Kernel, plan: Plan): void {
  const { width, height, pixels, isPlanes, light, blocks } = plan
  const { columns, rows } = blocks
  const count = columns * rows
  const stride = strideOf(columns)
  const plane = 2 * stride * rows
  const bytes = 3 * plane + 8 * count + 8 * stride + 5 * SLACK
  const spare = new Blocks(claim(memory, plan, bytes), bytes)
  // The first block of a row has room before it.
  const planes = spare.take(3 * plane + SLACK) + 16
  const small = spare.take(4 * count + SLACK)
  const roughness = spare.take(4 * count)
  const line = spare.take(64)
  if (isPlanes) {
    k.blockPlanes(pixels, width, height, ROUGHNESS_SCALE_OF_PLANES, planes, plane, stride, roughness)
  } else {
    k.blockPixels(pixels, width, height, ROUGHNESS_SCALE, small, roughness, line)
    const [a, b] = [planes + plane, planes + 2 * plane]
    k.colourRows(small, 4 * columns, planes, a, b, columns, rows, stride, light, line)
  }
  const mean = (at: number) => Math.floor(k.sumRows(at, columns, rows, stride) / count + 0.5)
  const [greyA, greyB] = [mean(planes + plane), mean(planes + 2 * plane)]
  k.adaptRows(planes + plane, planes + 2 * plane, columns, rows, stride, greyA, greyB)
  k.smoothBlocks(roughness, columns, rows, blocks.roughness)
  k.coarseGradients(planes, plane, stride, blocks.roughness, columns, rows, blocks.coarse)
  const control = controlOf(memory)
  control[GREY_A] = greyA
  control[GREY_B] = greyB
}
