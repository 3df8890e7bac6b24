import { AppError } from '../../base/app-error.ts'
import type { Kernel, KernelMemory } from './kernel.ts'
import {
  BUILDING,
  controlOf,
  HELPERS_FAILED,
  NEXT_PAINT,
  NEXT_SETTLE,
  NEXT_TILE,
  OVER,
  PAINTS_DONE,
  PHASE,
  type Plan,
  placeOf,
  RESULT,
  resultOf,
  SETTLES_DONE,
  SETTLING,
  TILES_DONE,
  WAITING,
} from './plan.ts'
import { Scratch } from './scratch.ts'
import { settleTile } from './settling.ts'
import { buildTile, type StageEnd } from './tile.ts'

/** More than any image has tiles: whoever asks for the next one is told that there is none. */
const NO_MORE = 0x40000000
/** Milliseconds between two looks at whether the build was cancelled. */
const LOOK_MS = 100
/** Milliseconds without a finished tile after which a helper is taken for dead. */
const PATIENCE_MS = 60_000

/**
 * What a helping thread does: takes tiles until none are left, waits for the one that leads, settles and paints. `kernel` must
 * be over the shared memory that the leading thread has prepared. Returns when there is nothing more to do.
 */
export function help(kernel: Kernel, plan: Plan): void {
  const { memory } = kernel
  try {
    sleepWhile(memory, WAITING)
    const scratch = new Scratch(memory, plan)
    buildTiles(kernel, plan, scratch, () => {})
    sleepWhile(memory, BUILDING)
    settleTiles(kernel, plan, scratch)
    sleepWhile(memory, SETTLING)
    paintTiles(kernel, plan)
  } catch (error) {
    Atomics.add(controlOf(memory), HELPERS_FAILED, 1)
    throw error
  }
}

/** Builds tiles as long as there are some that nobody has taken. */
export function buildTiles(kernel: Kernel, plan: Plan, scratch: Scratch, stageEnd: StageEnd): void {
  const { memory } = kernel
  for (;;) {
    const tile = Atomics.add(controlOf(memory), NEXT_TILE, 1)
    if (tile >= plan.tiles.length) return
    buildTile(kernel, plan, tile, scratch.at, stageEnd)
    finish(memory, TILES_DONE)
  }
}

/** Lets the borders of tiles settle as long as there are some that nobody has taken. */
export function settleTiles(kernel: Kernel, plan: Plan, scratch: Scratch): void {
  const { memory } = kernel
  for (;;) {
    const tile = Atomics.add(controlOf(memory), NEXT_SETTLE, 1)
    if (tile >= plan.tiles.length) return
    settleTile(kernel, plan, tile, scratch.at)
    finish(memory, SETTLES_DONE)
  }
}

/** Paints the leaves of tiles as long as there are some that nobody has taken. */
export function paintTiles(kernel: Kernel, plan: Plan): void {
  const { memory, exports: k } = kernel
  for (;;) {
    const tile = Atomics.add(controlOf(memory), NEXT_PAINT, 1)
    if (tile >= plan.tiles.length) return
    const { left, top } = plan.tiles[tile]!
    const words = resultOf(memory, plan, tile)
    const numbers = words[RESULT.atNumbers]!
    const { width, rows, label } = placeOf(plan, tile)
    const [next, runs] = [words[RESULT.atNextRuns]!, words[RESULT.atRuns]!]
    const pixel = top * plan.width + left
    k.paintLeaves(label, width, rows, pixel, plan.width, numbers, next, runs, plan.leaves)
    finish(memory, PAINTS_DONE)
  }
}

/** Tells the helpers what comes now. */
export function enter(memory: KernelMemory, phase: number): void {
  const control = controlOf(memory)
  if (phase === OVER) {
    Atomics.store(control, NEXT_TILE, NO_MORE)
    Atomics.store(control, NEXT_SETTLE, NO_MORE)
    Atomics.store(control, NEXT_PAINT, NO_MORE)
  }
  Atomics.store(control, PHASE, phase)
  Atomics.notify(control, PHASE)
}

/**
 * Sleeps until all tiles are built (`TILES_DONE`), settled (`SETTLES_DONE`) or painted (`PAINTS_DONE`); `look` is called now and then and may
 * throw. Throws AppError `INTERNAL` when a helper failed. At once when this thread has done all of it.
 */
export function sleepUntilDone(
  memory: KernelMemory,
  plan: Plan,
  counter: typeof TILES_DONE | typeof SETTLES_DONE | typeof PAINTS_DONE,
  look: () => void,
): void {
  let last = -1
  let patience = PATIENCE_MS
  for (;;) {
    const control = controlOf(memory)
    const done = Atomics.load(control, counter)
    if (done >= plan.tiles.length) return
    if (done !== last) patience = PATIENCE_MS
    last = done
    look()
    if (Atomics.load(control, HELPERS_FAILED) > 0 || patience <= 0) throw helperLost()
    Atomics.wait(control, counter, done, LOOK_MS)
    patience -= LOOK_MS
  }
}

function finish(memory: KernelMemory, counter: number): void {
  const control = controlOf(memory)
  Atomics.add(control, counter, 1)
  Atomics.notify(control, counter)
}

function sleepWhile(memory: KernelMemory, phase: number): void {
  const control = controlOf(memory)
  while (Atomics.load(control, PHASE) === phase) Atomics.wait(control, PHASE, phase)
}

function helperLost(): AppError {
  return new AppError('INTERNAL', 'A part of computing the superpixels ended too early.', {
    remedy: 'Close other windows to free memory and open the image again.',
  })
}
