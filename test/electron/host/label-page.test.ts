import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readJournal } from '../../../electron/adapters/journal-file.ts'
import { decodeLabelPng, encodeLabelPng } from '../../../electron/adapters/label-png.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { labelFileText, parseLabelFile } from '../../../shared/formats/label-file.ts'
import { parseRevisionRecord, revisionRecordText } from '../../../shared/formats/revision-record.ts'
import { parseShapesFile, shapesFileText } from '../../../shared/formats/shapes-file.ts'
import { journalHeaderSchema, unframe } from '../../../shared/host/data-plane.ts'
import { decodePatch } from '../../../shared/label/id-runs.ts'
import { identityBytes } from '../../../shared/label/identity.ts'
import { requireListed } from '../../../shared/label/masks.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import { statuses } from '../../../shared/label/status.ts'

// The examples of docs/formats/label.md are read by the program whose format they show.
const page = readFileSync(new URL('../../../docs/formats/label.md', import.meta.url), 'utf8')

/** The text of the example with that title. */
function example(title: string): string {
  const found = new RegExp(`\`\`\`\\w+ ${title}\\n([\\s\\S]*?)\\n\`\`\``).exec(page)
  if (!found) throw new Error(`the page has no example ${title}`)
  return found[1]!
}

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const map = { width: 4, height: 3, ids: Uint32Array.from(example('ids').trim().split(/\s+/).map(Number)) }
const mask = Buffer.from(example('mask, base64'), 'base64')

it('shows the mask of its ids as it is encoded, and the identity', async () => {
  expect(Buffer.from(await encodeLabelPng(map))).toEqual(mask)
  expect(decodeLabelPng(mask, 4, 3)).toEqual(map)
  const hash = createHash('sha256')
  for (const bytes of identityBytes(map)) hash.update(bytes)
  expect(page).toContain(`identity \`${hash.digest('hex')}\``)
})

it('shows the label file of that mask', () => {
  const text = example('label-file')
  const file = parseLabelFile(text)
  expect(labelFileText(file)).toBe(text)
  expect([file.width, file.height]).toEqual([map.width, map.height])
  requireListed(
    indexObjects(map),
    file.objects.map(({ id }) => id),
  )
  for (const status of statuses) expect(page).toContain(`\`${status}\``)
})

it('shows a shapes file as it is written', () => {
  const text = example('shapes')
  expect(shapesFileText(parseShapesFile(text))).toBe(text)
})

it('shows the revision record of both, under its real id', () => {
  const text = example('revision-record')
  const record = parseRevisionRecord(text)
  expect(revisionRecordText(record)).toBe(text)
  expect(page).toContain(`here \`${sha256(text)}\``)
  const [ofMask, ofLabel, ofOntology] = record.payloads
  expect(ofMask).toMatchObject({ role: 'mask', digest: sha256(mask), size: mask.length })
  const label = example('label-file')
  expect(ofLabel).toMatchObject({ role: 'label', digest: sha256(label), size: label.length })
  expect(ofOntology!.role).toBe('ontology')
  expect(record.labeledPixels).toBe(map.ids.filter((id) => id > 0).length)
  for (const field of Object.keys(record)) expect(page).toContain(`\`${field}\``)
})

it('shows a journal of that revision as it is written and read', () => {
  const bytes = Buffer.from(example('journal, base64'), 'base64')
  const { head, bodies, end } = readJournal(bytes)
  expect(end).toBe(bytes.length)
  expect(canonicalJson({ v: 1, ...head })).toBe(example('journal-head'))
  expect(head!.base).toBe(sha256(example('revision-record')))
  const { header, body } = unframe(bodies[0]!)
  expect(header).toEqual(JSON.parse(example('journal-edit')))
  expect(Object.keys(journalHeaderSchema.parse(header))).toEqual(
    Object.keys(JSON.parse(example('journal-edit'))),
  )
  expect(Buffer.from(body).toString('hex')).toBe(example('patch, hex'))
  const { runs, after } = decodePatch(body, 12)
  expect([[...runs], [...after]]).toEqual([
    [3, 1, 7, 1],
    [300, 300],
  ])
})
