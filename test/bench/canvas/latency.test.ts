import { expect, it } from 'vitest'
import { readTrace } from '../../../bench/canvas/latency.ts'

const track = { pid: 1, tid: 1, id2: { local: '0x1' } }
const stage = (name: string, from: number, to: number) => [
  { name, ph: 'b', ts: from, ...track },
  { name, ph: 'e', ts: to, ...track },
]
const input = (type: string, from: number, to: number, stages: ReturnType<typeof stage>) => [
  { name: 'EventLatency', ph: 'b', ts: from, ...track, args: { event_latency: { event_type: type } } },
  ...stages,
  { name: 'EventLatency', ph: 'e', ts: to, ...track },
]

it('counts as work the handler, the page’s frame and the drawing, but not the wait for the frame', () => {
  const { shown } = readTrace([
    ...input('MOUSE_MOVED_EVENT', 0, 30_000, [
      ...stage('RendererMainProcessing', 2000, 5000),
      ...stage('Commit', 18_000, 18_500),
      ...stage('SubmitCompositorFrameToPresentationCompositorFrame', 19_000, 30_000),
    ]),
    { name: 'ProxyMain::BeginMainFrame', ph: 'X', ts: 16_000, dur: 2600, pid: 1, tid: 2 },
  ])
  expect(shown).toEqual([{ kind: 'move', latency: 30, work: 3 + 2 + 12 }])
})

it('leaves out inputs that nothing was drawn for, and tells one input of a track from the next', () => {
  const { shown } = readTrace([
    ...input('MOUSE_WHEEL', 0, 10_000, stage('RendererMainProcessing', 2000, 5000)),
    ...input('MOUSE_PRESSED_EVENT', 20_000, 40_000, [
      ...stage('RendererMainProcessing', 21_000, 22_000),
      ...stage('Commit', 30_000, 30_500),
      ...stage('SubmitCompositorFrameToPresentationCompositorFrame', 31_000, 40_000),
    ]),
  ])
  expect(shown.map(({ kind, latency }) => [kind, latency])).toEqual([['press', 20]])
})

it('says how long there was no new frame', () => {
  const at = (ts: number) => ({ name: 'Display::FrameDisplayed', ph: 'I', ts, pid: 2, tid: 3 })
  expect(readTrace([at(1000), at(51_000), at(18_000)]).gaps).toEqual([17, 33])
})
