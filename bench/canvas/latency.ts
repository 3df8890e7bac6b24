import type { Browser, Page } from 'playwright-core'

/** One event of Chromium's tracing; times in microseconds. */
type TraceEvent = {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly id2?: { readonly local?: string }
  readonly args?: { readonly event_latency?: { readonly event_type?: string } }
}

export type InputKind = 'move' | 'wheel' | 'press' | 'release'

/** What one input event took until its frame was on the screen, in milliseconds. */
export type Shown = {
  readonly kind: InputKind
  /** From the moment the event was made to the frame that shows what it did: waiting for the next frame included. */
  readonly latency: number
  /** Of that, what somebody worked on it: its handler, the page's frame, and putting the picture together. */
  readonly work: number
}

export type Recording = {
  readonly shown: readonly Shown[]
  /** Milliseconds between frames that were presented one after the other. */
  readonly gaps: readonly number[]
}

const kinds: Readonly<Record<string, InputKind>> = {
  MOUSE_MOVED_EVENT: 'move',
  MOUSE_DRAGGED_EVENT: 'move',
  MOUSE_WHEEL: 'wheel',
  MOUSE_WHEEL_EVENT: 'wheel',
  MOUSE_PRESSED_EVENT: 'press',
  MOUSE_RELEASED_EVENT: 'release',
}
const categories = ['input', 'benchmark', 'cc', 'viz', 'latencyInfo']

/**
 * Lets `act` use the page while Chromium traces. Times are the browser's own: `EventLatency` goes from the time stamp of
 * an input event to the presentation of the frame that it led to, also without a graphics card.
 */
export async function recorded(browser: Browser, page: Page, act: () => Promise<void>): Promise<Recording> {
  await browser.startTracing(page, { categories })
  try {
    await act()
  } catch (error) {
    await browser.stopTracing()
    throw error
  }
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  return readTrace(trace.traceEvents)
}

export function readTrace(all: readonly TraceEvent[]): Recording {
  const events = all.toSorted((a, b) => a.ts - b.ts)
  const frames = events.filter(({ name, ph }) => name === 'ProxyMain::BeginMainFrame' && ph === 'X')
  const shown: Shown[] = []
  /** Of each track: the stages of the event that is under way there. */
  const open = new Map<
    string,
    { kind: InputKind | null; start: number; stages: Map<string, [number, number]> }
  >()
  for (const { name, ph, ts, pid, id2, args } of events) {
    if ((ph !== 'b' && ph !== 'e') || id2?.local === undefined) continue
    const track = `${pid}:${id2.local}`
    if (name === 'EventLatency' && ph === 'b') {
      const type = args?.event_latency?.event_type ?? ''
      open.set(track, { kind: kinds[type] ?? null, start: ts, stages: new Map() })
      continue
    }
    const event = open.get(track)
    if (!event) continue
    if (name !== 'EventLatency') {
      const [from] = event.stages.get(name) ?? [ts]
      event.stages.set(name, [from, ts])
      continue
    }
    open.delete(track)
    const one = shownOf(event.kind, event.start, ts, event.stages, frames)
    if (one) shown.push(one)
  }
  const presented = events.filter(({ name }) => name === 'Display::FrameDisplayed').map(({ ts }) => ts / 1000)
  return { shown, gaps: presented.slice(1).map((at, i) => at - presented[i]!) }
}

/** Null for an event that nothing was drawn for. */
function shownOf(
  kind: InputKind | null,
  start: number,
  end: number,
  stages: ReadonlyMap<string, readonly [number, number]>,
  frames: readonly TraceEvent[],
): Shown | null {
  const commit = stages.get('Commit')
  const handler = stages.get('RendererMainProcessing')
  if (!kind || !commit || !handler || !stages.has('SubmitCompositorFrameToPresentationCompositorFrame'))
    return null
  // The page's frame that the commit belongs to is the last that began before it.
  const frame = frames.findLast(({ ts }) => ts <= commit[0])
  const inFrame = frame ? Math.max(0, commit[0] - Math.max(frame.ts, handler[1])) : 0
  const work = handler[1] - handler[0] + inFrame + (end - commit[0])
  return { kind, latency: (end - start) / 1000, work: work / 1000 }
}
