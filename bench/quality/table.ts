import type { Scores } from '../metrics/scores.ts'
import type { Report } from './report.ts'

/** The report as lines of text, for a person. */
export function tableOf(report: Report): string[] {
  const { set, engine, leaves, counts, all, half, ratios, verdicts } = report
  const every = set.every === 1 ? '' : `, one in ${set.every}`
  const lines = [
    `${set.split}${every}: ${all.images} images, engine ${engine}, ${leaves.toFixed(0)} leaves`,
    row('', ['error', 'recall', 'accuracy', 'expl.', 'compact', 'density', 'smallest', '/SLIC', '/best']),
  ]
  counts.forEach((count, i) => {
    const { toOpenCvSlic, toBestPeer } = ratios[i]!
    const ratio = [toOpenCvSlic, toBestPeer].map((value) => fixed(value, 3))
    lines.push(row(`Tessera at ${count}`, [...cells(all.ours[i]!), ...ratio]))
  })
  for (const { name, at } of all.peers) {
    const scores = at[counts.indexOf(400)]
    lines.push(row(`${name} at 400`, scores ? cells(scores) : ['does not return as many']))
  }
  const errors = all.peers.map(({ name, at }) => ({ name, cells: at.map((scores) => fixed(scores?.ue, 4)) }))
  lines.push(row('error at', counts.map(String)))
  for (const { name, cells } of [
    { name: 'Tessera', cells: all.ours.map(({ ue }) => fixed(ue, 4)) },
    ...errors,
  ]) {
    lines.push(row(name, cells))
  }
  if (half) {
    const recalls = half.peers.map(({ name, recallAtDensity }) => `${name} ${fixed(recallAtDensity, 3)}`)
    const ours = `Tessera ${fixed(half.recallAtDensity, 3)}`
    lines.push(`recall at contour density 0.25, ${half.images} images: ${[ours, ...recalls].join(', ')}`)
  }
  if (report.peersOf !== 'this run') lines.push(`other methods: measured in ${report.peersOf}`)
  for (const { what, value, better, must, aim, verdict } of verdicts) {
    const target = `${better === 'less' ? '≤' : '≥'} ${number(must)}${aim === null ? '' : `, aim ${number(aim)}`}`
    lines.push(`${verdict.padEnd(12)} ${what}: ${fixed(value, 4)} (${target})`)
  }
  return lines
}

const row = (name: string, cells: readonly string[]) =>
  `${name.padEnd(38)}${cells.map((cell) => cell.padStart(9)).join('')}`.trimEnd()

const cells = ({ ue, recall, asa, explained, compactness, density, smallest }: Scores) => [
  fixed(ue, 4),
  fixed(recall, 3),
  fixed(asa, 4),
  fixed(explained, 3),
  fixed(compactness, 3),
  fixed(density, 3),
  fixed(smallest, 1),
]

const fixed = (value: number | null | undefined, digits: number) => value?.toFixed(digits) ?? '-'
const number = (value: number) => String(Number(value.toFixed(4)))
