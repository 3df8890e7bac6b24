// Finds the constants of the merge cost (`shared/superpixel/merge-cost-table.ts`) on scenes that `scripts/scenes` renders,
// whose borders are known; three simulated people draw them with hands that stray by a pixel. No photograph and no person's
// labels enter the search; how strong textures, colours and borders of scenes are follows summary statistics of photographs
// (`docs/decisions/0011-superpixel-algorithm.md`). The gain that it finds is not taken over: the hues of scenes tell more
// than those of photographs do. 31 trials a round, each about 15 seconds of one core for 60 scenes:
//
//   node scripts/with-node.mjs scripts/learn-merge-cost.ts --scenes 60 --seed 1
//
// `--width`, `--height`: of the scenes; `--constants root,texture`: only these; `--rounds` and `--step`: of the search, see
// `search.ts`; `--threads`. Prints the table found, how flat the optimum is in each constant, and the roundest table that is
// hardly worse. The same arguments give the same answer on the same version of Node.
import { parseArgs } from 'node:util'
import { costTable } from '../shared/superpixel/merge-cost-table.ts'
import type { RenderExtra } from './merge-cost/render.ts'
import { type Objective, search, simplest, type Table } from './merge-cost/search.ts'
import { inThreads } from './merge-cost/shares.ts'
import type { TrialExtra, TrialScore } from './merge-cost/trial.ts'
import type { Scene } from './scenes/scene.ts'

/** Superpixels in a scene of `COUNTS_FOR` pixels; smaller ones get as many per pixel. */
const COUNTS = [100, 200, 400, 600, 1000]
const COUNTS_FOR = 481 * 321
const COMPACT_AT = 400
/** Below this, at `COMPACT_AT`, cells look ragged: what is missing adds to the objective. */
const LEAST_COMPACT = 0.28
/** What rounding one constant may add to the objective. */
const ROUNDING = 0.0005

const { values } = parseArgs({
  options: {
    scenes: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    width: { type: 'string', default: '481' },
    height: { type: 'string', default: '321' },
    constants: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    step: { type: 'string', default: '1.6' },
    threads: { type: 'string', default: '2' },
  },
})
const [sceneCount, seed, width, height] = [values.scenes, values.seed, values.width, values.height].map(
  Number,
) as [number, number, number, number]
const threads = Math.min(Number(values.threads), sceneCount)
const scaled = (count: number) => Math.max(2, Math.round((count * width * height) / COUNTS_FOR))

console.log(`Rendering ${sceneCount} scenes of ${width} × ${height} pixels, seeds from ${seed} on.`)
const seeds = Array.from({ length: sceneCount }, (_, i) => seed + i)
const scenes = await inThreads<number, RenderExtra, Scene>(
  new URL('merge-cost/render.ts', import.meta.url),
  seeds,
  { width, height },
  threads,
)

const trial = async (table: Table) => {
  const scores = await inThreads<Scene, TrialExtra, TrialScore>(
    new URL('merge-cost/trial.ts', import.meta.url),
    scenes,
    { table, counts: COUNTS.map(scaled), compactAt: scaled(COMPACT_AT) },
    threads,
  )
  const mean = (value: (score: TrialScore) => number) =>
    scores.reduce((sum, score) => sum + value(score), 0) / scores.length
  return {
    errors: COUNTS.map((_, i) => mean(({ errors }) => errors[i]!)),
    compactness: mean((score) => score.compactness),
  }
}
const report = ({ errors, compactness }: Awaited<ReturnType<typeof trial>>) =>
  `${COUNTS.map((count, i) => `UE${count} ${errors[i]!.toFixed(4)}`).join(', ')}, compactness ${compactness.toFixed(3)}`

const present = await trial(costTable)
console.log(`Table in the repository: ${report(present)}`)
const judged = ({ errors, compactness }: Awaited<ReturnType<typeof trial>>) => {
  const ratios = errors.reduce((sum, error, i) => sum + error / present.errors[i]!, 0) / errors.length
  return ratios + Math.max(0, LEAST_COMPACT - compactness)
}
const objective: Objective = async (table) => judged(await trial(table))
const names = values.constants?.split(',') ?? Object.keys(costTable)
const found = await search(costTable, objective, {
  names,
  rounds: Number(values.rounds),
  step: Number(values.step),
  onStep: (name, table, value) => console.log(`${value.toFixed(5)}  ${name} ${table[name]!.toPrecision(4)}`),
})
const round: Record<string, number> = { ...found.table }
console.log('\nconstant, found, what a factor of 1.5 costs, simplest')
for (const name of names) {
  const [best, sharpness] = [found.table[name]!, found.sharpness[name] ?? 0]
  round[name] = simplest(best, sharpness, ROUNDING)
  const rise = `+${(100 * sharpness * Math.log(1.5) ** 2).toFixed(2)} %`
  console.log([name, best.toPrecision(4), rise, round[name]].join(', '))
}
const rounded = await trial(round)
console.log(
  `\nscenes ${sceneCount}, seed ${seed}, ${width} × ${height}; objective before ${judged(present).toFixed(4)}, ` +
    `found ${found.value.toFixed(4)}, rounded ${judged(rounded).toFixed(4)}`,
)
console.log(`Rounded: ${report(rounded)}\n${JSON.stringify(round, null, 2)}`)
