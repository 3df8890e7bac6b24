import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { FormatId } from '../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../shared/formats/exchange/formats.ts'
import { writeAll } from '../support/exchange.ts'
import { generatedCategories, generatedLabels } from '../support/generated-labels.ts'

/** The tools of the formats, as they are imported, and what to install to have them. */
const tools = {
  pycocotools: 'pycocotools',
  Pillow: 'pillow',
  PyYAML: 'pyyaml',
  label_studio_sdk: 'label-studio-sdk',
  datasets: 'datasets',
} as const
const ids: readonly FormatId[] = [
  'coco',
  'coco-polygons',
  'coco-stuff',
  'coco-panoptic',
  'segments',
  'voc',
  'semantic-png',
  'a2d2',
  'cityscapes',
  'yolo-segment',
  'label-studio',
  'huggingface',
]
const named = process.env.TESSERA_FORMATS_PYTHON
// The program runs in a folder of its own.
const python = named === undefined ? 'python3' : resolve(named)
const program = fileURLToPath(new URL('label-formats.py', import.meta.url))

type Found = Record<keyof typeof tools, { readonly checked: number; readonly wrong: unknown[] } | null>

const root = mkdtempSync(join(tmpdir(), 'tessera-formats-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function checked(): Promise<Found | null> {
  if (spawnSync(python, ['-c', ''], { stdio: 'ignore' }).status !== 0) return null
  const labels = generatedLabels(30)
  const write = (path: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
  for (const id of ids)
    for (const [path, bytes] of await writeAll(formatNamed(id), labels)) write(`${id}/${path}`, bytes)
  const meant = labels.map(({ name, map: { width, height, ids: pixels }, objects }) => ({
    name,
    width,
    height,
    ids: [...pixels],
    objects: objects.map(({ id, categoryId }) => ({ id, category: categoryId })),
  }))
  write('labels.json', JSON.stringify(meant))
  write('categories.json', JSON.stringify(generatedCategories))
  const { status, stdout, stderr } = spawnSync(python, [program, root], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: root, PYTHONIOENCODING: 'utf-8', HF_HUB_OFFLINE: '1' },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`the tools ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as Found
}

const found = await checked()

describe('what was written is what its own tools read', () => {
  for (const [tool, install] of Object.entries(tools) as [keyof typeof tools, string][]) {
    const has = found?.[tool] ?? null
    if (!has) {
      console.warn(
        `SKIPPED: ${tool} is not installed. To run: python3 -m venv formats-venv && formats-venv/bin/pip install ${install}, then set TESSERA_FORMATS_PYTHON=formats-venv/bin/python`,
      )
    }
    it.skipIf(!has)(tool, () => {
      expect(has?.wrong).toEqual([])
      expect(has?.checked).toBeGreaterThan(1)
    })
  }
})
