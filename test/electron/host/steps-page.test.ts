import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readStepBody, readStepFile } from '../../../electron/adapters/step-file.ts'
import { stepLimits } from '../../../electron/host/label-steps.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { unframe } from '../../../shared/host/data-plane.ts'
import { decodeStep, MAX_STEP_BYTES } from '../../../shared/host/label-steps.ts'
import { markAfter, markOf, markText } from '../../../shared/label/state-mark.ts'

// The examples of docs/formats/steps.md are read by the program whose format they show.
const page = readFileSync(new URL('../../../docs/formats/steps.md', import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'tessera-steps-page-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The text of the example with that title. */
function example(title: string): string {
  const found = new RegExp(`\`\`\`\\w+ ${title}\\n([\\s\\S]*?)\\n\`\`\``).exec(page)
  if (!found) throw new Error(`the page has no example ${title}`)
  return found[1]!
}

it('shows files as they are read, and the step in them', () => {
  for (const kind of ['steps', 'bodies']) {
    writeFileSync(join(folder, kind), Buffer.from(example(`${kind}, base64`), 'base64'))
  }
  const { records, isWhole } = readStepFile(join(folder, 'steps'))
  expect(isWhole).toBe(true)
  const [first, second] = records
  if (first?.kind !== 'step') throw new Error('the example begins with no step')
  expect(canonicalJson(first.step)).toBe(example('step'))
  expect(second).toEqual({ kind: 'place', place: null })
  const body = readStepBody(join(folder, 'bodies'), first.step)!
  expect(JSON.stringify(unframe(body).header)).toBe(example('body'))
  const change = decodeStep(body, 35)
  const empty = { map: { width: 7, height: 5, ids: new Uint32Array(35) }, objects: new Map() }
  expect([markText(markOf(empty)), markText(markAfter(markOf(empty), change))]).toEqual([
    first.step.from,
    first.step.to,
  ])
})

it('explains every field of a step, and says the limits that are in force', () => {
  const explained = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) =>
    names!.split(', ').map((name) => name.replaceAll('`', '')),
  )
  expect(explained.sort()).toEqual(Object.keys(JSON.parse(example('step'))).sort())
  const MiB = 1024 * 1024
  const { partBytes, partSteps, sampleBytes, sampleSteps, leastSteps, libraryBytes } = stepLimits
  for (const words of [
    `${partBytes / MiB} MiB or ${partSteps.toLocaleString('en')} steps`,
    `at most ${sampleBytes / MiB} MiB and ${sampleSteps.toLocaleString('en')} steps`,
    `fewer than ${leastSteps} steps`,
    `at most ${libraryBytes / MiB / 1024} GiB`,
    `at most ${MAX_STEP_BYTES / MiB} MiB`,
  ]) {
    expect(page).toContain(words)
  }
})
