// The eleven steps from photographs to a model and back, without a person. README.md beside this file says what each does.
//
//   node docs/guide/pipeline/pipeline.ts --library DIR --images DIR --edge DIR --dataset OWNER/NAME
//                                        [--truth DIR] [--python PYTHON] [--json]
//
// Every step looks first and does only what is missing. So the script may be cut off anywhere and started again, and
// started once more after its end it changes nothing.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type ArtifactRole, type Library, openLibrary, readMask, superpixels, TesseraError } from 'tessera'

const { values } = parseArgs({
  options: {
    library: { type: 'string' },
    /** Photographs of the first round, and those on which the model fails. */
    images: { type: 'string' },
    edge: { type: 'string' },
    dataset: { type: 'string' },
    truth: { type: 'string' },
    python: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
const { signal } = stop

/** One release of the dataset, and what goes into it. */
type Round = { readonly name: string; readonly images: string; readonly cells: number }
type Training = { run: string; model: string; mIoU: number; byImage: Record<string, number>; isNew: boolean }

let changes = 0
/** Says what a step did; `changed` counts what was not so before. */
function say(step: number, text: string, changed = 0): void {
  changes += changed
  process.stderr.write(`${String(step).padStart(2)}  ${text}${changed === 0 ? ' (as it was)' : ''}\n`)
}

async function main(): Promise<void> {
  const rounds: Round[] = [
    { name: 'first', images: required('images'), cells: 800 },
    { name: 'second', images: required('edge'), cells: 3000 },
  ]
  const trainings: (Training | null)[] = []
  await using library = await openLibrary(required('library'), { create: true, signal })
  for (const [i, round] of rounds.entries()) {
    const isFirst = i === 0
    const artifact =
      (await labeledArtifact(library, round)) ?? (await build(library, round, isFirst, trainings.at(-1)))
    trainings.push(await train(isFirst ? 7 : 11, artifact))
  }
  const lines = await lineageOf(library)
  for (const line of lines) process.stderr.write(`    ${line}\n`)
  const entries = (await library.call('sync.status', {})).entries
  const versions = await library.versions()
  const releases = (await library.segments.releases()).map(({ name, samples, version }) => ({
    name,
    samples,
    version,
  }))
  const told = {
    changes,
    versions: versions.map(({ id, number, message }) => ({ id, number, message })),
    sent: entries.map(({ versionNumber, role, digest, delivery }) => ({
      version: versionNumber,
      artifact: delivery.kind === 'sent' ? `${role}:${delivery.remoteVersion}` : null,
      digest,
    })),
    releases,
    trainings: trainings.map((training) => training && { ...training, isNew: undefined }),
    lineage: lines,
  }
  if (values.json) process.stdout.write(`${JSON.stringify(told)}\n`)
}

/** Steps 1 to 6 of the first round, 8 to 11 of the next one. Answers the labeled artifact. */
async function build(
  library: Library,
  round: Round,
  isFirst: boolean,
  training: Training | null | undefined,
): Promise<string> {
  const { name, images, cells } = round
  const dataset = required('dataset')
  // Raw images become a version, and that an artifact of a run: raw_data. Files that are there already are not sent again.
  const outcomes = await library.importImages([images], { signal })
  requireWhole(
    outcomes.flatMap((each) => (each.kind === 'rejected' ? [{ name: each.file, error: each.error }] : [])),
  )
  const { changes: draft } = await library.call('versions.draft', {}, { signal })
  if (draft.added > 0) await library.commit(`Images of the ${name} round`, { signal })
  const { sent } = await library.push({ signal })
  const raw = await artifactOf(library, 'raw_data')
  say(isFirst ? 1 : 8, `${raw}: ${draft.added} images added`, draft.added + sent.length)

  // The artifact becomes a dataset, or what is new in it is added to the one that is there.
  const published = await library.segments.fromArtifact(raw, dataset, { signal })
  if (isFirst) say(2, `dataset ${published.dataset}`, published.sent.isDatasetNew ? 1 : 0)
  say(isFirst ? 3 : 9, `${published.sent.samples} samples added`, published.sent.samples)
  requireWhole(published.failed)

  // Somebody labels, here or there, and both sides are brought together.
  const drawn = await label(library, cells, isFirst ? null : worstOf(training))
  const both = await library.segments.both({ signal })
  requireWhole(both.failed)
  await requireLabels(library)
  const moved = both.sent.labels + both.got.labels
  say(
    isFirst ? 4 : 10,
    `${drawn} labels drawn, ${both.sent.labels} sent, ${both.got.labels} taken`,
    drawn + moved,
  )

  // The state of the dataset gets a name, and is a version: labeled_data, which says what it comes from.
  const version = await library.commit(`Labels of the ${name} round`, { signal })
  const isThere = (await library.segments.releases()).some((release) => release.name === name)
  const release = await library.segments.release(name, { signal })
  if (release.status !== 'SUCCEEDED')
    throw new Error(`The release ${name} is not built yet. Run this again later.`)
  if (isFirst) say(5, `release ${name} of ${release.samples} samples`, isThere ? 0 : 1)
  const made = await library.segments.toArtifact(name, { signal })
  requireWhole(made.failed)
  const pushed = await library.push({ signal })
  const artifact = await labeledArtifact(library, round)
  if (!artifact) throw new Error(`The release ${name} is not at W&B.`)
  say(isFirst ? 6 : 11, `${artifact} of the release ${name}`, (version ? 1 : 0) + pushed.sent.length)
  return artifact
}

/** The artifact of a round that came to its end; null when there is something left to do. */
async function labeledArtifact(library: Library, { name }: Round): Promise<string | null> {
  const { link } = await library.segments.status({ signal })
  if (!link) return null
  const releases = await library.segments.releases({ signal })
  const version = releases.find((each) => each.name === name)?.version
  const { entries } = await library.call('sync.status', {}, { signal })
  const delivery = entries.find((each) => each.version === version && each.role === 'labeled_data')?.delivery
  return delivery?.kind === 'sent' ? `labeled_data:${delivery.remoteVersion}` : null
}

/** What the newest version that has such an artifact was sent as: `raw_data:v0`. */
async function artifactOf(library: Library, role: ArtifactRole): Promise<string> {
  const { entries } = await library.call('sync.status', {})
  const newest = entries
    .filter((entry) => entry.role === role)
    .toSorted((a, b) => a.versionNumber - b.versionNumber)
    .at(-1)
  if (newest?.delivery.kind !== 'sent') throw new Error(`${role} is not at W&B.`)
  return `${role}:${newest.delivery.remoteVersion}`
}

/**
 * Stands in for a person. With --truth, a folder of masks as docs/formats/label.md has them and of what their ids are, every
 * superpixel of an image becomes the object that most of its pixels show there, as if somebody had clicked it: all images
 * without a label, and `again` once more with smaller superpixels. Answers how many labels are new or changed.
 */
async function label(library: Library, cells: number, again: string | null): Promise<number> {
  const { truth } = values
  if (truth === undefined) return 0
  const open = await library.samples({ filter: 'status:unlabeled', signal })
  const all = await library.samples({ signal })
  const corrected = all.find(({ name }) => name === again)
  let changed = 0
  for (const { name } of [...open, ...(corrected ? [corrected] : [])]) {
    const stem = join(truth, basename(name, extname(name)))
    const { objects } = JSON.parse(readFileSync(`${stem}.json`, 'utf8')) as {
      objects: Record<string, string>
    }
    const shown = await readMask(`${stem}.png`)
    const division = await superpixels(imageOf(name), { count: cells, signal })
    const ids = mostShown(division.ids, division.count, shown.ids)
    const used = new Set(ids)
    const { kind } = await library.setLabel(
      name,
      {
        mask: { width: division.width, height: division.height, ids },
        objects: Object.entries(objects)
          .map(([id, category]) => ({ id: Number(id), category }))
          .filter(({ id }) => used.has(id)),
        status: 'labeled',
      },
      { signal },
    )
    if (kind !== 'unchanged') changed++
  }
  return changed
}

/** Without --truth a person labels, in the window or at Segments.ai, and then this is run again. */
async function requireLabels(library: Library): Promise<void> {
  const open = await library.samples({ filter: 'status:unlabeled', signal })
  if (open.length === 0) return
  const names = open.map(({ name }) => name).join(', ')
  throw new Error(`${open.length} images wait for a label: ${names}. Label them, then run this again.`)
}

/** Each cell of a division as what most of its pixels show. */
function mostShown(cells: Uint32Array, count: number, shown: Uint32Array): Uint32Array {
  const votes = Array.from({ length: count }, () => new Map<number, number>())
  for (const [at, cell] of cells.entries()) {
    const of = votes[cell]!
    of.set(shown[at]!, (of.get(shown[at]!) ?? 0) + 1)
  }
  const winners = votes.map(
    (of) => [...of].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0],
  )
  return cells.map((cell) => winners[cell]!)
}

/** Trains with the artifact in Python, and logs the model. Null: nobody said which Python. */
async function train(step: number, artifact: string): Promise<Training | null> {
  const { python } = values
  if (python === undefined) {
    say(step, `no training with ${artifact}: give --python a Python that has wandb, scikit-learn and Pillow`)
    return null
  }
  const script = join(dirname(fileURLToPath(import.meta.url)), 'train.py')
  const out = `${required('library')}-training`
  const child = spawn(python, [script, artifact, '--out', out], { stdio: ['ignore', 'pipe', 2], signal })
  let text = ''
  for await (const part of child.stdout!.setEncoding('utf8')) text += part
  const code = child.exitCode ?? (await new Promise<number | null>((done) => child.once('close', done)))
  if (code !== 0) throw new Error(`The training with ${artifact} ended with ${code}.`)
  const training = JSON.parse(text.trim().split('\n').at(-1)!) as Training
  say(step, `${training.model} of ${artifact}, mIoU ${training.mIoU}`, training.isNew ? 1 : 0)
  return training
}

/** The image that the model knows least of: its label is worth a second look. */
function worstOf(training: Training | null | undefined): string | null {
  const [worst] = Object.entries(training?.byImage ?? {}).toSorted((a, b) => a[1] - b[1])
  return worst?.[0] ?? null
}

/** What came of what: one line a run, from what it used to what it made. */
async function lineageOf(library: Library): Promise<string[]> {
  const { nodes, edges } = await library.lineage({ look: true, signal })
  const titles = new Map(
    nodes.flatMap((node) =>
      node.kind === 'artifact' ? [[node.id, `${node.collection}:${node.version}`]] : [],
    ),
  )
  return nodes
    .flatMap((node) => (node.kind === 'run' ? [node] : []))
    .map(({ id, jobType }) => {
      const used = edges.flatMap((edge) =>
        edge.to === id && edge.kind === 'used' ? [titles.get(edge.from)] : [],
      )
      const made = edges.flatMap((edge) =>
        edge.from === id && edge.kind === 'made' ? [titles.get(edge.to)] : [],
      )
      return [used.toSorted().join(', '), `run (${jobType})`, made.toSorted().join(', ')]
        .filter(Boolean)
        .join(' → ')
    })
    .toSorted()
}

function imageOf(name: string): string {
  const found = [required('images'), required('edge')]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
  if (found) return found
  throw new Error(`${name} is in neither folder of images.`)
}

function requireWhole(
  failed: readonly { readonly name: string; readonly error: { readonly message: string } }[],
): void {
  if (failed[0])
    throw new Error(
      `${failed.length} images failed, the first of them ${failed[0].name}: ${failed[0].error.message}`,
    )
}

function required(name: 'library' | 'images' | 'edge' | 'dataset'): string {
  const value = values[name]
  if (value !== undefined) return value
  throw new Error(`--${name} is missing; README.md beside this file says what it is.`)
}

try {
  await main()
} catch (error) {
  const { code, message, remedy } =
    error instanceof TesseraError ? error : { code: '', message: String(error), remedy: '' }
  process.stderr.write(`${[code, message, remedy].filter(Boolean).join(' ')}\n`)
  process.exitCode = 1
}
