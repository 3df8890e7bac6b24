import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'
import type { Sample, Version } from '../../shared/host/host-api.ts'
import { saveOf } from '../support/label-library.ts'
import { openTestHost, type TestHost } from '../support/open-test-host.ts'
import { findWandbPython, runWandbPython } from '../support/wandb-python.ts'

const python = findWandbPython()
const root = mkdtempSync(join(tmpdir(), 'tessera-digest-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Names that sort otherwise by UTF-16 unit, by letter case or as numbers, or that a program may take for something. */
const names = [
  'Z.png',
  'a.png',
  'a-b.png',
  'a/b.png',
  '10.png',
  '9.png',
  'constructor',
  '__proto__.png',
  'with space & <mark>.png',
  'e\u0301t\u00e9.png',
  '\uff5e.png',
  '\u{1f600}.png',
]

/** Every folder is added to an artifact, and nothing is sent. */
const program = `
import os, wandb
for version in sorted(os.listdir('files')):
    for role in sorted(os.listdir('files/' + version)):
        artifact = wandb.Artifact(role, 'dataset')
        artifact.add_dir('files/%s/%s' % (version, role))
        print(version, role, artifact.digest, len(artifact.manifest.entries))
`

async function image(shade: number): Promise<Uint8Array> {
  return sharp({ create: { width: 7, height: 5, channels: 3, background: { r: shade, g: 9, b: 99 } } })
    .png()
    .toBuffer()
}

async function add(host: TestHost, name: string, shade: number): Promise<Sample> {
  const outcome = await host.services.imports.importStream(name, Readable.from([await image(shade)]))
  if (outcome.kind !== 'added') throw new Error(`${name}: ${JSON.stringify(outcome)}`)
  return outcome.sample
}

/** Lays a version out as files, as a person would have them on disk. */
async function unpack(host: TestHost, version: Version): Promise<void> {
  const { versions, context } = host.services
  for (const { role } of version.artifacts) {
    for (const { path, blob } of await versions.manifest(version.id, role)) {
      const target = join(root, 'files', String(version.number), role, path)
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(context.blobs.pathOf(blob), target)
    }
  }
}

it.skipIf(python === null)(
  'gives every version of a real library the digests that the official client computes for its files',
  async () => {
    const host = await openTestHost({ root: join(root, 'host') })
    const { versions, labels, categories } = host.services
    categories.create({ name: 'road', hasInstances: false })
    categories.create({ name: 'car', hasInstances: true })
    const made: Version[] = []
    const commit = async () => made.push((await versions.commit('', 'Ada'))!)

    const samples: Sample[] = []
    for (const [i, name] of names.entries()) samples.push(await add(host, name, i))
    await commit()
    const label = (sample: Sample, from: number) => {
      const ids = Array.from({ length: sample.width * sample.height }, (_, i) => (i < from ? 0 : 1 + (i % 3)))
      return labels.save(sample.id as never, ...saveOf(ids, sample.headRevision))
    }
    for (const [i, sample] of samples.entries()) if (i % 2 === 0) await label(sample, i)
    await commit()
    for (const [i, sample] of samples.entries()) if (i % 2 === 1) await label(sample, i)
    await labels.setStatus(samples[0]!.id as never, 'reviewed')
    categories.update({ id: 2, name: 'cär \u{1f697}' })
    await add(host, 'late.png', 200)
    await commit()

    // Worked out after the commits.
    await versions.digested()
    const known = (await versions.list()).filter(({ id }) => made.some((version) => version.id === id))
    for (const version of known) await unpack(host, version)
    const ours = known.flatMap(({ number, artifacts }) =>
      artifacts.map(({ role, digest, files }) => `${number} ${role} ${digest} ${files}`),
    )
    const theirs = (await runWandbPython(python!, root, program, { WANDB_MODE: 'offline' })).split('\n')
    expect(theirs).toEqual(ours.sort())
    expect(ours).toHaveLength(5)
    await host.cleanup()
  },
  120_000,
)
