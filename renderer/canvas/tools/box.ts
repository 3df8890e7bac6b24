import type { Runs } from '../../../shared/image/runs.ts'
import { boundsOfRuns } from '../../../shared/label/region.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { type Proposal, prepareProposal, proposalWindow } from '../../../shared/superpixel/proposal.ts'
import { type LeafRanges, runsOfRanges } from '../../../shared/superpixel/selection.ts'
import {
  type BoxEffect,
  type BoxSeed,
  type BoxState,
  boxIdle,
  stepBox,
} from '../../../shared/tools/box-tool.ts'
import { boxBetween, type PixelBox } from '../../../shared/tools/pixel-box.ts'
import { pixelAt } from '../../../shared/tools/segment.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { Highlight } from '../canvas-view.ts'
import { boxLine } from '../layers/sketch.ts'
import { addLook, REMOVE_LOOK } from '../mask-looks.ts'
import { FIRST_COLOR } from '../object-color.ts'
import { changesOf, paintTarget, removeTarget, targetId } from '../stroke-target.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

const NAME = 'Box'
/** Samples of colour that a proposal looks at: a smaller copy tells cells apart as well. */
const MOST_SAMPLES = 400_000

type Proposed = Extract<BoxState, { kind: 'proposed' }>
type Found = { readonly ranges: LeafRanges; readonly runs: Runs; readonly marks: Uint8Array }

/** Proposes the object inside of a box, as superpixels, and lets a person correct it by clicks. */
export class BoxTool implements CanvasTool {
  readonly draws = true
  readonly #desk: ToolDesk
  #hierarchy: Hierarchy | null = null
  #session: LabelSession | null = null
  #state: BoxState = boxIdle
  /** Of the box that is proposed for now. */
  #proposal: { readonly box: PixelBox; readonly made: Proposal } | null = null
  #found: { readonly seeds: readonly BoxSeed[]; readonly found: Found } | null = null

  constructor(desk: ToolDesk) {
    this.#desk = desk
  }

  /** A box that waits is looked into again: rough superpixels give way to others, or the first ones have come. */
  setHierarchy(hierarchy: Hierarchy | null): void {
    this.#hierarchy = hierarchy
    this.#proposal = null
    this.#show()
  }

  opened(session: LabelSession | null): void {
    this.#session = session
    this.#state = boxIdle
    this.#show()
  }

  /** The label, or what is chosen, is another one: what would change is shown anew. */
  forgetHover(): void {
    if (this.#state.kind === 'proposed') this.#show()
  }

  send(event: ToolEvent): void {
    this.#step(event)
  }

  /** While nothing is proposed yet there is nothing to take, and the box waits. */
  key(key: ShapeKey): void {
    const state = this.#state
    const isEarly = key.kind === 'finish' && state.kind === 'proposed' && !this.#find(state.box, state.seeds)
    if (!isEarly) this.#step(key)
  }

  /** The box stays: only a press under way goes. */
  cancel(): void {
    this.#step({ kind: 'cancel' })
  }

  soFar(): null {
    return null
  }

  get shape(): { readonly at: ImagePoint; readonly removes: boolean } | null {
    const state = this.#between
    if (state.kind === 'idle') return null
    if (state.kind === 'cornered') return { at: state.from, removes: state.removes }
    const { x0, y0, x1, y1 } = state.box
    return { at: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, removes: state.removes }
  }

  get #between() {
    const state = this.#state
    return state.kind === 'pressed' || state.kind === 'boxing' ? state.before : state
  }

  #step(event: ToolEvent | ShapeKey): void {
    const [state, effects] = stepBox(this.#state, event, { slop: this.#desk.slop() })
    const isSame = state === this.#state
    this.#state = state
    for (const effect of effects) this.#do(effect)
    if (!isSame) this.#show()
  }

  #do(effect: BoxEffect): void {
    switch (effect.kind) {
      case 'commit': {
        const found = this.#find(effect.box, effect.seeds)
        if (found) this.#desk.strokes.commit({ tool: NAME, runs: found.runs, removes: effect.removes })
        return
      }
      case 'menu':
        this.#desk.openMenu(effect.at)
        return
    }
  }

  /** Null while there are no superpixels yet. */
  #find(box: PixelBox, seeds: readonly BoxSeed[]): Found | null {
    const hierarchy = this.#hierarchy
    if (!hierarchy) return null
    if (this.#proposal?.box !== box) {
      const colours = this.#desk.pixels(proposalWindow(box, hierarchy), MOST_SAMPLES)
      if (!colours) return null
      this.#proposal = { box, made: prepareProposal(hierarchy, box, colours) }
      this.#found = null
    }
    if (this.#found?.seeds === seeds) return this.#found.found
    const { width, height } = hierarchy
    const placed = seeds.flatMap(({ at, adds }) => {
      const pixel = pixelAt(at, width, height)
      return pixel === null ? [] : [{ pixel, adds }]
    })
    const ranges = this.#proposal.made.cut(placed)
    const marks = new Uint8Array(hierarchy.leafCount)
    for (let i = 0; i < ranges.length; i += 2) marks.fill(1, ranges[i]!, ranges[i + 1]!)
    const found = { ranges, runs: runsOfRanges(hierarchy, ranges), marks }
    this.#found = { seeds, found }
    return found
  }

  #show(): void {
    const state = this.#state
    const between = this.#between
    const { view } = this.#desk
    if (state.kind === 'boxing' || (state.kind !== 'proposed' && between.kind === 'cornered')) {
      const { from, to } = state.kind === 'boxing' ? state : (between as { from: ImagePoint; to: ImagePoint })
      view.showSketch(NAME, {
        lines: [boxLine(boxBetween(from, to), true)],
        handles: [{ at: from }],
      })
      return
    }
    if (between.kind !== 'proposed') {
      this.#proposal = null
      this.#found = null
      view.showSketch(NAME, null)
      return
    }
    view.showSketch(NAME, {
      lines: [boxLine(between.box)],
      handles: between.seeds.map(({ at }) => ({ at })),
      mask: this.#maskOf(between),
    })
  }

  #maskOf({ box, seeds, removes }: Proposed): Highlight | null {
    const hierarchy = this.#hierarchy
    const session = this.#session
    const found = this.#find(box, seeds)
    const bounds = found && hierarchy && boundsOfRuns(found.runs, hierarchy.width)
    if (!bounds || !hierarchy || !session) return null
    const { strokes, choice } = this.#desk
    const target = removes ? removeTarget(session, choice(), null) : paintTarget(session, choice())
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const changes = changesOf(target, strokes.mode(removes))
    const { marks } = found
    const { leaf } = hierarchy
    const { ids } = session.doc.map
    return {
      bounds,
      holds: (pixel) => marks[leaf[pixel]!] === 1 && changes(ids[pixel]!),
      keeps: (pixel) => marks[leaf[pixel]!] === 1 && ids[pixel] === objectId,
      look: removes ? REMOVE_LOOK : addLook(target.category?.color ?? FIRST_COLOR),
    }
  }
}
