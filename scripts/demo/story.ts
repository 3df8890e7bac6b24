import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { assetFolder } from '../../electron/adapters/asset-folder.ts'
import { decodeMask } from '../../electron/adapters/mask-file.ts'
import { type Host, openHost } from '../../electron/host/host.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import { connectDirect } from '../../electron/transport/direct-connection.ts'
import { createDocumentStore } from '../../renderer/stores/document.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { imagePath } from '../../shared/host/data-plane.ts'
import type { HostConnection, Sample, Version } from '../../shared/host/host-api.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { buildHierarchy } from '../../shared/superpixel/build.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { startWandbDouble, type WandbDouble } from '../../test/servers/wandb/server.ts'
import { draw } from './draw.ts'
import { lineageOf } from './lineage.ts'
import { type Score, scoreOf } from './score.ts'
import { readTruth } from './truth.ts'

export type Check = { readonly text: string; readonly holds: boolean }
export type Told = { readonly checks: readonly Check[]; readonly lineage: readonly string[] }

/** What a careful hand reaches with these tools is well above: see the figures that are printed. */
const leastIou = 0.85
const leastRightPixels = 0.985

/**
 * The whole loop without a person, in `folder`: images in, labels drawn through the canvas's own tools, versions, and the
 * way to a W&B server and back. `say` gets what happens, line by line.
 */
export async function tellStory(folder: string, say: (line: string) => void): Promise<Told> {
  const checks: Check[] = []
  const check = (text: string, holds: boolean) => void checks.push({ text, holds })
  const key = randomBytes(24).toString('hex')
  const server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key })
  const wandb = { baseUrl: server.url, entity: 'me', project: 'demo', autoPush: false, embedImages: false }
  const open = (mode: 'write' | 'read') =>
    openHost({
      folder: join(folder, 'library'),
      mode,
      ...(mode === 'write' && { create: true }),
      door: 'cli',
      product: 'tessera/demo',
      folders: { config: join(folder, 'config'), cache: join(folder, 'cache'), state: join(folder, 'state') },
      log: () => {},
      environment: { WANDB_API_KEY: key },
      keyring: null,
      settingsOverride: wandb,
    })
  let host: Host | null = await open('write')
  try {
    const drawn = await work(host, server, { say, check })
    await host.close()
    host = await open('read')
    await lookAgain(host, drawn, check)
    return { checks, lineage: lineageOf(server.store) }
  } finally {
    await host?.close()
    await server.close()
  }
}

type Voice = { say(line: string): void; check(text: string, holds: boolean): void }
/** A label as it was on the canvas when it was saved last. */
type Drawn = { readonly name: string; readonly map: LabelMap }

async function work(host: Host, server: WandbDouble, { say, check }: Voice): Promise<Drawn[]> {
  const connection = connectDirect(host)
  const samples = assetFolder('samples')
  const images = readdirSync(samples)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
  const last = images.pop()!
  const drawn: Drawn[] = []

  await importFiles(host, samples, images, say)
  const [first] = images
  for (const { name, color, isThing } of (await readTruth(samples, stemOf(first!))).categories) {
    await connection.call('categories.create', { name, color, hasInstances: isThing })
  }
  for (const name of images) drawn.push(await label(connection, samples, name, { say, check }))
  await commit(connection, 'Three streets, labeled', say)
  const nothing = await connection.call('versions.commit', { message: 'again' })
  check('a commit with nothing new makes no version', nothing.version === null)

  await importFiles(host, samples, [last], say)
  const second = await commit(connection, 'One more street', say)
  const labels = second.artifacts.find(({ role }) => role === 'labeled_data')
  check('one more image leaves the labels at their version', labels?.index === 0)
  drawn.push(await label(connection, samples, last, { say, check }))
  await commit(connection, 'The new street, labeled', say)

  await push(connection, server, { say, check })
  return drawn
}

async function importFiles(
  host: Host,
  folder: string,
  names: readonly string[],
  say: Voice['say'],
): Promise<void> {
  const outcomes = await host.services.imports.importPaths(names.map((name) => join(folder, name)))
  for (const { kind, file } of outcomes) {
    if (kind !== 'added') throw new Error(`${file} could not be imported: ${kind}`)
  }
  say(`import  ${names.join(', ')}`)
}

/** Opens a sample as the window does, draws on it, and waits until the host has acknowledged the label. */
async function label(
  connection: HostConnection,
  folder: string,
  name: string,
  { say, check }: Voice,
): Promise<Drawn> {
  const documents = createDocumentStore(connection)
  const { samples } = await connection.call('samples.list', {})
  const sample = samples.find((each) => each.name === name)!
  const truth = await readTruth(folder, stemOf(name))
  const hierarchy = await superpixels(connection, sample)
  await documents.open(sample.id)
  const state = documents.getState()
  if (state.kind !== 'open') throw new Error(`${name} could not be opened: ${JSON.stringify(state)}`)
  const { session } = state
  const categories = await connection.call('categories.list', {})
  const { hand, drawn } = draw(session, hierarchy, categories, truth)

  const before = session.doc.map.ids.slice()
  hand.take(categories[0]!.id, null)
  hand.brush(
    [
      { x: 0, y: 0 },
      { x: truth.map.width, y: truth.map.height },
    ],
    48,
  )
  const isChanged = session.doc.map.ids.some((id, p) => id !== before[p])
  await hand.undo()
  const isBack = session.doc.map.ids.every((id, p) => id === before[p])
  check(`${name}: a slip of the brush is undone to the pixel`, isChanged && isBack)

  session.setStatus('labeled')
  await session.saver.flush()
  documents.close()
  const score = scoreOf(truth, session.doc.map, drawn)
  const { clicks, drags, strokes, notches } = hand.counts
  say(
    `label   ${name}: ${session.doc.objects.size} objects by ${clicks} clicks, ${drags} drags, ${strokes} strokes and ${notches} turns of the wheel; ${scoreText(score)}`,
  )
  const { meanIou, rightPixels } = score
  check(`${name}: the label matches the truth`, meanIou >= leastIou && rightPixels >= leastRightPixels)
  return { name, map: session.doc.map }
}

/** From the bytes that a window shows, decoded as it would. */
async function superpixels(connection: HostConnection, sample: Sample): Promise<Hierarchy> {
  const path = imagePath(sample.id as SampleId, sample.imageDigest as BlobDigest)
  const bytes = await (await connection.fetchData(path)).arrayBuffer()
  const { data, info } = await sharp(Buffer.from(bytes))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return buildHierarchy({ width: info.width, height: info.height, data })
}

async function commit(connection: HostConnection, message: string, say: Voice['say']): Promise<Version> {
  const { version } = await connection.call('versions.commit', { message })
  if (!version) throw new Error(`nothing to commit: ${message}`)
  const artifacts = version.artifacts.map(({ role, index }) => `${role} ${index}`).join(', ')
  say(`commit  version ${version.number}: ${message} (${artifacts})`)
  return version
}

async function push(connection: HostConnection, server: WandbDouble, { say, check }: Voice): Promise<void> {
  const { entries } = await connection.call('sync.push', {})
  const { artifacts, runs } = server.store.state
  const uploaded = [...server.store.uploaded]
  say(
    `push    ${artifacts.length} artifacts in ${runs.length} runs, ${uploaded.length} files to ${server.url}`,
  )
  check(
    'every version arrived',
    entries.length > 0 && entries.every(({ delivery }) => delivery.kind === 'sent'),
  )
  const ours = new Set(entries.flatMap(({ digest }) => digest ?? []))
  // Histories are for other libraries: nobody knows them by their digest.
  const shown = artifacts.filter(({ state, collection }) => state === 'COMMITTED' && collection !== 'history')
  const theirs = new Set(shown.map(({ digest }) => digest))
  check('the server computed the digests that were known offline', equal(ours, theirs))
  const contents = uploaded.map((file) => file.slice(file.lastIndexOf(':') + 1))
  check('no file was sent twice', contents.length > 0 && new Set(contents).size === contents.length)

  const sent = [server.count('put'), artifacts.length, runs.length]
  await connection.call('sync.push', {})
  const again = [server.count('put'), artifacts.length, runs.length]
  check('a second push sends nothing', sent.join() === again.join())
}

/** What is on disk once the library was closed and opened again. */
async function lookAgain(host: Host, drawn: readonly Drawn[], check: Voice['check']): Promise<void> {
  const { samples, labels, context, versions } = host.services
  for (const { name, map } of drawn) {
    const { headRevision, status } = samples.find(name)
    const kept = await decodeMask(await labels.png(headRevision as RevisionId))
    const isSame = kept.width === map.width && kept.ids.every((id, p) => id === map.ids[p])
    check(`${name}: the library has the label that was drawn`, isSame && status === 'labeled')
  }
  const report = await verifyLibrary(context, versions, { signal: new AbortController().signal })
  check(`all ${report.checked.files} stored files are what they were`, report.clean)
}

const stemOf = (name: string) => name.replace(/\.jpg$/, '')
const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a.size === b.size && [...a].every((x) => b.has(x))

function scoreText({ meanIou, objects, rightPixels }: Score): string {
  return `mean IoU ${meanIou.toFixed(2)} over ${objects} objects, ${(rightPixels * 100).toFixed(1)} % of pixels right`
}
